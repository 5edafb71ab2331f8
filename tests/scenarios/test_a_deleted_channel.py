"""A channel is deleted: people are told what to do, and after that nothing of it is missing."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.config import FeedEntry, defaults
from tests.servers.discord import DiscordServer
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.servers.slack import SlackServer
from tests.stage import HandClock, both_chats, connected, stage

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
CUT = "Belgorod lost power after a strike on a substation, its governor said."


@pytest.fixture
async def desk(sqlite_url):
    """A bot in both chats with a paper; ann made the watchlist dk in Discord's #alerts."""
    paper = Newspaper()
    async with FeedServer() as feeds, SlackServer() as slack, DiscordServer() as discord:
        settings = defaults(
            database={"url": sqlite_url},
            web={"bind": ""},
            fetch={"allow": (feeds.host,)},
            polling={"interval_seconds": 60, "floor_seconds": 60},
            full_text={"read": "never"},
            feeds=(FeedEntry(url=feeds.tell("/", paper), name="Beta"),),
            **both_chats(slack, discord),
        )
        async with stage(settings, HandClock(START)) as play, connected(play):
            await play.tick(START)
            made = await discord.slash(
                discord.ann, discord.alerts, "watch add", name="dk", query="Belgorod"
            )
            assert made.message is not None
            await discord.click(discord.ann, made.message, "Save")
            yield SimpleNamespace(play=play, paper=paper, discord=discord)


async def delete_and_print(desk):
    """Delete the channel; then an article comes that would have been told there."""
    await desk.discord.delete_channel(desk.discord.alerts)
    while not await desk.play.bot.store.places.lost():  # noqa: ASYNC110 -- as below
        await asyncio.sleep(0.01)  # Discord's news come when they come
    link = "https://beta.example/1"
    desk.paper.stories.append(Story("Belgorod power cut", link, link, CUT, START))
    await desk.play.tick(START + timedelta(minutes=5))


async def move(desk):
    """Give the watchlist another channel."""
    discord = desk.discord
    shown = await discord.slash(
        discord.ann, discord.general, "watch edit", watch="dk", channel=discord.general
    )
    saved = await discord.click(discord.ann, shown.message, "Save")
    await desk.play.tick(START + timedelta(minutes=10))
    return saved.message.text


async def test_what_a_deleted_channel_missed_comes_where_its_watchlist_goes_and_nothing_twice(desk):
    await delete_and_print(desk)
    assert "1 message that #alerts on Discord missed goes to" in await move(desk)
    assert desk.discord.show(desk.discord.general).count("Belgorod power cut") == 1
    assert "The bot is well" in await desk.play.type("/watchfloor status")
    assert "Nothing was given up" in await desk.play.type("/watchfloor retry all")
    await desk.play.tick(START + timedelta(minutes=15))
    assert desk.discord.show(desk.discord.general).count("Belgorod power cut") == 1


async def test_the_notice_and_the_status_say_what_helps_and_promise_nothing_else(desk):
    await delete_and_print(desk)
    screen = desk.play.screen
    assert "#alerts on Discord is gone" in screen
    assert "1 watchlist alerts there: dk." in screen
    assert "when it is back" not in screen
    status = await desk.play.type("/watchfloor status")
    assert "Give its watchlist another channel: /watch edit dk --channel …" in status
    assert "Let the bot into the channel again" not in status
    retried = await desk.play.type("/watchfloor retry all")
    assert "the channel is gone. Give its watchlists another one" in retried


async def test_a_story_that_moved_goes_on_in_its_new_channel(desk):
    await delete_and_print(desk)
    await move(desk)
    link = "https://beta.example/2"
    later = CUT + " Two workers were killed and eleven hurt, the city's mayor said on Saturday."
    desk.paper.stories.append(Story("Belgorod: two dead", link, link, later, START))
    await desk.play.tick(START + timedelta(minutes=20))
    cards = [each for each in desk.play.cards if "Belgorod" in each.headline.text]
    assert len(cards) == 1


async def test_nothing_is_announced_in_a_deleted_channel(desk):
    await delete_and_print(desk)
    await move(desk)
    counts = await desk.play.bot.store.outbox.counts()
    assert counts["blocked"] == 0
