"""Whether two literal terms stand close together, told from a row of tokens.

Most NEARs are decided here, and then no text need be laid out. Where further readings may change
the answer it gives none, and `match` measures.
"""

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import compress

from rules.gazetteer import Tokens
from rules.known_words import capitals_only
from rules.rows import NOT_WORDS
from rules.text import FIELD_END
from rules.walk import Walk

_LITERAL = re.compile(r'"([A-Za-z]+(?: [A-Za-z]+)*)"')


class Nearness:
    """Where terms stand in one article, of which the further readings are known."""

    def __init__(self, walk: Walk, readings: set[str]) -> None:
        self._walk = walk
        self._readings = readings
        self._others: list[int] | None = None
        self._known: dict[Tokens, list[int]] = {}

    def holds(
        self, left: Iterable[str], right: Iterable[str], reach: int, *, ordered: bool
    ) -> bool | None:
        """Whether some left term stands within reach of a right one; None if it is uncertain.

        Terms are canonical texts of terms that the article holds.
        """
        ours, theirs = [_words(text) for text in left], [_words(text) for text in right]
        if any(
            one and other and self._are_close(one, other, reach, ordered)
            for one in ours
            for other in theirs
        ):
            return True
        certain = all(self._is_certain(words) for words in (*ours, *theirs))
        return False if certain else None

    def _is_certain(self, words: Tokens | None) -> bool:
        """Whether the plain tokens show every place of a term."""
        return words is not None and self._readings.isdisjoint(words)

    def _are_close(self, one: Tokens, other: Tokens, reach: int, ordered: bool) -> bool:
        return self._follows(one, other, reach) or (
            not ordered and self._follows(other, one, reach)
        )

    def _follows(self, one: Tokens, other: Tokens, reach: int) -> bool:
        """Whether the other term begins within reach behind the end of the one."""
        starts = self._places(other)
        for start in self._places(one):
            end = start + len(one)
            nearest = bisect_left(starts, end)
            if nearest < len(starts) and self._is_within(end, starts[nearest], reach):
                return True
        return False

    def _places(self, words: Tokens) -> list[int]:
        known = self._known.get(words)
        if known is None:
            known = self._known[words] = list(self._walk.places(words))
        return known

    def _is_within(self, end: int, start: int, reach: int) -> bool:
        """Whether at most so many words stand between two places of one field."""
        tokens = self._walk.tokens
        if self._others is None:
            self._others = list(compress(range(len(tokens)), map(NOT_WORDS.__contains__, tokens)))
        first, last = bisect_left(self._others, end), bisect_left(self._others, start)
        if start - end - (last - first) > reach:
            return False
        return all(tokens[place] != FIELD_END for place in self._others[first:last])


@functools.lru_cache(maxsize=4096)
def _words(text: str) -> Tokens | None:
    """The tokens of a quoted row of different plain words whose capitals tell nothing."""
    literal = _LITERAL.fullmatch(text)
    if literal is None:
        return None
    words = literal[1].split(" ")
    if len({*words}) < len(words) or any(capitals_only(word.upper()) for word in words):
        return None
    return tuple(word.lower() for word in words)
