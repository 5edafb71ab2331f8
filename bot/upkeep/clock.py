"""Notices that the clock was set back, and has planned anew what would else wait until it is there.

A clock that leaps ahead needs nothing: what is due is done, and once.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.store.store import Store

log = logging.getLogger(__name__)

LEAP = timedelta(minutes=1)  # by less the clocks of workers may differ, and nobody minds the wait
UNDER_WAY = timedelta(minutes=1)  # what began by the clock of before has ended by then


@dataclass(slots=True)
class ClockWatch:
    """One process's view of the clock. `turn` is the usual time between two polls of a feed."""

    store: Store
    turn: timedelta
    latest: datetime | None = None
    mended_until: datetime | None = None

    async def look(self, now: datetime) -> int:
        """Compare with the last look; after a start, with the last poll. Always returns 0."""
        before = self.latest or await self.store.timetable.last_poll()
        if before is not None and now < before - LEAP:
            log.warning(
                "The clock was set back by %s. What was due is planned anew. Set the clock by NTP.",
                timedelta(seconds=round((before - now).total_seconds())),
            )
            self.mended_until = now + UNDER_WAY
        self.latest = now
        if self.mended_until is not None:
            await self.store.timetable.bring_forward(now, self.turn)
            if now > self.mended_until:
                self.mended_until = None
        return 0
