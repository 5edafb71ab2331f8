"""Runs the bench of the whole way and prints its tables."""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.delivery import alone, together
from tests.benchmarks.delivery.alone import Alone
from tests.benchmarks.delivery.desk import articles, feeds, queries
from tests.benchmarks.delivery.goals import goals
from tests.benchmarks.delivery.together import Together

WATCHLISTS, QUICK_WATCHLISTS = 10_000, 500
ALL, QUICK = 10_000, 200
WORKERS = (1, 3)


def run(data: Path | None, *, quick: bool, as_json: bool) -> None:
    """Measure, and print tables or one JSON document."""
    found = articles(data, QUICK if quick else ALL)
    asked = queries(found, QUICK_WATCHLISTS if quick else WATCHLISTS)
    documents = feeds(found)
    single, several = [], []
    with Console(stderr=True).status("") as status:
        for how in (False, True):
            status.update(f"SQLite, one process, with{'' if how else 'out'} stories")
            single.append(asyncio.run(alone.measure(documents, asked, stories=how)))
        for each in WORKERS:
            status.update(f"PostgreSQL, {each} worker{'s' if each > 1 else ''}")
            several.append(asyncio.run(together.measure(documents, len(found), asked, each)))
    load = os.getloadavg()[0]
    judged = goals(single, several)
    if as_json:
        rows = {
            "watchlists": len(asked),
            "load": load,
            "alone": [asdict(each) for each in single],
            "together": [asdict(each) for each in several],
            "goals": [asdict(each) for each in judged],
        }
        sys.stdout.write(f"{json.dumps(rows)}\n")
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 132)
    console.print(f"{len(asked):,} watchlists; the machine's load was {load:.1f} at the end.\n")
    console.print(_alone(single))
    console.print(_together(several))
    for goal in judged:
        console.print(f"{'met' if goal.met else 'NOT MET'}: {goal.text}: {goal.measured}")


def _alone(rows: list[Alone]) -> Table:
    heads = ("articles", "alerts", "articles/CPU s", "polling", "parsing", "matching", "rest")
    table = Table(
        "SQLite, one process",
        *heads,
        "serial",
        "of it placing",
        title="CPU ms per article",
        box=None,
    )
    for row in rows:
        each = 1000 / row.articles
        parts = (row.polling, row.parsing, row.matching, row.processing - row.matching)
        table.add_row(
            "with stories" if row.stories else "without stories",
            f"{row.articles:,}",
            f"{row.alerts:,}",
            f"{row.per_second:.0f}",
            *(f"{part * each:.2f}" for part in parts),
            f"{row.serial * each:.2f}",
            f"{row.placing * each:.2f}",
        )
    return table


def _together(rows: list[Together]) -> Table:
    cost = ("articles", "articles/CPU s", "bot", "database", "wall")
    heads = (*cost, "lock waits", "p99 of them", "all idle")
    table = Table("PostgreSQL, with stories", *heads, title="CPU ms per article", box=None)
    for row in rows:
        each = 1000 / row.articles
        table.add_row(
            f"{row.workers} workers",
            f"{row.articles:,}",
            f"{row.per_second:.0f}",
            f"{row.bot * each:.2f}",
            f"{row.database * each:.2f}",
            f"{row.wall:.1f} s",
            f"{len(row.waits)}",
            f"{row.last_wait:.0f} ms",
            f"{row.idle:.1%} of a CPU",
        )
    return table
