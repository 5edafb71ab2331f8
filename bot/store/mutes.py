"""Mutes as they are kept: one per target and destination holds, and each change is audited.

What a mute silences is read in `bot.alerts.mute`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, StoryId, WorkspaceId
from bot.store.abreast import move_stamp
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.deliveries import Delivery
from bot.store.reaction_schema import mutes
from bot.store.redrawing import (
    as_mute,
    call_off,
    card_of_story,
    holds,
    redraw,
    story_of_delivery,
)
from bot.stories.handled import Mute, Muted


@dataclass(frozen=True, slots=True)
class By:
    """Who did something: the name that a card shows, and who that is in the audit."""

    name: str
    actor: str


@dataclass(frozen=True, slots=True)
class KeptMutes:
    """All mutes of all workspaces."""

    database: Database

    async def holding(
        self, now: datetime, workspace: WorkspaceId | None = None
    ) -> tuple[Mute, ...]:
        """The mutes that hold, of one workspace or of all, oldest first."""
        statement = select(mutes).where(holds(now)).order_by(mutes.c.id)
        if workspace is not None:
            statement = statement.where(mutes.c.workspace_id == workspace)
        async with self.database.reading() as connection:
            return tuple(map(as_mute, await connection.execute(statement)))

    async def story_of(self, delivery: Delivery) -> StoryId | None:
        """The story of which a card tells; None where stories were off."""
        async with self.database.reading() as connection:
            return await story_of_delivery(connection, delivery)

    async def mute(
        self,
        workspace: WorkspaceId,
        destination: Destination,
        kind: Muted,
        target: str,
        *,
        until: datetime | None,
        by: By,
        at: datetime,
    ) -> Mute:
        """Silence something at a destination; a mute of the same that holds gets this end."""
        same = and_(
            mutes.c.workspace_id == workspace,
            mutes.c.destination == str(destination),
            mutes.c.kind == kind.value,
            mutes.c.target == target,
            holds(at),
        )
        row = {
            "workspace_id": workspace,
            "destination": str(destination),
            "kind": kind.value,
            "target": target,
        }

        async def work(connection: AsyncConnection) -> Mute:
            stamp = await move_stamp(connection)
            changed = await _put_off(connection, same, until, by, at)
            if changed is None:
                fresh = mutes.insert().values(**row, until=until, made_by=by.name, made_at=at)
                made = (await connection.execute(fresh.returning(mutes))).one()
                changed = as_mute(made)
            await _changed(connection, changed, stamp, by, "muted", at)
            return changed

        return await self.database.write(work)

    async def prolong(
        self, workspace: WorkspaceId, number: int, until: datetime | None, *, by: By, at: datetime
    ) -> Mute | None:
        """Give a mute that holds another end; None if none of this number does."""

        async def work(connection: AsyncConnection) -> Mute | None:
            stamp = await move_stamp(connection)
            which = and_(_numbered(workspace, number), holds(at))
            changed = await _put_off(connection, which, until, by, at)
            if changed is not None:
                await _changed(connection, changed, stamp, by, "muted", at)
            return changed

        return await self.database.write(work)

    async def unmute(
        self, workspace: WorkspaceId, number: int, *, by: By, at: datetime
    ) -> Mute | None:
        """End a mute that holds; None if none of this number does. Of two who try, one gets it."""

        async def work(connection: AsyncConnection) -> Mute | None:
            stamp = await move_stamp(connection)
            ended = await _ended(connection, and_(_numbered(workspace, number), holds(at)), at)
            for mute in ended:
                await _changed(connection, mute, stamp, by, "unmuted", at)
            return ended[0] if ended else None

        return await self.database.write(work)

    async def wake(self, now: datetime) -> int:
        """Close the mutes whose time is up, and show the cards of their stories whole again."""
        over = and_(mutes.c.ended_at.is_(None), mutes.c.until <= now)
        async with self.database.reading() as connection:
            if (await connection.execute(select(mutes.c.id).where(over).limit(1))).first() is None:
                return 0

        async def work(connection: AsyncConnection) -> int:
            stamp = await move_stamp(connection)
            ended = await _ended(connection, over, now)
            for mute in ended:
                await _redraw_story(connection, mute, stamp, now)
            return len(ended)

        return await self.database.write(work)


def _numbered(workspace: WorkspaceId, number: int) -> ColumnElement[bool]:
    return and_(mutes.c.workspace_id == workspace, mutes.c.id == number)


async def _put_off(
    connection: AsyncConnection, which: Any, until: datetime | None, by: By, at: datetime
) -> Mute | None:
    values = {"until": until, "made_by": by.name, "made_at": at}
    changed = await connection.execute(update(mutes).where(which).values(**values).returning(mutes))
    row = changed.first()
    return None if row is None else as_mute(row)


async def _ended(connection: AsyncConnection, which: Any, at: datetime) -> list[Mute]:
    ended = update(mutes).where(which).values(ended_at=at).returning(mutes)
    return [as_mute(row) for row in (await connection.execute(ended)).all()]


async def _changed(
    connection: AsyncConnection, mute: Mute, stamp: int, by: By, action: str, at: datetime
) -> None:
    """Audit what was done, and draw the card of a story as it reads now."""
    subject = f"{mute.kind} {mute.target}"
    words = mute.words
    if action == "unmuted":
        until = f"{mute.until:%-d %b %Y %H:%M} UTC" if mute.until else "the story ends"
        words = f"{subject}, which {mute.by} had muted until {until}"
    said = f"at {mute.destination}: {words}"
    change = Change(at, by.actor, action, subject, said, place=mute.destination)
    await note(connection, mute.workspace, change)
    await _redraw_story(connection, mute, stamp, at, silent=action == "muted")


async def _redraw_story(
    connection: AsyncConnection, mute: Mute, stamp: int, at: datetime, *, silent: bool = False
) -> None:
    if mute.kind is Muted.STORY:
        place = mute.workspace, mute.destination
        there = await card_of_story(connection, *place, StoryId(int(mute.target)))
        if silent:
            await call_off(connection, there)
        await redraw(connection, there, stamp, at)
