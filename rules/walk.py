"""Which terms a row of tokens holds for certain, and which must be looked for in the text.

Most of the work is done on whole sets. It knows plain tokens alone; further readings are
`vocabulary`'s.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress, pairwise

from rules.gazetteer import Around, Tokens

Numbers = int | tuple[int, ...]
"""Terms under a key: n for one that the key proves, ~n for one that it only makes likely."""
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Index:
    """The keys of all terms.

    `rows` gives for a term that its keys only make likely the rows of tokens that prove it; None
    means to ask the text. For a term in `longer`, what stands around a row may make it part of a
    longer name, which proves nothing. `used` has the tokens of all keys and rows, and those that
    fit; it may hold more, never fewer. `fits` are tokens that fit patterns.
    """

    words: dict[str, Numbers]
    pairs: dict[Pair, Numbers]
    used: set[str]
    rows: dict[int, tuple[Tokens, ...] | None]
    longer: dict[int, Mapping[Tokens, tuple[Around, ...]]]
    fits: Mapping[str, tuple[int, ...]]


class Walk:
    """The outcome: `found` is there for certain, `asks` must be looked for in the text.

    `telling` are the tokens that tell something; only their places are known. `begun` are terms
    whose key is there and whose other words are not, unless as further readings.
    """

    def __init__(self, tokens: list[str], index: Index) -> None:
        self.tokens = tokens
        self.found: set[int] = set()
        self.asks: set[int] = set()
        self.begun: set[int] = set()
        self._index = index
        self._at = at = list(compress(range(len(tokens)), map(index.used.__contains__, tokens)))
        self.telling = set(map(tokens.__getitem__, at))
        for token in index.words.keys() & self.telling:
            self._take((token,), index.words[token])
        for token in index.fits.keys() & self.telling:
            self._take((token,), index.fits[token])
        met = {(tokens[one], tokens[two]) for one, two in pairwise(at) if two - one == 1}
        for pair in index.pairs.keys() & met:
            self._take(pair, index.pairs[pair])

    def places(self, row: Tokens) -> Iterator[int]:
        """Where a row of telling tokens stands."""
        tokens, first, wanted = self.tokens, row[0], list(row)
        for place in self._at:
            if tokens[place] == first and tokens[place : place + len(row)] == wanted:
                yield place

    def _take(self, key: Tokens, numbers: Numbers) -> None:
        for number in as_tuple(numbers):
            if number >= 0:
                self.found.add(number)
            elif ~number not in self.found:
                self._prove(~number, key)

    def _prove(self, number: int, key: Tokens) -> None:
        """Look for rows that begin with the key and prove the term."""
        rows = [row for row in self._index.rows[number] or () if row[: len(key)] == key]
        if not rows:
            self.asks.add(number)
        longer = self._index.longer.get(number)
        for row in filter(self.telling.issuperset, rows):
            arounds = longer.get(row) if longer else None
            if (row == key and not arounds) or any(
                not self._is_part(place, place + len(row), arounds or ())
                for place in self.places(row)
            ):
                self.found.add(number)
                return
        if any(len(row) > len(key) for row in rows):
            self.begun.add(number)

    def _is_part(self, start: int, end: int, arounds: Iterable[Around]) -> bool:
        """Whether what stands here is part of a longer name."""
        return any(
            tuple(self.tokens[end : end + len(around.after)]) == around.after
            and start >= len(around.before)
            and tuple(self.tokens[start - len(around.before) : start]) == around.before
            for around in arounds
        )


def as_tuple(numbers: Numbers) -> tuple[int, ...]:
    """The numbers under a key: a key of one term alone is kept without a tuple."""
    return (numbers,) if isinstance(numbers, int) else numbers
