"""Bad days: no disk, no database, no chat, a wrong clock, a killed start. Nothing is lost."""

import asyncio
import random
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.errors import StoreError
from bot.model import Destination, Platform
from bot.store.database import Database
from bot.store.store import Store
from bot.upkeep.clock import ClockWatch
from tests.crashes.gate import words_of
from tests.servers.discord import DiscordServer
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.servers.slack import SlackServer
from tests.stage import HandClock, both_chats, connected, stage

START = datetime(2024, 11, 1, 12, tzinfo=UTC)
TURN = timedelta(minutes=15)
PART = re.compile(r"in Kursk, part (\d+)")
ROOT = Path(__file__).parents[2]
OPENS = """
import asyncio, sys
from bot.store.store import Store
print("ready", flush=True)
asyncio.run(Store.open(sys.argv[1]))
"""


def story(number: int, at: datetime) -> Story:
    link = f"https://news.example/{number}"
    return Story(f"North Korea in Kursk, part {number}", f"{number}", link, "", at)


def settings_for(url: str, server: FeedServer, paper: Newspaper, **more: object):
    feed = FeedEntry(url=server.tell("/feed", paper), name="The Paper", interval_seconds=900)
    return defaults(
        **{
            "database": {"url": url},
            "web": {"bind": ""},
            "fetch": {"allow": (server.host,)},
            "stories": {"enabled": False},
            "feeds": (feed,),
            "watchlists": (WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
            **more,
        }
    )


@pytest.fixture
def paper() -> Newspaper:
    return Newspaper()


@pytest.fixture
async def server():
    async with FeedServer() as server:
        yield server


async def test_a_full_disk_loses_nothing_and_answers_go_on(sqlite_url, server, paper):
    async with stage(settings_for(sqlite_url, server, paper), HandClock(START)) as play:
        await play.tick(START)
        database = play.bot.store.database

        async def room(connection, pages):
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

        # Raised to what is in use already: not one page more.
        await database.write(lambda connection: room(connection, 1))
        body = "Something else happened there. " * 2_000
        at = START + TURN
        filling = Story("North Korea in Kursk", "0", "https://news.example/0", body, at)
        paper.stories = [filling]

        async def fill() -> None:
            for turn in range(1, 200):
                paper.stories = [*paper.stories, story(turn, at)]
                await play.tick(START + turn * TURN)

        with pytest.raises(StoreError, match="no room left on its disk"):
            await fill()
        told = len(play.posted)
        assert "kursk" in await play.type("/watch list")

        await database.write(lambda connection: room(connection, 1_000_000))
        await play.bot.store.feeds.take_over()  # as if the lease of the failed poll had run out
        for turn in range(200, 204):
            await play.tick(START + turn * TURN)
        assert len(play.posted) > told
        titles = {card.headline.text for card in play.cards}
        assert titles == {each.title for each in paper.stories}
        assert len(play.cards) == len(paper.stories)


@pytest.mark.parametrize("jump", [timedelta(days=2), -timedelta(days=2)])
async def test_a_clock_that_jumps_loses_and_repeats_nothing(sqlite_url, server, paper, jump):
    async with stage(settings_for(sqlite_url, server, paper), HandClock(START)) as play:
        await play.tick(START)
        paper.stories = [story(1, START)]
        await play.tick(START + TURN)
        paper.stories = [story(2, START), *paper.stories]
        await play.tick(START + TURN + jump)
        paper.stories = [story(3, START), *paper.stories]
        await play.tick(START + 2 * TURN + jump)
        await play.tick(START + 4 * TURN)
        await play.tick(START + 6 * TURN)
        assert sorted(card.headline.text for card in play.cards) == [
            f"North Korea in Kursk, part {number}" for number in (1, 2, 3)
        ]


@pytest.mark.parametrize("hours", [5, -5])
async def test_after_a_jump_the_bot_goes_on_by_the_new_time_without_a_storm(
    database_url, server, paper, hours
):
    async with stage(settings_for(database_url, server, paper), HandClock(START)) as play:
        watch, now = ClockWatch(play.bot.store, TURN), START

        async def tick(after: timedelta) -> None:
            nonlocal now
            now += after
            await watch.look(now)
            await play.tick(now)

        await tick(timedelta(0))
        asked = len(server.requests)
        for number, after in enumerate(
            [TURN, timedelta(hours=hours), TURN, -timedelta(hours=hours)]
        ):
            paper.stories = [story(number, START), *paper.stories]
            await tick(after)  # both the feed and what it brings are due as the clock jumps
        await tick(TURN)
        await tick(TURN)
        told = [card.headline.text for card in play.cards]
        assert sorted(told) == [f"North Korea in Kursk, part {number}" for number in range(4)]
        assert len(server.requests) - asked <= 6


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.DISCORD])
@pytest.mark.parametrize(("articles", "joined"), [(4, False), (36, True)])
async def test_a_chat_that_was_down_for_an_hour_gets_everything_in_order(
    sqlite_url, server, paper, platform, articles, joined
):
    async with SlackServer() as slack, DiscordServer() as discord:
        chat: Any
        chat, what = (slack, "blocks") if platform is Platform.SLACK else (discord, "payload")
        watch = WatchlistEntry(
            name="k",
            query="North Korea AND Kursk",
            destinations=(Destination(platform, str(chat.alerts.id)),),
        )
        settings = settings_for(
            sqlite_url,
            server,
            paper,
            **both_chats(slack, discord),
            watchlists=(watch,),
            polling={"floor_seconds": 60},
            feeds=(FeedEntry(url=server.tell("/feed", paper), interval_seconds=60),),
        )
        every = timedelta(hours=1) / articles
        async with stage(settings, HandClock(START)) as play, connected(play):
            await play.tick(START)
            await chat.stop()
            for number in range(1, articles + 1):
                at = START + number * every
                paper.stories = [story(number, at), *paper.stories]
                await play.tick(at)
            assert chat.channel_messages(chat.alerts) == []
            assert await play.bot.store.outbox.pending() == articles
            await chat.listen()
            for second in range(1, 151):  # a minute until it is tried again, then one a second
                await play.tick(START + timedelta(hours=1, seconds=second))
            shown = [words_of(getattr(each, what)) for each in chat.channel_messages(chat.alerts)]
            told = [[int(each) for each in PART.findall(words)] for words in shown]
            assert list(dict.fromkeys(chain(*told))) == list(range(1, articles + 1))
            assert any(len(set(each)) > 1 for each in told) == joined


