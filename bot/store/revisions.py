"""One watchlist's rows: its revisions, and the change from one to the next within a transaction.

It opens no transaction and judges no query.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import WatchfloorError
from bot.model import (
    Cadence,
    Destination,
    Published,
    Severity,
    Watchlist,
    WatchlistId,
    WorkspaceId,
)
from bot.store.audit import Change, note
from bot.store.schema import revisions, stamps, watchlists

STAMP = "watchlists"
RESTORABLE = timedelta(days=7)
"""How long a removed watchlist can be brought back; then it is deleted with its last alert."""


class NameTaken(WatchfloorError):
    """A workspace has a watchlist of this name already."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"There is a watchlist '{name}' already. Choose another name.")


class NoSuchWatchlist(WatchfloorError):
    """A workspace has no such watchlist, or it was removed."""

    def __init__(self, watchlist: WatchlistId) -> None:
        self.watchlist = watchlist
        super().__init__("This watchlist is not there any more. /watch list shows those that are.")


@dataclass(frozen=True, slots=True)
class Removed:
    """A watchlist that was removed and can be brought back until `until`."""

    watchlist: Watchlist
    at: datetime

    @property
    def until(self) -> datetime:
        """The last moment at which it can be brought back."""
        return self.at + RESTORABLE


class Overtaken(WatchfloorError):
    """Somebody changed a watchlist since the revision that a change was based on."""

    def __init__(self, now: Watchlist, changed_by: str) -> None:
        self.now = now
        super().__init__(
            f"{changed_by} has changed '{now.name}' meanwhile; it now reads: {now.query}."
            " Look at it, then make your change again."
        )


@dataclass(frozen=True, slots=True)
class Revision:
    """A watchlist as it stood from one change to the next."""

    revision: int
    name: str
    query: str
    severity: Severity
    destinations: tuple[Destination, ...]
    enabled: bool
    changed_by: str
    changed_at: datetime
    min_sources: int = 1
    cadence: Cadence = Cadence.INSTANT
    paused_until: datetime | None = None


def name_key(name: str) -> str:
    """What two names share that differ in case only; databases fold cases each in its own way."""
    return name.casefold()


def present_and_past() -> Select[Any]:
    """Watchlists at their newest revision, removed ones too."""
    return select(
        watchlists.c.id,
        watchlists.c.workspace_id,
        revisions.c.name,
        revisions.c.query,
        revisions.c.revision,
        revisions.c.severity,
        revisions.c.destinations,
        revisions.c.enabled,
        watchlists.c.created_by,
        watchlists.c.removed_at,
        revisions.c.changed_by,
        revisions.c.changed_at,
        revisions.c.min_sources,
        revisions.c.cadence,
        revisions.c.paused_until,
    ).join(
        revisions,
        and_(
            revisions.c.watchlist_id == watchlists.c.id,
            revisions.c.revision == watchlists.c.revision,
        ),
    )


def present() -> Select[Any]:
    """Watchlists that were not removed, at their newest revision."""
    return present_and_past().where(watchlists.c.removed_at.is_(None))


def gone_since(moment: datetime) -> Select[Any]:
    """Watchlists that were removed after that moment, at their newest revision, latest first."""
    return (
        present_and_past()
        .where(watchlists.c.removed_at > moment)
        .order_by(watchlists.c.removed_at.desc(), watchlists.c.id.desc())
    )


def as_watchlist(row: Row[Any]) -> Watchlist:
    """A row of `present` as what the other rooms know."""
    return Watchlist(
        id=WatchlistId(row.id),
        workspace=WorkspaceId(row.workspace_id),
        name=row.name,
        query=row.query,
        revision=row.revision,
        severity=Severity(row.severity),
        destinations=row.destinations,
        enabled=row.enabled,
        created_by=row.created_by,
        changed_at=row.changed_at,
        min_sources=row.min_sources,
        cadence=Cadence(row.cadence),
        paused_until=row.paused_until,
    )


def as_revision(row: Row[Any]) -> Revision:
    """A row of `watchlist_revisions` as what the other rooms know."""
    return Revision(
        revision=row.revision,
        name=row.name,
        query=row.query,
        severity=Severity(row.severity),
        destinations=row.destinations,
        enabled=row.enabled,
        changed_by=row.changed_by,
        changed_at=row.changed_at,
        min_sources=row.min_sources,
        cadence=Cadence(row.cadence),
        paused_until=row.paused_until,
    )


