"""Three seconds: both chats want an answer by then, whatever else the bot has to do.

Measured by the local chats' own clocks: a whole bot, with its database locked by somebody else, and
with a thousand feeds to poll.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy import select, update

from bot.app import Bot, Role, Wiring, built
from bot.chat.adapter import Health
from bot.config import defaults
from bot.model import Platform
from bot.store.schema import articles, feeds, subscriptions
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.servers.slack_line import SIGNING_SECRET

LIMIT = 3.0
LOCKED = 5.0
FEEDS = 1_000
ENOUGH = 200  # of them polled: the rest is waiting all the while


@contextmanager
def locked(path: Path, seconds: float) -> Iterator[None]:
    """Somebody else holds the right to write to an SQLite file, for so long."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        held.set()
        done.wait(seconds)
        other.execute("ROLLBACK")
        other.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    try:
        yield
    finally:
        done.set()
        thread.join()


@asynccontextmanager
async def whole_bot(
    path: Path, slack: SlackServer, discord: DiscordServer, mode: str, hosts: tuple[str, ...] = ()
) -> AsyncIterator[Bot]:
    settings = defaults(
        database={"url": f"sqlite:///{path}"},
        web={"bind": ""},
        console={"enabled": False},
        fetch={"allow": hosts},
        slack={
            "enabled": True,
            "mode": mode,
            "http_bind": "127.0.0.1:0",
            "api_url": slack.api_url,
            "bot_token": slack.tokens.bot,
            "app_token": slack.tokens.app,
            "signing_secret": SIGNING_SECRET,
        },
        discord={"enabled": True, "api_url": discord.api_url, "bot_token": discord.token},
    )
    async with built(settings, Wiring(tick=timedelta(seconds=0.2))) as bot:
        yield bot


@asynccontextmanager
async def at_work(bot: Bot, slack: SlackServer, *roles: Role) -> AsyncIterator[None]:
    async with bot.working(frozenset({Role.CHAT, *roles})):
        adapters = bot.adapters.values()
        await slack.until(lambda: all(a.readiness.health is Health.READY for a in adapters))
        door = getattr(bot.adapters[Platform.SLACK], "door", None)
        if door is not None:
            slack.line.request_url = f"http://127.0.0.1:{door.port}/slack/events"
        yield


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(patience=10.0) as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_while_the_database_is_locked_everything_is_acknowledged_and_answered_afterwards(
    tmp_path: Path, slack: SlackServer, discord: DiscordServer, mode: str
) -> None:
    path = tmp_path / "bot.db"
    async with whole_bot(path, slack, discord, mode) as bot, at_work(bot, slack):
        with locked(path, LOCKED):
            began = time.monotonic()
            await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk Kursk")
            await slack.type_command(slack.ann, slack.general, "/watch", "list")
            await slack.tell(slack.team, {"type": "channel_archive", "channel": "C9"})
            in_discord = asyncio.create_task(
                discord.slash(discord.ann, discord.alerts, "watch add", name="x", query="Kursk")
            )
            offered = asyncio.create_task(
                discord.autocomplete(discord.ann, discord.alerts, "watch show", "watch", "k")
            )
            await discord.until(lambda: discord.count("POST", "/callback") >= 2, LIMIT)
            assert time.monotonic() - began < LOCKED, "the lock was gone before it was over"
        await slack.whispered(slack.ann, 2)
        assert "Kursk" in slack.show(slack.alerts, slack.ann)
        shown = await in_discord
        await offered
    assert max(each.seconds for each in slack.line.delivered) < LIMIT
    assert shown.answered_after is not None
    assert shown.answered_after < LIMIT
    assert "Kursk" in shown.message.text if shown.message else False


async def test_while_a_thousand_feeds_are_polled_everything_is_acknowledged(
    tmp_path: Path, slack: SlackServer, discord: DiscordServer
) -> None:
    path = tmp_path / "bot.db"
    async with newspapers() as port:
        hosts = tuple(f"127.0.{number // 250}.{number % 250 + 2}:{port}" for number in range(FEEDS))
        async with whole_bot(path, slack, discord, "socket", hosts) as bot:
            await subscribe(bot, hosts)
            async with at_work(bot, slack, Role.POLL, Role.PROCESS, Role.DELIVER):
                await let_all_be_due(bot)
                slowest, polled = 0.0, 0
                while polled < ENOUGH:
                    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
                    shown = await discord.slash(discord.ann, discord.alerts, "watch list")
                    slowest = max(slowest, shown.answered_after or LIMIT)
                    polled = await how_many(bot)
    assert len(slack.line.delivered) > 3
    assert max(each.seconds for each in slack.line.delivered) < LIMIT
    assert slowest < LIMIT


@asynccontextmanager
async def newspapers() -> AsyncIterator[int]:
    """A feed of twenty items on every address of this machine."""
    items = "".join(
        f"<item><title>Kursk {n}</title><link>https://n.example/{n}</link><description>"
        f"{'Words about Kursk. ' * 40}</description></item>"
        for n in range(20)
    )
    body = f'<rss version="2.0"><channel><title>N</title>{items}</channel></rss>'.encode()

    async def feed(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/feed", feed)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()  # all of 127.0.0.0/8
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def subscribe(bot: Bot, hosts: tuple[str, ...]) -> None:
    """All at once: a thousand commits would be a test of the disk."""
    now = datetime.now(UTC)

    async def work(connection) -> None:
        rows = [{"url": f"http://{h}/feed", "next_poll_at": now, "failures": 0} for h in hosts]
        await connection.execute(feeds.insert(), rows)
        ids = (await connection.execute(select(feeds.c.id))).scalars().all()
        about = {"workspace_id": bot.home.id, "tags": (), "created_at": now}
        more = [{**about, "feed_id": number, "name": str(number)} for number in ids]
        await connection.execute(subscriptions.insert(), more)

    await bot.store.database.write(work)


async def let_all_be_due(bot: Bot) -> None:
    """A start spreads its feeds over an interval; this morning all of them come at once."""
    now = datetime.now(UTC)
    await bot.store.database.write(lambda c: c.execute(update(feeds).values(next_poll_at=now)))


async def how_many(bot: Bot) -> int:
    async with bot.store.database.reading() as connection:
        found = await connection.execute(select(articles.c.feed_id).distinct())
        return len(found.all())
