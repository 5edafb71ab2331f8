"""The goals that the store has set itself, and whether this run met them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.benchmarks.rules.goals import Goal
from tests.benchmarks.store.inserts import Inserts
from tests.benchmarks.store.outbox import Claims
from tests.benchmarks.store.searches import BEST, NEWEST, Searches

_OF_BARE = 0.55
_LARGE, _HUGE = 100_000, 1_000_000
_NEWEST_SECONDS, _HUGE_SECONDS, _BEST_SECONDS = 1.0, 0.100, 1.0
_PER_SECOND = 5_000


@dataclass(slots=True)
class Results:
    """Everything that one run measured. `load` is the machine's load at the end.

    `exact` says for each database whether searches found what a look at every article finds.
    """

    source: str
    load: float = 0.0
    inserts: list[Inserts] = field(default_factory=list)
    exact: dict[str, bool] = field(default_factory=dict)
    searches: list[Searches] = field(default_factory=list)
    claims: list[Claims] = field(default_factory=list)


def goals(results: Results) -> list[Goal]:
    """Every goal, judged by this run alone."""
    return [
        *_exact(results.exact),
        *_inserts(results.inserts),
        *_searches(results.searches),
        *_claims(results.claims),
    ]


def _exact(exact: Mapping[str, bool]) -> Iterator[Goal]:
    for name, is_so in exact.items():
        found = "the same" if is_so else "DIFFERENT"
        yield Goal(f"{name}: searches find what a look at every article finds", found, is_so)


def _inserts(found: Sequence[Inserts]) -> Iterator[Goal]:
    for one in found:
        text = f"{one.database}: inserts at least {_OF_BARE:g}x of the bare driver, with the index"
        yield Goal(text, f"{one.ratio:.2f}x", one.ratio >= _OF_BARE)


def _searches(found: Sequence[Searches]) -> Iterator[Goal]:
    for one in found:
        limit = _limit(one)
        if limit is not None:
            what = f"{one.database}, {one.size:,} articles: {one.kind}"
            text = f"{what}, p95 at most {limit * 1000:g} ms"
            yield Goal(text, f"{one.p95 * 1000:,.0f} ms", one.p95 <= limit)


def _limit(one: Searches) -> float | None:
    if one.size < _LARGE:
        return None
    if one.kind == BEST:
        return _BEST_SECONDS
    assert one.kind == NEWEST, "there are two kinds"
    return _HUGE_SECONDS if one.size >= _HUGE else _NEWEST_SECONDS


def _claims(found: Sequence[Claims]) -> Iterator[Goal]:
    for one in found:
        text = f"{one.database}: at least {_PER_SECOND:,} deliveries claimed per second, in batches"
        yield Goal(text, f"{one.per_second:,.0f}", one.per_second >= _PER_SECOND)
