"""How far apart things stand in a text: the arithmetic of NEAR and ATLEAST.

It compares places of one stream; what stands there was found elsewhere.

Of all the ways in which a NEAR holds, those are kept that tell something: of those that begin
(or end) alike the shortest and the longest. They prove whatever the others could prove in a longer
chain. They are found without listing the others: of the stretches that stand close behind one, the
one that ends first or last makes the shortest or the longest pair, and the lowest of a window that
only moves on is known in constant time. So the work grows with the length of a text, not with its
square, also where a paragraph is nothing but the words that are searched for.

A NEAR of terms is thereby measured in full, whatever the text. Where one stands inside another,
two limits far above what people write bound the work: MOST_FINDS and _MOST_COMPARED.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from rules.finder import Hit
from rules.query import Scope
from rules.terms import Term
from rules.text import Stream

MOST_FINDS = 20_000
"""A NEAR inside which another stands measures, of each side, this number divided by the number of
its terms: of three terms some 6,600 stretches. It takes those first that have something of the
other side around, in the order of their ends; what is left is no evidence either."""

_SIMPLE = 2
"""Finds in a pair of terms."""

_FEW = 16
"""So many pairs are looked at one by one, which is quicker then."""

_MOST_COMPARED = 1_000_000
"""Finds that are compared where NEARs on both sides overlap. If that is not enough for all, a
stretch is compared with those alone that begin next behind its own beginning."""

_Pair = tuple[int, int]
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a stream with the terms found in it."""

    start: int
    end: int
    hits: tuple[tuple[Term, Hit], ...]


def near(
    stream: Stream, left: list[Stretch], right: list[Stretch], reach: int | Scope, *, ordered: bool
) -> list[Stretch]:
    """The telling stretches from a left to a right one that stand close enough, in order.

    Both sides are in order, and no two stretches of a side are alike in both ends. One may stand
    in a gap of the other but not on its words. A stretch holds the finds of the first such pair.
    """
    if not left or not right:
        return []
    if isinstance(reach, Scope):
        groups = _groups(stream, reach)
        left, right = _within_one(groups, left), _within_one(groups, right)
    last = _farthest(stream, reach)
    if len(left) * len(right) <= _FEW:
        pairs = _one_by_one(left, right, last, ordered)
    else:
        left, right = _bounded(left, right, last)
        pairs = _extreme(left, right, last, ordered)
    first: dict[_Span, _Pair] = {}
    for pair in pairs:
        one, other = left[pair[0]], right[pair[1]]
        start = one.start if one.start < other.start else other.start
        span = start, one.end if one.end > other.end else other.end
        if pair < first.get(span, (len(left), 0)):
            first[span] = pair
    telling = ((span, *first[span]) for span in _telling(first))
    return [Stretch(*span, left[one].hits + right[other].hits) for span, one, other in telling]


def _one_by_one(
    left: list[Stretch], right: list[Stretch], last: Callable[[int], int], ordered: bool
) -> Iterator[_Pair]:
    """All pairs that are close."""
    for number, one in enumerate(left):
        for place, other in enumerate(right):
            if one.end <= other.start:
                close = other.start <= last(one.end)
            elif ordered:
                close = False
            elif other.end <= one.start:
                close = one.start <= last(other.end)
            else:
                close = not _share_words(one, other)
            if close:
                yield number, place


def _extreme(
    left: list[Stretch], right: list[Stretch], last: Callable[[int], int], ordered: bool
) -> Iterator[_Pair]:
    """Of the pairs that are close those that may be telling, and few others."""
    yield from _in_a_row(left, right, last)
    if not ordered:
        yield from ((one, other) for other, one in _in_a_row(right, left, last))
        yield from _entangled(left, right)


def _bounded(
    left: list[Stretch], right: list[Stretch], last: Callable[[int], int]
) -> tuple[list[Stretch], list[Stretch]]:
    """Both sides, those alone that are measured."""
    finds = _widest(left) + _widest(right)
    if finds <= _SIMPLE:
        return left, right
    most = MOST_FINDS // finds
    return _foremost(left, right, last, most), _foremost(right, left, last, most)


def _widest(stretches: list[Stretch]) -> int:
    """The number of finds in the stretch that has most."""
    return max(len(one.hits) for one in stretches)


def _foremost(
    ours: list[Stretch], theirs: list[Stretch], last: Callable[[int], int], most: int
) -> list[Stretch]:
    """Of too many stretches those with others around that end first; in order."""
    if len(ours) <= most:
        return ours
    starts = [other.start for other in theirs]
    reached = sorted(last(other.end) for other in theirs)
    met = [
        one for one in ours if bisect_right(starts, last(one.end)) > bisect_left(reached, one.start)
    ]
    kept = sorted(met, key=lambda one: (one.end, -one.start))[:most]
    return sorted(kept, key=lambda one: (one.start, one.end))


def _within_one(groups: Sequence[int], stretches: list[Stretch]) -> list[Stretch]:
    return [one for one in stretches if groups[one.start] == groups[one.end - 1]]


def _groups(stream: Stream, scope: Scope) -> Sequence[int]:
    return stream.sentence_numbers if scope is Scope.SENTENCE else stream.paragraphs


def _farthest(stream: Stream, reach: int | Scope) -> Callable[[int], int]:
    """Tells for where something ends the last place where what is close behind it may begin."""
    if isinstance(reach, Scope):
        groups = _groups(stream, reach)
        return lambda end: bisect_right(groups, groups[end - 1]) - 1
    numbers = stream.word_numbers
    return lambda end: bisect_right(numbers, numbers[end] + reach) - 1


