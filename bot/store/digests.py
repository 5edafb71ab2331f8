"""What waits for a digest, and how it becomes one message; nothing of it is ever in between.

A held delivery is no unfinished one: nobody claims it, and nothing waits behind it. What a digest
says is told in `insight.brief`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message
from bot.model import DeliveryState, Destination, StoryId, WorkspaceId
from bot.store.database import Database
from bot.store.deliveries import Delivery, NewDelivery, as_delivery, put
from bot.store.schema import HELD, deliveries
from bot.store.story_schema import standings

Queue = tuple[WorkspaceId, Destination]


@dataclass(frozen=True, slots=True)
class Digests:
    """All that waits for a digest."""

    database: Database

    async def due(self, now: datetime) -> Mapping[Queue, Sequence[Delivery]]:
        """What is to be told by `now`, by workspace and channel, oldest first."""
        statement = (
            select(deliveries)
            .where(text(HELD), deliveries.c.next_attempt_at <= now)
            .order_by(deliveries.c.id)
        )
        found: dict[Queue, list[Delivery]] = defaultdict(list)
        async with self.database.reading() as connection:
            for row in await connection.execute(statement):
                one = as_delivery(row)
                found[one.workspace, one.destination].append(one)
        return found

    async def send(self, members: Sequence[Delivery], digest: Message, at: datetime) -> bool:
        """Queue a digest in the place of all that it tells of, in one transaction.

        False if one of the members does not wait any more, or somebody else has it in hand: look
        again. The members are of one workspace and one channel.
        """
        first, ids = members[0], [each.id for each in members]
        key = f"digest:{first.id}:{members[-1].id}"

        async def work(connection: AsyncConnection) -> bool:
            # Nobody is waited for: who queues an update of a card that is held has its row.
            mine = select(deliveries.c.id, deliveries.c.message).where(
                deliveries.c.id.in_(ids), text(HELD)
            )
            locked = await connection.execute(mine.with_for_update(skip_locked=True))
            if len(locked.all()) != len(ids):
                return False
            new = NewDelivery(first.workspace, None, first.destination, key, digest)
            await put(connection, new, None, at)
            made = select(deliveries.c.id).where(
                deliveries.c.destination == str(first.destination), deliveries.c.dedup_key == key
            )
            await connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(ids))
                .values(state=DeliveryState.JOINED.value, joined_into=made.scalar_subquery())
            )
            return True

        return await self.database.write(work)

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
