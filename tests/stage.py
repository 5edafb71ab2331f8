"""A whole bot on a time line that the test sets: real feeds over HTTP, real store, real console."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import Bot, Wiring, built
from bot.chat.adapter import Health
from bot.chat.console.adapter import ConsoleAdapter
from bot.chat.deliver import deliver_due
from bot.commands.invocation import Invocation, Reply
from bot.config import Discord, FeedEntry, Settings, Slack, WatchlistEntry, defaults
from bot.feeds.replay import Replay
from bot.feeds.scenario import Scenario, read_scenario
from bot.kept_back import tell_kept_back
from bot.message import AlertCard, Message
from bot.model import Actor, Destination, Platform
from bot.pipeline import poll_due_feeds, process_new_articles
from bot.second_look import look_again, read_pages
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer

SEEDS = Path(__file__).parent.parent / "seeds"
CONSOLE = Destination(Platform.CONSOLE)


class HandClock:
    """A clock that stands until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Stage:
    """A bot between its ticks: the test moves the clock, ticks, types, and looks at the screen."""

    scenario: Scenario

    def __init__(
        self, bot: Bot, clock: HandClock, screen: io.StringIO, posted: list[Message]
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.posted = posted
        self._screen = screen
        console = bot.adapters[Platform.CONSOLE]
        assert isinstance(console, ConsoleAdapter)
        self.console = console

    async def tick(self, moment: datetime | None = None) -> None:
        """Move the clock, then do once all that a tick of every role would do."""
        self.clock.now = moment or self.clock.now
        await poll_due_feeds(self.bot.flow, self.clock.now)
        busy = 1
        while busy:
            busy = await tell_kept_back(self.bot.flow, self.clock.now)
            busy += await process_new_articles(self.bot.flow, self.clock.now)
            busy += await look_again(self.bot.second_look, self.clock.now)
            busy += await read_pages(self.bot.second_look, self.clock.now)
        while await deliver_due(self.bot.post, self.clock.now):
            pass

    async def play(self, scenario: Scenario) -> None:
        """Tick before the first article and, after each release, when a feed is due next."""
        self.clock.now = min(self.clock.now, scenario.starts_at)
        await self.tick(scenario.starts_at)
        for release in sorted({article.release_at for article in scenario.articles}):
            await self.tick(max(release, self.clock.now))
            while unread := await self._unread_since(release):
                await self.tick(max(release, self.clock.now, min(unread)))

    async def _unread_since(self, moment: datetime) -> list[datetime]:
        """When the feeds are due that were not asked since `moment`."""
        feeds = await self.bot.store.feeds.of(self.bot.home.id)
        return [
            each.next_poll_at
            for each in feeds
            if each.last_polled_at is None or each.last_polled_at < moment
        ]

    async def type(self, line: str) -> str:
        """Type a line at the console; returns what appeared."""
        before = len(self._screen.getvalue())
        await self.console.take(line)
        return self._screen.getvalue()[before:]

    @property
    def screen(self) -> str:
        return self._screen.getvalue()

    @property
    def cards(self) -> list[AlertCard]:
        return [message for message in self.posted if isinstance(message, AlertCard)]

    async def ask(self, line: str, *, manager: bool = True, who: str = "ann") -> Reply:
        """Put a typed line to the command layer as somebody."""
        name, values = self.bot.commands.read(line)
        return await self.invoke(name, values, manager=manager, who=who)

    async def invoke(
        self, name: str, values: dict[str, str], *, manager: bool = True, who: str = "ann"
    ) -> Reply:
        """Put an invocation to the command layer as somebody: a press of a button, a form."""
        actor = Actor(Platform.CONSOLE, who, who, manager)
        invocation = Invocation(name, values, actor, self.bot.home.id, self.clock.now, CONSOLE)
        return await self.bot.commands.answer(invocation)


@asynccontextmanager
async def staged(
    scenario: Scenario | str, database_url: str, *, watch: str = "", **changes: object
) -> AsyncIterator[Stage]:
    """A stage for a scenario, of seeds/ or the test's own; `watch` replaces its queries."""
    if isinstance(scenario, str):
        scenario = read_scenario(SEEDS / scenario, now=datetime.now().astimezone())
    if watch:
        scenario = replace(scenario, watchlists=((watch, watch),), expectations=())
    clock = HandClock(scenario.starts_at)
    async with (
        Replay(scenario, clock) as replay,
        stage(settings_for(scenario, replay, database_url, **changes), clock) as made,
    ):
        made.scenario = scenario
        yield made


def settings_for(
    scenario: Scenario, replay: Replay, database_url: str, **changes: object
) -> Settings:
    """The settings with which the demo would play the scenario."""
    return defaults(
        **{
            "database": {"url": database_url},
            "web": {"bind": ""},
            "fetch": {"allow": (replay.host,)},
            # Most tests look at each article by itself; those of stories turn them on.
            "stories": {"enabled": False},
            # What a scenario links to are the publishers' own pages.
            "full_text": {"read": "never"},
            "feeds": tuple(FeedEntry(url=url, name=name) for url, name in replay.feeds),
            "watchlists": tuple(
                WatchlistEntry(name=name, query=query) for name, query in scenario.watchlists
            ),
            **changes,
        }
    )


def both_chats(slack: SlackServer, discord: DiscordServer) -> dict[str, Any]:
    """Settings that give a bot a seat in both local chats."""
    return {
        "slack": Slack(
            enabled=True,
            api_url=slack.api_url,
            bot_token=SecretStr(slack.tokens.bot),
            app_token=SecretStr(slack.tokens.app),
        ),
        "discord": Discord(
            enabled=True, api_url=discord.api_url, bot_token=SecretStr(discord.token)
        ),
    }


@asynccontextmanager
async def connected(stage: Stage) -> AsyncIterator[None]:
    """While it is open, the bot sits in its chats and answers."""
    adapters = stage.bot.adapters.values()
    tasks = [asyncio.create_task(each.run()) for each in adapters]
    try:
        async with asyncio.timeout(10):
            # An adapter tells nobody when it is ready.
            while any(each.readiness.health is not Health.READY for each in adapters):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@asynccontextmanager
async def stage(settings: Settings, clock: HandClock) -> AsyncIterator[Stage]:
    """A stage for settings that the test made."""
    screen = io.StringIO()
    posted: list[Message] = []
    wiring = Wiring(
        clock=clock, out=screen, sent=lambda destination, message: posted.append(message)
    )
    async with built(settings, wiring) as bot:
        yield Stage(bot, clock, screen, posted)
