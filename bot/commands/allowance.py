"""How often something may be asked for: a count within a span of time, for each who asks.

It is kept in memory: a restart forgives.
"""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class Allowance:
    """At most `most` times within `per`."""

    most: int
    per: timedelta
    _asked: dict[Hashable, deque[datetime]] = field(default_factory=dict)

    def wait(self, who: Hashable, now: datetime) -> timedelta:
        """Count one more, or say how long to wait for it; zero means that it was counted."""
        for other, times in list(self._asked.items()):
            while times and now - times[0] >= self.per:
                times.popleft()
            if not times:
                del self._asked[other]
        times = self._asked.setdefault(who, deque())
        if len(times) >= self.most:
            return times[0] + self.per - now
        times.append(now)
        return timedelta(0)
