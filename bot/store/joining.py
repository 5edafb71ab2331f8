"""How several messages that wait for one channel become one: in a single transaction, none lost.

What the one message says, and when this is due, is decided by whoever sends.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message
from bot.model import Act, DeliveryState
from bot.store.deliveries import Delivery, NewDelivery, put
from bot.store.differences import DatabaseClock
from bot.store.schema import deliveries


def waiting(first: Delivery) -> ColumnElement[bool]:
    """New cards for the channel of `first` that nobody else has claimed or tried to send."""
    return and_(
        deliveries.c.destination == str(first.destination),
        deliveries.c.state == DeliveryState.PENDING.value,
        deliveries.c.kind == "alert",
        deliveries.c.act == Act.POST.value,
        _ours(first.lease),
    )


def _ours(lease: str | None) -> ColumnElement[bool]:
    until = deliveries.c.leased_until
    return or_(until.is_(None), until <= DatabaseClock(), deliveries.c.lease == lease)


async def join(
    connection: AsyncConnection, members: Sequence[Delivery], message: Message, at: datetime
) -> bool:
    """See `Outbox.join`. The members are of one workspace and one channel, each still waiting."""
    first = members[0]
    key = f"joined:{first.id}:{members[-1].id}"
    ids = [each.id for each in members]
    leases = [each.lease for each in members if each.lease]
    mine = and_(
        deliveries.c.id.in_(ids),
        deliveries.c.state == DeliveryState.PENDING.value,
        or_(
            deliveries.c.leased_until.is_(None),
            deliveries.c.leased_until <= DatabaseClock(),
            deliveries.c.lease.in_(leases),
        ),
    )
    still = (await connection.execute(select(deliveries.c.id).where(mine).with_for_update())).all()
    if len(still) != len(ids):
        return False
    await put(
        connection, NewDelivery(first.workspace, 0, first.destination, key, message), None, at
    )
    made = (
        select(deliveries.c.id)
        .where(deliveries.c.destination == str(first.destination), deliveries.c.dedup_key == key)
        .scalar_subquery()
    )
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(ids))
        .values(state=DeliveryState.JOINED.value, lease=None, leased_until=None, joined_into=made)
    )
    return True
