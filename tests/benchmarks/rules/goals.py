"""The goals that the rule engine has set itself, and whether this run met them."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks.rules.engine import (
    AUTOMATON,
    COMBINATIONS,
    OURS,
    PEERS,
    SCAN,
    SUBSTRING,
    TSQUERY_GIN,
)
from tests.benchmarks.rules.results import Results

_LARGE, _SMALL, _HUGE = 100_000, 1_000, 1_000_000
_TIMES_FASTER = {COMBINATIONS: 30, TSQUERY_GIN: 50, AUTOMATON: 100, SUBSTRING: 1_500}
_TIMES_THE_SCAN = 8.0
_TIMES_LITERAL = 2.0
_GROWTH = {_LARGE: 2.5, _HUGE: 6.0}
_NO_SLOWER = 1.05
_LITERAL_EDIT, _OTHER_EDIT = 0.001, 0.050
_BYTES_PER_WATCHLIST = 1_024
_TIMES_FUZZY = 14.0


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted and what was measured; `met` is None where the run did not measure it."""

    text: str
    measured: str
    met: bool | None


def goals(results: Results) -> list[Goal]:
    """Every goal, judged by this run alone."""
    return [
        _same_matches(results),
        *_faster(results),
        *_near_the_limit(results),
        *_tolerant(results),
        *_growing(results),
        _small(results),
        *_edits(results),
        _memory(results),
        _fuzzy(results),
    ]


def _unmeasured(text: str) -> Goal:
    return Goal(text, "not measured", None)


def _same_matches(results: Results) -> Goal:
    text = "the matches of all engines are the same"
    count = len(results.differences)
    return Goal(text, f"{count} differences" if count else "same", not count)


def _faster(results: Results) -> Iterator[Goal]:
    ours = results.find(OURS, _LARGE)
    for name, wanted in _TIMES_FASTER.items():
        text = f"at {_LARGE:,} at least {wanted:,}x faster than {name}"
        peer = results.find(name, _LARGE)
        if ours and peer:
            ratio = peer.ratio(ours)
            yield Goal(text, f"{ratio:,.1f}x", ratio >= wanted)
        else:
            yield _unmeasured(text)


def _near_the_limit(results: Results) -> Iterator[Goal]:
    for size in results.sizes:
        ours, scan = results.find(OURS, size), results.find(SCAN, size)
        if ours and scan:
            ratio = ours.ratio(scan)
            text = f"at {size:,} at most {_TIMES_THE_SCAN:g}x a bare Hyperscan scan"
            yield Goal(text, f"{ratio:.1f}x", ratio <= _TIMES_THE_SCAN)


def _tolerant(results: Results) -> Iterator[Goal]:
    for size, ratio in results.tolerant.items():
        text = f"at {size:,} the tolerant reading costs at most {_TIMES_LITERAL:g}x the literal one"
        yield Goal(text, f"{ratio:.2f}x", ratio <= _TIMES_LITERAL)


def _growing(results: Results) -> Iterator[Goal]:
    for size, wanted in _GROWTH.items():
        text = f"{size:,} cost at most {wanted:g}x the time of {_SMALL:,}"
        if size in results.growth and results.sizes[0] == _SMALL:
            ratio = results.growth[size]
            yield Goal(text, f"{ratio:.2f}x", ratio <= wanted)
        else:
            yield _unmeasured(text)


def _small(results: Results) -> Goal:
    text = f"at {_SMALL:,} no peer is faster by more than 5 %"
    ours = results.find(OURS, _SMALL)
    peers = [peer for name in PEERS if (peer := results.find(name, _SMALL))]
    if not ours or not peers:
        return _unmeasured(text)
    fastest = min(peers, key=lambda peer: peer.ratio(ours))
    ratio = ours.ratio(fastest)
    return Goal(text, f"{ratio:.2f}x {fastest.engine}", ratio <= _NO_SLOWER)


def _edits(results: Results) -> Iterator[Goal]:
    for edited in results.edits:
        limit = _LITERAL_EDIT if edited.kind == "literal" else _OTHER_EDIT
        worst = max(edited.add.worst, edited.remove.worst)
        text = (
            f"at {edited.size:,} one live edit of a {edited.kind} rule: p99 at most "
            f"{limit * 1000:g} ms"
        )
        yield Goal(text, f"{worst * 1000:.2f} ms", worst <= limit)


def _memory(results: Results) -> Goal:
    text = f"at {_LARGE:,} at most {_BYTES_PER_WATCHLIST:,} bytes per watchlist over its text"
    ours = results.find(OURS, _LARGE)
    if not ours:
        return _unmeasured(text)
    each = ours.built.grown / _LARGE
    return Goal(text, f"{each:,.0f} bytes", each <= _BYTES_PER_WATCHLIST)


def _fuzzy(results: Results) -> Goal:
    text = f"2,000 fuzzy terms at least {_TIMES_FUZZY:g}x faster than brute force"
    if not results.fuzzy:
        return _unmeasured(text)
    ours, brute = results.fuzzy
    ratio = brute.ratio(ours)
    return Goal(text, f"{ratio:.1f}x", ratio >= _TIMES_FUZZY)
