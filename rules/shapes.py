"""Terms that a token meets by its shape; each token is tried once in its life.

Wildcards wait under their first letters, similar words under first letter and length, so a new
token meets few of them. A function word stuck to a name is such a shape as well. It remembers
which tokens fit; articles and rules it does not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, filterfalse

from rules import fuzzy
from rules.glue import words_before_glue
from rules.patterns import Glob, Prefix, Similar
from rules.terms import Pattern

_STEM = 3
_MOST_EDITS = 2
_MOST_TOKENS = 200_000
Bucket = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Alike:
    """Similar patterns that one kind of token may fit; their words apart, to be tried at once."""

    words: list[str]
    patterns: list[tuple[int, Similar]]

    def add(self, number: int, pattern: Similar) -> None:
        self.words.append(pattern.word)
        self.patterns.append((number, pattern))

    def drop(self, number: int, pattern: Similar) -> bool:
        """Take a pattern out; tells whether any is left."""
        place = self.patterns.index((number, pattern))
        del self.words[place], self.patterns[place]
        return bool(self.words)


class Shapes:
    """Patterns by number, and the tokens that fit them.

    `fits` maps a token to ~n for each pattern n, or to n if the pattern is all that its term asks.
    `stems` maps a token to the names that may stand in it before a function word. Both kinds of
    tokens are put into `used`.
    """

    def __init__(self, used: set[str]) -> None:
        self.fits: dict[str, tuple[int, ...]] = {}
        self.stems: dict[str, list[str]] = {}
        self._used = used
        self._met: set[str] = set()
        self._buckets: dict[Bucket, list[tuple[int, Pattern]]] = {}
        self._similar: dict[Bucket, _Alike] = {}

    def add(self, number: int, pattern: Pattern) -> None:
        """Take a pattern in and hold it against every token known so far."""
        for bucket in _buckets(pattern):
            if isinstance(pattern, Similar):
                self._similar.setdefault(bucket, _Alike([], [])).add(number, pattern)
            else:
                self._buckets.setdefault(bucket, []).append((number, pattern))
        for token in _eligible(pattern, self._met):
            if pattern.find(token):
                self._fit(token, number)

    def remove(self, number: int, pattern: Pattern) -> None:
        """Forget a pattern."""
        for bucket in _buckets(pattern):
            if isinstance(pattern, Similar):
                if not self._similar[bucket].drop(number, pattern):
                    del self._similar[bucket]
                continue
            self._buckets[bucket].remove((number, pattern))
            if not self._buckets[bucket]:
                del self._buckets[bucket]
        for token in [token for token, numbers in self.fits.items() if number in numbers]:
            left = tuple(other for other in self.fits[token] if other != number)
            if left:
                self.fits[token] = left
            else:
                del self.fits[token]

    def meet(self, *tokens: Iterable[str]) -> None:
        """Tokens of an article; those that are new are tried."""
        new = set(filterfalse(self._met.__contains__, chain(*tokens)))
        for token in new:
            self._notice(token)
        self._met |= new

    @property
    def is_full(self) -> bool:
        """Whether so many tokens were met that they should be forgotten."""
        return len(self._met) > _MOST_TOKENS

    def forget(self) -> None:
        """No token was ever met."""
        self.fits.clear()
        self.stems.clear()
        self._met.clear()

    def _notice(self, token: str) -> None:
        stems = words_before_glue(token)
        if stems:
            self.stems[token] = stems
            self._used.add(token)
        if self._buckets:
            for stem in dict.fromkeys(token[:length].lower() for length in range(1, _STEM + 1)):
                for number, pattern in self._buckets.get((stem, 0), ()):
                    if pattern.find(token):
                        self._fit(token, number)
        alike = self._similar.get((token[:1], len(token)))
        if alike:
            for place in fuzzy.likely(token, alike.words, _MOST_EDITS):
                number, similar = alike.patterns[place]
                if similar.find(token):
                    self._fit(token, number)

    def _fit(self, token: str, number: int) -> None:
        numbers = self.fits.get(token, ())
        if number not in numbers:
            self.fits[token] = (*numbers, number)
            self._used.add(token)


def _eligible(pattern: Pattern, known: Iterable[str]) -> list[str]:
    """The few known tokens that are worth a closer look, found without a call for each."""
    if isinstance(pattern, Similar):
        first, length = pattern.word[0], len(pattern.word)
        shortest, longest = length - pattern.edits, length + pattern.edits
        return [t for t in known if shortest <= len(t) <= longest and t[0] == first]
    stem = pattern.stem if isinstance(pattern, Glob) else pattern.word
    return [t for t in known if t.startswith(stem) or t.lower().startswith(stem)]


def _buckets(pattern: Pattern) -> list[Bucket]:
    """Where a token that fits will look."""
    if isinstance(pattern, Glob):
        return [(pattern.stem[:_STEM], 0)]
    if isinstance(pattern, Prefix):
        return [(pattern.word[:_STEM], 0)]
    assert isinstance(pattern, Similar)  # noqa: S101 - the last of the kinds
    length = len(pattern.word)
    lengths = range(length - pattern.edits, length + pattern.edits + 1)
    return [(pattern.word[0], other) for other in lengths]
