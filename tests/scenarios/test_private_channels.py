"""A team with a private channel, in Slack and in Discord: who asks elsewhere sees nothing of it."""

from typing import Any

import pytest

from bot.config import WatchlistEntry
from bot.message import Answer
from bot.model import Destination, Platform
from bot.seats import look_who_sees
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.stage import both_chats, connected, staged


@pytest.fixture
async def slack():
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def discord():
    async with DiscordServer() as server:
        yield server


@pytest.fixture
async def stage(slack, discord, sqlite_url):
    """A bot with a seat in both; the configuration has a watchlist for each private channel."""
    rooms = (
        Destination(Platform.SLACK, slack.team.add_channel("room", slack.ann, private=True).id),
        Destination(Platform.DISCORD, str(discord.add_channel("room", private=True).id)),
    )
    settings: dict[str, Any] = {
        **both_chats(slack, discord),
        "watchlists": (WatchlistEntry(name="hush", query="Kursk", destinations=rooms),),
    }
    async with staged("north-korea-kursk", sqlite_url, **settings) as stage, connected(stage):
        yield stage


async def test_in_slack_it_is_listed_and_saved_in_the_channel_alone(stage, slack):
    (room,) = [each for each in slack.team.channels.values() if each.private]

    async def told(place, line: str) -> str:
        before = len(slack.ephemerals(slack.ann))
        await slack.type_command(slack.ann, place, "/watch", line)
        await slack.whispered(slack.ann, before + 1)
        return str(slack.ephemerals(slack.ann)[-1].blocks)

    assert "hush" in await told(room, "list")
    assert "No watchlists yet" in await told(slack.alerts, "list")
    await told(room, "add quiet Iran")
    await slack.click(slack.ann, slack.ephemerals(slack.ann)[-1], "Save")
    await slack.until(lambda: "Saved" in slack.show(room, slack.ann))
    assert "quiet" in await told(room, "list")
    assert "There is no watchlist 'quiet'" in await told(slack.alerts, "show quiet")
    assert "is taken here" in await told(slack.alerts, "add quiet Hormuz")
    await told(slack.alerts, "add loud Iran")
    await slack.click(slack.ann, slack.ephemerals(slack.ann)[-1], "Save")
    await slack.until(lambda: "Saved" in slack.show(slack.alerts, slack.ann))
    assert "loud" in await told(room, "list")


async def test_in_discord_it_is_listed_and_completed_in_the_channel_alone(stage, discord):
    (room,) = [each for each in discord.guild.channels if each.private]
    here = await discord.slash(discord.ann, room, "watch list")
    assert here.message is not None
    assert "hush" in here.message.text
    there = await discord.slash(discord.ann, discord.alerts, "watch list")
    assert there.message is not None
    assert "hush" not in there.message.text
    assert await discord.autocomplete(discord.ann, room, "watch show", "watch", "hu") == ["hush"]
    assert (
        await discord.autocomplete(discord.ann, discord.alerts, "watch show", "watch", "hu") == []
    )


async def test_an_open_channel_of_the_other_chat_is_shown_by_its_name_and_a_private_one_is_not(
    stage, slack, discord
):
    (room,) = [each for each in slack.team.channels.values() if each.private]
    (secret,) = [each for each in discord.guild.channels if each.private]
    await discord.slash(discord.ann, discord.alerts, "intel help")

    async def told(line: str) -> str:
        before = len(slack.ephemerals(slack.ann))
        await slack.type_command(slack.ann, room, "/watch", line)
        await slack.whispered(slack.ann, before + 1)
        return str(slack.ephemerals(slack.ann)[-1].blocks)

    desk = f"discord:{discord.alerts.id}"
    preview = await told(f"add both --channel slack:{room.id},{desk} Iran")
    assert f"#{discord.alerts.name} on Discord" in preview
    assert desk not in preview
    hush = await told("show hush")
    assert f"discord:{secret.id}" in hush
    assert "on Discord" not in hush


async def test_a_channel_that_is_opened_or_closed_is_seen_to_be_so(stage, slack):
    (room,) = [each for each in slack.team.channels.values() if each.private]
    home = stage.bot.home.id
    await stage.bot.store.workspaces.take_seat(home, Platform.SLACK, slack.team.id)
    place = Destination(Platform.SLACK, room.id)
    for private in (True, False, True):
        room.private = private
        await stage.bot.store.places.look_soon(Platform.SLACK, slack.team.id)
        await look_who_sees(stage.bot.store, stage.bot.adapters, stage.clock.now)
        assert (place in await stage.bot.store.places.open_to(home)) is not private


async def test_the_console_sees_both(stage):
    reply = await stage.ask("/watch list")
    assert isinstance(reply.message, Answer)
    assert "hush" in str(reply.message.blocks)
