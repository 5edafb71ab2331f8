"""A Slack team and a foreign Discord server on one bot, by the real clients: no word gets across.

What people type and press is rolled, names and numbers of the other team among it; buttons are
tampered with on their way. The deeds of a seed are the same everywhere, what answers them are two
real clients at work. `test_tenants.py` does the same by the thousands, without the chats.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.commands.grammar import read
from bot.commands.table import ACTIONS
from bot.errors import CommandError
from bot.model import Destination, Entry, Platform, Severity, WorkspaceId
from bot.pipeline import process_new_articles
from tests.servers.discord import DiscordServer
from tests.servers.discord_people import Impossible as NoWay
from tests.servers.slack import SlackServer
from tests.stage import Stage, both_chats, connected, staged
from tests.tenants.watch import numbers

DEEDS, SEED = 300, 20261123
LINES = (
    "watch list", "watch lists", "watch show {watch}", "watch test {watch}", "watch pause {watch}",
    "watch resume {watch}", "watch remove {watch}", "watch history", "watch history {watch}",
    "watch undo {watch}", "watch edit {watch} Iran", "watch add new --channel {place} report",
    "watch add {watch} report", "watch list-edit {list} Iran", "watch list-remove {list}",
    "watch mute {story}", "watch mute {link}", "watch unmute {story}", "watch export",
    "watch story-merge {story} {story}", "watch story-split {link}",
    "watch story-move {link} {story}",
    "feeds list", "feeds show {feed}", "feeds pause {feed}", "feeds remove {feed}", "feeds export",
    "intel search report", "intel story {story}", "intel story {link}", "intel story",
    "intel brief", "intel brief {watch}", "intel sources", "intel status", "watchfloor status",
    "watchfloor retry {story}", "watchfloor export",
)  # fmt: skip


@dataclass
class Side:
    """One team: what others may not read, what they may guess, and where it writes."""

    name: str
    place: Destination
    workspace: WorkspaceId
    secrets: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        hidden = ("query", "list", "text", "feed", "watch")
        self.secrets = tuple(f"{self.name}{what}zq" for what in hidden)

    def guess(self, roll: random.Random, known: dict[str, list[str]]) -> dict[str, str]:
        """Names and numbers of this team, and numbers of anybody."""
        return {
            "watch": f'"{self.name} watch"',
            "list": f"{self.name}-list",
            "feed": f"{self.name} paper",
            "link": f"http://news.example/{self.name}/{roll.randint(1, 3)}",
            "place": str(self.place),
            "story": roll.choice(known["stories"] or ["1"]),
        }


@dataclass
class Both:
    """The two teams, the chats they sit in, and what each has been shown so far."""

    stage: Stage
    slack: SlackServer
    discord: DiscordServer
    north: Side
    south: Side
    roll: random.Random
    done: int = 0

    async def plant(self, side: Side) -> None:
        """Feeds, a list, watchlists and alerts, each with a secret word in it.

        One watchlist's name can be guessed, and others may then make one of that name themselves;
        the other's name is a secret.
        """
        store, name, now = self.stage.bot.store, side.name, self.stage.clock.now
        address = f"http://{name}feedzq.example/rss"
        await store.feeds.subscribe(side.workspace, address, f"{name} paper", by="ann", at=now)
        await store.lists.put(side.workspace, f"{name}-list", f"{name}listzq", by="ann", at=now)
        for watched in (f"{name} watch", f"{name}watchzq"):
            await store.watchlists.add(
                side.workspace,
                watched,
                f"{name}queryzq OR {name}textzq",
                severity=Severity.NOTABLE,
                destinations=(side.place,),
                by="ann",
                at=now,
            )
        for due in await store.feeds.claim_due(now, limit=99, lease=timedelta(minutes=1)):
            entries = [
                Entry(
                    f"{name}{number}",
                    f"{name}textzq report {number}",
                    f"{name}textzq was seen again. It was report number {number}.",
                    f"http://news.example/{name}/{number}",
                )
                for number in (1, 2, 3)
            ]
            await store.feeds.record_poll(
                due,
                at=now,
                next_poll_at=now + timedelta(days=1),
                validators=None,
                entries=entries if due.url == address else [],
                error=None,
                baseline=False,
            )
        while await process_new_articles(self.stage.bot.flow, now):
            pass
        await self.stage.tick()

    def known(self) -> dict[str, list[str]]:
        database = self.stage.bot.settings.database.url.removeprefix("sqlite:///")
        return numbers(database)

    async def deed(self) -> str:
        """Somebody of either team types or presses; what it was."""
        self.done += 1
        typing = self.roll.random() < 0.6
        if self.roll.random() < 0.5:
            return await (self._type_in_slack() if typing else self._press_in_slack())
        return await (self._type_in_discord() if typing else self._press_in_discord())

    def _line(self) -> str:
        side = self.roll.choice([self.north, self.south])
        return self.roll.choice(LINES).format(**side.guess(self.roll, self.known()))

    def _value(self) -> tuple[str, str]:
        """An action, and a number of anybody's for it."""
        known = self.known()
        kinds = [each for each in known.values() if each]
        value = self.roll.choice(self.roll.choice(kinds))
        ends = self.roll.choice(["", "", "", ":1h", ":1:2"])
        return self.roll.choice(list(ACTIONS)), f"{value}{ends}"

    async def _type_in_slack(self) -> str:
        line = self._line()
        family, _, rest = line.partition(" ")
        person, place = self.slack.ann, self.slack.alerts
        before = len(self.slack.ephemerals(person))
        await self.slack.type_command(person, place, f"/{family}", rest)
        with suppress(TimeoutError):  # a form is no whisper
            async with asyncio.timeout(1):
                await self.slack.whispered(person, before + 1)
        return f"in Slack: {line}"

    async def _press_in_slack(self) -> str:
        person = self.slack.ann
        shown = [
            *self.slack.ephemerals(person)[-5:],
            *self.slack.channel_messages(self.slack.alerts),
        ]
        shown = [each for each in shown if any("url" not in one for one in each.buttons)]
        if not shown:
            return "nothing to press in Slack"
        message = self.roll.choice(shown)
        button = self.roll.choice([each for each in message.buttons if "url" not in each])
        was = dict(button)
        if self.roll.random() < 0.8:
            button["action_id"], button["value"] = self._value()
        tampered = f"in Slack: {button['action_id']} {button.get('value')}"
        await self.slack.click(person, message, button["text"]["text"])
        await asyncio.sleep(0.03)
        button.update(was)
        return tampered

    async def _type_in_discord(self) -> str:
        line = self._line()
        guild = self.discord.guilds[1]
        if self.roll.random() < 0.2:
            typed = self.roll.choice(["", "n", "north", "northwatch", "s"])
            asked = (self.discord.ann, guild.channels[0], "watch show", "watch", typed)
            offered = await self.discord.autocomplete(*asked)
            assert not any(word in each for each in offered for word in self.north.secrets)
            return f"in Discord: typing {typed}"
        try:
            name, values = read(line, self.stage.bot.commands.table)
        except CommandError:
            return "what nobody can choose"
        with suppress(NoWay):  # what Discord itself does not let people choose
            await self.discord.slash(self.discord.ann, guild.channels[0], name, **values)
        return f"in Discord: {line}"

    async def _press_in_discord(self) -> str:
        person, channel = self.discord.ann, self.discord.guilds[1].channels[0]
        shown = [*self.discord.ephemerals(person)[-5:], *self.discord.channel_messages(channel)]
        shown = [each for each in shown if any("custom_id" in one for one in each.buttons)]
        shown = [each for each in shown if each.channel is channel]
        if not shown:
            return "nothing to press in Discord"
        message = self.roll.choice(shown)
        button = self.roll.choice([each for each in message.buttons if "custom_id" in each])
        was = dict(button)
        if self.roll.random() < 0.8:
            action, value = self._value()
            button["custom_id"] = f"{action}:{value}~"
        tampered = f"in Discord: {button['custom_id']}"
        await self.discord.click(person, message, button["label"])
        button.update(was)
        return tampered

    def look(self, deed: str) -> None:
        """Everything that either chat holds: is any word of it the other's?"""
        team = self.slack.team
        north = repr((team.messages, team.views))
        guild = self.discord.guilds[1]
        posted = [
            one.payload for each in (*guild.channels, *guild.threads) for one in each.messages
        ]
        for side, shown in ((self.south, north), (self.north, repr(posted))):
            for word in side.secrets:
                assert word not in shown, f"“{word}” got across by {deed}"


