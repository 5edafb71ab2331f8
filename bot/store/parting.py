"""A chat leaves the workspace that it joined: what ends with it there, in one transaction.

Who may do it, and what people are told before, is the command's affair.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    DeliveryState,
    Destination,
    Platform,
    Seat,
    Watchlist,
    WatchlistId,
    WorkspaceId,
)
from bot.store.abreast import move_stamp
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.differences import DatabaseClock
from bot.store.places import in_team, places
from bot.store.reaction_schema import mutes
from bot.store.redrawing import holds
from bot.store.revisions import (
    as_revision,
    as_watchlist,
    locked,
    make_revision,
    present,
    take_away,
)
from bot.store.schema import deliveries, revisions, seats, watchlists, workspaces
from bot.store.story_schema import standings

_JOINED = or_(seats.c.own_workspace_id.is_not(None), seats.c.joined_at.is_not(None))
GONE = "the chat has left this workspace"
_WAITING = tuple(
    state.value
    for state in (
        DeliveryState.PENDING,
        DeliveryState.SENDING,
        DeliveryState.UNCERTAIN,
        DeliveryState.HELD,
        DeliveryState.BLOCKED,
        DeliveryState.DEAD,
    )
)


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties a chat to the workspace that it joined.

    `ending` are the watchlists that alert in that chat alone, `cut` those that alert elsewhere,
    too. `own` is the workspace that it had before, None if that is gone; `back` are the watchlists
    there that were stopped when it joined, and nobody changed since.
    """

    workspace: WorkspaceId
    own: WorkspaceId | None
    joined_at: datetime | None
    ending: tuple[Watchlist, ...]
    cut: tuple[Watchlist, ...]
    back: tuple[Watchlist, ...]


