"""Draws a card anew after people did something with it, in the transaction of what they did.

A card of a story is kept with the story's standing, any other as it was sent. Every such change
moves the stamp of the stories, so an article that is judged meanwhile is judged again: nobody
undoes the other's edit of a card.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import AlertCard
from bot.model import Act, DeliveryState, Destination, StoryId, WorkspaceId
from bot.store.deliveries import Delivery, NewDelivery, put
from bot.store.reaction_schema import mutes, votes
from bot.store.schema import decisions, deliveries
from bot.store.story_schema import placements, standings
from bot.stories.handled import Mute, Muted, handled


@dataclass(frozen=True, slots=True)
class CardThere:
    """A card that a destination has, by the key under which it was posted."""

    workspace: WorkspaceId
    destination: Destination
    key: str
    card: AlertCard
    story: StoryId | None


async def card_of_story(
    connection: AsyncConnection, workspace: WorkspaceId, destination: Destination, story: StoryId
) -> CardThere | None:
    """The card of a story at a destination, if it was told of it."""
    found = _standings(workspace, destination).where(standings.c.story_id == story)
    row = (await connection.execute(found)).one_or_none()
    if row is None:
        return None
    return CardThere(workspace, destination, row.card_key, row.card, story)


async def card_of_delivery(connection: AsyncConnection, delivery: Delivery) -> CardThere | None:
    """The card that a delivery posted; None if it posted something else."""
    if not isinstance(delivery.message, AlertCard):
        return None
    place = delivery.workspace, delivery.destination
    found = _standings(*place).where(standings.c.card_key == delivery.dedup_key)
    row = (await connection.execute(found)).first()
    if row is None:
        return CardThere(*place, delivery.dedup_key, delivery.message, None)
    return CardThere(*place, delivery.dedup_key, row.card, StoryId(row.story_id))


async def story_of_delivery(connection: AsyncConnection, delivery: Delivery) -> StoryId | None:
    """The story that a delivery tells of: that of its card, or of its article if that moved on."""
    there = await card_of_delivery(connection, delivery)
    if there is None or there.story is not None or delivery.decision is None:
        return there.story if there else None
    placed = (
        select(placements.c.story_id)
        .join(decisions, decisions.c.article_id == placements.c.article_id)
        .where(decisions.c.id == delivery.decision)
    )
    found = (await connection.execute(placed)).scalar_one_or_none()
    return None if found is None else StoryId(found)


async def redraw(
    connection: AsyncConnection, there: CardThere | None, stamp: int, at: datetime
) -> None:
    """Draw a card as it is to read at `at`, keep it, and queue the edit. None has none to draw."""
    if there is None:
        return
    mute = await _mute_of(connection, there, at)
    callers = await _callers(connection, there)
    story = there.story is not None
    card = handled(there.card, mute, callers, story=story)
    if there.story is not None:
        place = _at(there.workspace, there.destination)
        which = and_(place, standings.c.story_id == there.story)
        await connection.execute(update(standings).where(which).values(card=card))
    key = f"handled:{there.key}:{stamp}"
    edit = NewDelivery(there.workspace, None, there.destination, key, card, Act.EDIT, there.key)
    await put(connection, edit, None, at)


async def call_off(connection: AsyncConnection, there: CardThere | None) -> None:
    """Let no update of a card go out that is queued and that nobody has begun to send."""
    if there is None:
        return
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.workspace_id == there.workspace,
            deliveries.c.destination == str(there.destination),
            deliveries.c.card_key == there.key,
            deliveries.c.act == Act.REPLY.value,
            deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.HELD]),
            deliveries.c.lease.is_(None),
        )
        .values(state=DeliveryState.OBSOLETE.value, error="muted before it went out")
    )


def holds(at: datetime) -> ColumnElement[bool]:
    """Mutes that nobody ended and whose time is not up."""
    return and_(mutes.c.ended_at.is_(None), or_(mutes.c.until.is_(None), mutes.c.until > at))


def as_mute(row: Any) -> Mute:
    """A row of `mutes` as what the other rooms know."""
    return Mute(
        row.id,
        WorkspaceId(row.workspace_id),
        Destination.parse(row.destination),
        Muted(row.kind),
        row.target,
        row.until,
        row.made_by,
        row.made_at,
    )


async def _mute_of(connection: AsyncConnection, there: CardThere, at: datetime) -> Mute | None:
    statement = select(mutes).where(
        mutes.c.workspace_id == there.workspace,
        mutes.c.destination == str(there.destination),
        mutes.c.kind == Muted.STORY.value,
        mutes.c.target == str(there.story),
        holds(at),
    )
    row = (await connection.execute(statement)).first()
    return None if row is None else as_mute(row)


async def _callers(connection: AsyncConnection, there: CardThere) -> tuple[str, ...]:
    statement = (
        select(votes.c.name)
        .join(deliveries, deliveries.c.id == votes.c.delivery_id)
        .where(
            deliveries.c.workspace_id == there.workspace,
            deliveries.c.destination == str(there.destination),
            deliveries.c.dedup_key == there.key,
            votes.c.undone_at.is_(None),
        )
        .order_by(votes.c.id)
    )
    return tuple(dict.fromkeys((await connection.execute(statement)).scalars()))


def _standings(workspace: WorkspaceId, destination: Destination) -> Select[Any]:
    columns = standings.c.story_id, standings.c.card_key, standings.c.card
    return select(*columns).where(_at(workspace, destination))


def _at(workspace: WorkspaceId, destination: Destination) -> ColumnElement[bool]:
    return and_(standings.c.workspace_id == workspace, standings.c.destination == str(destination))
