"""What one look at a chunk tells about the terms of all rules.

Most chunks tell nothing, and an article is mostly made of those. What a chunk tells is worked out
once and kept until a rule changes it. It knows chunks and keys; whole articles are `vocabulary`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from rules.gazetteer import Around, Tokens
from rules.memory import Memory

Numbers = int | tuple[int, ...]
Pair = tuple[str, str]


class Glance(NamedTuple):
    """What a chunk tells.

    `terms` are there for certain, `asks` must be looked for in the text, `guarded` are there if the
    chunk, which is one token, is not part of a longer name. `head` and `last` are its first and
    last token where those may end or begin some pair, else None. `silent` means that it holds no
    token at all; `doubtful` that its further readings matter; `group` that it may be the end of a
    number written with spaces.
    """

    terms: tuple[int, ...]
    asks: tuple[int, ...]
    guarded: tuple[int, ...]
    head: str | None
    last: str | None
    silent: bool
    doubtful: bool
    group: bool


@dataclass(frozen=True, slots=True)
class Index:
    """The keys of all terms. `rows` gives the rows of tokens that prove a term; None: ask the text.

    A term that is not in `rows` is proved by any of its keys. For a term in `longer`, what stands
    around a row may make it part of a longer name, which proves nothing. `firsts` has the first
    tokens of pairs, `used` the tokens of all words and pairs; both may hold more, never fewer.
    """

    words: dict[str, Numbers]
    pairs: dict[Pair, Numbers]
    firsts: set[str]
    used: set[str]
    rows: dict[int, tuple[Tokens, ...] | None]
    longer: dict[int, Mapping[Tokens, tuple[Around, ...]]]
    fits: Mapping[str, tuple[int, ...]]

    def knows(self, token: str) -> bool:
        """Whether the token may be part of any term."""
        return token in self.used or token in self.fits


class Glances:
    """Chunks with what they tell. The many that tell nothing are kept apart, in a set.

    Taking a set from a set costs half of looking into a dictionary for each chunk, because an
    article's chunks lie far apart in a large memory.
    """

    def __init__(self, index: Index, memory: Memory) -> None:
        self._index = index
        self._memory = memory
        self._telling: dict[str, Glance] = {}
        self._dull: set[str] = set()

    def of(self, chunks: list[str]) -> dict[str, Glance]:
        """Those of the chunks that tell something."""
        found: dict[str, Glance] = {}
        for chunk in set(chunks).difference(self._dull):
            glance = self._telling.get(chunk) or self._meet(chunk)
            if glance is not None:
                found[chunk] = glance
        return found

    def _meet(self, chunk: str) -> Glance | None:
        tokens = self._memory[chunk]
        read = self._memory.special.get(chunk)
        glance = self._look(tokens, [extra.token for extra in read.extras] if read else ())
        if glance is None:
            self._dull.add(chunk)
        else:
            self._telling[chunk] = glance
        return glance

    def changed(self, token: str) -> None:
        """What the token tells has changed: look again at every chunk that holds it."""
        for chunk in self._memory.tokens.get(token, ()):
            self.drop(chunk)

    def drop(self, chunk: str) -> None:
        """Forget a chunk."""
        self._telling.pop(chunk, None)
        self._dull.discard(chunk)

    def forget(self) -> None:
        """Forget every chunk."""
        self._telling.clear()
        self._dull.clear()

    def _look(self, tokens: Tokens, extras: Sequence[str]) -> Glance | None:
        index = self._index
        if not tokens:
            return Glance((), (), (), None, None, silent=True, doubtful=False, group=False)
        if len(tokens) == 1 and not extras:
            token = tokens[0]
            # What Index.knows asks, spelled out: most new chunks end here.
            if (
                token not in index.used
                and token not in index.fits
                and token not in self._memory.triples
            ):
                return None
        sorted_out = _Sorted(index, alone=len(tokens) == 1)
        for token in tokens:
            if token in index.words:
                sorted_out.add((token,), index.words[token])
            if token in index.fits:
                sorted_out.add((token,), index.fits[token])
        for pair in pairwise(tokens):
            if pair in index.pairs:
                sorted_out.add(pair, index.pairs[pair])
        head = tokens[0] if tokens[0] in index.used else None
        last = tokens[-1] if tokens[-1] in index.firsts else None
        doubtful = any(map(index.knows, extras))
        group = tokens[0] in self._memory.triples
        if not (sorted_out.any or head or last or doubtful or group):
            return None
        return Glance(
            tuple(sorted_out.terms),
            tuple(sorted_out.asks - sorted_out.terms),
            tuple(sorted_out.guarded - sorted_out.terms),
            head,
            last,
            silent=False,
            doubtful=doubtful,
            group=group,
        )


class _Sorted:
    """Terms whose keys a chunk holds, by what that proves."""

    def __init__(self, index: Index, *, alone: bool) -> None:
        self.terms: set[int] = set()
        self.asks: set[int] = set()
        self.guarded: set[int] = set()
        self._index = index
        self._alone = alone

    @property
    def any(self) -> bool:
        return bool(self.terms or self.asks or self.guarded)

    def add(self, row: Tokens, numbers: Numbers) -> None:
        for number in as_tuple(numbers):
            proofs = self._index.rows.get(number, (row,))
            if proofs is None or row not in proofs:
                self.asks.add(number)
            elif row not in self._index.longer.get(number, ()):
                self.terms.add(number)
            elif self._alone:
                self.guarded.add(number)
            else:
                self.asks.add(number)


def as_tuple(numbers: Numbers) -> tuple[int, ...]:
    """The numbers under a key: a key of one term alone is kept without a tuple."""
    return (numbers,) if isinstance(numbers, int) else numbers
