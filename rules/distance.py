"""How far apart things stand in a text: the arithmetic of NEAR and ATLEAST.

It compares places of one stream; what stands there was found elsewhere.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from rules.finder import Hit
from rules.query import Scope
from rules.terms import Term
from rules.text import Stream


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a stream with the terms found in it."""

    start: int
    end: int
    hits: tuple[tuple[Term, Hit], ...]


def near(
    stream: Stream, left: list[Stretch], right: list[Stretch], reach: int | Scope, *, ordered: bool
) -> list[Stretch]:
    """The stretches from a left to a right one that stand close enough, in order.

    Of all pairs that begin (or end) alike only the shortest and the longest are kept: they prove
    whatever any of the others could prove in a longer chain, and bound the work.
    """
    if not left or not right:
        return []
    close = _Closeness(stream, reach)
    starts = [stretch.start for stretch in right]
    longest = max(stretch.end - stretch.start for stretch in right)
    pairs: dict[tuple[int, int], Stretch] = {}
    for one in left:
        first, last = close.window(one, longest)
        for other in right[bisect_left(starts, first) : bisect_right(starts, last)]:
            if (not ordered or one.end <= other.start) and close.holds(one, other):
                pair = Stretch(
                    min(one.start, other.start), max(one.end, other.end), one.hits + other.hits
                )
                pairs.setdefault((pair.start, pair.end), pair)
    return _telling(pairs.values())


class _Closeness:
    """What "close enough" means for one NEAR in one stream."""

    def __init__(self, stream: Stream, reach: int | Scope) -> None:
        self._reach = reach
        self._numbers = stream.word_numbers
        if reach is Scope.SENTENCE:
            self._groups = stream.sentence_numbers
        elif reach is Scope.PARAGRAPH:
            self._groups = stream.paragraphs

    def window(self, one: Stretch, longest: int) -> tuple[int, int]:
        """First and last place where a partner may begin."""
        if isinstance(self._reach, Scope):
            first = bisect_left(self._groups, self._groups[one.start])
            return first, bisect_right(self._groups, self._groups[one.end - 1]) - 1
        before = self._numbers[one.start] - self._reach
        after = self._numbers[one.end] + self._reach
        return (
            bisect_left(self._numbers, before) - longest - 1,
            bisect_right(self._numbers, after) - 1,
        )

    def holds(self, one: Stretch, other: Stretch) -> bool:
        """Whether both are close; one may stand in a gap of the other but not on its words."""
        if isinstance(self._reach, Scope):
            ends = {one.start, one.end - 1, other.start, other.end - 1}
            if len({self._groups[place] for place in ends}) > 1:
                return False
        else:
            between = max(
                self._numbers[other.start] - self._numbers[one.end],
                self._numbers[one.start] - self._numbers[other.end],
            )
            if between > self._reach:
                return False
        return one.end <= other.start or other.end <= one.start or not _share_words(one, other)


def _share_words(one: Stretch, other: Stretch) -> bool:
    return any(
        mine.start < theirs.end and theirs.start < mine.end
        for _, mine in one.hits
        for _, theirs in other.hits
    )


def _telling(pairs: Iterable[Stretch]) -> list[Stretch]:
    """For each start the shortest and longest stretch, for each end the same."""
    kept: dict[tuple[int, int], Stretch] = {}
    by_start: dict[int, list[Stretch]] = {}
    by_end: dict[int, list[Stretch]] = {}
    for pair in pairs:
        by_start.setdefault(pair.start, []).append(pair)
        by_end.setdefault(pair.end, []).append(pair)
    for group in (*by_start.values(), *by_end.values()):
        for extreme in (min, max):
            pair = extreme(group, key=lambda stretch: stretch.end - stretch.start)
            kept[pair.start, pair.end] = pair
    return [kept[place] for place in sorted(kept)]


def apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """As many stretches as do not overlap, taking those that end first."""
    taken: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda found: (found.end, -found.start)):
        if not taken or taken[-1].end <= stretch.start:
            taken.append(stretch)
    return taken
