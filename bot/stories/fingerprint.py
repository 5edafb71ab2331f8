"""Finds syndicated copies: articles that carry the same text, whole or in part.

A text is cut into shingles of four words; winnowing keeps one of every few, chosen by the text
alone (Schleimer, Wilkerson and Aiken, 2003). Containment, the share of the smaller text's marks
that the other has, tells copies from independent reports. What a story is, it ignores.
"""

import re
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model import ArticleId

SHINGLE = 4  # words; of five, an edited copy keeps too few
WINDOW = 4  # shingles of which one is kept
CARRIES = 0.35
SAME = 0.8
COPIED_WITHIN = timedelta(days=14)

_FEWEST_MARKS = 6
"""Fewer marks prove nothing in part: a headline is a copy only of one that says nearly the same."""

_MOST_MARKS = 4_000  # of one text; the longest reports have some 1,500
_EVERYWHERE = 200  # articles; a mark that so many live ones have is furniture of a site
_MODULUS = (1 << 61) - 1
_BASE = 1_000_003
_WORD = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")


class Carriage(StrEnum):
    """How much of a text an article shares with another."""

    SAME_TEXT = "the same text"
    PART = "carries a part of the same text"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The marks of a text; one of under four words has a single mark."""

    marks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Copy:
    """An earlier article that shares text, with the number that says so."""

    article: ArticleId
    containment: float
    carriage: Carriage


def fingerprint(title: str, body: str) -> Fingerprint:
    """The marks of an article's text; of its title where it has no text.

    The title is left out where there is a body, because desks change titles and keep texts.
    """
    words = [_number(word) for word in _WORD.findall((body if body.strip() else title).lower())]
    hashes = _shingles(words)
    return Fingerprint(frozenset(_winnow(hashes)[:_MOST_MARKS]))


def containment(one: Fingerprint, other: Fingerprint) -> float:
    """The share of the smaller text's marks that the other has too, from 0 to 1.

    Texts with too few marks are held against the larger one instead.
    """
    return _share(len(one.marks & other.marks), len(one.marks), len(other.marks))


def carriage(share: float) -> Carriage | None:
    """What a containment means, or None for independent texts."""
    if share >= SAME:
        return Carriage.SAME_TEXT
    return Carriage.PART if share >= CARRIES else None


def _share(common: int, one: int, other: int) -> float:
    smaller, larger = sorted((one, other))
    if smaller < _FEWEST_MARKS:
        share = common / larger if larger else 0.0
        return share if share >= SAME else 0.0
    return common / smaller


def _number(word: str) -> int:
    return zlib.crc32(word.encode())


def _shingles(words: Sequence[int]) -> list[int]:
    """One number for each run of four words; for fewer words one number for all of them."""
    if not words:
        return []
    size = min(SHINGLE, len(words))
    drop = pow(_BASE, size, _MODULUS)
    rolling, found = 0, []
    for at, word in enumerate(words):
        rolling = (rolling * _BASE + word + 1) % _MODULUS
        if at >= size:
            rolling = (rolling - (words[at - size] + 1) * drop) % _MODULUS
        if at >= size - 1:
            found.append(rolling * 0x9E3779B97F4A7C15 & _MODULUS)  # so that the least is any
    return found


def _winnow(hashes: Sequence[int]) -> list[int]:
    """The least of every window, each counted once, in the order of the text."""
    kept: dict[int, None] = {}
    window: deque[int] = deque()
    for at, value in enumerate(hashes):
        while window and hashes[window[-1]] >= value:
            window.pop()
        window.append(at)
        if window[0] <= at - WINDOW:
            window.popleft()
        if at >= WINDOW - 1 or at == len(hashes) - 1:
            kept[hashes[window[0]]] = None
    return list(kept)


class CopyIndex:
    """The fingerprints of the articles of some days, by their marks."""

    def __init__(self, window: timedelta = COPIED_WITHIN) -> None:
        self._window = window
        self._holders: dict[int, list[ArticleId]] = defaultdict(list)
        self._marks: dict[ArticleId, frozenset[int]] = {}
        self._seen: deque[tuple[datetime, ArticleId]] = deque()

    def __len__(self) -> int:
        return len(self._marks)

    def add(self, article: ArticleId, print_: Fingerprint, at: datetime) -> None:
        """Remember an article's marks. An article that is known already is not added again."""
        if article in self._marks:
            return
        self._marks[article] = print_.marks
        self._seen.append((at, article))
        for mark in print_.marks:
            self._holders[mark].append(article)

    def find(self, print_: Fingerprint) -> tuple[Copy, ...]:
        """The known articles that share text with this one, those that share most first."""
        common = Counter(article for mark in print_.marks for article in self._rare(mark))
        found = [
            Copy(article, share, kind)
            for article, count in common.items()
            if (share := _share(count, len(print_.marks), len(self._marks[article])))
            and (kind := carriage(share))
        ]
        return tuple(sorted(found, key=lambda copy: (-copy.containment, copy.article)))

    def discard(self, article: ArticleId) -> None:
        """Forget one article, as if it had never been added."""
        for mark in self._marks.pop(article, ()):
            holders = self._holders[mark]
            holders.remove(article)
            if not holders:
                del self._holders[mark]

    def forget(self, now: datetime) -> tuple[ArticleId, ...]:
        """Drop what was added longer ago than the window; the answer is which articles."""
        gone = []
        while self._seen and self._seen[0][0] < now - self._window:
            _, article = self._seen.popleft()
            self.discard(article)
            gone.append(article)
        return tuple(gone)

    def _rare(self, mark: int) -> Iterable[ArticleId]:
        """Who has the mark; of one that everybody has, only those who had it last."""
        return self._holders.get(mark, ())[-_EVERYWHERE:]
