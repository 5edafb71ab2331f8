"""Chats that have their own watchlists join another's workspace with a code, and leave it again."""

import re
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.chat.slack.adapter import SlackAdapter
from bot.model import Destination, Platform
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.servers.slack_oauth import CLIENT_ID, CLIENT_SECRET
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


@pytest.fixture
async def open_stage(slack, discord, sqlite_url) -> AsyncIterator[Stage]:
    """The same, but further Slack teams can install the app."""
    chats = both_chats(slack, discord)
    oauth = {
        "client_id": CLIENT_ID,
        "client_secret": SecretStr(CLIENT_SECRET),
        "public_url": "http://bot.example",
        "authorize_url": slack.authorize_url,
        "http_bind": "127.0.0.1:0",
    }
    chats["slack"] = chats["slack"].model_copy(update=oauth)
    async with staged("north-korea-kursk", sqlite_url, **chats) as made, connected(made):
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
    assert "Watchlists of these that alert here no more: 1" in asked.message.text
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


async def test_a_guild_leaves_again_and_its_own_watchlist_alerts_once_more(slack, discord, stage):
    theirs = discord.add_guild("Elsewhere").channels[0]
    first = await discord.slash(discord.ann, theirs, "watch add", name="own", query="Minsk")
    await discord.click(discord.ann, first.message, "Save")
    own = await stage.bot.store.workspaces.seat(Platform.DISCORD, str(theirs.guild.id))
    (code,) = re.findall(r"/watchfloor link (\S+)", await in_slack(slack, "link"))
    asked = await discord.slash(discord.ann, theirs, "watchfloor link", code=code)
    await discord.click(discord.ann, asked.message, "Join")
    made = await discord.slash(discord.ann, theirs, "watch add", name="ours", query="Kursk")
    await discord.click(discord.ann, made.message, "Save")

    leaving = await discord.slash(discord.ann, theirs, "watchfloor unlink")
    assert "alert here alone, and end: 1." in leaving.message.text
    assert "left-2024" in repr(leaving.message.payload)
    left = await discord.click(discord.ann, leaving.message, "Leave")
    assert left.message.text.startswith("Left.")
    await discord.until(lambda: "out of the workspace" in discord.channel_messages(theirs)[-1].text)

    assert await stage.bot.store.workspaces.seat(Platform.DISCORD, str(theirs.guild.id)) == own
    (back,) = await stage.bot.store.watchlists.of(own.id)
    assert (back.name, back.enabled) == ("own", True)
    assert "left with" in await in_slack(slack, "audit")
    assert "ours" not in await in_slack(slack, "link")


# slack_sdk gives the client's secret in a way that aiohttp means to drop.
@pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
async def test_a_slack_team_joins_a_guild_and_leaves_it_again(slack, discord, open_stage):
    team = slack.add_team("wire")
    admin, news = next(iter(team.users.values())), next(iter(team.channels.values()))
    adapter = open_stage.bot.adapters[Platform.SLACK]
    assert isinstance(adapter, SlackAdapter)
    await slack.until(lambda: adapter.door is not None and adapter.door.port)
    assert adapter.door is not None
    here = f"http://127.0.0.1:{adapter.door.port}"
    await slack.install(team, here, public="http://bot.example")

    async def ask(family: str, line: str) -> None:
        told = len(slack.ephemerals(admin))
        await slack.type_command(admin, news, f"/{family}", line)
        await slack.whispered(admin, told + 1)

    def seen() -> str:
        shown = [*slack.channel_messages(news), *slack.ephemerals(admin)]
        return repr([each.blocks for each in shown])

    async def press(label: str, then: str) -> None:
        await slack.click(admin, slack.ephemerals(admin)[-1], label)
        await slack.until(lambda: then in seen())

    await ask("watch", "list")
    own = await open_stage.bot.store.workspaces.seat(Platform.SLACK, team.id)
    given = await discord.slash(discord.ann, discord.alerts, "watchfloor link")
    (code,) = re.findall(r"/watchfloor link (\S+)", given.message.text)
    await ask("watchfloor", f"link {code}")
    await press("Join", "Joined.")
    await ask("watch", "add ours Kursk")
    await press("Save", "made the watchlist “ours”")
    await ask("watchfloor", "unlink")
    assert "alert here alone, and end: 1." in seen()
    assert "our own conversation" in seen()
    await press("Leave", "took this chat out of the workspace")
    assert await open_stage.bot.store.workspaces.seat(Platform.SLACK, team.id) == own
    place = Destination(Platform.SLACK, news.id)
    theirs = await open_stage.bot.store.watchlists.of(open_stage.bot.home.id)
    assert not [each for each in theirs if place in each.destinations]
