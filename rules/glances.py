"""What one look at a chunk tells about the terms of all rules.

Most chunks tell nothing, and an article is mostly made of those. What a chunk tells is worked out
once and kept until a rule changes it. It knows chunks and keys; whole articles are `vocabulary`'s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rules.gazetteer import Tokens
from rules.memory import Memory

Numbers = int | tuple[int, ...]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Glance:
    """What a chunk tells.

    `terms` are there for certain, `asks` must be looked for in the text. `head` and `last` are its
    first and last token where those are part of some pair, else None. `silent` means that it holds
    no token at all; `doubtful` that its further readings matter; `group` that it may be the end of
    a number written with spaces.
    """

    terms: tuple[int, ...]
    asks: tuple[int, ...]
    head: str | None
    last: str | None
    silent: bool
    doubtful: bool
    group: bool


@dataclass(frozen=True, slots=True)
class Index:
    """The keys of all terms. `rows` gives the rows of tokens that prove a term; None: ask the text.

    A term that is not in `rows` is proved by any of its keys. `in_pairs` may hold more tokens than
    those of `pairs`, never fewer.
    """

    words: dict[str, Numbers]
    pairs: dict[Pair, Numbers]
    in_pairs: set[str]
    rows: dict[int, tuple[Tokens, ...] | None]
    fits: Mapping[str, tuple[int, ...]]


class Glances(dict[str, Glance | None]):
    """Chunks with what they tell; None for the many that tell nothing."""

    def __init__(self, index: Index, memory: Memory) -> None:
        super().__init__()
        self._index = index
        self._memory = memory
        self._chunks_of: dict[str, list[str]] = {}

    def __missing__(self, chunk: str) -> Glance | None:
        tokens = self._memory[chunk]
        read = self._memory.special.get(chunk)
        extras = [extra.token for extra in read.extras] if read else ()
        glance = self[chunk] = self._look(tokens, extras)
        for token in (*tokens, *extras):
            chunks = self._chunks_of.setdefault(token, [])
            if chunk not in chunks:
                chunks.append(chunk)
        return glance

    def changed(self, token: str) -> None:
        """What the token tells has changed: look again at every chunk that holds it."""
        for chunk in self._chunks_of.pop(token, ()):
            self.pop(chunk, None)

    def forget(self) -> None:
        """Forget every chunk."""
        self.clear()
        self._chunks_of.clear()

    def _look(self, tokens: Tokens, extras: Iterable[str]) -> Glance | None:
        index = self._index
        if not tokens:
            return Glance((), (), None, None, silent=True, doubtful=False, group=False)
        terms: set[int] = set()
        asks: set[int] = set()
        for token in tokens:
            if token in index.words:
                self._sort((token,), index.words[token], terms, asks)
            if token in index.fits:
                self._sort((token,), index.fits[token], terms, asks)
        for pair in pairwise(tokens):
            if pair in index.pairs:
                self._sort(pair, index.pairs[pair], terms, asks)
        head = tokens[0] if tokens[0] in index.in_pairs else None
        last = tokens[-1] if tokens[-1] in index.in_pairs else None
        doubtful = any(
            extra in index.words or extra in index.in_pairs or extra in index.fits
            for extra in extras
        )
        group = tokens[0] in self._memory.triples
        if not (terms or asks or head or last or doubtful or group):
            return None
        return Glance(
            tuple(terms),
            tuple(asks - terms),
            head,
            last,
            silent=False,
            doubtful=doubtful,
            group=group,
        )

    def _sort(self, row: Tokens, numbers: Numbers, terms: set[int], asks: set[int]) -> None:
        """Terms whose key was met: those that it proves, and those to ask the text for."""
        rows = self._index.rows
        for number in (numbers,) if isinstance(numbers, int) else numbers:
            proofs = rows.get(number, (row,))
            if proofs is not None and row in proofs:
                terms.add(number)
            else:
                asks.add(number)
