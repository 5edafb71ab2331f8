"""One message on its way to one destination: how it is written down and read back.

When it may go out, and what became of it, is the outbox's business.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import Row, bindparam, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import AlertCard, Answer, Message, Update
from bot.model import (
    Act,
    DecisionId,
    DeliveryId,
    DeliveryState,
    Destination,
    Receipt,
    WorkspaceId,
)
from bot.store.columns import read_frozen, write_frozen
from bot.store.differences import Insert, insert
from bot.store.schema import UNFINISHED, deliveries

# The kind is kept beside the JSON, so that a message is never guessed from its fields.
_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "alert": TypeAdapter(AlertCard),
    "update": TypeAdapter(Update),
    # A picture's bytes become base64. A dataclass that knows nothing of pydantic takes a setting
    # only from a type around it, hence the union.
    "answer": TypeAdapter(
        Answer | None, config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
    ),
}
_KIND_OF = {AlertCard: "alert", Update: "update", Answer: "answer"}


Name = tuple[str, str]
"""A destination, and the key under which a card was queued for it."""

Card = tuple[WorkspaceId, Name]


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to be sent, and where beside it the decision that caused it stands, if one did.

    A destination gets one message per `dedup_key`, ever. A reply and an edit name their `card` by
    the key under which it was queued for the same destination. Of edits of one card that wait,
    only the newest goes out. What is held until then goes out in a digest.
    """

    workspace: WorkspaceId
    decision_index: int | None
    destination: Destination
    dedup_key: str
    message: Message
    act: Act = Act.POST
    card: str = ""
    held_until: datetime | None = None
    decision: DecisionId | None = None

    def decision_among(self, decisions: Sequence[DecisionId]) -> DecisionId | None:
        """The decision that caused it: an earlier one, or one of those beside it."""
        if self.decision is not None:
            return self.decision
        return None if self.decision_index is None else decisions[self.decision_index]

    @property
    def names(self) -> Name:
        """The card that it names, as its destination knows it."""
        return str(self.destination), self.card