async def test_postgresql_that_was_away_is_waited_for(postgres_url, postgres_server, server, paper):
    name = postgres_url.partition("@/")[2].partition("?")[0]
    settings = settings_for(postgres_url, server, paper)
    async with stage(settings, HandClock(START)) as play:
        await play.tick(START)
        paper.stories = [story(1, START)]
        postgres_server.execute("postgres", f"alter database {name} allow_connections false")
        gone = "select pg_terminate_backend(pid) from pg_stat_activity where datname = "
        gone += f"'{name}'"
        postgres_server.execute("postgres", gone)
        assert not (await play.bot.ready()).database
        with pytest.raises(StoreError, match="connections now"):
            await play.tick(START + TURN)
        postgres_server.execute("postgres", f"alter database {name} allow_connections true")
        await play.bot.store.feeds.take_over()  # as if the lease of a failed poll had run out
        await play.tick(START + 2 * TURN)
        assert (await play.bot.ready()).database
        assert [card.headline.text for card in play.cards] == ["North Korea in Kursk, part 1"]


async def test_a_start_that_is_killed_while_it_migrates_is_completed_by_the_next(database_url):
    dice = random.Random(4)
    for _ in range(6):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", OPENS, database_url), cwd=ROOT, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(dice.uniform(0, 0.5))
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    database = await Database.open(database_url)
    have, newest = await database.schema()
    await database.close()
    assert have == newest
    store = await Store.open(database_url)
    assert (await store.workspaces.home()).id == 1
    await store.close()
