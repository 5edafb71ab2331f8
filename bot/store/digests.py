"""What waits for a digest, and how it becomes one message; nothing of it is ever in between.

A held delivery is no unfinished one: nobody claims it, and nothing waits behind it. What a digest
says is told in `insight.brief`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message
from bot.model import (
    DeliveryId,
    DeliveryState,
    Destination,
    Platform,
    StoryId,
    WorkspaceId,
)
from bot.store.database import Database
from bot.store.deliveries import Delivery, NewDelivery, as_delivery, put
from bot.store.schema import HELD, deliveries
from bot.store.story_schema import standings

Queue = tuple[WorkspaceId, Destination]

_AT_ONCE = 1_000  # rows in one statement; both databases take more


@dataclass(frozen=True, slots=True)
class Digests:
    """All that waits for a digest."""

    database: Database

    async def due(
        self, now: datetime, platforms: Collection[Platform], limit: int
    ) -> tuple[Queue, ...]:
        """The workspaces and channels with something to be told by `now`, the longest due first.

        Only channels of these platforms, and so many of them.
        """
        statement = (
            select(deliveries.c.workspace_id, deliveries.c.destination)
            .where(
                text(HELD),
                deliveries.c.next_attempt_at <= now,
                deliveries.c.platform.in_([platform.value for platform in platforms]),
            )
            .group_by(deliveries.c.workspace_id, deliveries.c.destination)
            .order_by(func.min(deliveries.c.next_attempt_at), deliveries.c.destination)
            .limit(limit)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            return tuple(
                (WorkspaceId(row.workspace_id), Destination.parse(row.destination)) for row in rows
            )

    async def waiting(
        self, queue: Queue, now: datetime, after: DeliveryId | None, limit: int
    ) -> tuple[Delivery, ...]:
        """What is to be told in a channel by `now`, oldest first: so much, after that delivery."""
        statement = (
            select(deliveries)
            .where(_due(queue, now), deliveries.c.id > (after or 0))
            .order_by(deliveries.c.id)
            .limit(limit)
        )
        async with self.database.reading() as connection:
            return tuple(as_delivery(row) for row in await connection.execute(statement))

    async def send(
        self, queue: Queue, ids: Sequence[DeliveryId], digest: Message, at: datetime
    ) -> bool:
        """Queue a digest in the place of all that it tells of, in one transaction.

        `ids` are all of a channel that was due, oldest first. False if one of them does not wait
        any more, if another one of their age does, or somebody else has one in hand: look again.
        """
        key = f"digest:{ids[0]}:{ids[-1]}"

        async def work(connection: AsyncConnection) -> bool:
            # Nobody is waited for: who queues an update of a card that is held has its row.
            mine = select(deliveries.c.id).where(_due(queue, at), deliveries.c.id <= ids[-1])
            locked = await connection.execute(mine.with_for_update(skip_locked=True))
            if set(locked.scalars()) != set(ids):
                return False
            workspace, destination = queue
            new = NewDelivery(workspace, None, destination, key, digest)
            await put(connection, new, None, at)
            made = select(deliveries.c.id).where(
                deliveries.c.destination == str(destination), deliveries.c.dedup_key == key
            )
            for first in range(0, len(ids), _AT_ONCE):
                await connection.execute(
                    update(deliveries)
                    .where(deliveries.c.id.in_(ids[first : first + _AT_ONCE]))
                    .values(state=DeliveryState.JOINED.value, joined_into=made.scalar_subquery())
                )
            return True

        return await self.database.write(work)

    async def put_off(self, queue: Queue, now: datetime, until: datetime) -> None:
        """Let what is due in a channel wait longer."""

        async def work(connection: AsyncConnection) -> None:
            later = update(deliveries).where(_due(queue, now)).values(next_attempt_at=until)
            await connection.execute(later)

        await self.database.write(work)

    async def stories(
        self, workspace: WorkspaceId, destination: Destination, cards: Collection[str]
    ) -> Mapping[str, tuple[StoryId, str]]:
        """The story of each card and who watches it, by the card's key; a list has none.

        Only the newest card of a story is found.
        """
        statement = select(standings.c.card_key, standings.c.story_id, standings.c.card).where(
            standings.c.workspace_id == workspace,
            standings.c.destination == str(destination),
            standings.c.card_key.in_(cards),
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            return {row.card_key: (StoryId(row.story_id), row.card.watch) for row in rows}


def _due(queue: Queue, now: datetime) -> ColumnElement[bool]:
    """All that waits for a digest in a channel, and is to be told by `now`."""
    workspace, destination = queue
    return and_(
        text(HELD),
        deliveries.c.next_attempt_at <= now,
        deliveries.c.workspace_id == workspace,
        deliveries.c.destination == str(destination),
    )
