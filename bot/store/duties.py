"""Duties that one process at a time has, by a lease: whoever holds it renews it or loses it.

What a duty is, and what to do when it is lost, is the holder's affair.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.differences import DatabaseClock, insert
from bot.store.schema import duties


@dataclass(frozen=True, slots=True)
class Duties:
    """All duties."""

    database: Database

    @property
    def shared(self) -> bool:
        """Whether several processes may be at work; on SQLite one is alone (`store.alone`)."""
        return self.database.dialect != "sqlite"

    async def hold(self, name: str, holder: str, lease: timedelta) -> bool:
        """Take a duty or keep it, for `lease` from now on by the database's clock.

        False means that another holder has it.
        """
        until = DatabaseClock() + lease.total_seconds()

        async def work(connection: AsyncConnection) -> bool:
            taken = await connection.execute(
                insert(connection, duties)
                .values(name=name, holder=holder, leased_until=until)
                .on_conflict_do_update(
                    index_elements=["name"],
                    set_={"holder": holder, "leased_until": until},
                    where=or_(duties.c.holder == holder, duties.c.leased_until <= DatabaseClock()),
                )
            )
            return taken.rowcount == 1

        return await self.database.write(work)

    async def leave(self, name: str, holder: str) -> None:
        """Let go of a duty, so that another need not wait for the lease. Ignored if it was lost."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                delete(duties).where(duties.c.name == name, duties.c.holder == holder)
            )

        await self.database.write(work)

    async def take_over(self) -> None:
        """End every holding at once. See `Outbox.take_over`."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(duties))

        await self.database.write(work)
