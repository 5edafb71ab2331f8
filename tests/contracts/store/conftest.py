"""A store on each database, and short ways to fill it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.message import Answer, Message
from bot.model import (
    Alert,
    AlertReason,
    Article,
    Destination,
    DueFeed,
    Entry,
    Platform,
    Severity,
    Watchlist,
    Workspace,
)
from bot.store.deliveries import Delivery, NewDelivery
from bot.store.store import Store
from bot.store.subscriptions import Subscription

LONG = timedelta(seconds=60)


@pytest.fixture
def now() -> datetime:
    return datetime(2024, 10, 26, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    store = await Store.open(database_url)
    yield store
    await store.close()


@pytest.fixture
async def home(store: Store) -> Workspace:
    return await store.workspaces.home()


@pytest.fixture
async def other(store: Store) -> Workspace:
    return await store.workspaces.found("another team")


@dataclass(frozen=True, slots=True)
class Hand:
    """Does the ordinary things with one line each."""

    store: Store
    now: datetime

    async def subscribe(
        self, workspace: Workspace, url: str = "http://feeds.example/a", name: str = "A"
    ) -> Subscription:
        return await self.store.feeds.subscribe(workspace.id, url, name, by="ann", at=self.now)

    async def claim_feeds(self, limit: int = 100, lease: timedelta = LONG) -> tuple[DueFeed, ...]:
        return await self.store.feeds.claim_due(self.now, limit=limit, lease=lease)

    async def poll(
        self,
        due: DueFeed,
        entries: Sequence[Entry],
        *,
        baseline: bool = False,
        again_after: timedelta = timedelta(minutes=15),
    ):
        return await self.store.feeds.record_poll(
            due,
            at=self.now,
            next_poll_at=self.now + again_after,
            validators=None,
            entries=entries,
            error=None,
            baseline=baseline,
        )

    async def article(self, workspace: Workspace, identity: str = "1", **entry: Any) -> Article:
        """A new article in a feed of its own that the workspace reads."""
        await self.subscribe(workspace, f"http://feeds.example/{identity}")
        (due,) = await self.claim_feeds()
        words: dict[str, Any] = {
            "title": "A title",
            "body": "A body.",
            "url": f"http://news.example/{identity}",
        }
        await self.poll(due, [Entry(identity, **(words | entry))])
        return (await self.store.articles.newest(workspace.id, limit=1))[0]

    async def watchlist(
        self, workspace: Workspace, name: str = "Kursk", query: str = "North Korea AND Kursk"
    ) -> Watchlist:
        return await self.store.watchlists.add(
            workspace.id,
            name,
            query,
            severity=Severity.NOTABLE,
            destinations=(Destination.parse("slack:C1"), Destination.parse("console")),
            by="ann",
            at=self.now,
        )

    async def alert(
        self, workspace: Workspace, article: Article, watchlist: Watchlist, to: str = "slack:C1"
    ) -> bool:
        """Settle an article with one alert."""
        delivery = NewDelivery(
            workspace.id, 0, Destination.parse(to), f"alert {article.id}", Answer("An alert")
        )
        decision = Alert(watchlist, article, AlertReason.MATCHED)
        return await self.store.articles.settle(article.id, [decision], [delivery], self.now)

    async def post(
        self, workspace: Workspace, key: str, to: str = "slack:C1", message: Message | None = None
    ) -> bool:
        return await self.store.outbox.post(
            workspace.id, Destination.parse(to), message or Answer(key), key, self.now
        )

    async def claim(
        self, now: datetime | None = None, limit: int = 100, lease: timedelta = LONG
    ) -> tuple[Delivery, ...]:
        return await self.store.outbox.claim(
            now or self.now, platforms=tuple(Platform), limit=limit, lease=lease
        )

    async def begin(
        self, now: datetime | None = None, lease: timedelta = LONG
    ) -> tuple[Delivery, ...]:
        """Claim, and begin an attempt of each."""
        claimed = await self.claim(now, lease=lease)
        for delivery in claimed:
            await self.store.outbox.begin(delivery, now or self.now, lease)
        return claimed


@pytest.fixture
def hand(store: Store, now: datetime) -> Hand:
    return Hand(store, now)


@pytest.fixture
def eventually() -> Callable[[Callable[[], Awaitable[object]]], Awaitable[object]]:
    """Ask until the answer is true: for leases, which run out by the database's own clock."""

    async def ask(question: Callable[[], Awaitable[object]]) -> object:
        # Nobody tells us when a lease has run out.
        while not (answer := await question()):  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.02)
        return answer

    return ask


@pytest.fixture
def asked():
    """Every statement that a database is given, with what was filled in; one for many rows once."""
    statements: list[tuple[str, tuple[object, ...]]] = []

    def listen(_connection, _cursor, statement, parameters, _context, _many):
        statements.append((statement, tuple(parameters)))

    event.listen(Engine, "before_cursor_execute", listen)
    yield statements
    event.remove(Engine, "before_cursor_execute", listen)
