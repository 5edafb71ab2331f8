"""The results as tables for people, and as one JSON document for programs."""

from dataclasses import asdict
from itertools import islice
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks.polling.crowd import Turn
from tests.benchmarks.polling.facts import Agreement
from tests.benchmarks.polling.fronts import Tried
from tests.benchmarks.polling.goals import goals
from tests.benchmarks.polling.results import KINDS, Changed, Results, total_ratio
from tests.benchmarks.polling.snippets import Snippets
from tests.benchmarks.polling.wellformed import Suite

_VERDICTS = {True: "met", False: "NOT MET", None: "-"}
_STYLES = {True: "green", False: "bold red", None: "dim"}


def show(results: Results, console: Console) -> None:
    """Print everything."""
    console.print(f"Feeds: {results.source}. Rounds: {results.rounds}, alternating.")
    console.print(f"Load of the machine at the end: {results.load:.1f}; a quiet one has about 1.")
    for table in (_unchanged(results), _changed(results), _ways(results)):
        console.print(table)
    for one in results.tried:
        examples = one.agreement.examples if one.agreement else {}
        for (feed, name), title in islice(examples.items(), 8):
            console.print(f"{one.name}: {feed}: {name}, first in {title!r}", markup=False)
    console.print(_crowds(results))
    console.print(_lags(results))
    if results.snippets:
        console.print(_snippets(results.snippets))
    console.print(_fresh(results))
    console.print(_goals(results))


def _snippets(one: Snippets) -> Table:
    title = f"Snippets of {one.articles} articles ({one.source}): pages read, alerts gained"
    table = _table(title, "pages asked", "for each 100", "read", "alerts", "gained", "of whole")
    table.add_row(
        str(one.asked),
        f"{one.asked_per_hundred:.0f}",
        str(one.read),
        str(one.shown),
        str(one.gained),
        f"{one.shown + one.gained} of {one.whole}",
    )
    return table


