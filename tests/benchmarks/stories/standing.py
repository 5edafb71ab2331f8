"""The design of stories as it stood before it was built: TF-IDF centroids, as measured.

Every number is the design's: titles twice, 250 words, title pairs 0.5, capitals 1.3, cut to 200
terms, score = cosine x (0.5 + 0.5 x 0.5^(days / half-life)), joined from 0.22 on. With other
arguments it is the plain cosine cut and the variant without decay.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.stories.vector import STOP
from tests.benchmarks.stories.readings import Labelled

DAY = 86_400
TAU = 0.22
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENDINGS = (
    "ations",
    "ation",
    "ingly",
    "ments",
    "ment",
    "ings",
    "ing",
    "ies",
    "ed",
    "es",
    "s",
    "ly",
)

Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Design:
    """What tells the design from simpler ones: how fast a story fades, and pairs and capitals."""

    headline_half_life: float | None = 1.0
    text_half_life: float | None = 3.0
    pairs: float = 0.5
    capitals: float = 1.3


def weights(article: Labelled, design: Design) -> Weights:
    """The terms of an article, before rarity."""
    counts: Counter[str] = Counter()
    capitalised: set[str] = set()
    title = list(_words(article.title))
    for times, words in ((2, title), (1, list(_words(article.body))[:250])):
        for word, capital in words:
            counts[word] += times
            if capital:
                capitalised.add(word)
    found = {
        word: math.log1p(count) * (design.capitals if word in capitalised else 1.0)
        for word, count in counts.items()
    }
    if design.pairs:
        for (first, _), (second, _) in pairwise(title):
            found[f"{first} {second}"] = design.pairs * math.log(2)
    return found


def _words(text: str) -> Iterable[tuple[str, bool]]:
    before = 0
    for found in _WORD.finditer(text):
        first = before == 0 or any(sign in '.!?\n:“"' for sign in text[before : found.start()])
        before = found.end()
        word = found[0].lower().removesuffix("'s").removesuffix("’s")
        if word not in STOP and len(word) > 1:
            yield _stem(word), found[0][0].isupper() and not first


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def general(articles: Iterable[Labelled], design: Design) -> tuple[Counter[str], int]:
    """How many of how many articles of general news have each term."""
    counts: Counter[str] = Counter()
    total = 0
    for article in articles:
        counts.update(weights(article, design).keys())
        total += 1
    return counts, total


def place(
    articles: Sequence[Labelled],
    told: Sequence[Weights],
    warm: tuple[Counter[str], int],
    design: Design,
    tau: float,
) -> list[int]:
    """The story of each article of a stream, as the number of the article that founded it."""
    counts, total = Counter(warm[0]), warm[1]
    stories: list[_Story] = []
    postings: dict[str, dict[int, float]] = defaultdict(dict)
    placed = []
    for article, terms in zip(articles, told, strict=True):
        vector = _unit({t: w * math.log((total + 1) / (counts[t] + 0.5)) for t, w in terms.items()})
        best = _best(article, vector, stories, postings, design)
        at = best[1] if best[0] >= tau else len(stories)
        if at == len(stories):
            stories.append(_Story({}))
        stories[at].add(article, vector, postings, at)
        counts.update(terms.keys())
        total += 1
        placed.append(at)
    return placed


class _Story:
    def __init__(self, centroid: Weights) -> None:
        self.centroid = centroid
        self.length = 1.0
        self.last = 0.0

    def add(
        self, article: Labelled, vector: Weights, postings: dict[str, dict[int, float]], at: int
    ) -> None:
        self.last = article.at.timestamp()
        for term, weight in vector.items():
            self.centroid[term] = postings[term][at] = self.centroid.get(term, 0.0) + weight
        if len(self.centroid) > 300:
            kept = sorted(self.centroid, key=lambda term: -self.centroid[term])[:200]
            for term in self.centroid.keys() - set(kept):
                del self.centroid[term], postings[term][at]
        self.length = math.hypot(*self.centroid.values())


def _best(
    article: Labelled,
    vector: Weights,
    stories: Sequence[_Story],
    postings: dict[str, dict[int, float]],
    design: Design,
) -> tuple[float, int]:
    sums: dict[int, float] = defaultdict(float)
    for term, weight in vector.items():
        for at, there in postings.get(term, {}).items():
            sums[at] += weight * there
    half_life = design.text_half_life if article.body else design.headline_half_life
    best = (0.0, 0)
    for at, total in sums.items():
        age = (article.at.timestamp() - stories[at].last) / DAY
        if age <= 14:
            fresh = 0.5 + 0.5 * 0.5 ** (age / half_life) if half_life else 1.0
            best = max(best, (total / stories[at].length * fresh, at))
    return best


def _unit(vector: Weights) -> Weights:
    length = math.hypot(*vector.values()) or 1.0
    return {term: weight / length for term, weight in vector.items()}