async def locked(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    watchlist: WatchlistId,
    *,
    removed: bool = False,
) -> tuple[Watchlist, str]:
    """The watchlist as it is, with who changed it last; nobody else changes it until we end."""
    lock = (
        select(watchlists.c.id)
        .where(
            watchlists.c.workspace_id == workspace,
            watchlists.c.id == watchlist,
            watchlists.c.removed_at.is_not(None) if removed else watchlists.c.removed_at.is_(None),
        )
        .with_for_update()
    )
    if (await connection.execute(lock)).first() is None:
        raise NoSuchWatchlist(watchlist)
    # Read after the lock: a revision that was committed while we waited for it is seen.
    row = (await connection.execute(present_and_past().where(watchlists.c.id == watchlist))).one()
    return as_watchlist(row), row.changed_by


async def unless_taken(connection: AsyncConnection, statement: Any, name: str) -> Any:
    """Carry out a statement that gives a watchlist its name. Raises NameTaken."""
    try:
        return await connection.execute(statement)
    except IntegrityError as error:
        raise NameTaken(name) from error


async def keep_revision(connection: AsyncConnection, watchlist: Watchlist, by: str) -> None:
    """Write down the revision that the watchlist has reached."""
    await connection.execute(
        revisions.insert().values(
            watchlist_id=watchlist.id,
            revision=watchlist.revision,
            name=watchlist.name,
            query=watchlist.query,
            severity=watchlist.severity.value,
            destinations=watchlist.destinations,
            enabled=watchlist.enabled,
            changed_by=by,
            changed_at=watchlist.changed_at,
            min_sources=watchlist.min_sources,
            cadence=watchlist.cadence.value,
            paused_until=watchlist.paused_until,
        )
    )


async def write_change(connection: AsyncConnection, watchlist: Watchlist, change: Change) -> None:
    """Audit a change and move the stamp, so that every worker sees it."""
    await note(connection, watchlist.workspace, replace(change, about=watchlist.id))
    await connection.execute(
        update(stamps).where(stamps.c.kind == STAMP).values(value=stamps.c.value + 1)
    )


async def make_revision(
    connection: AsyncConnection, now: Watchlist, revised: Watchlist, by: str, action: str
) -> Watchlist:
    """Let a locked watchlist read as `revised` from `revised.changed_at` on. Raises NameTaken."""
    revised = replace(revised, revision=now.revision + 1)
    await keep_revision(connection, revised, by)
    row = (
        update(watchlists)
        .where(watchlists.c.id == now.id)
        .values(name_key=name_key(revised.name), revision=revised.revision)
    )
    await unless_taken(connection, row, revised.name)
    change = Change(revised.changed_at, by, action, now.name, difference(now, revised))
    await write_change(connection, revised, change)
    return revised


async def take_away(connection: AsyncConnection, now: Watchlist, by: str, at: datetime) -> None:
    """Remove a locked watchlist; it is kept, and can be restored."""
    await connection.execute(
        update(watchlists).where(watchlists.c.id == now.id).values(removed_at=at)
    )
    await write_change(connection, now, Change(at, by, "removed watchlist", now.name, now.query))


def difference(before: Watchlist, after: Watchlist) -> str:
    """What changed, for people: `query: A -> B; paused until 22 Nov 2026 18:00 UTC`."""
    fields = {"min_sources": "min-sources", "cadence": "delivery"}  # as they are typed
    pairs = [
        (fields.get(field, field), getattr(before, field), getattr(after, field))
        for field in ("name", "query", "severity", "min_sources", "cadence")
    ]
    pairs.append(("channel", _listed(before.destinations), _listed(after.destinations)))
    said = [f"{field}: {old} -> {new}" for field, old, new in pairs if old != new]
    if (before.enabled, before.paused_until) != (after.enabled, after.paused_until):
        until = f" until {Published(after.paused_until)}" if after.paused_until else ""
        said.append("resumed" if after.enabled else f"paused{until}")
    return "; ".join(said)


def _listed(destinations: tuple[Destination, ...]) -> str:
    return ", ".join(str(destination) for destination in destinations) or "none"
