"""The outbox: what is to be sent, who is sending it, and what became of it.

At least once and in order per destination; what makes it once as people see it is the reconciling
of uncertain deliveries, which is the sender's work. This module calls no chat platform.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message
from bot.model import (
    Act,
    DecisionId,
    DeliveryId,
    DeliveryState,
    Destination,
    Platform,
    Receipt,
    WorkspaceId,
)
from bot.store import joining
from bot.store.columns import Instant
from bot.store.database import Database
from bot.store.deliveries import Delivery, NewDelivery, Posted, as_delivery, posted_card, put
from bot.store.differences import DatabaseClock, Turn, take_turn, walk_in_order
from bot.store.places import stop_lost
from bot.store.schema import LEASED, UNCLAIMED, UNFINISHED, deliveries
from bot.store.why import Why, find_decision

__all__ = ["Delivery", "NewDelivery", "Outbox", "Why"]


@dataclass(frozen=True, slots=True)
class Outbox:
    """All deliveries."""

    database: Database

    async def post(
        self,
        workspace: WorkspaceId,
        destination: Destination,
        message: Message,
        dedup_key: str,
        at: datetime,
        *,
        act: Act = Act.POST,
        card: str = "",
    ) -> bool:
        """Queue a message that no decision caused. False if the destination has one of this key."""
        new = NewDelivery(workspace, None, destination, dedup_key, message, act, card)
        return await self.database.write(lambda connection: put(connection, new, None, at))

    async def claim(
        self, now: datetime, *, platforms: Collection[Platform], limit: int, lease: timedelta
    ) -> tuple[Delivery, ...]:
        """Claim deliveries that may be attempted at `now`, oldest first. Nothing is sent yet.

        A claimed delivery is nobody else's for `lease`, in real seconds of the database's clock;
        `begin` goes before each attempt. One whose attempt was begun and never heard of again, or
        that ended uncertain, comes as UNCERTAIN: look for it at the platform before sending it
        again. Nothing comes of a destination where something older is still being sent or waits
        for its next attempt, so whoever sends in this order keeps the order; after a failure give
        the rest of that destination back with `release`. Behind an edit only later edits of its
        card wait.
        """
        if not platforms or limit < 1:
            return ()

        async def work(connection: AsyncConnection) -> tuple[Delivery, ...]:
            await take_turn(connection, Turn.CLAIM_DELIVERIES)
            await stop_lost(connection)
            await _end_leases(connection)
            await walk_in_order(connection)
            found = await connection.execute(
                select(deliveries)
                .where(
                    text(UNCLAIMED),
                    deliveries.c.platform.in_([platform.value for platform in platforms]),
                    deliveries.c.next_attempt_at <= now,
                    ~_older_one_waits(now),
                )
                .order_by(deliveries.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            before = [as_delivery(row) for row in found]
            if not before:
                return ()
            token = uuid.uuid4().hex
            await _mark_claimed(connection, before, token, lease)
            return tuple(_claimed(delivery, token) for delivery in before)

        return await self.database.write(work)

    async def begin(self, delivery: Delivery, now: datetime, lease: timedelta) -> bool:
        """Write down that an attempt begins, before any call, and hold it for `lease` from now on.

        False means that the claim was lost meanwhile (a worker that was frozen, say): make no call,
        for whoever has it now makes one. The attempt is counted when it is answered, so a crash
        costs none; the beginning of the oldest attempt never heard of stays on record, for that is
        since when to look for its message.
        """
        fresh = deliveries.c.state == DeliveryState.PENDING
        began = case((fresh, literal(now, Instant())), else_=deliveries.c.attempt_started_at)

        async def work(connection: AsyncConnection) -> bool:
            begun = await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id, deliveries.c.lease == delivery.lease)
                .values(
                    state=DeliveryState.SENDING.value,
                    attempt_started_at=began,
                    leased_until=DatabaseClock() + lease.total_seconds(),
                )
            )
            return begun.rowcount == 1

        return await self.database.write(work)

    async def take_over(self) -> int:
        """End every claim at once, because whoever had them is gone; return how many that were.

        For the start of a worker that knows to be alone: it need not wait for leases of the dead.
        """

        async def work(connection: AsyncConnection) -> int:
            ended = await connection.execute(
                update(deliveries).where(text(LEASED)).values(lease=None, leased_until=None)
            )
            return ended.rowcount

        return await self.database.write(work)

    async def sent(self, delivery: Delivery, receipt: Receipt, at: datetime) -> bool:
        """The platform has the message.

        Like every outcome it is ignored, and the answer is False, if the lease is no longer ours.
        """
        return await self._end(
            delivery,
            state=DeliveryState.SENT.value,
            attempts=delivery.attempts,
            sent_at=at,
            receipt_destination=str(receipt.destination),
            receipt_id=receipt.message_id,
            error=None,
        )

    async def again(
        self, delivery: Delivery, next_attempt_at: datetime, error: str, *, counts: bool
    ) -> bool:
        """The message is certainly not there; try again then.

        `counts` says that the platform's answer was about this message, so the attempt counts.
        """
        return await self._end(
            delivery,
            state=DeliveryState.PENDING.value,
            attempt_started_at=None,
            next_attempt_at=next_attempt_at,
            error=error,
            **({"attempts": delivery.attempts} if counts else {}),
        )

    async def uncertain(self, delivery: Delivery, next_attempt_at: datetime, error: str) -> bool:
        """The message may be there; look for it then. The attempt counts."""
        return await self._end(
            delivery,
            state=DeliveryState.UNCERTAIN.value,
            attempts=delivery.attempts,
            next_attempt_at=next_attempt_at,
            error=error,
        )

    async def dead(self, delivery: Delivery, error: str, *, certain: bool = True) -> bool:
        """This message can never be sent; people see it in the status.

        `certain` says that it is not there, so that it need not be looked for if it is retried.
        """
        return await self._give_up(delivery, DeliveryState.DEAD, error, certain=certain)

    async def blocked(self, delivery: Delivery, error: str, *, certain: bool = True) -> bool:
        """This destination is lost; people see it in the status. `certain` is as for `dead`."""
        return await self._give_up(delivery, DeliveryState.BLOCKED, error, certain=certain)

    async def _give_up(
        self, delivery: Delivery, state: DeliveryState, error: str, *, certain: bool
    ) -> bool:
        known: dict[str, Any] = {"attempt_started_at": None} if certain else {}
        return await self._end(
            delivery, state=state.value, attempts=delivery.attempts, error=error, **known
        )

    async def obsolete(self, delivery: Delivery, error: str) -> bool:
        """An edit whose card is not there (any more). Nothing is lost, so it is no trouble."""
        return await self._end(
            delivery, state=DeliveryState.OBSOLETE.value, attempts=delivery.attempts, error=error
        )

    async def release(self, delivery: Delivery) -> bool:
        """Give a claimed delivery back as it was: no attempt was made."""
        unsure = delivery.state is DeliveryState.UNCERTAIN
        before = DeliveryState.UNCERTAIN if unsure else DeliveryState.PENDING
        return await self._end(delivery, state=before.value)

    async def put_off(self, waiting: Sequence[Delivery], until: datetime) -> None:
        """Give claimed deliveries back as they were, none of them to be claimed before `until`."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(deliveries)
                .where(
                    deliveries.c.id.in_([each.id for each in waiting]),
                    deliveries.c.lease.in_({each.lease for each in waiting}),
                )
                .values(lease=None, leased_until=None, next_attempt_at=until)
            )

        await self.database.write(work)

    async def alerts_waiting(self, first: Delivery) -> tuple[Delivery, ...]:
        """The cards that wait for the channel of a claimed delivery, its own ones and later ones.

        Only those of which no attempt was begun.
        """
        return await self._read(first.workspace, joining.waiting(first))

    async def join(self, members: Sequence[Delivery], message: Message, at: datetime) -> bool:
        """Let one message go out for several, in their place. False if one of them went meanwhile.

        The members become JOINED, and the message is queued behind what waits for their channel.
        """
        return await self.database.write(
            lambda connection: joining.join(connection, members, message, at)
        )

    async def card_of(self, delivery: Delivery) -> Posted | None:
        """The card that a reply or an edit belongs to; None if the platform never had it alone."""
        async with self.database.reading() as connection:
            return await posted_card(connection, delivery)

    async def find_sent(self, workspace: WorkspaceId, delivery_id: DeliveryId) -> Delivery | None:
        """A delivery that the platform has."""
        found = await self._read(
            workspace,
            and_(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.SENT),
        )
        return found[0] if found else None

    async def find_posted(self, workspace: WorkspaceId, receipt: Receipt) -> Delivery | None:
        """The delivery that made a message, if it was one of ours."""
        found = await self._read(
            workspace,
            and_(
                deliveries.c.receipt_destination == str(receipt.destination),
                deliveries.c.receipt_id == receipt.message_id,
                deliveries.c.act != Act.EDIT.value,
            ),
        )
        return found[0] if found else None

    async def troubled(self, workspace: WorkspaceId) -> tuple[Delivery, ...]:
        """What is dead or blocked, oldest first."""
        return await self._read(
            workspace, deliveries.c.state.in_([DeliveryState.DEAD, DeliveryState.BLOCKED])
        )

    async def counts(self, workspace: WorkspaceId | None = None) -> Mapping[DeliveryState, int]:
        """How many deliveries are in each state, for one workspace or for all."""
        statement = select(deliveries.c.state, func.count().label("how_many")).group_by(
            deliveries.c.state
        )
        if workspace is not None:
            statement = statement.where(deliveries.c.workspace_id == workspace)
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            found = {row.state: row.how_many for row in rows}
        return {state: found.get(state.value, 0) for state in DeliveryState}

    async def pending(self) -> int:
        """How many deliveries are unfinished: pending, sending or uncertain."""
        statement = select(func.count()).select_from(deliveries).where(text(UNFINISHED))
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def decision(self, workspace: WorkspaceId, decision_id: DecisionId) -> Why | None:
        """Why people were told, or not."""
        async with self.database.reading() as connection:
            return await find_decision(connection, workspace, decision_id)

    async def _read(
        self, workspace: WorkspaceId, which: ColumnElement[bool]
    ) -> tuple[Delivery, ...]:
        statement = (
            select(deliveries)
            .where(deliveries.c.workspace_id == workspace, which)
            .order_by(deliveries.c.id)
        )
        async with self.database.reading() as connection:
            return tuple(as_delivery(row) for row in await connection.execute(statement))

    async def _end(self, delivery: Delivery, **outcome: Any) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            ended = await connection.execute(
                update(deliveries)
                .where(deliveries.c.id == delivery.id, deliveries.c.lease == delivery.lease)
                .values(lease=None, leased_until=None, **outcome)
            )
            return ended.rowcount == 1

        return await self.database.write(work)


