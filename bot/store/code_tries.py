"""How often codes were tried, so that nobody guesses one: counted for each chat and for all.

It is kept for as long as it counts, for all processes and over a restart. What a code is good for
stands in `invitations`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Index, Table, Text, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Platform
from bot.store.columns import Instant, Prose
from bot.store.database import Database
from bot.store.differences import Turn, take_turn
from bot.store.schema import metadata

WITHIN = timedelta(minutes=15)
MOST_OF_ONE = 5
MOST_OF_ALL = 60
"""Of 2**40 codes, 60 in the quarter of an hour for which one is good find none."""

code_tries = Table(
    "code_tries",
    metadata,
    Column("platform", Text, nullable=False),
    Column("external_id", Prose, nullable=False),
    Column("tried_at", Instant, nullable=False),
    Index("code_tries_tried_at", "tried_at"),
)


@dataclass(frozen=True, slots=True)
class CodeTries:
    """The tries of all chats."""

    database: Database

    async def wait(self, platform: Platform, external_id: str, at: datetime) -> timedelta:
        """Count one more try of a chat, or say how long to wait for it; zero: it was counted."""

        async def work(connection: AsyncConnection) -> timedelta:
            await take_turn(connection, Turn.TRY_CODE)
            # A clock that was set back leaves tries of another time behind; those count for nobody.
            over = or_(code_tries.c.tried_at <= at - WITHIN, code_tries.c.tried_at > at + WITHIN)
            await connection.execute(delete(code_tries).where(over))
            seat = code_tries.c.platform == platform, code_tries.c.external_id == external_id
            for which, most in ((seat, MOST_OF_ONE), ((), MOST_OF_ALL)):
                tried = select(func.count(), func.min(code_tries.c.tried_at)).where(*which)
                many, first = (await connection.execute(tried)).one()
                if many >= most:
                    wait: timedelta = first + WITHIN - at
                    return wait
            await connection.execute(
                code_tries.insert().values(platform=platform, external_id=external_id, tried_at=at)
            )
            return timedelta(0)

        return await self.database.write(work)
