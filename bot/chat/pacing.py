"""How fast a channel may be written to: token buckets, one set per channel. It reads no clock.

What a chat itself asks for (`Retry-After`) goes before; this keeps us from being asked. Each
process paces what it sends; several of them can together be too fast, and then the chat says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import Destination, Platform


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` messages at once, and one more whenever `every` has passed."""

    burst: int
    every: timedelta


# More than this is too much to read: what waits then comes as one message.
READABLE = Rate(30, timedelta(minutes=10) / 30)
# "1 per second per channel, short bursts beyond that are allowed":
# https://docs.slack.dev/apis/web-api/rate-limits
# Discord's buckets stand in the headers of its answers, and its library keeps to them.
RATES: Mapping[Platform, tuple[Rate, ...]] = {
    Platform.CONSOLE: (),
    Platform.SLACK: (Rate(3, timedelta(seconds=1)), READABLE),
    Platform.DISCORD: (READABLE,),
}
NOW = timedelta(0)


@dataclass(slots=True)
class _Bucket:
    """Full at first; `left` is what was in it at `at`."""

    rate: Rate
    left: float
    at: datetime

    def look(self, now: datetime) -> float:
        """How many messages may go now."""
        gained = max(now - self.at, NOW) / self.rate.every
        return min(self.left + gained, float(self.rate.burst))

    def wait(self, now: datetime) -> timedelta:
        """How long until one may go."""
        return max(1.0 - self.look(now), 0.0) * self.rate.every

    def take(self, now: datetime) -> None:
        self.left, self.at = self.look(now) - 1.0, now


class Pacing:
    """The buckets of every channel that was written to lately."""

    def __init__(self, rates: Mapping[Platform, tuple[Rate, ...]] = RATES) -> None:
        self._rates = rates
        self._buckets: dict[Destination, tuple[_Bucket, ...]] = {}

    def wait(self, destination: Destination, now: datetime) -> timedelta:
        """How long until a message may go there; nothing if one may go at once."""
        waits = [bucket.wait(now) for bucket in self._of(destination, now)]
        # A microsecond is the least that can be waited for, and less than one means no wait.
        return max(waits, default=NOW)

    def room(self, destination: Destination, now: datetime) -> float:
        """How many messages may go there one by one before people have too much to read.

        That is the slowest of a channel's limits; the others only spread messages out.
        """
        slowest = max(self._of(destination, now), key=lambda each: each.rate.every, default=None)
        return float("inf") if slowest is None else slowest.look(now)

    def spend(self, destination: Destination, now: datetime) -> None:
        """A message goes there now."""
        for bucket in self._of(destination, now):
            bucket.take(now)
        self._forget(now)

    def _of(self, destination: Destination, now: datetime) -> tuple[_Bucket, ...]:
        if destination not in self._buckets:
            rates = self._rates.get(destination.platform, ())
            self._buckets[destination] = tuple(_Bucket(r, float(r.burst), now) for r in rates)
        for bucket in self._buckets[destination]:
            bucket.at = min(bucket.at, now)  # else a clock that was set back would fill none
        return self._buckets[destination]

    def _forget(self, now: datetime) -> None:
        """Drop channels whose buckets are full again: they are as good as new."""
        if len(self._buckets) < 1_000:
            return
        full = [
            place
            for place, buckets in self._buckets.items()
            if all(bucket.look(now) >= bucket.rate.burst for bucket in buckets)
        ]
        for place in full:
            del self._buckets[place]