def _in_a_row(
    firsts: list[Stretch], seconds: list[Stretch], last: Callable[[int], int]
) -> Iterator[_Pair]:
    """Of pairs with the second close behind the first, the shortest and longest of each stretch.

    Where several are alike in length it is the pair that comes first in both lists.
    """
    order = sorted(range(len(firsts)), key=[first.end for first in firsts].__getitem__)
    ends = [firsts[number].end for number in order]
    reached = [last(end) for end in ends]
    starts = [second.start for second in seconds]
    before = [(bisect_left(reached, start), bisect_right(ends, start)) for start in starts]
    if all(start >= end for start, end in before):
        return
    behind = [
        (bisect_left(starts, end), bisect_right(starts, far))
        for end, far in zip(ends, reached, strict=True)
    ]
    finishes = [second.end for second in seconds]
    begins = [firsts[number].start for number in order]
    for extremes in (_lowest, _highest):
        for number, partner in zip(order, extremes(finishes, behind), strict=True):
            if partner is not None:
                yield number, partner
        for number, partner in enumerate(extremes(begins, before)):
            if partner is not None:
                yield order[partner], number


def _highest(values: list[int], windows: Iterable[tuple[int, int]]) -> Iterator[int | None]:
    """What `_lowest` tells, of the highest value of each window."""
    return _lowest([-value for value in values], windows)


def _lowest(values: list[int], windows: Iterable[tuple[int, int]]) -> Iterator[int | None]:
    """For each window of the values the place of its lowest, the first of several; None if empty.

    Neither end of a window ever moves back.
    """
    rising: deque[int] = deque()
    reached = 0
    for start, end in windows:
        for place in range(reached, end):
            while rising and values[rising[-1]] > values[place]:
                rising.pop()
            rising.append(place)
        reached = max(reached, end)
        while rising and rising[0] < start:
            rising.popleft()
        yield rising[0] if start < end else None


def _entangled(left: list[Stretch], right: list[Stretch]) -> Iterator[_Pair]:
    """Pairs that overlap without sharing a word: one of the two, at least, has a gap."""
    ours, theirs = _gappy(left), _gappy(right)
    if ours:
        yield from _in_gaps(left, ours, right)
    if theirs:
        yield from ((one, other) for other, one in _in_gaps(right, theirs, left))
    if ours and theirs:
        yield from _interleaved(left, ours, right, theirs)


def _gappy(stretches: list[Stretch]) -> list[int]:
    return [number for number, one in enumerate(stretches) if len(one.hits) > 1]


def _in_gaps(around: list[Stretch], gappy: list[int], inside: list[Stretch]) -> Iterator[_Pair]:
    """For each stretch with gaps the first single find of the others that stands in one."""
    single = [number for number, one in enumerate(inside) if len(one.hits) == 1]
    starts = [inside[number].start for number in single]
    for number in gappy:
        for start, end in _gaps(around[number]):
            places = range(bisect_left(starts, start), bisect_left(starts, end))
            fits = (single[place] for place in places if inside[single[place]].end <= end)
            found = next(fits, None)
            if found is not None:
                yield number, found
                break


def _gaps(stretch: Stretch) -> Iterator[_Span]:
    spans = sorted((hit.start, hit.end) for _, hit in stretch.hits)
    return ((one[1], other[0]) for one, other in pairwise(spans))


def _interleaved(
    left: list[Stretch], ours: list[int], right: list[Stretch], theirs: list[int]
) -> Iterator[_Pair]:
    """Pairs of stretches with gaps that overlap and share no word."""
    finds = _widest(left) * _widest(right)
    most = max(1, _MOST_COMPARED // (finds * (len(ours) + len(theirs))))
    for one, other in _begun_inside(left, ours, right, theirs, most):
        if not _share_words(left[one], right[other]):
            yield one, other
    for other, one in _begun_inside(right, theirs, left, ours, most):
        if not _share_words(left[one], right[other]):
            yield one, other


def _begun_inside(
    around: list[Stretch], ours: list[int], inside: list[Stretch], theirs: list[int], most: int
) -> Iterator[_Pair]:
    """Each of ours with those of theirs that begin in it, at most so many."""
    starts = [inside[number].start for number in theirs]
    for number in ours:
        one = around[number]
        begun = range(bisect_right(starts, one.start), bisect_left(starts, one.end))
        yield from ((number, theirs[place]) for place in islice(begun, most))


def _share_words(one: Stretch, other: Stretch) -> bool:
    return any(
        mine.start < theirs.end and theirs.start < mine.end
        for _, mine in one.hits
        for _, theirs in other.hits
    )


def _telling(spans: Iterable[_Span]) -> list[_Span]:
    """For each start the shortest and longest span, for each end the same; in order."""
    shortest: dict[int, int] = {}
    longest: dict[int, int] = {}
    latest: dict[int, int] = {}
    earliest: dict[int, int] = {}
    for start, end in sorted(spans):
        shortest.setdefault(start, end)
        longest[start] = end
        latest[end] = start
        earliest.setdefault(end, start)
    by_end = ((start, end) for starts in (latest, earliest) for end, start in starts.items())
    return sorted({*shortest.items(), *longest.items(), *by_end})


def apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """As many stretches as do not overlap, taking those that end first."""
    taken: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda found: (found.end, -found.start)):
        if not taken or taken[-1].end <= stretch.start:
            taken.append(stretch)
    return taken
