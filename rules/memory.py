"""A memory of chunks: what was read once is not read again.

News repeats its words, so nearly every chunk of an article was met before; then reading costs one
look into a dictionary. The memory is bounded. It changes no reading and knows no rules: whoever
wants to look at each new token once is told about it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from rules.chunks import Chunk, plain_word, read_chunk, tied_words
from rules.text import BREAK, BREAK_CHUNK, Stream, chunks_of

_MOST_CHUNKS = 200_000
_LONGEST_CHUNK = 64
"""Longer chunks are whole sentences of unspaced script or junk; they hardly come again."""


class Memory(dict[str, tuple[str, ...]]):
    """Chunks with their tokens. Looking a chunk up reads it if it is new.

    `special` holds the chunks with further readings, `triples` the tokens of three digits, which
    may be the end of a number written with spaces. `tokens` has for every token met the token
    itself and then the chunks that hold it, but for those in `passing`, which serve one article.
    """

    def __init__(
        self,
        notice: Callable[[str], None] = lambda token: None,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.special: dict[str, Chunk] = {}
        self.tokens: dict[str, list[str]] = {}
        self.triples: set[str] = set()
        self.passing: list[str] = []
        self._notice = notice
        self._forget = forget
        self[BREAK_CHUNK] = (BREAK,)

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        word = plain_word(chunk)
        if word is None:
            return self._read(chunk)
        spellings = self.tokens.get(word) or self._meet(word)
        spellings.append(chunk)
        tokens = self[chunk] = (spellings[0],)
        return tokens

    def _read(self, chunk: str) -> tuple[str, ...]:
        read = tied_words(chunk) or read_chunk(chunk)
        every = [*read.tokens, *(extra.token for extra in read.extras)]
        known = [self.tokens.get(token) or self._meet(token) for token in every]
        # One object for each token, however many chunks hold it.
        tokens = self[chunk] = tuple([spellings[0] for spellings in known[: len(read.tokens)]])
        if read.extras:
            self.special[chunk] = read
        if len(chunk) > _LONGEST_CHUNK:
            self.passing.append(chunk)
        else:
            for spellings in known:
                spellings.append(chunk)
        return tokens

    def _meet(self, token: str) -> list[str]:
        spellings = self.tokens[token] = [token]
        if len(token) == 3 and token.isdigit():
            self.triples.add(token)
        self._notice(token)
        return spellings

    def trim(self) -> None:
        """Forget everything once there is too much of it. Call it between articles only."""
        for chunk in self.passing:
            del self[chunk]
            self.special.pop(chunk, None)
        self.passing.clear()
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
