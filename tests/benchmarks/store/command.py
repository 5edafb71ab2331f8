"""`bench store`: inserts, searches and claims on both databases, and the goals."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.model import Entry
from tests.benchmarks.rules.goals import Goal
from tests.benchmarks.store import inserts, outbox, searches
from tests.benchmarks.store.articles import articles
from tests.benchmarks.store.goals import Results, goals
from tests.benchmarks.store.worlds import AT_ONCE, NOW, World, opened, urls

_SIZE = 100_000
_ROUNDS, _POLLS, _SEARCHES, _WAITING = 5, 20, 3, 20_000
_QUICK_SIZE, _QUICK_POLLS, _QUICK_WAITING = 3_000, 2, 500
_FILLED_AT_ONCE = 200


def run(data: Path | None, sizes: tuple[int, ...], *, quick: bool, as_json: bool) -> bool:
    """Measure and print. False if a search missed what a look at every article finds."""
    sizes = tuple(sorted(sizes)) or ((_QUICK_SIZE,) if quick else (_SIZE,))
    with Progress(console=Console(stderr=True), transient=True) as progress:
        results = asyncio.run(_measure(data, sizes, quick, progress))
    results.load = os.getloadavg()[0]
    judged = goals(results)
    if as_json:
        print(json.dumps(_document(results, judged), indent=1))  # noqa: T201 - for programs
    else:
        console = Console()
        _show(results, judged, console if console.is_terminal else Console(width=130))
    return all(results.exact.values())


async def _measure(
    data: Path | None, sizes: tuple[int, ...], quick: bool, progress: Progress
) -> Results:
    results = Results(str(data) if data else "invented articles")
    polls = _QUICK_POLLS if quick else _POLLS
    with urls() as databases:
        for name, url in databases.items():
            entries = articles(data, 10**9)
            async with opened(name, url) as world:
                bar = progress.add_task(f"{name}: inserts", total=sizes[-1])
                results.inserts.append(await inserts.measure(world, entries, _ROUNDS, polls))
                held = 2 * _ROUNDS * polls * AT_ONCE
                progress.update(bar, completed=held, description=f"{name}: is the search exact?")
                results.exact[name] = await searches.exact(world)
                for size in sizes:
                    progress.update(bar, description=f"{name}: filling")
                    held = await _fill(world, entries, held, size, partial(progress.advance, bar))
                    progress.update(bar, completed=held, description=f"{name}: searches")
                    results.searches += await searches.measure(world, held, _SEARCHES)
                progress.update(bar, description=f"{name}: outbox")
                waiting = _QUICK_WAITING if quick else _WAITING
                results.claims.append(await outbox.measure(world, waiting))
    return results


async def _fill(
    world: World, entries: Iterator[Entry], held: int, size: int, tell: Callable[[int], None]
) -> int:
    """Let the feed bring articles until there are so many; how many there are then."""
    while held < size:
        number = min(_FILLED_AT_ONCE, size - held)
        at = NOW + timedelta(hours=1, seconds=held)
        await world.poll([next(entries) for _ in range(number)], at)
        held += number
        tell(number)
    return held


def _document(results: Results, judged: list[Goal]) -> dict[str, Any]:
    return {
        **asdict(results),
        "ratios": {one.database: (one.ratio, one.ratio_handed) for one in results.inserts},
        "seconds": [
            {"database": one.database, "kind": one.kind, "size": one.size, "p50": one.median}
            | {"p95": one.p95, "slowest": one.worst}
            for one in results.searches
        ],
        "goals": [asdict(goal) for goal in judged],
    }


def _show(results: Results, judged: list[Goal], console: Console) -> None:
    console.print(f"{results.source}; load of the machine at the end {results.load:.1f}")
    heads = ("database", "ours, articles/s", "bare driver", "ratio", "handed the keys", "ratio")
    rates = Table(*heads, title="Inserts")
    for one in results.inserts:
        ours, bare, handed = (f"{median(x):,.0f}" for x in (one.ours, one.bare, one.handed))
        ratios = f"{one.ratio:.2f}x", f"{one.ratio_handed:.2f}x"
        rates.add_row(one.database, ours, bare, ratios[0], handed, ratios[1])
    console.print(rates)
    times = Table("database", "articles", "what", "p50 ms", "p95 ms", "slowest", title="Searches")
    for each in results.searches:
        spent = (f"{each.median * 1000:,.1f}", f"{each.p95 * 1000:,.1f}")
        times.add_row(each.database, f"{each.size:,}", each.kind, *spent, each.worst)
    console.print(times)
    claims = Table("database", "waiting", "claimed per second", title="Outbox")
    for claim in results.claims:
        claims.add_row(claim.database, f"{claim.waiting:,}", f"{claim.per_second:,.0f}")
    console.print(claims)
    for goal in judged:
        console.print(f"{'met' if goal.met else 'NOT MET'}: {goal.text}: {goal.measured}")
