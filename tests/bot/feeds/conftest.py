"""A feed server and a fetcher that may dial it."""

from collections.abc import AsyncIterator

import pytest

from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from tests.servers.feeds import FeedServer

AGENT = "Watchfloor-test (+https://example.org/contact)"


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def fetcher(server: FeedServer) -> AsyncIterator[Fetcher]:
    async with Fetcher(Guard(frozenset({server.host})), user_agent=AGENT) as fetcher:
        yield fetcher