@pytest.fixture
async def both(sqlite_url) -> AsyncIterator[Both]:
    async with SlackServer() as slack, DiscordServer() as discord:
        guild = discord.add_guild("South")
        settings: dict[str, Any] = {
            **both_chats(slack, discord),
            "stories": {"enabled": True},
            "watchlists": (),
            "feeds": (),
        }
        async with staged("quiet", sqlite_url, **settings) as stage, connected(stage):
            # The first server that is met belongs to the team of the configuration.
            for channel in (discord.alerts, guild.channels[0]):
                await discord.slash(discord.ann, channel, "intel status")
            await slack.type_command(slack.ann, slack.alerts, "/intel", "status")
            await slack.whispered(slack.ann, 1)
            seats = stage.bot.store.workspaces
            south = await seats.seat(Platform.DISCORD, str(guild.id))
            assert south is not None
            assert south.id != stage.bot.home.id
            room = Destination(Platform.DISCORD, str(guild.channels[0].id))
            alerts = Destination(Platform.SLACK, slack.alerts.id)
            made = Both(
                stage,
                slack,
                discord,
                Side("north", alerts, stage.bot.home.id),
                Side("south", room, south.id),
                random.Random(SEED),
            )
            await made.plant(made.north)
            await made.plant(made.south)
            yield made


@pytest.mark.timeout(240)
async def test_no_word_of_one_team_is_ever_shown_to_the_other(both):
    assert "northtextzq" in repr(both.slack.team.messages)
    assert any("southtextzq" in one.text for one in both.discord.guilds[1].channels[0].messages)
    while both.done < DEEDS:
        both.look(await both.deed())
        if both.done % 20 == 0:
            await both.stage.tick()
            both.look("a tick")
