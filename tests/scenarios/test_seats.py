"""A Discord server that has its own watchlists joins the workspace of a Slack team with a code."""

import re
from collections.abc import AsyncIterator

import pytest

from bot.model import Platform
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


@pytest.fixture
async def stage(slack, discord, sqlite_url) -> AsyncIterator[Stage]:
    """The first guild has the workspace of the configuration, together with the Slack team."""
    async with (
        staged("north-korea-kursk", sqlite_url, **both_chats(slack, discord)) as made,
        connected(made),
    ):
        await discord.slash(discord.ann, discord.alerts, "intel status")
        yield made


async def in_slack(slack: SlackServer, line: str) -> str:
    told = len(slack.ephemerals(slack.ann))
    await slack.type_command(slack.ann, slack.alerts, "/watchfloor", line)
    await slack.whispered(slack.ann, told + 1)
    return slack.show(slack.alerts, slack.ann)


async def test_a_second_guild_joins_and_sees_and_changes_the_same(slack, discord, stage):
    theirs = discord.add_guild("Elsewhere").channels[0]
    first = await discord.slash(discord.ann, theirs, "watch add", name="own", query="Minsk")
    await discord.click(discord.ann, first.message, "Save")
    own = await stage.bot.store.workspaces.seat(Platform.DISCORD, str(theirs.guild.id))
    assert own.id != stage.bot.home.id

    (code,) = re.findall(r"/watchfloor link (\S+)", await in_slack(slack, "link"))
    asked = await discord.slash(discord.ann, theirs, "watchfloor link", code=code)
    assert "1 of its watchlists stop to alert here" in asked.message.text
    joined = await discord.click(discord.ann, asked.message, "Join")
    assert "Joined." in joined.message.text

    seats = await stage.bot.store.workspaces.seats(stage.bot.home.id)
    assert [each.platform for each in seats] == [
        Platform.CONSOLE,
        Platform.DISCORD,
        Platform.DISCORD,
        Platform.SLACK,
    ]
    (left,) = await stage.bot.store.watchlists.of(own.id)
    assert not left.enabled
    made = await discord.slash(discord.ann, theirs, "watch add", name="ours", query="Kursk")
    await discord.click(discord.ann, made.message, "Save")
    names = [each.name for each in await stage.bot.store.watchlists.of(stage.bot.home.id)]
    assert "ours" in names
    assert "joined with" in await in_slack(slack, "audit")


async def test_the_code_is_good_once_and_a_guess_is_told(slack, discord, stage):
    (code,) = re.findall(r"/watchfloor link (\S+)", await in_slack(slack, "link"))
    one, two = (discord.add_guild(name).channels[0] for name in ("One", "Two"))
    asked = await discord.slash(discord.ann, one, "watchfloor link", code=code)
    await discord.click(discord.ann, asked.message, "Join")
    late = await discord.slash(discord.ann, two, "watchfloor link", code=code)
    assert "used already" in late.message.text
    guess = await discord.slash(discord.ann, two, "watchfloor link", code="AAAA-AAAA")
    assert "no such code" in guess.message.text
