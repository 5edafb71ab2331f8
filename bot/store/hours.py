"""The hours that were chosen for channels.

What follows from them is told in `stories.hours`; a channel that nobody chose any for has the
usual ones.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Column, PrimaryKeyConstraint, Row, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, WorkspaceId
from bot.store.audit import Change, note
from bot.store.columns import Prose
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import metadata
from bot.stories.hours import USUAL, Hours

channel_hours = Table(
    "channel_hours",
    metadata,
    Column("destination", Prose, nullable=False),
    Column("zone", Text, nullable=False),
    Column("quiet_from", Text),
    Column("quiet_until", Text),
    Column("digest_at", Text, nullable=False),
    PrimaryKeyConstraint("destination"),
)


@dataclass(frozen=True, slots=True)
class ChannelHours:
    """The hours of all channels."""

    database: Database

    async def of(self, destinations: Collection[Destination]) -> Mapping[Destination, Hours]:
        """The hours of each of these channels, the usual ones where nobody chose any."""
        found = dict.fromkeys(destinations, USUAL)
        if not found:
            return found
        statement = select(channel_hours).where(
            channel_hours.c.destination.in_(list(map(str, found)))
        )
        async with self.database.reading() as connection:
            for row in await connection.execute(statement):
                found[Destination.parse(row.destination)] = _hours(row)
        return found

    async def choose(
        self,
        workspace: WorkspaceId,
        destination: Destination,
        hours: Hours,
        *,
        by: str,
        at: datetime,
    ) -> None:
        """Give a channel its hours, which is audited. What waits already keeps its time."""
        begins, ends = hours.quiet or (None, None)
        values = {
            "zone": hours.zone,
            "quiet_from": begins and f"{begins:%H:%M}",
            "quiet_until": ends and f"{ends:%H:%M}",
            "digest_at": f"{hours.digest_at:%H:%M}",
        }

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(connection, channel_hours)
                .values(destination=str(destination), **values)
                .on_conflict_do_update(index_elements=["destination"], set_=values)
            )
            said = ", ".join(f"{key} {value}" for key, value in values.items() if value)
            change = Change(at, by, "set hours", str(destination), said, place=destination)
            await note(connection, workspace, change)

        await self.database.write(work)


def _hours(row: Row[Any]) -> Hours:
    quiet = None
    if row.quiet_from is not None:
        quiet = (time.fromisoformat(row.quiet_from), time.fromisoformat(row.quiet_until))
    return Hours(row.zone, quiet, time.fromisoformat(row.digest_at))
