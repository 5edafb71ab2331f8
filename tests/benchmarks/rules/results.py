"""What was measured, and the arithmetic of ratios and medians. Nothing here runs anything."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, median

from tests.benchmarks.rules.serving import Built

MICRO = 1e6


@dataclass(frozen=True, slots=True)
class Standing:
    """An engine at a size. `rounds` has the seconds of each article, round by round.

    Round n of every engine begins with the same articles; slow engines stop after a few. `matches`
    go with the seconds, one row of watchlists for each article.
    """

    engine: str
    size: int
    built: Built
    rounds: Sequence[Sequence[float]]
    matches: Sequence[Sequence[Sequence[int]]]

    @property
    def micros(self) -> float:
        """Microseconds per article: the mean of each round, and of these the median."""
        return median(map(fmean, self.rounds)) * MICRO

    @property
    def middle_micros(self) -> float:
        """Microseconds of the article in the middle."""
        return median(one for part in self.rounds for one in part) * MICRO

    @property
    def articles(self) -> int:
        """How many articles were timed, all rounds together."""
        return sum(map(len, self.rounds))

    @property
    def mean_matches(self) -> float:
        """Watchlists answered per article."""
        return fmean(len(found) for part in self.matches for found in part)

    def ratio(self, other: "Standing") -> float:
        """How many times as long as `other` it takes, over the articles that both were timed on."""
        return median(
            fmean(mine[:count]) / fmean(theirs[:count])
            for mine, theirs in zip(self.rounds, other.rounds, strict=False)
            if (count := min(len(mine), len(theirs)))
        )

    def digest(self, other: "Standing") -> str:
        """A hash of the matches, for the articles that `other` was timed on as well."""
        rows = [
            sorted(found)
            for mine, theirs in zip(self.matches, other.matches, strict=False)
            for found, _ in zip(mine, theirs, strict=False)
        ]
        return hashlib.sha256(repr(rows).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class NearMisses:
    """Mean seconds per article, round by round, with near misses off and on."""

    off: Sequence[float]
    on: Sequence[float]

    @property
    def micros(self) -> tuple[float, float]:
        """Microseconds per article, off and on: of the rounds the median."""
        return median(self.off) * MICRO, median(self.on) * MICRO

    @property
    def ratio(self) -> float:
        """How many times as long it takes with near misses."""
        return median(on / off for off, on in zip(self.off, self.on, strict=True))


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Seconds, at the middle and at the 99th of a hundred."""

    middle: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Percentiles":
        """From single measurements."""
        ordered = sorted(seconds)
        return cls(
            ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
        )


@dataclass(frozen=True, slots=True)
class Edited:
    """Live edits of a standing set of `size`, of one kind of rule."""

    size: int
    kind: str
    count: int
    add: Percentiles
    remove: Percentiles
    match_after: Percentiles


@dataclass(slots=True)
class Results:
    """Everything that one run measured. `load` is the highest one-minute load of the machine."""

    source: str
    articles: int
    rounds: int
    load: float = 0.0
    standings: list[Standing] = field(default_factory=list)
    edits: list[Edited] = field(default_factory=list)
    stored_bytes: dict[int, int] = field(default_factory=dict)
    tolerant: dict[int, float] = field(default_factory=dict)
    near: dict[int, NearMisses] = field(default_factory=dict)
    growth: dict[int, float] = field(default_factory=dict)
    fuzzy: tuple[Standing, Standing] | None = None
    differences: list[str] = field(default_factory=list)

    def find(self, engine: str, size: int) -> Standing | None:
        """The standing of an engine at a size, if it was measured."""
        found = (one for one in self.standings if (one.engine, one.size) == (engine, size))
        return next(found, None)

    @property
    def sizes(self) -> list[int]:
        """The sizes measured, ascending."""
        return sorted({one.size for one in self.standings})
