"""What one run of the bench measured, and its ratios. Nothing here runs anything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

from tests.benchmarks.polling.crowd import Crowded
from tests.benchmarks.polling.freshness import Fresh
from tests.benchmarks.polling.fronts import PLAIN, Tried
from tests.benchmarks.polling.snippets import Snippets

KEPT = "304, kept connection"
SAME = "200, equal body"
FAST = timedelta(minutes=5)
"""The gap between two items of a fast feed, on average."""
KINDS = {"first": "seen for the first time", "one": "one new entry", "none": "no new entry"}


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Polls of one feed that is as it was: seconds of processor time each, round by round."""

    feed: str
    size: int
    how: str
    ours: Sequence[float]
    plain: Sequence[float]

    @property
    def per_second(self) -> float:
        """Our polls for each second of processor time."""
        return 1 / median(self.ours)

    @property
    def ratio(self) -> float:
        """How many times as much the plain loop spends."""
        return _ratio(self.ours, self.plain)


@dataclass(frozen=True, slots=True)
class Changed:
    """Polls of one feed whose body is new each time; seconds each, round by round.

    `kind` says what of it is new to us.
    """

    feed: str
    size: int
    kind: str
    ours: Sequence[float]
    plain: Sequence[float]

    @property
    def ratio(self) -> float:
        """How many times as much the plain loop spends."""
        return _ratio(self.ours, self.plain)


@dataclass(frozen=True, slots=True)
class Crowd:
    """A bot with many feeds, and the longest delay of an idle process beside it, in seconds."""

    found: Crowded
    idle_lag: float

    @property
    def worst_lag(self) -> float:
        """The latest that the event loop ever was, in seconds."""
        return max(turn.lag.worst for turn in self.found.turns)

    @property
    def worst_own_lag(self) -> float:
        """The most of such a delay that was our own work."""
        return max(turn.lag.worst_own for turn in self.found.turns)


@dataclass(slots=True)
class Results:
    """Everything that one run measured. `load` is the machine's load at the end."""

    source: str
    rounds: int
    load: float = 0.0
    unchanged: list[Unchanged] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    crowds: list[Crowd] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    snippets: Snippets | None = None

    def way(self, name: str) -> Tried | None:
        """A way of reading feeds by its name, if it was tried."""
        return next((one for one in self.tried if one.name == name), None)

    def of_kind(self, kind: str) -> list[Changed]:
        """The changed feeds of which this much was new."""
        return [one for one in self.changed if one.kind == kind]

    def gain(self, one: Tried) -> tuple[float, float]:
        """How much quicker than the plain loop's way: of feeds the median, and in total."""
        plain = self.way(PLAIN)
        assert plain, "the plain loop's way is tried first"
        pairs = zip(plain.seconds, one.seconds, strict=True)
        return median(slow / quick for slow, quick in pairs), sum(plain.seconds) / sum(one.seconds)


def total_ratio(changed: Sequence[Changed]) -> float:
    """How many times as much the plain loop spends on all feeds together."""
    ours = sum(median(one.ours) for one in changed)
    return sum(median(one.plain) for one in changed) / ours


def _ratio(ours: Sequence[float], plain: Sequence[float]) -> float:
    return median(slow / quick for quick, slow in zip(ours, plain, strict=True))
