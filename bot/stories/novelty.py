"""What is new in an article for those who were told earlier ones, sentence by sentence.

A sentence is new by the share of its word pairs that the thread never held; the bar rises as the
thread grows. What was told and what was only seen are two things: a sentence that was seen but
never told may come back at half its weight. Who is told, and how it looks, it ignores.
"""

import functools
import math
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bot.model import ArticleId
from bot.stories.vector import Vector, sequence
from rules import Wording

_WINDOW = 5  # words within which two make a pair
MOST_PAIRS = 20_000
_SEEN = 0.5  # what a pair is worth that was seen but not told

# Fitted by logistic regression on TREC Temporal Summarization 2013; the bench fits it anew.
_PAIRS, _LENGTH, _CENTRALITY, _QUERY, _BASE = 2.7, -0.5, -4.6, 0.4, -0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as novelty reads it: its distinct terms and its word pairs, by hash."""

    terms: Vector
    pairs: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Thread:
    """What one destination knows of a story; at most 20,000 pairs of each kind.

    `told` and `seen` hold pairs as hashes, `length` counts the sentences that were told. `saw` are
    articles whose pairs were seen, too, but are kept elsewhere, the newest first; see `recall`.
    """

    told: Set[int] = frozenset()
    seen: Set[int] = frozenset()
    length: int = 0
    saw: tuple[ArticleId, ...] = ()

    def with_told(self, sentences: Iterable[Sentence]) -> "Thread":
        """The thread after these sentences were told."""
        new = [sentence.pairs for sentence in sentences]
        told = frozenset(self.told).union(*new)
        return replace(self, told=bounded(told), length=self.length + len(new))

    def with_seen(self, sentences: Iterable[Sentence]) -> "Thread":
        """The thread after an article with these sentences was read, told or not."""
        seen = frozenset(self.seen).union(*(sentence.pairs for sentence in sentences))
        return replace(self, seen=bounded(seen))


@dataclass(frozen=True, slots=True)
class Novelty:
    """How new a sentence is: the chance from 0 to 1 and the four numbers that it comes from."""

    chance: float
    pairs: float
    length: int
    centrality: float
    query: float

    def __str__(self) -> str:
        return f"{self.pairs:.0%} of its word pairs are new to a thread of {self.length} sentences"


def read(wording: Wording, rarity_of: Callable[[str], float], text: str) -> Sentence:
    """A sentence with its pairs, each weighed by how rare its words are; see Frequencies.rarity."""
    words = sequence(wording.tokens(text))
    rarity = {word: max(0.0, rarity_of(word)) for word in dict.fromkeys(words)}
    known = [(_code(word), rarity[word]) for word in words]
    pairs: dict[int, float] = {}
    for at, (one, rare) in enumerate(known, 1):
        for other, too in known[at : at + _WINDOW - 1]:
            if one < other:
                pairs[one << 32 | other] = rare + too
            elif one > other:
                pairs[other << 32 | one] = rare + too
    return Sentence(rarity, pairs)


@functools.lru_cache(maxsize=65_536)
def _code(word: str) -> int:
    return zlib.crc32(word.encode())


def novelty(
    sentence: Sentence, thread: Thread, story: Vector, query: Collection[str] = ()
) -> Novelty:
    """How new a sentence is to a thread.

    Args:
        sentence: The sentence.
        thread: What the destination was told and what was seen.
        story: The story's terms, of length 1; what is central to it has been said.
        query: The terms that people asked for.
    """
    new, whole = 0.0, 0.0
    for hashed, weight in sentence.pairs.items():
        whole += weight
        if hashed not in thread.told:
            new += weight * (_SEEN if hashed in thread.seen else 1.0)
    pairs = new / whole if whole else 0.0
    centrality = _centrality(sentence.terms, story)
    asked = sum(term in sentence.terms for term in query) / len(query) if query else 0.0
    logit = (
        _PAIRS * pairs
        + _LENGTH * math.log1p(thread.length)
        + _CENTRALITY * centrality
        + _QUERY * asked
        + _BASE
    )
    return Novelty(1 / (1 + math.exp(-logit)), pairs, thread.length, centrality, asked)


def _centrality(terms: Vector, story: Vector) -> float:
    shared = sum(weight * story.get(term, 0.0) for term, weight in terms.items())
    return shared / math.hypot(*terms.values()) if shared else 0.0


def bounded(pairs: frozenset[int]) -> frozenset[int]:
    """At most 20,000 pairs; which go is chosen by their hashes alone, so by nothing of meaning."""
    return pairs if len(pairs) <= MOST_PAIRS else frozenset(sorted(pairs)[:MOST_PAIRS])


def centre(sentences: Sequence[Sentence]) -> dict[str, float]:
    """The terms of several sentences together, each sentence of length 1."""
    total: dict[str, float] = {}
    for sentence in sentences:
        length = math.hypot(*sentence.terms.values()) or 1.0
        for term, weight in sentence.terms.items():
            total[term] = total.get(term, 0.0) + weight / length
    return total
