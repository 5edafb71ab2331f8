"""Deliveries that did not arrive, or perhaps did: which there are, and how they are taken up again.

Where it is not certain that a message is missing, it is looked for before it is sent again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import many
from bot.model import Act, DeliveryId, DeliveryState, Destination, WorkspaceId
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.deliveries import Delivery, as_delivery
from bot.store.schema import deliveries

GIVEN_UP = (DeliveryState.DEAD, DeliveryState.BLOCKED)
TROUBLED = (*GIVEN_UP, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Retried:
    """How many deliveries were taken up again: to be sent, or to be looked for before that.

    `overtaken` are edits of a card that has a newer state by now; they are over.
    """

    to_send: int
    to_look_for: int
    overtaken: int


@dataclass(frozen=True, slots=True)
class Troubles:
    """What did not arrive, of all workspaces."""

    database: Database

    async def of(self, workspace: WorkspaceId) -> tuple[Delivery, ...]:
        """What is dead, blocked or uncertain, oldest first."""
        statement = (
            select(deliveries)
            .where(
                deliveries.c.workspace_id == workspace,
                deliveries.c.state.in_([state.value for state in TROUBLED]),
            )
            .order_by(deliveries.c.id)
        )
        async with self.database.reading() as connection:
            return tuple(as_delivery(row) for row in await connection.execute(statement))

    async def retry(
        self,
        workspace: WorkspaceId,
        which: Collection[DeliveryId],
        *,
        to: Destination,
        by: str,
        at: datetime,
    ) -> Retried:
        """Take up again what is dead or blocked among `which`, all of it for one destination.

        Each gets its ten attempts anew and keeps its age, so that old news is told as old.
        """
        given_up = and_(
            deliveries.c.workspace_id == workspace,
            deliveries.c.id.in_(which),
            deliveries.c.destination == str(to),
            deliveries.c.state.in_([state.value for state in GIVEN_UP]),
        )

        async def work(connection: AsyncConnection) -> Retried:
            over = await connection.execute(
                update(deliveries)
                .where(given_up, _overtaken())
                .values(state=DeliveryState.OBSOLETE.value)
            )
            again = await connection.execute(
                update(deliveries)
                .where(given_up)
                .values(state=taken_up(), next_attempt_at=at, attempts=0, error=None)
                .returning(deliveries.c.state)
            )
            states = [row.state for row in again]
            unsure = states.count(DeliveryState.UNCERTAIN.value)
            if states or over.rowcount:
                said = many(len(states), "message")
                change = Change(at, by, "retried", str(to), said, place=to)
                await note(connection, workspace, change)
            return Retried(len(states) - unsure, unsure, over.rowcount)

        return await self.database.write(work)


def taken_up() -> ColumnElement[Any]:
    """The state in which a delivery that was stopped goes on.

    One of which an attempt is on record, and was not followed by a certain answer, may be there.
    An edit done twice is the same as done once.
    """
    certain = or_(
        deliveries.c.attempt_started_at.is_(None), deliveries.c.act == literal(Act.EDIT.value)
    )
    return case(
        (certain, literal(DeliveryState.PENDING.value)),
        else_=literal(DeliveryState.UNCERTAIN.value),
    )


def _overtaken() -> ColumnElement[bool]:
    """An edit that would undo a later one of the same card."""
    later = deliveries.alias("later")
    newer = (
        select(later.c.id)
        .where(
            later.c.destination == deliveries.c.destination,
            later.c.card_key == deliveries.c.card_key,
            later.c.act == Act.EDIT.value,
            later.c.id > deliveries.c.id,
        )
        .exists()
    )
    return and_(deliveries.c.act == Act.EDIT.value, newer)
