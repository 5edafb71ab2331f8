"""One run of the bench: what is measured, in which order, how often. Each part runs alone."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.polling import crowd, freshness, fronts, ours, plain
from tests.benchmarks.polling.apart import run_apart
from tests.benchmarks.polling.feeds import SMALL, Feed, median, smallest
from tests.benchmarks.polling.results import (
    FAST,
    KEPT,
    KINDS,
    SAME,
    Changed,
    Crowd,
    Results,
    Unchanged,
)
from tests.benchmarks.polling.server import serving

_PATHS = {KEPT: "kept", SAME: "same"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How often things are done; `repeats` is how often a feed under 60 KB is read in a row.

    `items` is how many are published to be alerted, `snippets` how many are shown as snippets.
    """

    rounds: int = 3
    polls: int = 4_000
    plain_polls: int = 20
    repeats: int = 3
    crowds: tuple[int, ...] = (1_000, 10_000)
    items: int = 200
    snippets: int = 480


_GAPS = (FAST, timedelta(minutes=15), timedelta(hours=1))
_SEED = 20_260_302

QUICK = Plan(
    rounds=1,
    polls=1_000,
    plain_polls=10,
    repeats=1,
    crowds=(100, 1_000),
    items=30,
    snippets=60,
)


def measure(
    plan: Plan, feeds: Sequence[Feed], results: Results, tell: Callable[[str], None]
) -> None:
    """Fill the results."""
    with serving([feed.body for feed in feeds]) as port:
        for feed in (median(feeds), smallest(feeds)):
            for how in _PATHS:
                tell(f"unchanged: {feed.name}, {how}")
                results.unchanged.append(_unchanged(plan, feeds, feed, how, port))
        results.changed = _changed(plan, feeds, port, tell)
        tell("reading feeds in other ways")
        results.tried = run_apart(fronts.tried, feeds, _repeats(plan, feeds)).found
        for count in plan.crowds:
            tell(f"{count:,} feeds in the store")
            with TemporaryDirectory(prefix="watchfloor-bench-") as folder:
                apart = run_apart(crowd.crowded, port, count, Path(folder))
            results.crowds.append(Crowd(apart.found, apart.idle_lag))
    for gap in _GAPS:
        tell(f"an item every {gap.total_seconds() / 60:g} minutes, to its alert")
        with TemporaryDirectory(prefix="watchfloor-bench-") as folder:
            found = run_apart(freshness.fresh, gap, plan.items, _SEED, Path(folder)).found
        results.fresh.append(found)
    results.load = os.getloadavg()[0]


def _unchanged(plan: Plan, feeds: Sequence[Feed], feed: Feed, how: str, port: int) -> Unchanged:
    path = f"/{_PATHS[how]}/{feeds.index(feed)}"
    mine, theirs = [], []
    for _ in range(plan.rounds):
        mine.append(run_apart(ours.unchanged, port, path, plan.polls).found)
        theirs += run_apart(plain.polled, port, [path], [plan.plain_polls]).found
    return Unchanged(feed.name, len(feed.body), how, mine, theirs)


def _changed(
    plan: Plan, feeds: Sequence[Feed], port: int, tell: Callable[[str], None]
) -> list[Changed]:
    numbers, repeats = range(len(feeds)), _repeats(plan, feeds)
    paths = [f"/fresh/{number}" for number in numbers]
    mine: list[list[ours.Spent]] = []
    theirs: list[list[float]] = []
    for turn in range(plan.rounds):
        tell(f"changed feeds, round {turn + 1} of {plan.rounds}")
        mine.append(run_apart(ours.changed, port, numbers, repeats).found)
        theirs.append(run_apart(plain.polled, port, paths, repeats).found)
    return [
        Changed(feed.name, len(feed.body), name, [getattr(one, kind) for one in quick], slow)
        for kind, name in KINDS.items()
        for feed, quick, slow in zip(
            feeds, zip(*mine, strict=True), zip(*theirs, strict=True), strict=True
        )
    ]


def _repeats(plan: Plan, feeds: Sequence[Feed]) -> list[int]:
    return [plan.repeats if len(feed.body) < SMALL else 1 for feed in feeds]