async def _end_leases(connection: AsyncConnection) -> None:
    """Take claims away whose time is over, so that what is free is found by its index alone."""
    now = select(DatabaseClock()).scalar_subquery()  # read once, so that the index can be asked
    over = select(deliveries.c.id).where(text(LEASED), deliveries.c.leased_until <= now)
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(over.with_for_update(skip_locked=True)))
        .values(lease=None, leased_until=None)
    )


def _may_go(row: Any, now: datetime) -> ColumnElement[bool]:
    return and_(
        row.c.next_attempt_at <= now,
        or_(row.c.leased_until.is_(None), row.c.leased_until <= DatabaseClock()),
    )


def _older_one_waits(now: datetime) -> ColumnElement[bool]:
    older = deliveries.alias("older")
    return (
        select(older.c.id)
        .where(
            older.c.destination == deliveries.c.destination,
            older.c.id < deliveries.c.id,
            text(f"older.{UNFINISHED}"),
            or_(older.c.act != Act.EDIT.value, _same_card(older)),
            ~_may_go(older, now),
        )
        .exists()
    )


def _same_card(older: Any) -> ColumnElement[bool]:
    """An older edit holds up later ones of its card, which it would undo, and nothing else."""
    return and_(deliveries.c.act == Act.EDIT.value, older.c.card_key == deliveries.c.card_key)


async def _mark_claimed(
    connection: AsyncConnection, claimed: Collection[Delivery], token: str, lease: timedelta
) -> None:
    unheard_of = deliveries.c.state == DeliveryState.SENDING
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_([delivery.id for delivery in claimed]))
        .values(
            state=case((unheard_of, DeliveryState.UNCERTAIN.value), else_=deliveries.c.state),
            lease=token,
            leased_until=DatabaseClock() + lease.total_seconds(),
        )
    )


def _claimed(before: Delivery, token: str) -> Delivery:
    fresh = before.state is DeliveryState.PENDING
    return replace(
        before,
        state=DeliveryState.PENDING if fresh else DeliveryState.UNCERTAIN,
        attempts=before.attempts + 1,
        lease=token,
    )
