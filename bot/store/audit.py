"""Who changed what and when, written in the transaction of the change itself.

It knows only words: what an action means is up to the table that was changed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, WatchlistId, WorkspaceId
from bot.store.database import Database
from bot.store.schema import audit


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `action` is a verb with its object, `subject` what it was done to.

    `about` is the watchlist that it was done to, if it was one: a name may pass to another; `place`
    is where it was done or what it was done to, if it is a matter of one channel.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    about: WatchlistId | None = None
    place: Destination | None = None


async def note(connection: AsyncConnection, workspace: WorkspaceId, change: Change) -> None:
    """Write a change down; it stands or falls with the transaction."""
    await connection.execute(
        audit.insert().values(
            workspace_id=workspace,
            at=change.at,
            actor=change.actor,
            action=change.action,
            subject=change.subject,
            detail=change.detail,
            about=change.about,
            place=change.place and str(change.place),
        )
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """The changes of each workspace."""

    database: Database

    async def of(self, workspace: WorkspaceId, limit: int) -> tuple[Change, ...]:
        """The last changes, newest first."""
        return await self._read(_of(workspace).limit(limit))

    async def part(
        self,
        workspace: WorkspaceId,
        unseen: Collection[WatchlistId] = (),
        places: Collection[Destination] | None = None,
        *,
        first: int,
        most: int,
    ) -> tuple[tuple[Change, ...], int]:
        """Some changes, newest first and counted from 0, and how many there are in all.

        Those of the `unseen` watchlists are left out, and what concerns a channel that is not among
        the `places`; without these, none is.
        """
        wanted = _of(workspace).where(or_(audit.c.about.is_(None), audit.c.about.not_in(unseen)))
        if places is not None:
            seen = audit.c.place.in_([str(each) for each in places])
            wanted = wanted.where(or_(audit.c.place.is_(None), seen))
        return await self._part(wanted, first, most)

    async def of_watchlists(
        self, workspace: WorkspaceId, unseen: Collection[WatchlistId] = (), *, first: int, most: int
    ) -> tuple[tuple[Change, ...], int]:
        """The same, of watchlists alone."""
        wanted = _of(workspace).where(audit.c.about.is_not(None), audit.c.about.not_in(unseen))
        return await self._part(wanted, first, most)

    async def _part(
        self, wanted: Select[Any], first: int, most: int
    ) -> tuple[tuple[Change, ...], int]:
        count = select(func.count()).select_from(wanted.order_by(None).subquery())
        async with self.database.reading() as connection:
            total: int = (await connection.execute(count)).scalar_one()
        return await self._read(wanted.offset(first).limit(most)), total

    async def comings_and_goings(
        self, workspace: WorkspaceId, watchlist: WatchlistId
    ) -> tuple[Change, ...]:
        """When a watchlist was removed and restored, newest first; revisions tell the rest."""
        actions = ("removed watchlist", "restored watchlist")
        return await self._read(
            _of(workspace).where(audit.c.about == watchlist, audit.c.action.in_(actions))
        )

    async def _read(self, statement: Select[Any]) -> tuple[Change, ...]:
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(
            Change(
                row.at,
                row.actor,
                row.action,
                row.subject,
                row.detail,
                row.about,
                row.place and Destination.parse(row.place),
            )
            for row in rows
        )


def _of(workspace: WorkspaceId) -> Select[Any]:
    return select(audit).where(audit.c.workspace_id == workspace).order_by(audit.c.id.desc())
