"""Watchlists: every revision kept, every change audited, one number that moves with each change.

It stores queries as text; whether one makes sense is asked before, by the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Cadence, Destination, Severity, Watchlist, WatchlistId, WorkspaceId
from bot.store.audit import Change
from bot.store.database import Database
from bot.store.revisions import (
    RESTORABLE,
    STAMP,
    NameTaken,
    NoSuchWatchlist,
    Overtaken,
    Removed,
    Revision,
    as_revision,
    as_watchlist,
    difference,
    gone_since,
    keep_revision,
    locked,
    make_revision,
    name_key,
    present,
    present_and_past,
    take_away,
    unless_taken,
    write_change,
)
from bot.store.schema import revisions, stamps, watchlists

_READ_AT_ONCE = 500  # the event loop makes watchlists of these rows, some 10 ms of work
_NONE: Mapping[WatchlistId, Watchlist] = MappingProxyType({})

__all__ = ["NameTaken", "NoSuchWatchlist", "Overtaken", "Removed", "Revision", "Watchlists"]


@dataclass(frozen=True, slots=True)
class Watchlists:
    """All watchlists."""

    database: Database

    async def all_enabled(
        self, known: Mapping[WatchlistId, Watchlist] = _NONE
    ) -> tuple[Watchlist, ...]:
        """What articles are matched against, of all workspaces, by their ids.

        Those that are `known` at their newest revision are taken from there; only others are read.
        """
        enabled = present().where(revisions.c.enabled)
        numbers = enabled.with_only_columns(watchlists.c.id, watchlists.c.revision)
        async with self.database.reading() as connection:
            newest = [
                (WatchlistId(row.id), row.revision) for row in await connection.execute(numbers)
            ]
        found = {
            id_: known[id_]
            for id_, revision in newest
            if id_ in known and known[id_].revision == revision
        }
        others = [id_ for id_, _ in newest if id_ not in found]
        for at in range(0, len(others), _READ_AT_ONCE):
            portion = watchlists.c.id.in_(others[at : at + _READ_AT_ONCE])
            found.update({each.id: each for each in await self._read(enabled.where(portion))})
        return tuple(found[id_] for id_ in sorted(found))

    async def channels(self) -> frozenset[Destination]:
        """Every channel that a watchlist of any workspace alerts to."""
        async with self.database.reading() as connection:
            return frozenset(each for places in await _places(connection) for each in places)

    async def alerting_to(self, destination: Destination) -> tuple[Watchlist, ...]:
        """The watchlists of all workspaces that alert to a channel, by name."""
        async with self.database.reading() as connection:
            theirs = [each for each in await _places(connection) if destination in each]
        there = revisions.c.destinations.in_(theirs)
        return await self._read(present().where(revisions.c.enabled, there))

    async def stamp(self) -> int:
        """A number that changes whenever any watchlist of any workspace does."""
        statement = select(stamps.c.value).where(stamps.c.kind == STAMP)
        async with self.database.reading() as connection:
            value: int = (await connection.execute(statement)).scalar_one()
        return value

    async def of(
        self, workspace: WorkspaceId, include_disabled: bool = True
    ) -> tuple[Watchlist, ...]:
        """A workspace's watchlists, by name."""
        statement = present().where(watchlists.c.workspace_id == workspace)
        if not include_disabled:
            statement = statement.where(revisions.c.enabled)
        return await self._read(statement)

    async def find(self, workspace: WorkspaceId, name: str) -> Watchlist | None:
        """The watchlist of this name, however its letters are cased."""
        statement = present().where(
            watchlists.c.workspace_id == workspace, watchlists.c.name_key == name_key(name)
        )
        found = await self._read(statement)
        return found[0] if found else None

    async def get(self, workspace: WorkspaceId, watchlist_id: WatchlistId) -> Watchlist | None:
        """The watchlist of this number; None if it was removed or is somebody else's."""
        statement = present().where(
            watchlists.c.workspace_id == workspace, watchlists.c.id == watchlist_id
        )
        found = await self._read(statement)
        return found[0] if found else None

    async def ever(self, workspace: WorkspaceId) -> tuple[Watchlist, ...]:
        """Every watchlist that a workspace has or had, by name."""
        return await self._read(present_and_past().where(watchlists.c.workspace_id == workspace))

    async def over(self, now: datetime) -> tuple[Watchlist, ...]:
        """Those whose pause is over by now, of all workspaces."""
        paused = present().where(revisions.c.enabled.is_(False), revisions.c.paused_until <= now)
        return await self._read(paused)

    async def removed(self, workspace: WorkspaceId, now: datetime) -> tuple[Removed, ...]:
        """Those that can be brought back, the latest removed first."""
        statement = gone_since(now - RESTORABLE).where(watchlists.c.workspace_id == workspace)
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(Removed(as_watchlist(row), row.removed_at) for row in rows)

    async def add(
        self,
        workspace: WorkspaceId,
        name: str,
        query: str,
        *,
        severity: Severity,
        destinations: tuple[Destination, ...],
        min_sources: int = 1,
        cadence: Cadence = Cadence.INSTANT,
        enabled: bool = True,
        by: str,
        at: datetime,
    ) -> Watchlist:
        """Make a watchlist at revision 1. Raises NameTaken."""

        async def work(connection: AsyncConnection) -> Watchlist:
            row = watchlists.insert().values(
                workspace_id=workspace, name_key=name_key(name), revision=1, created_by=by
            )
            made = await unless_taken(connection, row.returning(watchlists.c.id), name)
            watchlist = Watchlist(
                WatchlistId(made.scalar_one()),
                workspace,
                name,
                query,
                1,
                severity,
                destinations,
                enabled,
                by,
                at,
                min_sources,
                cadence,
            )
            await keep_revision(connection, watchlist, by)
            await write_change(
                connection, watchlist, Change(at, by, "added watchlist", name, query)
            )
            return watchlist

        return await self.database.write(work)

    async def revise(
        self,
        workspace: WorkspaceId,
        watchlist_id: WatchlistId,
        *,
        query: str | None = None,
        severity: Severity | None = None,
        destinations: tuple[Destination, ...] | None = None,
        name: str | None = None,
        enabled: bool | None = None,
        paused_until: datetime | None = None,
        min_sources: int | None = None,
        cadence: Cadence | None = None,
        by: str,
        at: datetime,
        expected_revision: int | None = None,
        action: str = "changed watchlist",
    ) -> Watchlist:
        """Change what is given and make the next revision; if nothing differs, none is made.

        `action` is what the audit calls it. Where `enabled` is given, `paused_until` counts too.

        Raises NoSuchWatchlist, NameTaken, and Overtaken if the watchlist is no longer at
        `expected_revision`.
        """
        asked: dict[str, Any] = {
            "query": query,
            "severity": severity,
            "destinations": destinations,
            "name": name,
            "enabled": enabled,
            "min_sources": min_sources,
            "cadence": cadence,
        }

        async def work(connection: AsyncConnection) -> Watchlist:
            now, changed_by = await locked(connection, workspace, watchlist_id)
            if expected_revision not in {None, now.revision}:
                raise Overtaken(now, changed_by)
            wanted = {key: value for key, value in asked.items() if value is not None}
            if enabled is not None:
                wanted["paused_until"] = None if enabled else paused_until
            revised = replace(now, **wanted)
            if revised == now:
                return now
            return await make_revision(connection, now, replace(revised, changed_at=at), by, action)

        return await self.database.write(work)

    async def remove(
        self, workspace: WorkspaceId, watchlist_id: WatchlistId, *, by: str, at: datetime
    ) -> bool:
        """Take a watchlist away; it is kept, and can be restored. False if it is not there."""

        async def work(connection: AsyncConnection) -> bool:
            try:
                watchlist, _ = await locked(connection, workspace, watchlist_id)
            except NoSuchWatchlist:
                return False
            await take_away(connection, watchlist, by, at)
            return True

        return await self.database.write(work)

    async def restore(
        self,
        workspace: WorkspaceId,
        watchlist_id: WatchlistId,
        *,
        name: str | None = None,
        by: str,
        at: datetime,
    ) -> Watchlist:
        """Bring a removed watchlist back as it was; a new `name` makes a revision.

        Raises NoSuchWatchlist, and NameTaken if another one has its name by now.
        """

        async def work(connection: AsyncConnection) -> Watchlist:
            was, _ = await locked(connection, workspace, watchlist_id, removed=True)
            back = was
            if name is not None and name != was.name:
                back = replace(was, name=name, revision=was.revision + 1, changed_at=at)
                await keep_revision(connection, back, by)
            row = (
                update(watchlists)
                .where(watchlists.c.id == watchlist_id)
                .values(removed_at=None, name_key=name_key(back.name), revision=back.revision)
            )
            await unless_taken(connection, row, back.name)
            detail = "; ".join(filter(None, (difference(was, back), back.query)))
            change = Change(at, by, "restored watchlist", was.name, detail)
            await write_change(connection, back, change)
            return back

        return await self.database.write(work)

    async def history(
        self, workspace: WorkspaceId, watchlist_id: WatchlistId
    ) -> tuple[Revision, ...]:
        """Every revision of a watchlist, also of a removed one, oldest first."""
        statement = (
            select(revisions)
            .join(watchlists)
            .where(watchlists.c.workspace_id == workspace, watchlists.c.id == watchlist_id)
            .order_by(revisions.c.revision)
        )
        async with self.database.reading() as connection:
            return tuple(as_revision(row) for row in await connection.execute(statement))

    async def _read(self, statement: Select[Any]) -> tuple[Watchlist, ...]:
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        found = (as_watchlist(row) for row in rows)
        return tuple(sorted(found, key=lambda one: (name_key(one.name), one.id)))


async def _places(connection: AsyncConnection) -> Sequence[tuple[Destination, ...]]:
    """The sets of channels that watchlists alert to: few, however many watchlists there are."""
    enabled = present().where(revisions.c.enabled)
    statement = enabled.with_only_columns(revisions.c.destinations).distinct()
    return (await connection.execute(statement)).scalars().all()
