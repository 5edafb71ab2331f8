"""What is known of the channels we post to: whose they are, who sees them, which are lost to us.

It posts nothing and looks at no chat.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    PrimaryKeyConstraint,
    Row,
    Select,
    Table,
    and_,
    false,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryState, Destination, Platform, WorkspaceId
from bot.store.columns import Instant, Prose
from bot.store.database import Database
from bot.store.differences import DatabaseClock, insert
from bot.store.schema import UNFINISHED, deliveries, metadata, seats
from bot.store.troubles import taken_up

places = Table(
    "places",
    metadata,
    Column("destination", Prose, nullable=False),
    Column("external_id", Prose),
    Column("lost_at", Instant),
    Column("why", Prose),
    Column("looked_at", Instant),
    Column("private", Boolean),
    Column("name", Prose),
    Column("asked_at", Instant),
    Column("for_good", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("destination"),
)

LONGEST_NAME = 100  # Discord's own limit; Slack's is 80
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
KEPT = timedelta(hours=24)  # what a channel missed in this time is still told when it is back


@dataclass(frozen=True, slots=True)
class LostPlace:
    """A channel that nothing can be posted to, since when and why; `for_good` if it was deleted.

    `name` is what people called it, if that is known.
    """

    destination: Destination
    lost_at: datetime
    why: str
    for_good: bool = False
    name: str = ""

    @property
    def called(self) -> str:
        """The channel as people know it: `#news on Discord`; without a name its address."""
        platform = self.destination.platform.title()
        return f"#{self.name} on {platform}" if self.name else str(self.destination)


@dataclass(frozen=True, slots=True)
class Places:
    """The channels of all platforms."""

    database: Database

    async def owner(self, destination: Destination) -> str | None:
        """The team or guild that the channel was last seen in."""
        statement = select(places.c.external_id).where(places.c.destination == str(destination))
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).scalar()

    async def note_owner(self, destination: Destination, external_id: str) -> None:
        """Remember whose a channel is."""

        async def work(connection: AsyncConnection) -> None:
            await _put(connection, destination, external_id=external_id)

        await self.database.write(work)

    async def note_privacy(
        self, destination: Destination, private: bool | None, at: datetime, name: str = ""
    ) -> None:
        """Remember who sees a channel and what it is called.

        With None only that it was asked about, in vain.
        """
        known: dict[str, object] = {"asked_at": at}
        if private is not None:
            known |= {"private": private, "name": " ".join(name.split())[:LONGEST_NAME]}

        async def work(connection: AsyncConnection) -> None:
            await _put(connection, destination, **known)

        await self.database.write(work)

    async def open_to(self, workspace: WorkspaceId) -> frozenset[Destination]:
        """The channels of a workspace's teams that all their people may see, as far as is known."""
        async with self.database.reading() as connection:
            rows = await connection.execute(_open_to(workspace))
            return frozenset(Destination.parse(row.destination) for row in rows)

    async def names(
        self, workspace: WorkspaceId, destinations: Collection[Destination]
    ) -> Mapping[Destination, str]:
        """What those of these channels are called that all people of a workspace may see."""
        asked = places.c.destination.in_([str(each) for each in destinations])
        async with self.database.reading() as connection:
            rows = await connection.execute(_open_to(workspace).where(asked))
            return {Destination.parse(row.destination): row.name for row in rows if row.name}

    async def to_ask_about(
        self, destinations: Collection[Destination], before: datetime, limit: int
    ) -> tuple[Destination, ...]:
        """Those of these channels that were not asked about since then, the longest ago first."""
        statement = select(places.c.destination, places.c.asked_at).where(
            places.c.destination.in_([str(each) for each in destinations])
        )
        async with self.database.reading() as connection:
            asked = {row.destination: row.asked_at for row in await connection.execute(statement)}
        due = [(asked.get(str(each)) or LONG_AGO, each) for each in destinations]
        return tuple(each for at, each in sorted(due) if at < before)[:limit]

    async def lose(
        self, destination: Destination, why: str, at: datetime, *, for_good: bool = False
    ) -> frozenset[WorkspaceId] | None:
        """Stop everything that waits for this channel; None if it was lost before.

        That a lost channel is gone `for_good` is news again. What waits becomes BLOCKED in the
        same transaction, but for a message whose attempt is under way. The answer says whose
        messages waited.
        """

        async def work(connection: AsyncConnection) -> frozenset[WorkspaceId] | None:
            found = await connection.execute(
                select(places).where(places.c.destination == str(destination))
            )
            known = found.one_or_none()
            before = None if known is None else known.lost_at
            was_for_good = known is not None and known.for_good
            news = before is None or (for_good and not was_for_good)
            if news:
                lost = {"lost_at": before or at, "why": why, "for_good": for_good}
                await _put(connection, destination, looked_at=at, **lost)
            stopped = await connection.execute(
                update(deliveries)
                .where(text(UNFINISHED), _free(), deliveries.c.destination == str(destination))
                .values(state=DeliveryState.BLOCKED.value, lease=None, leased_until=None, error=why)
                .returning(deliveries.c.workspace_id)
            )
            waited = frozenset(WorkspaceId(row.workspace_id) for row in stopped)
            return waited if news else None

        return await self.database.write(work)

    async def find_again(self, destination: Destination, at: datetime) -> bool:
        """The channel takes messages again: what it missed lately goes out. False: never lost."""

        async def work(connection: AsyncConnection) -> bool:
            found = await connection.execute(
                update(places)
                .where(places.c.destination == str(destination), places.c.lost_at.is_not(None))
                .values(lost_at=None, why=None, for_good=False)
            )
            if not found.rowcount:
                return False
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.state == DeliveryState.BLOCKED.value,
                    deliveries.c.destination == str(destination),
                    deliveries.c.created_at > at - KEPT,
                )
                .values(state=taken_up(), next_attempt_at=at, attempts=0, error=None)
            )
            return True

        return await self.database.write(work)

    async def lost(self) -> tuple[LostPlace, ...]:
        """Every channel that is lost now, the longest lost first."""
        statement = select(places).where(places.c.lost_at.is_not(None)).order_by(places.c.lost_at)
        async with self.database.reading() as connection:
            return tuple(_as_lost(row) for row in await connection.execute(statement))

    async def lost_at(self, destination: Destination) -> LostPlace | None:
        """A channel, if it is lost now."""
        statement = select(places).where(
            places.c.destination == str(destination), places.c.lost_at.is_not(None)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _as_lost(row)

    async def to_look_at(
        self, platform: Platform, before: datetime, at: datetime
    ) -> tuple[LostPlace, ...]:
        """Lost channels that nobody looked at since `before`; whoever asks looks at them now."""

        async def work(connection: AsyncConnection) -> tuple[LostPlace, ...]:
            rows = await connection.execute(
                update(places)
                .where(
                    places.c.lost_at.is_not(None),
                    places.c.looked_at <= before,
                    places.c.destination.startswith(f"{platform}:"),
                )
                .values(looked_at=at)
                .returning(*places.c)
            )
            return tuple(_as_lost(row) for row in rows)

        return await self.database.write(work)

    async def of_team(self, platform: Platform, external_id: str) -> tuple[Destination, ...]:
        """The channels that were last seen in this team or guild and are not lost."""
        statement = select(places.c.destination).where(
            in_team(platform, external_id), places.c.lost_at.is_(None)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            return tuple(Destination.parse(row.destination) for row in rows)

    async def look_soon(self, platform: Platform, external_id: str) -> None:
        """Let the channels of a team or guild be asked about as if nobody had for long."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(places)
                .where(in_team(platform, external_id), places.c.lost_at.is_not(None))
                .values(looked_at=LONG_AGO)
            )
            await connection.execute(
                update(places).where(in_team(platform, external_id)).values(asked_at=LONG_AGO)
            )

        await self.database.write(work)


def in_team(platform: Platform, external_id: str) -> ColumnElement[bool]:
    """The channels that were last seen in this team or guild."""
    return and_(
        places.c.destination.startswith(f"{platform}:"), places.c.external_id == external_id
    )


async def stop_lost(connection: AsyncConnection) -> None:
    """In a transaction that runs: whatever was queued for a lost channel is BLOCKED unattempted."""
    why = select(places.c.why).where(places.c.destination == deliveries.c.destination)
    lost = select(places.c.destination).where(places.c.lost_at.is_not(None))
    await connection.execute(
        update(deliveries)
        # Mostly no channel is lost, and then nothing that waits need be looked at.
        .where(lost.exists(), text(UNFINISHED), _free(), deliveries.c.destination.in_(lost))
        .values(
            state=DeliveryState.BLOCKED.value,
            lease=None,
            leased_until=None,
            error=why.scalar_subquery(),
        )
    )


def _open_to(workspace: WorkspaceId) -> Select[Any]:
    theirs = and_(
        seats.c.external_id == places.c.external_id,
        places.c.destination.startswith(seats.c.platform + ":"),
        seats.c.workspace_id == workspace,
    )
    named = select(places.c.destination, places.c.name)
    return named.join(seats, theirs).where(places.c.private.is_(False))


def _free() -> ColumnElement[bool]:
    leased = deliveries.c.leased_until
    return leased.is_(None) | (leased <= DatabaseClock())


def _as_lost(row: Row[Any]) -> LostPlace:
    place = Destination.parse(row.destination)
    return LostPlace(place, row.lost_at, row.why, row.for_good, row.name or "")


async def _put(connection: AsyncConnection, destination: Destination, **known: object) -> None:
    await connection.execute(
        insert(connection, places)
        .values(destination=str(destination), **known)
        .on_conflict_do_update(index_elements=["destination"], set_=known)
    )