@dataclass(frozen=True, slots=True)
class Parting:
    """The chats that joined a workspace, of all workspaces."""

    database: Database

    async def ties(self, platform: Platform, external_id: str) -> Ties | None:
        """What would end if this chat left; None if it did not join with a code."""
        async with self.database.reading() as connection:
            seat = (await connection.execute(_seat(platform, external_id))).first()
            return None if seat is None else await _ties(connection, seat)

    async def guests(self, workspace: WorkspaceId) -> tuple[Seat, ...]:
        """The chats that joined a workspace with a code."""
        statement = (
            select(seats)
            .where(seats.c.workspace_id == workspace, _JOINED)
            .order_by(seats.c.platform, seats.c.external_id)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(Seat(workspace, Platform(row.platform), row.external_id) for row in rows)

    async def leave(
        self, platform: Platform, external_id: str, *, of: WorkspaceId, by: str, at: datetime
    ) -> Ties | None:
        """Seat a chat at its own workspace again, and undo what ties it to the other one.

        Watchlists that alert in it alone are removed, the others lose their places in it; what is
        on its way to it is called off, but for a message whose attempt is under way; its mutes end.
        Its own workspace is founded anew if it is gone; what was stopped there when it joined goes
        on. None if it did not join the workspace `of` with a code, or has left it meanwhile.
        """

        async def work(connection: AsyncConnection) -> Ties | None:
            await move_stamp(connection)
            seat = (
                await connection.execute(_seat(platform, external_id).with_for_update())
            ).first()
            if seat is None or seat.workspace_id != of:
                return None
            ties = await _ties(connection, seat)
            await _end_watchlists(connection, ties, by, at)
            await _end_messages(connection, ties.workspace, await _places_of(connection, seat), at)
            own = ties.own
            if own is None:
                founded = workspaces.insert().values(name=_name(seat), is_home=False)
                made = await connection.execute(founded.returning(workspaces.c.id))
                own = WorkspaceId(made.scalar_one())
            sits = {"workspace_id": own, "own_workspace_id": None, "joined_at": None}
            await connection.execute(update(seats).where(_same(seat)).values(**sits))
            for each in ties.back:
                await _bring_back(connection, each, by, at)
            await note(connection, ties.workspace, Change(at, by, "left with", _name(seat), ""))
            await note(connection, own, Change(at, by, "came back with", _name(seat), ""))
            return replace(ties, own=own)

        return await self.database.write(work)


def _seat(platform: Platform, external_id: str) -> Select[Any]:
    return select(seats).where(
        seats.c.platform == platform, seats.c.external_id == external_id, _JOINED
    )


def _same(seat: Row[Any]) -> ColumnElement[bool]:
    return and_(seats.c.platform == seat.platform, seats.c.external_id == seat.external_id)


def _name(seat: Row[Any]) -> str:
    return f"{seat.platform} {seat.external_id}"


async def _places_of(connection: AsyncConnection, seat: Row[Any]) -> frozenset[str]:
    found = select(places.c.destination).where(in_team(Platform(seat.platform), seat.external_id))
    return frozenset(row.destination for row in await connection.execute(found))


async def _ties(connection: AsyncConnection, seat: Row[Any]) -> Ties:
    workspace = WorkspaceId(seat.workspace_id)
    here = await _places_of(connection, seat)
    theirs = await _present(connection, workspace)
    touched = [each for each in theirs if any(str(place) in here for place in each.destinations)]
    cut = [each for each in touched if _rest(each, here)]
    own = await _own(connection, seat)
    return Ties(
        workspace,
        own,
        seat.joined_at,
        tuple(each for each in touched if each not in cut),
        tuple(replace(each, destinations=_rest(each, here)) for each in cut),
        () if own is None else await _stopped(connection, own, seat.joined_at),
    )


async def _present(connection: AsyncConnection, workspace: WorkspaceId) -> list[Watchlist]:
    statement = present().where(watchlists.c.workspace_id == workspace).order_by(watchlists.c.id)
    return [as_watchlist(row) for row in await connection.execute(statement)]


def _rest(watchlist: Watchlist, here: Collection[str]) -> tuple[Destination, ...]:
    return tuple(place for place in watchlist.destinations if str(place) not in here)


async def _own(connection: AsyncConnection, seat: Row[Any]) -> WorkspaceId | None:
    there = select(workspaces.c.id).where(workspaces.c.id == seat.own_workspace_id)
    found = (await connection.execute(there)).scalar()
    return None if found is None else WorkspaceId(found)


async def _stopped(
    connection: AsyncConnection, own: WorkspaceId, joined_at: datetime | None
) -> tuple[Watchlist, ...]:
    """The watchlists of a workspace that changed last when its chat joined another one."""
    if joined_at is None:
        return ()
    theirs = await _present(connection, own)
    return tuple(each for each in theirs if each.changed_at == joined_at and each.revision > 1)


def _on_its_way(workspace: WorkspaceId, here: Collection[str]) -> ColumnElement[bool]:
    leased = deliveries.c.leased_until
    return and_(
        deliveries.c.workspace_id == workspace,
        deliveries.c.destination.in_(here),
        deliveries.c.state.in_(_WAITING),
        leased.is_(None) | (leased <= DatabaseClock()),
    )


def _muted(workspace: WorkspaceId, here: Collection[str], now: datetime) -> ColumnElement[bool]:
    return and_(mutes.c.workspace_id == workspace, mutes.c.destination.in_(here), holds(now))


async def _end_watchlists(connection: AsyncConnection, ties: Ties, by: str, at: datetime) -> None:
    for each in ties.ending:
        now, _ = await locked(connection, ties.workspace, each.id)
        await take_away(connection, now, by, at)
    for each in ties.cut:
        now, _ = await locked(connection, ties.workspace, each.id)
        rest = replace(now, destinations=each.destinations, changed_at=at)
        await make_revision(connection, now, rest, by, "changed watchlist")


async def _end_messages(
    connection: AsyncConnection, workspace: WorkspaceId, here: Collection[str], at: datetime
) -> None:
    called_off = {
        "state": DeliveryState.OBSOLETE.value,
        "error": GONE,
        "lease": None,
        "leased_until": None,
    }
    await connection.execute(
        update(deliveries).where(_on_its_way(workspace, here)).values(**called_off)
    )
    await connection.execute(update(mutes).where(_muted(workspace, here, at)).values(ended_at=at))
    # So that nobody edits the cards there any more.
    told = and_(standings.c.workspace_id == workspace, standings.c.destination.in_(here))
    await connection.execute(delete(standings).where(told))


async def _bring_back(
    connection: AsyncConnection, watchlist: Watchlist, by: str, at: datetime
) -> None:
    """Undo the revision by which a watchlist was stopped when its chat joined another workspace."""
    now, _ = await locked(connection, watchlist.workspace, watchlist.id)
    before = await _revision(connection, watchlist.id, watchlist.revision - 1)
    if now != watchlist or before is None:
        return
    again = replace(
        now,
        destinations=before.destinations,
        enabled=before.enabled,
        paused_until=before.paused_until,
        changed_at=at,
    )
    await make_revision(connection, now, again, by, "changed watchlist")


async def _revision(connection: AsyncConnection, watchlist: WatchlistId, number: int) -> Any:
    statement = select(revisions).where(
        revisions.c.watchlist_id == watchlist, revisions.c.revision == number
    )
    row = (await connection.execute(statement)).first()
    return None if row is None else as_revision(row)
