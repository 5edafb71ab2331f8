"""Logistic regression by Newton's method, in plain Python, for a handful of features."""

import math
from collections.abc import Sequence


def fit(rows: Sequence[Sequence[float]], truths: Sequence[bool], ridge: float = 1.0) -> list[float]:
    """The weights, the last of them for the constant. Deterministic; features are standardised."""
    width = len(rows[0])
    means = [sum(row[at] for row in rows) / len(rows) for at in range(width)]
    spreads = [
        math.sqrt(sum((row[at] - means[at]) ** 2 for row in rows) / len(rows)) or 1.0
        for at in range(width)
    ]
    scaled = [[*((row[at] - means[at]) / spreads[at] for at in range(width)), 1.0] for row in rows]
    weights = [0.0] * (width + 1)
    for _ in range(20):
        slope = [ridge * weight for weight in weights]
        curve = [[ridge if i == j else 0.0 for j in range(width + 1)] for i in range(width + 1)]
        for row, truth in zip(scaled, truths, strict=True):
            chance = 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, row, strict=True))))
            for i, x in enumerate(row):
                slope[i] += (chance - truth) * x
                for j, y in enumerate(row):
                    curve[i][j] += chance * (1 - chance) * x * y
        step = _solve(curve, slope)
        weights = [weight - move for weight, move in zip(weights, step, strict=True)]
    plain = [weights[at] / spreads[at] for at in range(width)]
    return [*plain, weights[-1] - sum(w * m for w, m in zip(plain, means, strict=True))]


def score(weights: Sequence[float], row: Sequence[float]) -> float:
    """The logit of a row."""
    return weights[-1] + sum(w * x for w, x in zip(weights, row, strict=False))


def _solve(matrix: list[list[float]], vector: list[float]) -> list[float]:
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(size):
            if below != at:
                factor = rows[below][at] / rows[at][at]
                rows[below] = [x - factor * y for x, y in zip(rows[below], rows[at], strict=True)]
    return [rows[at][size] / rows[at][at] for at in range(size)]