def _snippets_record(one: Snippets | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {**asdict(one), "asked_per_hundred": one.asked_per_hundred}


def show_suite(suite: Suite, console: Console) -> None:
    """Print what came of feedparser's own test files."""
    stated = ", ".join(f"{count} {fact}" for fact, count in suite.claims.most_common())
    console.print(f"{suite.files:,} well-formed files; {suite.stating} state {stated}.")
    table = _table("Read by our parser", "outcome", "files", "the first of them")
    table.add_row("as stated", str(suite.agreeing), "")
    for why, files in sorted(suite.differences.items()):
        table.add_row(why, str(len(files)), files[0])
    console.print(table)


def suite_document(suite: Suite) -> dict[str, Any]:
    """What came of feedparser's own test files, for a program."""
    return {
        "files": suite.files,
        "stating": suite.stating,
        "agreeing": suite.agreeing,
        "claims": dict(suite.claims),
        "differences": suite.differences,
    }


def document(results: Results) -> dict[str, Any]:
    """Everything, for a program."""
    return {
        "source": results.source,
        "rounds": results.rounds,
        "load": results.load,
        "unchanged": [
            {**asdict(one), "polls_per_cpu_s": one.per_second, "plain_over_ours": one.ratio}
            for one in results.unchanged
        ],
        "changed": [{**asdict(one), "plain_over_ours": one.ratio} for one in results.changed],
        "ways": [_way_record(results, one) for one in results.tried],
        "crowds": [
            {
                "feeds": one.found.feeds,
                "peak_bytes": one.found.peak,
                "of_it_children_bytes": one.found.children,
                "failed": one.found.failed,
                "articles": one.found.articles,
                "idle_process_lag_s": one.idle_lag,
                "turns": [_turn_record(turn) for turn in one.found.turns],
            }
            for one in results.crowds
        ],
        "snippets": _snippets_record(results.snippets),
        "fresh": [
            {
                "mean_gap_s": one.gap.total_seconds(),
                "published": one.published,
                "polls": one.polls,
                "alerted": len(one.delays),
                "median_s": one.middle,
                "p95_s": one.late,
                "longest_s": max(one.delays),
            }
            for one in results.fresh
        ],
        "goals": [
            {"goal": goal.text, "measured": goal.measured, "met": goal.met}
            for goal in goals(results)
        ],
    }


def _way_record(results: Results, one: Tried) -> dict[str, Any]:
    middle, total = results.gain(one)
    return {
        "way": one.name,
        "seconds": one.seconds,
        "times_plain_median": middle,
        "times_plain_total": total,
        "feeds_read_whole": one.whole,
        "agreement": one.agreement
        and {
            "entries": one.agreement.entries,
            "entries_alike": one.agreement.alike,
            "entries_that_show_nothing": one.agreement.empty,
            "feeds": one.agreement.feeds,
            "feeds_alike": one.agreement.feeds_alike,
            "differences": dict(one.agreement.differences),
        },
    }


def _turn_record(turn: Turn) -> dict[str, Any]:
    return {
        "turn": turn.name,
        "polls": turn.polls,
        "cpu_s": turn.cpu,
        "wall_s": turn.wall,
        "worst_lag_s": turn.lag.worst,
        "worst_own_lag_s": turn.lag.worst_own,
        "p99_lag_s": turn.lag.usual,
        "longest_collection_s": turn.lag.collector,
        "open_files": turn.files,
    }


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left", no_wrap=number > 0)
    return table


def _unchanged(results: Results) -> Table:
    table = _table(
        "Unchanged feeds, processor time of a poll", "feed", "bytes", "answer", "ours µs",
        "plain loop µs", "plain / ours", "our polls per CPU s",
    )  # fmt: skip
    for one in results.unchanged:
        table.add_row(
            one.feed,
            f"{one.size:,}",
            one.how,
            f"{median(one.ours) * 1e6:,.0f}",
            f"{median(one.plain) * 1e6:,.0f}",
            f"{one.ratio:,.1f}x",
            f"{one.per_second:,.0f}",
        )
    return table


def _changed(results: Results) -> Table:
    table = _table(
        "Changed feeds to their new entries, processor time of a poll", "feeds", "count",
        "ours ms, mean", "plain loop ms, mean", "plain / ours, median", "in total", "least",
        "most", "our polls per CPU s",
    )  # fmt: skip
    for kind in KINDS.values():
        feeds = sorted(results.of_kind(kind), key=lambda one: one.size)
        half = len(feeds) // 2
        groups = {"all": feeds, "the smaller half": feeds[:half], "the larger half": feeds[half:]}
        for name, some in groups.items():
            if some:
                table.add_row(f"{kind}: {name}", *_group(some))
    return table


def _group(feeds: list[Changed]) -> list[str]:
    ours = sum(median(one.ours) for one in feeds) / len(feeds)
    plain = sum(median(one.plain) for one in feeds) / len(feeds)
    ratios = [one.ratio for one in feeds]
    return [
        str(len(feeds)),
        f"{ours * 1e3:,.1f}",
        f"{plain * 1e3:,.1f}",
        f"{median(ratios):.2f}x",
        f"{total_ratio(feeds):.2f}x",
        f"{min(ratios):.2f}x",
        f"{max(ratios):.2f}x",
        f"{1 / ours:,.0f}",
    ]


def _ways(results: Results) -> Table:
    table = _table(
        "From a changed body to its new entries, without HTTP", "way", "ms, all feeds",
        "median gain", "in total", "entries alike", "feeds alike", "differences",
    )  # fmt: skip
    for one in results.tried:
        middle, total = results.gain(one)
        table.add_row(
            one.name,
            f"{sum(one.seconds) * 1e3:,.0f}",
            f"{middle:.1f}x",
            f"{total:.1f}x",
            *_agreement(one.agreement),
        )
    told = [f"{one.name}: {one.whole} of {len(one.seconds)} feeds are read as a whole all the same"
            for one in results.tried if one.whole]  # fmt: skip
    empty = max(one.agreement.empty for one in results.tried if one.agreement)
    table.caption = (
        "alike: id, link, title and date are those of feedparser by its defaults;"
        f" {empty} entries have neither title, text nor link and are not kept. {'. '.join(told)}"
    )
    return table


def _agreement(agreement: Agreement | None) -> list[str]:
    if agreement is None:
        return ["nothing is read", "", ""]
    return [
        f"{agreement.alike:,} of {agreement.entries:,} ({agreement.share:.1%})",
        f"{agreement.feeds_alike} of {agreement.feeds}",
        ", ".join(f"{name} {count}" for name, count in agreement.differences.most_common()),
    ]


def _crowds(results: Results) -> Table:
    table = _table(
        "The bot with its store on SQLite, every host another, polling without a pause", "feeds",
        "polls", "failed", "CPU s", "polls per CPU s", "open files", "peak MB", "of it parser",
    )  # fmt: skip
    for one in results.crowds:
        for turn in one.found.turns:
            table.add_row(
                f"{one.found.feeds:,}, {turn.name}",
                f"{turn.polls:,}",
                str(one.found.failed),
                f"{turn.cpu:,.1f}",
                f"{turn.polls / turn.cpu:,.0f}",
                f"{turn.files:,}",
                f"{one.found.peak / 1e6:,.0f}",
                f"{one.found.children / 1e6:,.0f}",
            )
    return table


def _lags(results: Results) -> Table:
    table = _table(
        "The event loop meanwhile, ms behind", "feeds", "p99", "worst", "of it our work",
        "longest collection", "idle process, worst",
    )  # fmt: skip
    for one in results.crowds:
        for turn in one.found.turns:
            lag = turn.lag
            figures = (lag.usual, lag.worst, lag.worst_own, lag.collector, one.idle_lag)
            table.add_row(
                f"{one.found.feeds:,}, {turn.name}", *(f"{each * 1e3:,.1f}" for each in figures)
            )
    table.caption = "idle process: the worst that the machine did meanwhile to one that only sleeps"
    return table


def _fresh(results: Results) -> Table:
    table = _table(
        "From publication to alert, a feed that says ttl 1, on a time line stepped by hand",
        "an item every, on average", "items", "alerted", "polls", "median s", "p95 s", "longest s",
    )  # fmt: skip
    for one in results.fresh:
        table.add_row(
            f"{one.gap.total_seconds() / 60:g} minutes",
            str(one.published),
            str(len(one.delays)),
            f"{one.polls:,}",
            *(f"{each:,.0f}" for each in (one.middle, one.late, max(one.delays))),
        )
    return table


def _goals(results: Results) -> Table:
    table = _table("Goals", "goal", "measured", "verdict")
    for goal in goals(results):
        table.add_row(goal.text, goal.measured, _VERDICTS[goal.met], style=_STYLES[goal.met])
    return table