@dataclass(frozen=True, slots=True)
class Posted:
    """A delivery that the platform has, as edits and replies need it."""

    id: DeliveryId
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message on its way.

    `attempts` is the number of the attempt for which it was claimed, from 1, or how many were
    answered; `attempt_started_at` is the beginning of the oldest attempt whose outcome is unknown;
    `lease` proves a claim.
    """

    id: DeliveryId
    workspace: WorkspaceId
    decision: DecisionId | None
    destination: Destination
    dedup_key: str
    act: Act
    card: str
    message: Message
    state: DeliveryState
    attempts: int
    created_at: datetime
    attempt_started_at: datetime | None
    receipt: Receipt | None
    error: str | None
    lease: str | None


def write_message(message: Message) -> tuple[str, str]:
    """The kind of a message and its JSON."""
    kind = _KIND_OF[type(message)]
    return kind, write_frozen(_KINDS[kind], message)


def read_message(kind: str, text: str) -> Message:
    """What `write_message` wrote, as an equal message."""
    message: Message = read_frozen(_KINDS[kind], text)
    return message


async def put(
    connection: AsyncConnection, new: NewDelivery, decision: DecisionId | None, at: datetime
) -> bool:
    """Queue a message in a transaction that runs. False if the destination has one of this key.

    An edit takes the place of one of the same card that still waits and that nobody has claimed,
    or of the card itself while that is held. A reply waits with its card, or takes it along.
    """
    return await _put(connection, new, decision, at, await _held_card(connection, new))


async def put_all(
    connection: AsyncConnection,
    news: Sequence[tuple[NewDelivery, DecisionId | None]],
    at: datetime,
) -> None:
    """Queue messages in their order, as `put` does one; most of them in one statement.

    Of several edits of one card only the newest is queued, where the first of them stood.
    """
    held = await _held_among(connection, [new for new, _ in news])
    waiting = await _waiting_edits(connection, [new for new, _ in news if new.names not in held])

    def is_held(one: tuple[NewDelivery, DecisionId | None]) -> bool:
        return one[0].names in held

    for special, run in groupby(_newest_edits(news), key=is_held):
        if not special:
            await _queue_all(connection, run, waiting, at)
            continue
        for new, decision in run:
            await _put(connection, new, decision, at, await _held_card(connection, new))


async def _queue_all(
    connection: AsyncConnection,
    news: Iterable[tuple[NewDelivery, DecisionId | None]],
    waiting: Mapping[Card, int],
    at: datetime,
) -> None:
    """Insert messages, and put edits into those of their cards that wait."""
    rows, renewed = [], []
    for new, decision in news:
        edit = waiting.get((new.workspace, new.names)) if new.act is Act.EDIT else None
        if edit is None:
            rows.append(_row(new, decision, at))
        else:
            kind, message = write_message(new.message)
            renewed.append({"edit": edit, "new_kind": kind, "new_message": message})
    if renewed:
        statement = update(deliveries).where(deliveries.c.id == bindparam("edit"))
        texts: dict[str, Any] = {"kind": bindparam("new_kind"), "message": bindparam("new_message")}
        await connection.execute(statement.values(texts), renewed)
    if rows:
        await connection.execute(insert_once(connection), rows)


def _newest_edits(
    news: Sequence[tuple[NewDelivery, DecisionId | None]],
) -> Iterator[tuple[NewDelivery, DecisionId | None]]:
    newest = {(one[0].workspace, one[0].names): one for one in news if one[0].act is Act.EDIT}
    for one in news:
        if one[0].act is not Act.EDIT:
            yield one
        elif edit := newest.pop((one[0].workspace, one[0].names), None):
            yield edit


async def _held_among(connection: AsyncConnection, news: Sequence[NewDelivery]) -> Set[Name]:
    """The cards that these messages name and that wait for a digest, or will once these do."""
    named = {new.names for new in news if new.card}
    if not named:
        return frozenset()
    statement = select(deliveries.c.destination, deliveries.c.dedup_key).where(
        deliveries.c.state == DeliveryState.HELD.value,
        deliveries.c.destination.in_({destination for destination, _ in named}),
        deliveries.c.dedup_key.in_({card for _, card in named}),
    )
    found = {(row.destination, row.dedup_key) for row in await connection.execute(statement)}
    found |= {(str(new.destination), new.dedup_key) for new in news if new.held_until}
    return named & found


async def _put(
    connection: AsyncConnection,
    new: NewDelivery,
    decision: DecisionId | None,
    at: datetime,
    card: Any,
) -> bool:
    """What `put` promises; `card` is the row of the card that the message names, if it is held."""
    kind, message = write_message(new.message)
    held_until = new.held_until
    if new.act is Act.EDIT and card is not None:
        await _rewrite(connection, card.id, kind, message)
        return True
    if edit := (await _waiting_edits(connection, [new])).get((new.workspace, new.names)):
        await _rewrite(connection, edit, kind, message)
        return True
    if card is not None and held_until is None:
        await _release(connection, new, at)
    elif card is not None:
        held_until = card.next_attempt_at  # no reply comes before its card
    row = _row(replace(new, held_until=held_until), decision, at)
    return (await connection.execute(insert_once(connection), row)).rowcount == 1


def insert_once(connection: AsyncConnection) -> Insert:
    """Insert deliveries; one that its destination has already is left as it is."""
    keys = ["destination", "dedup_key"]
    return insert(connection, deliveries).on_conflict_do_nothing(index_elements=keys)


def _row(new: NewDelivery, decision: DecisionId | None, at: datetime) -> dict[str, Any]:
    kind, message = write_message(new.message)
    state = DeliveryState.PENDING if new.held_until is None else DeliveryState.HELD
    return {
        "workspace_id": new.workspace,
        "decision_id": decision,
        "platform": new.destination.platform.value,
        "destination": str(new.destination),
        "dedup_key": new.dedup_key,
        "act": new.act.value,
        "card_key": new.card or None,
        "kind": kind,
        "message": message,
        "state": state.value,
        "attempts": 0,
        "created_at": at,
        "next_attempt_at": new.held_until or at,
    }


async def _held_card(connection: AsyncConnection, new: NewDelivery) -> Any:
    """The card that a reply or an edit names, if that waits for a digest; nobody sends it then."""
    if not new.card:
        return None
    statement = select(deliveries.c.id, deliveries.c.next_attempt_at).where(
        deliveries.c.destination == str(new.destination),
        deliveries.c.dedup_key == new.card,
        deliveries.c.state == DeliveryState.HELD.value,
    )
    return (await connection.execute(statement.with_for_update())).first()


async def _release(connection: AsyncConnection, new: NewDelivery, at: datetime) -> None:
    """Let a card go that is held, and what is held of its story: what follows must not wait."""
    of_the_story = or_(deliveries.c.dedup_key == new.card, deliveries.c.card_key == new.card)
    await connection.execute(
        update(deliveries)
        .where(
            deliveries.c.destination == str(new.destination),
            deliveries.c.state == DeliveryState.HELD.value,
            of_the_story,
        )
        .values(state=DeliveryState.PENDING.value, next_attempt_at=at)
    )


async def _waiting_edits(
    connection: AsyncConnection, news: Iterable[NewDelivery]
) -> Mapping[Card, int]:
    """The newest edit that waits of each card of which one of these messages is an edit.

    A claimed one is left alone, since its words may be on their way; so is one that another
    transaction has its hands on, for waiting for it could end in a deadlock.
    """
    edited = {(new.workspace, new.names) for new in news if new.act is Act.EDIT}
    if not edited:
        return {}
    statement = (
        select(
            deliveries.c.id,
            deliveries.c.workspace_id,
            deliveries.c.destination,
            deliveries.c.card_key,
        )
        .where(
            deliveries.c.destination.in_({destination for _, (destination, _) in edited}),
            deliveries.c.card_key.in_({card for _, (_, card) in edited}),
            deliveries.c.act == Act.EDIT.value,
            text(UNFINISHED),  # an index has these
            deliveries.c.state == DeliveryState.PENDING.value,
            deliveries.c.lease.is_(None),
        )
        .order_by(deliveries.c.id)
        .with_for_update(skip_locked=True)
    )
    found = {
        (WorkspaceId(row.workspace_id), (row.destination, row.card_key)): int(row.id)
        for row in await connection.execute(statement)
    }
    return {card: edit for card, edit in found.items() if card in edited}


async def _rewrite(connection: AsyncConnection, delivery: int, kind: str, text: str) -> None:
    await connection.execute(
        update(deliveries).where(deliveries.c.id == delivery).values(kind=kind, message=text)
    )


async def posted_card(connection: AsyncConnection, delivery: Delivery) -> Posted | None:
    """The card that a reply or an edit names, if it was posted."""
    if not delivery.card:
        return None
    found = await connection.execute(
        select(deliveries).where(
            deliveries.c.workspace_id == delivery.workspace,
            deliveries.c.destination == str(delivery.destination),
            deliveries.c.dedup_key == delivery.card,
            deliveries.c.state == DeliveryState.SENT.value,
        )
    )
    row = found.one_or_none()
    receipt = _receipt(row) if row is not None else None
    return None if row is None or receipt is None else Posted(DeliveryId(row.id), receipt)


def as_delivery(row: Row[Any]) -> Delivery:
    """A row of `deliveries` as what the other rooms know."""
    return Delivery(
        id=DeliveryId(row.id),
        workspace=WorkspaceId(row.workspace_id),
        decision=None if row.decision_id is None else DecisionId(row.decision_id),
        destination=Destination.parse(row.destination),
        dedup_key=row.dedup_key,
        act=Act(row.act),
        card=row.card_key or "",
        message=read_message(row.kind, row.message),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        attempt_started_at=row.attempt_started_at,
        receipt=_receipt(row),
        error=row.error,
        lease=row.lease,
    )


def _receipt(row: Row[Any]) -> Receipt | None:
    if row.receipt_id is None:
        return None
    return Receipt(Destination.parse(row.receipt_destination), row.receipt_id)
