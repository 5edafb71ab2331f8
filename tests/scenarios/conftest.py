"""A newspaper in a bot's reach: its feed is polled, its articles are watched for Kursk."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import Answer, Extract
from tests.newsdesk import Desk, Opening, opening
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper
from tests.stage import HandClock, Stage, stage

START = datetime(2024, 11, 1, 12, tzinfo=UTC)
TURN = timedelta(minutes=15)


@dataclass(slots=True)
class Press:
    """A newspaper, the server that prints it, and the bot that reads it."""

    paper: Newspaper
    server: FeedServer
    stage: Stage
    now: datetime = START
    path: str = "/feed"
    turns: list[datetime] = field(default_factory=list)

    async def turn(self, after: timedelta = TURN) -> None:
        """Let time pass and tick."""
        self.now += after
        self.turns.append(self.now)
        await self.stage.tick(self.now)

    @property
    def told(self) -> list[str]:
        """Every headline that was posted as an alert, in cards and in lists."""
        heads = [card.headline.text for card in self.stage.cards]
        return heads + [
            block.headline.text
            for message in self.answers
            for block in message.blocks
            if isinstance(block, Extract)
        ]

    @property
    def answers(self) -> list[Answer]:
        return [message for message in self.stage.posted if isinstance(message, Answer)]

    @property
    def notices(self) -> list[str]:
        """The titles of what was said about the feed itself."""
        return [message.title for message in self.answers if "feed “" in message.title]


@pytest.fixture
async def press(sqlite_url: str) -> AsyncIterator[Press]:
    """After the first poll, which found an empty paper."""
    async with pressing(sqlite_url) as press:
        yield press


@pytest.fixture
def pressing_with() -> Callable[..., AbstractAsyncContextManager[Press]]:
    """Prints under settings of the test's own."""
    return pressing


@asynccontextmanager
async def pressing(database_url: str, **changes: object) -> AsyncIterator[Press]:
    paper = Newspaper()
    async with FeedServer() as server:
        made_for: dict[str, object] = {
            "database": {"url": database_url},
            "web": {"bind": ""},
            "fetch": {"allow": (server.host,)},
            "stories": {"enabled": False},
            "full_text": {"read": "never"},  # links lead to example.org
            "feeds": (FeedEntry(url=server.tell("/feed", paper), name="The Paper"),),
            "watchlists": (WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
        }
        settings = defaults(**(made_for | changes))
        async with stage(settings, HandClock(START)) as made:
            press = Press(paper, server, made)
            await made.tick(START)
            yield press


@pytest.fixture
async def open_desk(database_url: str) -> AsyncIterator[Opening]:
    """Opens a desk of four papers, on both databases."""
    async with FeedServer() as server:
        yield opening(server, database_url)


@pytest.fixture
async def desk(open_desk: Opening) -> AsyncIterator[Desk]:
    async with open_desk() as desk:
        yield desk
