"""A digest is one message however much waits, and what waits for others is not its affair."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.insight.digests import PUT_OFF, READ_AT_ONCE, send_due_digests
from bot.message import AlertCard, Answer, Extract, Literal, Quote
from bot.model import DeliveryState, Destination, Platform, Severity, WorkspaceId
from bot.store.deliveries import NewDelivery, put
from bot.store.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination.parse("slack:C1")
THERE = Destination.parse("slack:C2")
CONSOLE = Destination.parse("console")
CARD = AlertCard(
    Quote("A headline"),
    "https://a.example/1",
    Severity.NOTABLE,
    "A",
    None,
    NOW,
    "kursk",
    (),
    (),
    (Literal("why"),),
)


@dataclass
class Waiting:
    """An outbox in which cards wait for digests."""

    store: Store
    workspace: WorkspaceId

    async def cards(self, many: int, destination: Destination = HERE) -> None:
        """So many stories, each some minutes newer than the one before."""

        async def work(connection) -> None:
            for number in range(many):
                seen = NOW - timedelta(minutes=many - number)
                card = replace(CARD, headline=Quote(f"Story {number}"), first_seen=seen)
                key = f"card {number}"
                new = NewDelivery(self.workspace, None, destination, key, card, held_until=NOW)
                await put(connection, new, None, seen)

        await self.store.database.write(work)

    async def spoil(self, destination: Destination) -> None:
        """Write what nobody can read into what waits for a channel."""
        statement = text("update deliveries set message = '{}' where destination = :place")
        await self.store.database.write(
            lambda connection: connection.execute(statement, {"place": str(destination)})
        )

    async def send(self, at: datetime = NOW, *platforms: Platform) -> int:
        return await send_due_digests(self.store, at, platforms or (Platform.SLACK,))

    async def queued(self, at: datetime = NOW) -> list[Answer]:
        """The digests that are in the outbox."""
        lease = timedelta(minutes=1)
        found = await self.store.outbox.claim(at, platforms=list(Platform), limit=100, lease=lease)
        return [each.message for each in found if isinstance(each.message, Answer)]

    async def states(self) -> dict[DeliveryState, int]:
        counts = await self.store.outbox.counts()
        return {state: number for state, number in counts.items() if number}


@pytest.fixture
async def waiting(database_url: str) -> AsyncIterator[Waiting]:
    store = await Store.open(database_url)
    home = await store.workspaces.home()
    yield Waiting(store, home.id)
    await store.close()


async def test_a_digest_of_more_than_is_read_at_once_is_one_message_that_counts_them_all(waiting):
    many = 2 * READ_AT_ONCE + 11
    await waiting.cards(many)
    assert await waiting.send() == 1
    (digest,) = await waiting.queued()
    assert digest.title == f"Digest: {many} stories for kursk"
    shown = [each.headline.text for each in digest.blocks if isinstance(each, Extract)]
    assert shown == [f"Story {number}" for number in range(many - 1, many - 11, -1)]
    assert f"{many - 10} more stories that had no room here" in f"{digest.blocks[-1]}"
    assert await waiting.states() == {DeliveryState.JOINED: many, DeliveryState.PENDING: 1}
    assert await waiting.send() == 0


async def test_what_waits_for_a_chat_that_is_off_is_not_looked_at(waiting):
    await waiting.cards(3)
    await waiting.spoil(HERE)
    await waiting.cards(1, CONSOLE)
    assert await waiting.send(NOW, Platform.CONSOLE) == 1
    (digest,) = await waiting.queued()
    assert digest.title == "Digest: 1 story for kursk"
    assert (await waiting.states())[DeliveryState.HELD] == 3


async def test_a_digest_that_cannot_be_made_holds_up_no_other_and_is_tried_again_later(
    waiting, caplog
):
    await waiting.cards(2)
    await waiting.spoil(HERE)
    await waiting.cards(1, THERE)
    assert await waiting.send() == 1
    assert "the digest for slack:C1 could not be made" in caplog.text
    caplog.clear()
    assert await waiting.send() == 0
    assert caplog.text == ""
    assert await waiting.send(NOW + PUT_OFF) == 0
    assert "the digest for slack:C1 could not be made" in caplog.text
    assert (await waiting.states())[DeliveryState.HELD] == 2
