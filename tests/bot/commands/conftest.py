"""A bot without feeds, a web server that it may ask, and the same bot reading one feed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import defaults
from bot.message import Answer
from tests.servers.feeds import FeedServer
from tests.servers.rss import rss
from tests.stage import HandClock, Stage, stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def made(server: FeedServer, sqlite_url: str) -> AsyncIterator[Stage]:
    """A bot without any feed, and a web server that it may ask."""
    settings = defaults(
        database={"url": sqlite_url}, web={"bind": ""}, fetch={"allow": (server.host,)}
    )
    async with stage(settings, HandClock(NOW)) as made:
        yield made


@pytest.fixture
def news(server: FeedServer) -> str:
    """The address of a feed with four items, the newest not first."""
    items = [(f"Item {hours} hours old", NOW - timedelta(hours=hours)) for hours in (5, 1, 9, 3)]
    return server.tell("/rss", rss("Example News", *items))


@pytest.fixture
async def reading(made: Stage, news: str) -> Stage:
    """A bot that reads that feed, under the tags korea and wire."""
    preview = (await made.ask(f"/feeds add --tags korea,wire {news}")).message
    assert isinstance(preview, Answer)
    await made.invoke(preview.buttons[0].action, {"value": preview.buttons[0].value})
    await made.tick(NOW)
    return made
