"""An installation with a day's work in it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.config import WatchlistEntry, defaults
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
async def server():
    async with FeedServer() as server:
        yield server


@pytest.fixture
def paper() -> Newspaper:
    return Newspaper(Story("Old news from Kursk", guid="0", published=NOW - timedelta(hours=1)))


@pytest.fixture
def settings(sqlite_url, server, paper):
    return defaults(
        database={"url": sqlite_url},
        web={"bind": ""},
        fetch={"allow": (server.host,)},
        stories={"enabled": False},
        feeds=({"url": server.tell("/feed", paper), "name": "The Paper", "interval_seconds": 900},),
        watchlists=(WatchlistEntry(name="kursk", query="Kursk"),),
    )
