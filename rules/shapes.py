"""Patterns of many terms, each held against each token once in its life.

Wildcards wait under their first letters, similar words under first letter and length, so a new
token meets few of them. It remembers which tokens fit; articles and rules it does not know.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules import fuzzy
from rules.patterns import Glob, Prefix, Similar
from rules.terms import Pattern

_STEM = 3
_MOST_EDITS = 2
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
    """Patterns by number, and the tokens that fit them: `fits` maps a token to numbers.

    `changed` is told every token whose numbers change.
    """

    def __init__(self, changed: Callable[[str], None]) -> None:
        self.fits: dict[str, tuple[int, ...]] = {}
        self._changed = changed
        self._buckets: dict[Bucket, list[tuple[int, Pattern]]] = {}
        self._similar: dict[Bucket, _Alike] = {}

    def add(self, number: int, pattern: Pattern, known: Iterable[str]) -> None:
        """Take a pattern in and hold it against every token known so far."""
        for bucket in _buckets(pattern):
            if isinstance(pattern, Similar):
                self._similar.setdefault(bucket, _Alike([], [])).add(number, pattern)
            else:
                self._buckets.setdefault(bucket, []).append((number, pattern))
        for token in _eligible(pattern, known):
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
            self._changed(token)
            left = tuple(other for other in self.fits[token] if other != number)
            if left:
                self.fits[token] = left
            else:
                del self.fits[token]

    def notice(self, token: str) -> None:
        """A token that is met for the first time."""
        if not token:
            return
        if self._buckets:
            stems = dict.fromkeys(token[:length].lower() for length in range(1, _STEM + 1))
            for stem in stems:
                for number, pattern in self._buckets.get((stem, 0), ()):
                    if pattern.find(token):
                        self._fit(token, number)
        alike = self._similar.get((token[0], len(token)))
        if alike:
            for place in fuzzy.likely(token, alike.words, _MOST_EDITS):
                number, similar = alike.patterns[place]
                if similar.find(token):
                    self._fit(token, number)

    def forget(self) -> None:
        """No token was ever met."""
        self.fits.clear()

    def _fit(self, token: str, number: int) -> None:
        numbers = self.fits.get(token, ())
        if number not in numbers:
            self.fits[token] = (*numbers, number)
            self._changed(token)


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
