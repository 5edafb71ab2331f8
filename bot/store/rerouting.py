"""What a lost channel missed goes to where its watchlists alert now, each message once.

Whether the channel is out of reach is asked before. What goes out, and when, is the outbox's work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Act, DeliveryId, DeliveryState, Destination, WorkspaceId
from bot.store.abreast import move_stamp
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.deliveries import insert_once
from bot.store.places import LostPlace
from bot.store.revisions import present
from bot.store.schema import decisions, deliveries, revisions, watchlists
from bot.store.story_schema import standings

ELSEWHERE = "it went to where its watchlist alerts now"
OVER = "what it was for is gone, or has it already"
Places = frozenset[Destination]


@dataclass(frozen=True, slots=True)
class Rerouted:
    """How many messages went on to which channels, and how many have nobody left to be told."""

    moved: int = 0
    to: Places = frozenset()
    over: int = 0


@dataclass(frozen=True, slots=True)
class Since:
    """All that was missed after `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Rerouting:
    """What is blocked, of all workspaces."""

    database: Database

    async def follow(
        self,
        workspace: WorkspaceId,
        lost: LostPlace,
        which: Since | Collection[DeliveryId],
        *,
        by: str,
        at: datetime,
    ) -> Rerouted:
        """Queue what a channel missed, of `which`, wherever all its watchlists alert by now.

        A watchlist that still alerts to the channel keeps its messages there. A story that the
        other channel knows already is not told anew. What was for a channel alone that is gone for
        good, such as an announcement, is over.
        """
        place = lost.destination
        missed = and_(
            deliveries.c.workspace_id == workspace,
            deliveries.c.destination == str(place),
            deliveries.c.state == DeliveryState.BLOCKED.value,
            deliveries.c.created_at > which.at
            if isinstance(which, Since)
            else deliveries.c.id.in_(which),
        )

        async def work(connection: AsyncConnection) -> Rerouted:
            if (await connection.execute(select(deliveries.c.id).where(missed).limit(1))).first():
                await move_stamp(connection)  # a card's story goes with it
                return await _follow(connection, missed, lost, Change(at, by, "sent on", "", ""))
            return Rerouted()

        return await self.database.write(work)


@dataclass(frozen=True, slots=True)
class _Cause:
    """The article of a decision, and when that was made: once for a whole poll of a feed."""

    article: int
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class _Told:
    """That a watchlist told of an article: where it alerted then, and where it does now."""

    article: int
    decided_at: datetime
    then: Places
    now: Places


async def _follow(
    connection: AsyncConnection, missed: ColumnElement[bool], lost: LostPlace, change: Change
) -> Rerouted:
    statement = select(deliveries).where(missed).order_by(deliveries.c.id).with_for_update()
    rows = (await connection.execute(statement)).all()
    moved: dict[int, Places] = {}
    over: set[int] = set()
    for row, way in await _ways(connection, rows, lost):
        went = frozenset([to for to in way if await _queue(connection, row, to, change.at)])
        if went:
            moved[row.id] = went
        else:
            over.add(row.id)
    await _end(connection, moved, ELSEWHERE)
    await _end(connection, over, OVER)
    to = frozenset(each for went in moved.values() for each in went)
    if moved:
        said = f"{len(moved)} to {', '.join(sorted(map(str, to)))}"
        whole = replace(change, subject=str(lost.destination), detail=said, place=lost.destination)
        await note(connection, rows[0].workspace_id, whole)
    return Rerouted(len(moved), to, len(over))


async def _ways(
    connection: AsyncConnection, rows: Sequence[Row[Any]], lost: LostPlace
) -> list[tuple[Row[Any], Places]]:
    """Each message that goes, or is over, with where it goes instead."""
    causes = await _causes(connection, rows)
    every = {cause for each in causes.values() for cause in each}
    told = await _tellings(connection, every, rows[0].workspace_id, lost.destination)
    ways: list[tuple[Row[Any], Places]] = []
    by_card: dict[str, Places] = {}
    for row in rows:
        concerned = list(_concerned(row, causes.get(row.id, frozenset()), told))
        way: Places | None = frozenset() if lost.for_good else None
        if row.card_key in by_card:  # what belongs to a card goes where that goes
            way = by_card[row.card_key]
        elif concerned:
            way = _way(concerned, lost.destination)
        if way is None:
            continue
        if row.act == Act.POST.value and row.kind == "alert":
            way = await _with_its_story(connection, row, way)
            by_card[row.dedup_key] = way
        ways.append((row, way))
    return ways


def _way(concerned: Sequence[_Told], place: Destination) -> Places | None:
    """Where all the watchlists of a message alert by now, but for where they did; None: it stays.

    A channel is not to see what another's watchlist found: where their ways part, nothing goes.
    """
    common = frozenset.intersection(*(each.now for each in concerned))
    if not common or any(place in each.now for each in concerned):
        return None
    return common.difference(*(each.then for each in concerned))


def _concerned(row: Row[Any], causes: Set[_Cause], told: Sequence[_Told]) -> Iterator[_Told]:
    """What a message may tell of: all of its poll for a list, of which one cause alone is kept."""
    articles = {cause.article for cause in causes}
    polls = {cause.decided_at for cause in causes} if row.kind == "answer" else set()
    return (one for one in told if one.article in articles or one.decided_at in polls)


async def _causes(
    connection: AsyncConnection, rows: Sequence[Row[Any]]
) -> Mapping[int, Set[_Cause]]:
    """The decisions behind each message, and behind those that were joined into it."""
    joined = deliveries.c.joined_into
    ids = [row.id for row in rows]
    statement = (
        select(deliveries.c.id, joined, decisions.c.article_id, decisions.c.decided_at)
        .join(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(or_(deliveries.c.id.in_(ids), joined.in_(ids)))
    )
    found: dict[int, set[_Cause]] = defaultdict(set)
    for row in await connection.execute(statement):
        whole = row.joined_into if row.joined_into is not None else row.id
        found[whole].add(_Cause(row.article_id, row.decided_at))
    return found


async def _tellings(
    connection: AsyncConnection, causes: Set[_Cause], workspace: WorkspaceId, place: Destination
) -> Sequence[_Told]:
    """What the place was told of these articles, or in the same polls, by watchlists that stand."""
    statement = (
        select(
            decisions.c.article_id,
            decisions.c.decided_at,
            decisions.c.watchlist_id,
            revisions.c.destinations,
        )
        .join(
            revisions,
            and_(
                revisions.c.watchlist_id == decisions.c.watchlist_id,
                revisions.c.revision == decisions.c.revision,
            ),
        )
        .where(
            decisions.c.workspace_id == workspace,
            decisions.c.told,
            or_(
                decisions.c.article_id.in_({each.article for each in causes}),
                decisions.c.decided_at.in_({each.decided_at for each in causes}),
            ),
        )
    )
    rows = [row for row in await connection.execute(statement) if place in row.destinations]
    standing = present().where(watchlists.c.id.in_({row.watchlist_id for row in rows}))
    now = {each.id: frozenset(each.destinations) for each in await connection.execute(standing)}
    return [
        _Told(row.article_id, row.decided_at, frozenset(row.destinations), now[row.watchlist_id])
        for row in rows
        if row.watchlist_id in now
    ]


async def _with_its_story(connection: AsyncConnection, card: Row[Any], way: Places) -> Places:
    """Let the story of a card live at the places where it goes: those that do not know it yet."""
    here = and_(
        standings.c.workspace_id == card.workspace_id,
        standings.c.destination == card.destination,
        standings.c.card_key == card.dedup_key,
    )
    row = (await connection.execute(select(standings).where(here))).first()
    if row is None or not way:
        return way
    known = select(standings.c.destination).where(
        standings.c.workspace_id == card.workspace_id, standings.c.story_id == row.story_id
    )
    told = {each.destination for each in await connection.execute(known)}
    fresh = frozenset(each for each in way if str(each) not in told)
    for to in fresh:
        await connection.execute(
            standings.insert().values(dict(row._mapping) | {"destination": str(to)})
        )
    await connection.execute(delete(standings).where(here))
    return fresh


async def _queue(
    connection: AsyncConnection, missed: Row[Any], to: Destination, at: datetime
) -> bool:
    """Queue a message for another channel, as old as it is; False if that has it already."""
    row = {
        "workspace_id": missed.workspace_id,
        "decision_id": missed.decision_id,
        "platform": to.platform.value,
        "destination": str(to),
        "dedup_key": missed.dedup_key,
        "act": missed.act,
        "card_key": missed.card_key,
        "kind": missed.kind,
        "message": missed.message,
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "created_at": missed.created_at,
        "next_attempt_at": at,
    }
    return (await connection.execute(insert_once(connection), row)).rowcount == 1


async def _end(connection: AsyncConnection, ids: Collection[int], why: str) -> None:
    if ids:
        await connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(ids))
            .values(state=DeliveryState.OBSOLETE.value, error=why)
        )
