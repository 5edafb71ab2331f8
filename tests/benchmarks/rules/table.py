"""The results as tables for people, and as one JSON document for programs."""

from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.rules.engine import OURS
from tests.benchmarks.rules.goals import Goal, goals
from tests.benchmarks.rules.results import Results, Standing

_VERDICTS = {True: "met", False: "NOT MET", None: "-"}
_STYLES = {True: "green", False: "bold red", None: "dim"}


def show(results: Results, console: Console) -> None:
    """Print everything."""
    console.print(f"Articles: {results.source}. Rounds: {results.rounds}, alternating.")
    console.print(f"Highest load of the machine: {results.load:.1f}; a quiet one has about 1.")
    for size in results.sizes:
        console.print(_engines(results, size))
    console.print(_ours(results))
    console.print(_near(results))
    console.print(_edits(results))
    if results.fuzzy:
        console.print(_fuzzy(results.fuzzy))
    console.print(_goals(goals(results)))
    for difference in results.differences[:20]:
        console.print(f"DIFFERENCE {difference}", style="bold red", markup=False)
    if results.differences:
        console.print(
            f"{len(results.differences)} DIFFERENCES: no figure above counts.", style="bold red"
        )


def document(results: Results) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "articles": results.articles,
        "source": results.source,
        "rounds": results.rounds,
        "load": results.load,
        "engines": [_record(one) for one in results.standings],
        "edits": [
            {
                "watchlists": one.size,
                "kind": one.kind,
                "count": one.count,
                "add_p50_s": one.add.middle,
                "add_p99_s": one.add.worst,
                "remove_p50_s": one.remove.middle,
                "remove_p99_s": one.remove.worst,
                "match_after_p99_s": one.match_after.worst,
            }
            for one in results.edits
        ],
        "tolerant_over_literal": results.tolerant,
        "near_misses": {
            size: {"off_us": one.micros[0], "on_us": one.micros[1], "on_over_off": one.ratio}
            for size, one in results.near.items()
        },
        "growth": results.growth,
        "fuzzy": [_record(one) for one in results.fuzzy or ()],
        "goals": [
            {"goal": goal.text, "measured": goal.measured, "met": goal.met}
            for goal in goals(results)
        ],
        "differences": results.differences,
    }


def _record(one: Standing) -> dict[str, Any]:
    return {
        "engine": one.engine,
        "watchlists": one.size,
        "us_per_article_mean": one.micros,
        "us_per_article_median": one.middle_micros,
        "articles_timed": one.articles,
        "matches_per_article": one.mean_matches,
        "build_s": one.built.seconds,
        "parsing_s": one.built.parsing,
        "grown_bytes": one.built.grown,
    }


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _engines(results: Results, size: int) -> Table:
    table = _table(
        f"{size:,} watchlists", "engine", "µs/article", "median", "articles", "ours is", "build s",
        "MB", "matches", "hash",
    )  # fmt: skip
    ours = results.find(OURS, size)
    assert ours, "ours is always measured"
    for one in (one for one in results.standings if one.size == size):
        few = "*" if one.articles < ours.articles else ""
        table.add_row(
            one.engine,
            f"{one.micros:,.0f}",
            f"{one.middle_micros:,.0f}",
            f"{one.articles}{few}",
            "" if one is ours else _times(one.ratio(ours)),
            f"{one.built.seconds:,.1f}",
            f"{one.built.grown / 1e6:,.0f}",
            f"{one.mean_matches:,.2f}",
            one.digest(ours),
        )
    table.caption = "* slower: fewer articles; ratio and hash are over these alone"
    return table


def _times(ratio: float) -> str:
    return f"{ratio:,.1f}x faster" if ratio >= 1 else f"{1 / ratio:,.1f}x slower"


def _ours(results: Results) -> Table:
    table = _table(
        "Ours, by size", "watchlists", "µs/article", "time / smallest", "build s", "of it parsing",
        "bytes/watchlist", "text bytes", "tolerant / literal",
    )  # fmt: skip
    for size in results.sizes:
        ours = results.find(OURS, size)
        assert ours, "ours is always measured"
        table.add_row(
            f"{size:,}",
            f"{ours.micros:,.0f}",
            f"{results.growth.get(size, 1):.2f}",
            f"{ours.built.seconds:,.1f}",
            f"{ours.built.parsing:,.1f}",
            f"{ours.built.grown / size:,.0f}",
            f"{results.stored_bytes[size] / size:,.0f}",
            f"{results.tolerant[size]:.2f}" if size in results.tolerant else "",
        )
    return table


def _near(results: Results) -> Table:
    table = _table("Near misses, µs/article", "watchlists", "off", "on", "on / off")
    for size, one in results.near.items():
        off, on = one.micros
        table.add_row(f"{size:,}", f"{off:,.0f}", f"{on:,.0f}", f"{one.ratio:.1f}")
    return table


def _edits(results: Results) -> Table:
    table = _table(
        "Live edits of the standing set, ms", "watchlists", "rule", "count", "add p50", "add p99",
        "remove p50", "remove p99", "match after p50", "match after p99",
    )  # fmt: skip
    for one in results.edits:
        parts = (one.add, one.remove, one.match_after)
        figures = (f"{value * 1000:,.3f}" for part in parts for value in (part.middle, part.worst))
        table.add_row(f"{one.size:,}", one.kind, str(one.count), *figures)
    return table


def _fuzzy(pair: tuple[Standing, Standing]) -> Table:
    table = _table(
        f"{pair[0].size:,} fuzzy terms", "engine", "µs/article", "articles", "matches", "hash"
    )
    for one, other in (pair, pair[::-1]):
        table.add_row(
            one.engine,
            f"{one.micros:,.0f}",
            str(one.articles),
            f"{one.mean_matches:,.2f}",
            one.digest(other),
        )
    return table


def _goals(judged: list[Goal]) -> Table:
    table = _table("Goals", "goal", "measured", "verdict")
    for goal in judged:
        table.add_row(goal.text, goal.measured, _VERDICTS[goal.met], style=_STYLES[goal.met])
    return table
