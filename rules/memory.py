"""A memory of chunks: what was read once is not read again.

News repeats its words, so nearly every chunk of an article was met before; then reading costs one
look into a dictionary. The memory is bounded. It changes no reading and knows no rules: whoever
wants to look at each new token once is told about it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from rules.chunks import Chunk, plain_word, read_chunk
from rules.text import BREAK, BREAK_CHUNK, Stream, chunks_of

_MOST_CHUNKS = 200_000
_LONGEST_CHUNK = 64
"""Longer chunks are whole sentences of unspaced script or junk; they hardly come again."""


class Memory(dict[str, tuple[str, ...]]):
    """Chunks with their tokens. Looking a chunk up reads it if it is new.

    `special` holds the chunks with further readings, `tokens` every token met, `triples` those of
    three digits, which may be the end of a number written with spaces.
    """

    def __init__(
        self,
        notice: Callable[[str], None] = lambda token: None,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.special: dict[str, Chunk] = {}
        self.tokens: dict[str, str] = {}
        self.triples: set[str] = set()
        self._passing: list[str] = []
        self._notice = notice
        self._forget = forget
        self[BREAK_CHUNK] = (BREAK,)

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        word = plain_word(chunk)
        if word is not None:
            self[chunk] = (self._know(word),)
            return self[chunk]
        read = read_chunk(chunk)
        tokens = self[chunk] = tuple(map(self._know, read.tokens))
        if read.extras:
            self.special[chunk] = read
            for extra in read.extras:
                self._know(extra.token)
        if len(chunk) > _LONGEST_CHUNK:
            self._passing.append(chunk)
        return tokens

    def _know(self, token: str) -> str:
        known = self.tokens.get(token)
        if known is None:
            known = self.tokens[token] = token
            if len(token) == 3 and token.isdigit():
                self.triples.add(token)
            self._notice(token)
        return known

    def trim(self) -> None:
        """Forget everything once there is too much of it. Call it between articles only."""
        for chunk in self._passing:
            del self[chunk]
            self.special.pop(chunk, None)
        self._passing.clear()
        if len(self) > _MOST_CHUNKS or len(self.tokens) > _MOST_CHUNKS:
            self.clear()
            self.special.clear()
            self.tokens.clear()
            self.triples.clear()
            self._forget()
            self[BREAK_CHUNK] = (BREAK,)

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
