"""Copies on planted data: seven kinds of copies of full articles against independent reports.

The script plants the copies, so this flatters every method alike. Hard negatives are pairs of
articles of one story that share less than 30 % of their shingles: independent reports.
"""

import hashlib
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from bot.stories.fingerprint import CARRIES, Fingerprint, containment, fingerprint
from rules import sentences
from tests.benchmarks.stories.readings import Labelled

SEED = 8
FALSE_ALARMS = 0.001
_FURNITURE = (
    "Share this article on Facebook and Twitter. Sign up to get the latest news by mail.",
    "All rights reserved. This material may not be published, broadcast or redistributed.",
    "Read more: our full coverage. Advertisement. Follow us for live updates through the day.",
)
_PERMUTATIONS = 128
_ALL = (1 << 32) - 1
_ODD = 0x9E3779B1
_MASKS = [random.Random(at).getrandbits(32) for at in range(_PERMUTATIONS)]


@dataclass(frozen=True, slots=True)
class Recall:
    """A method with its threshold and, for each kind of copy, the share that it found."""

    method: str
    threshold: float
    found: dict[str, float]
    false_alarms: float

    @property
    def worst(self) -> float:
        return min(self.found.values())


Kept = TypeVar("Kept")
Likeness = Callable[[str, str], float]


def measure(articles: Sequence[Labelled]) -> list[Recall]:
    """Each method at its own threshold for 0.1 % false alarms, and ours at the shipped one."""
    dice = random.Random(SEED)
    texts = {article.number: article.body for article in articles if len(article.body) > 600}
    negatives = _negatives(articles, texts, dice)
    planted = {
        kind: [(t, plant(t, dice)) for t in texts.values()]
        for kind, plant in kinds(list(texts.values()), dice).items()
    }
    rows = []
    for name, likeness in _methods().items():
        hard = sorted((likeness(texts[a], texts[b]) for a, b in negatives), reverse=True)
        allowed = int(FALSE_ALARMS * len(hard))
        rows.append(_recall(name, likeness, hard[allowed] + 1e-9, planted, hard))
        if name == "ours":
            rows.append(_recall("ours, as shipped", likeness, CARRIES, planted, hard))
    return rows


def _recall(
    name: str,
    likeness: Likeness,
    threshold: float,
    planted: dict[str, list[tuple[str, str]]],
    hard: Sequence[float],
) -> Recall:
    found = {
        kind: sum(likeness(one, other) >= threshold for one, other in pairs) / len(pairs)
        for kind, pairs in planted.items()
    }
    alarms = sum(value >= threshold for value in hard) / len(hard)
    return Recall(name, threshold, found, alarms)


def _negatives(
    articles: Sequence[Labelled], texts: dict[int, str], dice: random.Random
) -> list[tuple[int, int]]:
    """All independent pairs of one story, and 3,000 random pairs of different ones."""
    shingles = {number: _shingles(text) for number, text in texts.items()}
    numbered = [article for article in articles if article.number in texts]
    pairs = [
        (a.number, b.number)
        for a, b in combinations(numbered, 2)
        if a.label == b.label and _overlap(shingles[a.number], shingles[b.number]) < 0.3
    ]
    while len(pairs) < 3_000:
        a, b = dice.sample(numbered, 2)
        if a.label != b.label:
            pairs.append((a.number, b.number))
    return pairs


def kinds(
    texts: Sequence[str], dice: random.Random
) -> dict[str, Callable[[str, random.Random], str]]:
    """The seven ways in which a text is copied."""
    vocabulary = sorted({word for text in texts for word in text.split() if word.isalpha()})

    def furniture(text: str, dice: random.Random) -> str:
        return "\n".join((_FURNITURE[0], text, *dice.sample(_FURNITURE[1:], 2)))

    def lead(text: str, dice: random.Random) -> str:
        bounds = sentences(text)
        return text[: bounds[max(2, len(bounds) // 3) - 1][1]] if len(bounds) > 2 else text

    def dropped(text: str, dice: random.Random) -> str:
        kept = [text[a:b] for a, b in sentences(text) if dice.random() > 0.3]
        return " ".join(kept) or text

    def reordered(text: str, dice: random.Random) -> str:
        parts = [text[a:b] for a, b in sentences(text)]
        dice.shuffle(parts)
        return " ".join(parts)

    def edited(share: float) -> Callable[[str, random.Random], str]:
        def edit(text: str, dice: random.Random) -> str:
            return " ".join(
                dice.choice(vocabulary) if dice.random() < share else word for word in text.split()
            )

        return edit

    def half(text: str, dice: random.Random) -> str:
        own = dice.choice(texts)
        return text[: len(text) // 2] + "\n" + own[: len(text) // 2]

    return {
        "with furniture": furniture,
        "lead third": lead,
        "30 % of sentences dropped": dropped,
        "reordered": reordered,
        "5 % of words": edited(0.05),
        "15 % of words": edited(0.15),
        "half wire, half own": half,
    }


def _methods() -> dict[str, Likeness]:
    prints: dict[str, Fingerprint] = {}
    minimal: dict[str, tuple[int, ...]] = {}
    hashed: dict[str, int] = {}

    def ours(one: str, other: str) -> float:
        return containment(*(_kept(prints, text, _print) for text in (one, other)))

    def minhash(one: str, other: str) -> float:
        a, b = (_kept(minimal, text, _minima) for text in (one, other))
        return sum(x == y for x, y in zip(a, b, strict=True)) / _PERMUTATIONS

    def simhash(one: str, other: str) -> float:
        a, b = (_kept(hashed, text, _simhash) for text in (one, other))
        return 1 - (a ^ b).bit_count() / 64

    return {"ours": ours, "MinHash 128": minhash, "SimHash 64": simhash}


def _kept(memory: dict[str, Kept], text: str, work: Callable[[str], Kept]) -> Kept:
    if text not in memory:
        memory[text] = work(text)
    return memory[text]


def _print(text: str) -> Fingerprint:
    return fingerprint("", text)


def _shingles(text: str) -> frozenset[int]:
    words = text.lower().split()
    return frozenset(
        zlib.crc32(" ".join(words[at : at + 5]).encode()) for at in range(max(1, len(words) - 4))
    )


def _overlap(one: frozenset[int], other: frozenset[int]) -> float:
    return len(one & other) / min(len(one), len(other))


def _minima(text: str) -> tuple[int, ...]:
    shingles = _shingles(text)
    return tuple(min(((shingle ^ mask) * _ODD) & _ALL for shingle in shingles) for mask in _MASKS)


def _simhash(text: str) -> int:
    sums = [0] * 64
    for word in text.lower().split():
        value = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
        for bit in range(64):
            sums[bit] += 1 if value >> bit & 1 else -1
    return sum(1 << bit for bit in range(64) if sums[bit] > 0)
