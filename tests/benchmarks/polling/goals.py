"""The goals that polling has set itself, and whether this run met them."""

from collections.abc import Iterator
from statistics import median

from tests.benchmarks.polling.fronts import FIRST, ONE
from tests.benchmarks.polling.results import FAST, KEPT, KINDS, Results, total_ratio
from tests.benchmarks.rules.goals import Goal

_TIMES_UNCHANGED = 30.0
_TIMES_CHANGED = 10.0
_PER_SECOND = 2_000
_MANY = 10_000
_MEGABYTES = 300
_LAG = 0.100
_FRESH = 90


def goals(results: Results) -> list[Goal]:
    """Every goal, judged by this run alone."""
    return [
        *_unchanged(results),
        *_changed(results),
        *_same_entries(results),
        _per_second(results),
        *_with_store(results),
        *_crowd(results),
        _fresh(results),
    ]


def _unchanged(results: Results) -> Iterator[Goal]:
    for one in results.unchanged:
        text = (
            f"{one.feed} ({one.size:,} bytes), {one.how}: at least {_TIMES_UNCHANGED:g}x less CPU"
            " than the plain loop"
        )
        yield Goal(text, f"{one.ratio:,.1f}x", one.ratio >= _TIMES_UNCHANGED)


def _changed(results: Results) -> Iterator[Goal]:
    for kind in (KINDS["none"], KINDS["one"]):
        feeds = results.of_kind(kind)
        text = f"changed feed, {kind}: median at least {_TIMES_CHANGED:g}x the plain loop"
        ratio = median(one.ratio for one in feeds)
        measured = f"{ratio:.1f}x ({total_ratio(feeds):.1f}x in total)"
        yield Goal(text, measured, ratio >= _TIMES_CHANGED)


def _same_entries(results: Results) -> Iterator[Goal]:
    for name in (FIRST, ONE):
        text = f"{name}: id, link, title and date of every entry as feedparser says"
        way = results.way(name)
        agreement = way.agreement if way else None
        assert agreement, "ours is always tried, and read"
        measured = f"{agreement.alike:,} of {agreement.entries:,}"
        yield Goal(text, measured, agreement.alike == agreement.entries)


def _per_second(results: Results) -> Goal:
    text = f"at least {_PER_SECOND:,} unchanged polls per CPU second over kept connections"
    slowest = min(one.per_second for one in results.unchanged if one.how == KEPT)
    return Goal(text, f"{slowest:,.0f}", slowest >= _PER_SECOND)


def _with_store(results: Results) -> Iterator[Goal]:
    for crowd in results.crowds:
        turn = crowd.found.turns[-1]
        text = (
            f"the same with claim and commit, {crowd.found.feeds:,} feeds: at least {_PER_SECOND:,}"
        )
        per_second = turn.polls / turn.cpu
        yield Goal(text, f"{per_second:,.0f}", per_second >= _PER_SECOND)


def _crowd(results: Results) -> Iterator[Goal]:
    crowd = next((one for one in results.crowds if one.found.feeds == _MANY), None)
    memory = f"{_MANY:,} feeds in at most {_MEGABYTES} MB"
    lag = f"worst event-loop lag at {_MANY:,} feeds under {_LAG * 1000:g} ms"
    if crowd is None:
        yield Goal(memory, "not measured", None)
        yield Goal(lag, "not measured", None)
        return
    used = crowd.found.peak / 1e6
    yield Goal(memory, f"{used:,.0f} MB", used <= _MEGABYTES)
    measured = f"{crowd.worst_lag * 1000:,.0f} ms, {crowd.worst_own_lag * 1000:,.0f} of it ours"
    yield Goal(lag, measured, crowd.worst_lag < _LAG)


def _fresh(results: Results) -> Goal:
    every = f"{FAST.total_seconds() / 60:g} minutes"
    text = f"an item of a feed that has one every {every}, to its alert: median {_FRESH} s at most"
    fast = next((one for one in results.fresh if one.gap == FAST), None)
    if fast is None:
        return Goal(text, "not measured", None)
    told = f"{fast.middle:.0f} s; {len(fast.delays)} of {fast.published} alerted"
    return Goal(text, told, fast.middle <= _FRESH and len(fast.delays) == fast.published)
