"""`bench stories`: measures every room on the development data, prints figures and goals."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.stories import clustering, copies, cost, figures, novelty, seeds
from tests.benchmarks.stories.goals import Goal, goals
from tests.benchmarks.stories.readings import FULL, load

ARTICLES, QUICK_ARTICLES = 100_000, 6_000


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that one run measured."""

    clusters: list[clustering.Row]
    copies: list[copies.Recall]
    novelty: list[novelty.Ranking]
    figures: list[figures.Tally]
    seeds: seeds.Outcome
    spent: cost.Cost
    growth: cost.Growth


def run(data: Path, *, quick: bool, as_json: bool) -> None:
    """Measure and print. `quick` only makes the stream of the memory row shorter."""
    notes = Console(stderr=True)
    results = _measure(data, quick, lambda what: notes.print(what, markup=False, highlight=False))
    judged = goals(results)
    if as_json:
        print(json.dumps(_document(results, judged), indent=1))  # noqa: T201 - for programs
    else:
        console = Console()
        _show(results, judged, console if console.is_terminal else Console(width=150))


def _measure(data: Path, quick: bool, tell: Callable[[str], None]) -> Results:
    tell("cost")
    spent = cost.measure(data)
    tell("seeds")
    sown = seeds.measure(data)
    tell("copies")
    found = copies.measure(load(data, FULL))
    tell("novelty")
    ranked = novelty.measure(data / "novelty")
    tell("figures")
    spoken = figures.measure(data / "novelty")
    clusters = clustering.measure(data, tell)
    grown = cost.grow(QUICK_ARTICLES if quick else ARTICLES, tell)
    return Results(clusters, found, ranked, spoken, sown, spent, grown)


def _document(results: Results, judged: list[Goal]) -> dict[str, Any]:
    return {
        **asdict(results),
        "goals": [asdict(goal) for goal in judged],
        "cost_ms_per_article": results.spent.total,
        "memory_ratio": results.growth.ratio,
    }


def _show(results: Results, judged: list[Goal], console: Console) -> None:
    for table in (
        _clusters(results.clusters),
        _copies(results.copies),
        _novelty(results.novelty),
        _figures(results.figures),
        _cost(results.spent),
        _goals(judged),
    ):
        console.print(table)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def _clusters(rows: list[clustering.Row]) -> Table:
    names = list(rows[0].sets)
    table = _table("Stories: B-cubed precision / recall / F1", "way", *names)
    for row in rows:
        cells = (row.sets[name] for name in names)
        table.add_row(
            row.name, *(f"{one.precision:.3f} / {one.recall:.3f} / {one.f1:.3f}" for one in cells)
        )
    table.caption = "folds by story; fixed numbers in the rows 'as shipped' and 'as it stood'"
    return table


def _copies(rows: list[copies.Recall]) -> Table:
    table = _table(
        "Copies: recall by kind", "method", "threshold", *rows[0].found, "worst", "false alarms"
    )
    for row in rows:
        found = (f"{share:.3f}" for share in row.found.values())
        table.add_row(
            row.method,
            f"{row.threshold:.2f}",
            *found,
            f"{row.worst:.3f}",
            f"{row.false_alarms:.2%}",
        )
    return table


def _novelty(rows: list[novelty.Ranking]) -> Table:
    table = _table(
        "Novelty: fitted on 2013, tested on 2014", "score", "AUC", "AP", "mean AP of topics"
    )
    for row in rows:
        cells = (row.area, row.precision, row.mean_precision)
        table.add_row(row.name, *(f"{cell:.3f}" for cell in cells))
    return table


def _figures(rows: list[figures.Tally]) -> Table:
    table = _table(
        "Changed figures", "way", "spoken", "right", "of those judged", "not judged", "events",
        "verbatim",
    )  # fmt: skip
    for row in rows:
        counts = (row.unjudged, row.events, row.verbatim)
        table.add_row(
            row.name, str(row.spoken), str(row.right), f"{row.share:.1%}", *map(str, counts)
        )
    table.caption = "labels of one reader, made on the same events on which the rules were mended"
    return table


def _cost(spent: cost.Cost) -> Table:
    table = _table(
        f"Cost of {spent.articles:,} full articles of {spent.words:.0f} words", "step", "ms each"
    )
    for step, milliseconds in spent.steps.items():
        table.add_row(step, f"{milliseconds:.2f}")
    table.add_row("all", f"{spent.total:.2f}")
    return table


def _goals(judged: list[Goal]) -> Table:
    table = _table("Goals", "goal", "measured", "verdict")
    for goal in judged:
        style = "green" if goal.met else "bold red"
        table.add_row(goal.text, goal.measured, "met" if goal.met else "NOT MET", style=style)
    return table
