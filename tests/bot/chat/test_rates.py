"""Both chats' limits with the real outbox loop, by the servers' own logs; and one chat down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Bot, Role, Wiring, built
from bot.config import defaults
from bot.message import Answer
from bot.model import Destination, Platform
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer

POST = "chat.postMessage"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
def at_work(sqlite_url: str, slack: SlackServer, discord: DiscordServer):
    """A bot with both chats on, delivering, for the length of a block."""

    @asynccontextmanager
    async def run() -> AsyncIterator[Bot]:
        settings = defaults(
            database={"url": sqlite_url},
            web={"bind": ""},
            console={"enabled": False},
            operations={"notices": str(in_slack(slack))},
            delivery={"retry_base_seconds": 0.1},
            slack={
                "enabled": True,
                "api_url": slack.api_url,
                "bot_token": slack.tokens.bot,
                "app_token": slack.tokens.app,
                "ping_interval": 1,
            },
            discord={"enabled": True, "api_url": discord.api_url, "bot_token": discord.token},
        )
        wiring, roles = Wiring(tick=timedelta(seconds=0.1)), frozenset({Role.DELIVER, Role.CHAT})
        async with built(settings, wiring) as bot, bot.working(roles):
            yield bot

    return run


def in_slack(slack: SlackServer) -> Destination:
    return Destination(Platform.SLACK, slack.alerts.id)


def in_discord(discord: DiscordServer) -> Destination:
    return Destination(Platform.DISCORD, str(discord.alerts.id))


async def write(bot: Bot, place: Destination, *titles: str) -> None:
    for title in titles:
        await bot.store.outbox.post(bot.home.id, place, Answer(title), title, datetime.now(UTC))


def posted(discord: DiscordServer) -> list[float]:
    """When each message came to the channel of alerts."""
    wanted = ("POST", f"/channels/{discord.alerts.id}/messages")
    requests = zip(discord.rest.requests, discord.rest.at, strict=True)
    return [at for request, at in requests if request == wanted]


def posts(slack: SlackServer) -> list[float]:
    return [at for method, at in slack.at if method == POST]


async def test_slack_is_not_asked_before_the_time_that_it_named(at_work, slack):
    slack.faults.limit(3)
    async with at_work() as bot:
        await write(bot, in_slack(slack), "one", "two")
        await slack.until(lambda: len(slack.channel_messages(slack.alerts)) == 2, 15)
    first, second, *_ = posts(slack)
    assert 3.0 <= second - first < 6.0
    assert [each.text for each in slack.channel_messages(slack.alerts)] == ["one", "two"]


async def test_a_limit_of_slack_s_counts_for_every_channel_of_the_team(at_work, slack):
    slack.faults.limit(3)
    async with at_work() as bot:
        await write(bot, in_slack(slack), "one")
        await slack.until(lambda: len(posts(slack)) == 1)
        await write(bot, Destination(Platform.SLACK, slack.general.id), "elsewhere")
        await slack.until(lambda: len(slack.channel_messages(slack.general)) == 1, 15)
    first, *others = posts(slack)
    assert min(others) - first >= 3.0


async def test_a_burst_reaches_slack_at_its_pace_and_in_order(at_work, slack):
    titles = [str(number) for number in range(6)]
    async with at_work() as bot:
        await write(bot, in_slack(slack), *titles)
        await slack.until(lambda: len(slack.channel_messages(slack.alerts)) == 6, 15)
    assert [each.text for each in slack.channel_messages(slack.alerts)] == titles
    times = posts(slack)
    assert times[5] - times[0] >= 2.9
    assert slack.count(POST) == 6


@pytest.mark.parametrize("via", [True, False], ids=["discord's own", "cloudflare's"])
async def test_discord_is_not_asked_before_the_time_that_it_named(at_work, discord, via):
    discord.faults.limit(3, f"/{discord.alerts.id}/messages", via=via)
    async with at_work() as bot:
        await write(bot, in_discord(discord), "one", "two")
        await discord.until(lambda: len(discord.channel_messages(discord.alerts)) == 2, 15)
    seen = posted(discord)
    assert 3.0 <= seen[1] - seen[0] < 7.0
    assert ["one" in each.text for each in discord.channel_messages(discord.alerts)] == [1, 0]


async def test_a_channel_that_is_lost_gets_one_request_and_those_who_run_the_bot_hear_of_it(
    at_work, slack, discord
):
    discord.remove_channel(discord.alerts)
    async with at_work() as bot:
        await write(bot, in_discord(discord), *"abcdef")
        await slack.until(lambda: slack.channel_messages(slack.alerts), 15)
        await write(bot, in_discord(discord), "g")
        await asyncio.sleep(1)
    assert discord.count("POST", f"/{discord.alerts.id}/messages") == 1
    (told,) = slack.channel_messages(slack.alerts)
    assert told.text.endswith(f"discord:{discord.alerts.id} is gone")


async def test_a_channel_that_is_archived_and_comes_back_is_told_what_it_missed(at_work, slack):
    general = Destination(Platform.SLACK, slack.general.id)
    async with at_work() as bot:
        await slack.until_connected()
        slack.general.archived = True
        await slack.tell(slack.team, {"type": "channel_archive", "channel": slack.general.id})
        await slack.until(lambda: slack.channel_messages(slack.alerts), 15)
        await write(bot, general, "missed")
        await asyncio.sleep(1)
        assert slack.channel_messages(slack.general) == []
        assert slack.count(POST) == 1
        slack.general.archived = False
        await slack.tell(slack.team, {"type": "channel_unarchive", "channel": slack.general.id})
        await slack.until(lambda: slack.channel_messages(slack.general), 15)
    assert [each.text for each in slack.channel_messages(slack.general)] == ["missed"]


@pytest.mark.parametrize("down", ["slack", "discord"])
async def test_one_chat_may_be_down_at_the_start_and_the_other_goes_on(
    at_work, slack, discord, down
):
    off = slack if down == "slack" else discord
    await off.stop()
    async with at_work() as bot:
        await write(bot, in_slack(slack), "one")
        await write(bot, in_discord(discord), "one")
        on = discord if down == "slack" else slack
        await on.until(lambda: on.channel_messages(on.alerts), 15)
        assert off.channel_messages(off.alerts) == []
        await off.listen()
        await off.until(lambda: off.channel_messages(off.alerts), 15)
    assert len(slack.channel_messages(slack.alerts)) == 1
    assert len(discord.channel_messages(discord.alerts)) == 1


async def test_whoever_made_a_watchlist_is_told_in_slack_that_its_channel_is_lost(at_work, slack):
    general = Destination(Platform.SLACK, slack.general.id)
    async with at_work() as bot:
        await slack.until_connected()
        await slack.type_command(slack.ann, slack.general, "/watch", "add kursk Kursk")
        await slack.click(slack.ann, await slack.whispered(slack.ann), "Save")
        await slack.until(lambda: "watchlist" in slack.show(slack.general), 15)
        slack.general.members.clear()
        await write(bot, general, "an alert")
        own = slack.team.conversation(slack.ann.id)
        assert own is not None
        await slack.until(lambda: slack.channel_messages(own), 15)
    (told,) = slack.channel_messages(own)
    assert told.text.endswith(f"Your alerts no longer reach <#{slack.general.id}>")
    assert "watchlist kursk" in slack.show(own, slack.ann)
