"""A memory of chunks, for texts that are looked at closely: what was read once is not read again.

It is bounded. It changes no reading and knows no rules.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from rules.chunks import Chunk, short_reading
from rules.text import BREAK, BREAK_CHUNK, FIELD_END, Stream, chunks_of

_MOST_CHUNKS = 200_000
_MOST_SHARED = 50_000
_LONGEST_CHUNK = 64
"""Longer chunks are whole sentences of unspaced script or junk; they hardly come again."""

_reading = functools.lru_cache(maxsize=_MOST_SHARED)(short_reading)
"""Shared by all memories: one that was made for a single search begins with everyday words."""


class Memory(dict[str, tuple[str, ...]]):
    """Chunks with their tokens. Looking a chunk up reads it if it is new.

    `special` holds the chunks with further readings.
    """

    def __init__(self) -> None:
        super().__init__()
        self.special: dict[str, Chunk] = {}
        self._long: list[str] = []
        self._mark()

    def _mark(self) -> None:
        self[BREAK_CHUNK] = (BREAK,)
        self[FIELD_END] = (FIELD_END,)

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        read = _reading(chunk) if len(chunk) <= _LONGEST_CHUNK else short_reading(chunk)
        tokens = self[chunk] = read.tokens
        if read.extras:
            self.special[chunk] = read
        if len(chunk) > _LONGEST_CHUNK:
            self._long.append(chunk)
        return tokens

    def trim(self) -> None:
        """Forget long chunks, and everything once it is too much. Call it between articles only."""
        for chunk in self._long:
            self.pop(chunk, None)
            self.special.pop(chunk, None)
        self._long.clear()
        if len(self) > _MOST_CHUNKS:
            self.clear()
            self.special.clear()
            self._mark()

    def read(self, text: str) -> Stream:
        """The stream of a text."""
        return Stream(text, chunks_of(text), self)

    def tokens_of(self, chunks: Iterable[str]) -> list[str]:
        """The tokens of chunks, in order."""
        return list(chain.from_iterable(map(self.__getitem__, chunks)))

    def readings(self, chunks: Iterable[str]) -> Mapping[str, Chunk]:
        """Those of the chunks that have further readings. Promises to be cheap if none has."""
        return {chunk: self.special[chunk] for chunk in self.special.keys() & chunks}

    def lengths(self, chunks: Iterable[str]) -> Iterator[int]:
        """How many tokens each of the chunks has."""
        return map(len, map(self.__getitem__, chunks))


def read(text: str) -> Stream:
    """The stream of one text, nothing remembered."""
    return Memory().read(text)
