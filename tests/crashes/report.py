"""What a drill showed, and whether it kept our promises. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.crashes.plan import Moment
from tests.crashes.world import Place

STOP_SECONDS = 10.0
FIRST_FETCH_SECONDS = 15.0
DELAYED_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step as it went: what was published for it, and whether its moment came.

    `undisturbed_from` is when everything was up again, if no other blow fell until all had arrived.
    """

    moment: Moment
    articles: tuple[int, ...]
    struck: bool
    undisturbed_from: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `repeated` is by place."""

    moment: str
    kills: int
    due: int
    arrived: int
    repeated: Mapping[Place, int]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a verdict needs. Instants are seconds since 1970.

    `announced` is how often a worker said that a delivery may arrive twice.
    """

    first_starts: int
    outcomes: tuple[Outcome, ...]
    published: Mapping[int, float]
    arrived: Mapping[Place, Mapping[int, Sequence[float]]]
    restarts: tuple[float, ...]
    fetches: tuple[float, ...]
    exits: tuple[tuple[int, float], ...]
    announced: int
    complaints: tuple[str, ...]
    seconds: float

    @property
    def kills(self) -> int:
        """All blows that fell."""
        return self.first_starts + sum(each.struck for each in self.outcomes)

    def rows(self) -> list[Row]:
        """One line for each moment."""
        rows = [Row("in the first starts, on an empty database", self.first_starts, 0, 0, {})]
        for moment in Moment:
            steps = [each for each in self.outcomes if each.moment is moment]
            articles = {number for each in steps for number in each.articles}
            rows.append(
                Row(
                    moment.value,
                    sum(each.struck for each in steps),
                    len(articles) * len(Place),
                    sum(len(articles & found.keys()) for found in self.arrived.values()),
                    {
                        place: sum(len(found[one]) - 1 for one in articles & found.keys())
                        for place, found in self.arrived.items()
                    },
                )
            )
        return rows

    def delays(self) -> list[float]:
        """How long each alert that a blow delayed took from the restart on, shortest first."""
        return sorted(
            min(times) - start
            for start in (each.undisturbed_from for each in self.outcomes)
            if start is not None
            for found in self.arrived.values()
            for number, times in found.items()
            if number in self.published and self.published[number] < start < min(times)
        )

    def first_fetches(self) -> list[float]:
        """How long after each restart a feed was asked, unless another restart came first."""
        return sorted(
            min(later) - restart
            for restart, following in pairwise([*self.restarts, float("inf")])
            if (later := [at for at in self.fetches if restart < at < following])
        )

    def verdict(self, *, timely: bool = True) -> list[str]:
        """Every promise that was broken, in a sentence; none is a good report.

        `timely` judges seconds too: on a machine that does other things they say little.
        """
        return [
            *self.complaints,
            *(
                f"{row.due - row.arrived} alerts were lost: {row.moment}"
                for row in self.rows()
                if row.arrived < row.due
            ),
            *self._repeated_too_often(),
            *(f"the moment did not come: {one.moment}" for one in self.outcomes if not one.struck),
            *(
                f"SIGTERM ended a worker with {code} after {seconds:.1f} s"
                for code, seconds in self.exits
                if code or seconds > STOP_SECONDS
            ),
            *(self._too_slow() if timely else ()),
        ]

    def _repeated_too_often(self) -> Iterator[str]:
        """Where the platform can tell us, nothing repeats; elsewhere what was said to perhaps."""
        allowed = {Place.SLACK: 0, Place.DISCORD: 0, Place.CLOSED: self.announced}
        for place, limit in allowed.items():
            repeats = sum(row.repeated.get(place, 0) for row in self.rows())
            if repeats > limit:
                yield f"{repeats} repeats in {place}, {limit} allowed"

    def _too_slow(self) -> Iterator[str]:
        if (fetches := self.first_fetches()) and fetches[-1] > FIRST_FETCH_SECONDS:
            yield f"a feed was asked only {fetches[-1]:.1f} s after a restart"
        if (delays := self.delays()) and share(delays, 0.95) > DELAYED_SECONDS:
            yield f"a twentieth of the alerts took longer than {share(delays, 0.95):.1f} s"


def share(values: Sequence[float], part: float) -> float:
    """The value that a part of the sorted values does not exceed."""
    return values[min(int(len(values) * part), len(values) - 1)]
