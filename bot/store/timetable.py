"""What was planned for an instant: feeds and deliveries, planned anew when the clock was ahead.

It reads no clock and does not say when a feed is due; `feeds.polling` and the outbox loop do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import FeedId
from bot.store.database import Database
from bot.store.schema import UNFINISHED, deliveries, feeds

LONGEST_WAIT = timedelta(minutes=1)  # that the outbox loop gives a delivery of its own accord


@dataclass(frozen=True, slots=True)
class Timetable:
    """All that waits for its time."""

    database: Database

    async def last_poll(self) -> datetime | None:
        """When any feed was last polled, by the clock of then."""
        async with self.database.reading() as connection:
            last: datetime | None = await connection.scalar(
                select(func.max(feeds.c.last_polled_at))
            )
        return last

    async def bring_forward(self, now: datetime, over: timedelta) -> None:
        """Plan anew what a clock that was ahead of `now` has planned.

        Feeds come within `over`, spread evenly; deliveries that would wait for longer than any does
        are due. What is held for a digest stays held.
        """

        async def work(connection: AsyncConnection) -> None:
            ahead = await connection.execute(
                select(feeds.c.id)
                .where(feeds.c.last_polled_at > now, feeds.c.next_poll_at > now + over)
                .order_by(feeds.c.next_poll_at, feeds.c.id)
            )
            await spread_evenly(connection, ahead.scalars().all(), now, over)
            await connection.execute(
                update(deliveries)
                .where(text(UNFINISHED), deliveries.c.next_attempt_at > now + LONGEST_WAIT)
                .values(next_attempt_at=now)
            )

        await self.database.write(work)


async def spread_evenly(
    connection: AsyncConnection, ids: Sequence[FeedId], now: datetime, over: timedelta
) -> None:
    """Let these feeds fall due one after the other from now on, the first at once."""
    for place, feed in enumerate(ids):
        when = now + over * place / len(ids)
        await connection.execute(update(feeds).where(feeds.c.id == feed).values(next_poll_at=when))
