"""One workspace, two seats: what is done in Slack is seen in Discord, and the other way round."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.invocation import Invocation
from bot.config import WatchlistEntry
from bot.message import Answer
from bot.model import Actor, Destination, Platform
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.stage import Stage, both_chats, connected, staged


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@asynccontextmanager
async def both(
    slack: SlackServer,
    discord: DiscordServer,
    url: str,
    *places: Destination,
    stories: bool = False,
) -> AsyncIterator[Stage]:
    """The seeds' scenario with both chats connected; its watchlist alerts to `places`."""
    settings: dict[str, Any] = {
        **both_chats(slack, discord),
        "stories": {"enabled": stories},
    }
    if places:
        kursk = WatchlistEntry(name="kursk", query="North Korea AND Kursk", destinations=places)
        settings["watchlists"] = (kursk,)
    async with staged("north-korea-kursk", url, **settings) as stage, connected(stage):
        yield stage


def in_slack(slack: SlackServer) -> Destination:
    return Destination(Platform.SLACK, slack.alerts.id)


def in_discord(discord: DiscordServer) -> Destination:
    return Destination(Platform.DISCORD, str(discord.alerts.id))


async def test_the_seeds_are_the_same_three_alerts_in_both(slack, discord, sqlite_url):
    async with both(slack, discord, sqlite_url, in_slack(slack), in_discord(discord)) as stage:
        await stage.play(stage.scenario)
        assert len(slack.channel_messages(slack.alerts)) == 3
        assert len(discord.channel_messages(discord.alerts)) == 3
        for seen in (slack.show(slack.alerts), discord.show(discord.alerts)):
            for words in (
                "Why North Korea is sending soldiers to Russia will bother China",
                "Biden Slams",
                "News.Az",
                "incursion in August.",
            ):
                assert words in seen.replace("*", ""), words
        assert slack.refusals == []


async def test_with_stories_both_show_one_card_and_what_is_new_in_its_thread(
    slack, discord, sqlite_url
):
    places = in_slack(slack), in_discord(discord)
    async with both(slack, discord, sqlite_url, *places, stories=True) as stage:
        await stage.play(stage.scenario)
        (card,) = [m for m in slack.channel_messages(slack.alerts) if not m.thread_ts]
        assert "4 independent sources" in slack.show(slack.alerts)
        assert len(slack.team.replies(card)) == 3
        (posted,) = discord.channel_messages(discord.alerts)
        assert "4 independent sources" in discord.show(discord.alerts)
        for seen in (slack.show(slack.alerts), discord.show(discord.alerts)):
            for words in ("3,000 → around 10,000", "may have already entered Ukraine"):
                assert words in seen.replace("*", ""), words
        await slack.click(slack.ann, card, "Mute story")
        await slack.until(lambda: slack.ephemerals(slack.ann))
        await stage.tick()
        assert "muted by ann" in slack.show(slack.alerts)
        await discord.click(discord.ann, posted, "Not relevant")
        await stage.tick()
        assert "not relevant" in discord.show(discord.alerts).lower()
        assert slack.refusals == []


async def test_a_watchlist_made_in_slack_is_listed_edited_and_alerted_in_discord(
    slack, discord, sqlite_url
):
    async with both(slack, discord, sqlite_url) as stage:
        await slack.type_command(
            slack.ann, slack.alerts, "/watch", "add dprk North Korea AND Ussuriysk"
        )
        await slack.until(lambda: slack.ephemerals(slack.ann))
        await slack.click(slack.ann, slack.ephemerals(slack.ann)[-1], "Save")
        await slack.until(lambda: "Saved" in slack.show(slack.alerts, slack.ann))

        listed = await discord.slash(discord.ann, discord.alerts, "watch list")
        assert listed.message is not None
        assert "dprk" in discord.show(discord.alerts, discord.ann)
        asked = await discord.slash(discord.ann, discord.alerts, "watch edit", watch="dprk")
        assert asked.modal is not None
        preview = await discord.submit(
            asked.modal,
            {"Query": "North Korea AND Kursk", "Alerts go to": str(in_discord(discord))},
        )
        assert preview.message is not None
        await discord.click(discord.ann, preview.message, "Save")

        await stage.play(stage.scenario)
        cards = [m for m in discord.channel_messages(discord.alerts) if "Why?" in m.labels]
        assert len(cards) == 3
        sent = [m.text for m in slack.channel_messages(slack.alerts) if m.metadata]
        assert sent == ["ann changed the watchlist “dprk”: it alerts here no more."]


async def test_buttons_of_alerts_from_before_a_restart_still_work(slack, discord, sqlite_url):
    places = in_slack(slack), in_discord(discord)
    async with both(slack, discord, sqlite_url, *places) as stage:
        await stage.play(stage.scenario)
    async with both(slack, discord, sqlite_url, *places):
        await slack.click(slack.bob, slack.channel_messages(slack.alerts)[0], "Why?")
        await slack.until(lambda: slack.ephemerals(slack.bob))
        assert "Why this alert" in slack.show(slack.alerts, slack.bob)
        shown = await discord.click(
            discord.bob, discord.channel_messages(discord.alerts)[-1], "Why?"
        )
        assert shown.message is not None
        assert "Why this alert" in discord.show(discord.alerts, discord.bob)


async def test_a_platform_that_is_down_does_not_hold_up_the_other(slack, discord, sqlite_url):
    async with both(slack, discord, sqlite_url, in_slack(slack), in_discord(discord)) as stage:
        await slack.stop()
        await stage.play(stage.scenario)
        assert len(discord.channel_messages(discord.alerts)) == 3
        waiting = await stage.bot.store.outbox.claim(
            stage.clock.now + timedelta(days=1),
            platforms=[Platform.SLACK],
            limit=20,
            lease=timedelta(minutes=1),
        )
        told = " ".join(str(each.message) for each in waiting)
        for words in ("sending soldiers to Russia", "Biden Slams", "News.Az"):
            assert words in told  # by itself, or among older news that waits as one message


async def test_a_second_guild_can_neither_see_home_nor_send_into_it(slack, discord, sqlite_url):
    async with both(slack, discord, sqlite_url) as stage:
        await discord.slash(discord.ann, discord.alerts, "watch list")  # home's own guild
        other = discord.add_channel("theirs", discord.add_guild("Elsewhere"))
        await discord.until_connected()
        listed = await discord.slash(discord.ann, other, "watch list")
        assert listed.message is not None
        assert "No watchlists yet" in discord.show(other, discord.ann)
        theirs = await stage.bot.store.workspaces.seat(Platform.DISCORD, str(other.guild.id))
        assert theirs is not None
        eve = Actor(Platform.DISCORD, "1", "eve", manager=True)
        for place in (in_discord(discord), in_slack(slack), Destination(Platform.CONSOLE)):
            values = {"name": "spy", "query": "Iran", "channel": str(place)}
            tampered = Invocation("watch add", values, eve, theirs.id, stage.clock.now)
            reply = await stage.bot.commands.answer(tampered)
            assert isinstance(reply.message, Answer)
            assert "belongs to another team" in reply.message.title


async def test_a_channel_that_the_bot_is_not_in_is_refused_before_anything_is_saved(
    slack, discord, sqlite_url
):
    async with both(slack, discord, sqlite_url) as stage:
        values = {"name": "x", "query": "Iran", "channel": "slack:C0GONE"}
        reply = await stage.invoke("watch add", values)
        assert isinstance(reply.message, Answer)
        assert "cannot send alerts to slack:C0GONE" in reply.message.title
