"""How well a grouping, a ranking or a decision agrees with what people said."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision and recall, each a mean over articles."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


Parts = list[tuple[float, float]]
"""For each article the share of its group that belongs to its story, and the reverse."""


def b_cubed(found: Sequence[Hashable], true: Sequence[Hashable]) -> Parts:
    """The B-cubed precision and recall of each article (Bagga and Baldwin, 1998)."""
    inside: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    for group, story in zip(found, true, strict=True):
        inside[group][story] += 1
    sizes, whole = Counter(found), Counter(true)
    return [
        (inside[group][story] / sizes[group], inside[group][story] / whole[story])
        for group, story in zip(found, true, strict=True)
    ]


def agreement(parts: Parts) -> Agreement:
    """The means."""
    count = len(parts) or 1
    return Agreement(sum(p for p, _ in parts) / count, sum(r for _, r in parts) / count)


def average_precision(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """The mean of the precision at each true item, ties kept in the order given."""
    ranked = sorted(range(len(scores)), key=lambda at: -scores[at])
    hits, total = 0, 0.0
    for rank, at in enumerate(ranked, 1):
        if truths[at]:
            hits += 1
            total += hits / rank
    return total / hits if hits else 0.0


def area(scores: Sequence[float], truths: Sequence[bool]) -> float:
    """The chance that a true item scores above a false one (AUC), ties counting a half."""
    ranked = sorted(zip(scores, truths, strict=True))
    below, total, at = 0, 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        true = sum(truth for _, truth in ranked[at:end])
        total += true * (below + (end - at - true) / 2)
        below += end - at - true
        at = end
    positives = sum(truths)
    pairs = positives * (len(truths) - positives)
    return total / pairs if pairs else 0.0
