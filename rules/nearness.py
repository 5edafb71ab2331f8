"""Whether two terms may stand close together, judged by the chunks of an article alone.

Most pairs of terms in an article stand far apart, and then no text need be laid out to see it. It
never says no to what is close; when it says yes or is not sure, `match` measures.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from itertools import compress

from rules.memory import Memory
from rules.text import BREAK_CHUNK

_LITERAL = re.compile(r'"([A-Za-z]+(?: [A-Za-z]+)*)"')
Places = list[int]


class Nearness:
    """The chunks of one article, and where the words of terms stand among them.

    `silent` are the chunks without tokens; every other one but BREAK_CHUNK holds a word at least.
    """

    def __init__(self, chunks: list[str], memory: Memory, silent: set[str]) -> None:
        self._chunks = chunks
        self._memory = memory
        self._silent = silent
        self._wordless: Places | None = None
        self._known: dict[str, Places] = {}

    def may_be(self, left: Iterable[str], right: Iterable[str], reach: int) -> bool:
        """Whether one of the left terms may be within reach of a right one, in either order.

        Terms are canonical texts. Chunks that the memory keeps for one article only may hold
        anything; so may a term that is not a row of plain words in quotes.
        """
        if self._memory.passing:
            return True
        ours = [_LITERAL.fullmatch(text) for text in left]
        theirs = [_LITERAL.fullmatch(text) for text in right]
        return any(
            one is None or other is None or self._are_close(one[1], other[1], reach)
            for one in ours
            for other in theirs
        )

    def _are_close(self, one: str, other: str, reach: int) -> bool:
        return self._follows(one, other, reach) or self._follows(other, one, reach)

    def _follows(self, one: str, other: str, reach: int) -> bool:
        """Whether the other term may begin within reach behind the end of the one."""
        starts = self._places(other.split(" ")[0])
        for end in self._places(one.split(" ")[-1]):
            nearest = bisect_left(starts, end)
            if nearest < len(starts) and self._words_between(end, starts[nearest]) <= reach:
                return True
        return False

    def _places(self, word: str) -> Places:
        """The chunks that hold the word, further readings included."""
        known = self._known.get(word)
        if known is None:
            tokens = (word, word.lower(), word.upper())  # capitals tell some words apart: US
            chunks = {chunk for token in tokens for chunk in self._memory.tokens.get(token, ())}
            known = self._known[word] = self._places_of(chunks)
        return known

    def _places_of(self, chunks: set[str]) -> Places:
        return list(compress(range(len(self._chunks)), map(chunks.__contains__, self._chunks)))

    def _words_between(self, end: int, start: int) -> int:
        """The least number of words between two chunks: one for each that has any."""
        if self._wordless is None:
            self._wordless = self._places_of({*self._silent, BREAK_CHUNK})
        wordless = bisect_left(self._wordless, start) - bisect_left(self._wordless, end)
        return start - end - 1 - wordless
