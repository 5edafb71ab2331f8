"""A local Discord, a bot on it, and a command layer small enough to read in one look."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.chat.adapter import Health
from bot.chat.discord.adapter import DiscordAdapter
from bot.commands.invocation import Invocation, MessageAction, Option, Permission, Reply, Spec
from bot.message import (
    AlertCard,
    Answer,
    Button,
    Code,
    Field,
    FieldKind,
    Form,
    Literal,
    Paragraph,
    Picture,
    Quote,
    Style,
    Tone,
    plain,
)
from bot.model import Destination, Platform, Published, Severity, WorkspaceId
from tests.servers.diary import Diary
from tests.servers.discord import DiscordServer
from tests.servers.discord_world import Channel

HOME = WorkspaceId(1)
NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)


PICTURE = Picture("trend.png", b"\x89PNG a picture", "Bars per day, at most 30.")
WATCH = Option("watch", "the watchlist's name", required=True, completes="watch")
TABLE = (
    Spec(
        "watch add",
        "Watch for something new.",
        (
            Option("name", "a name for it"),
            Option("severity", "how loud it is", choices=("routine", "notable", "critical")),
            Option("channel", "where its alerts go"),
            Option("query", "what to look for", rest=True),
        ),
        Permission.MANAGER,
    ),
    Spec("watch list", "Every watchlist."),
    Spec("watch show", "One watchlist.", (WATCH,)),
    Spec(
        "intel search",
        "Search the stored articles.",
        (
            Option("hours", "how far back", number=True),
            Option("query", "what to look for", required=True, rest=True),
        ),
    ),
    Spec("intel trend", "How much is written.", (Option("query", "what", required=True),)),
    Spec("watchfloor status", "Is the bot well?", permission=Permission.ADMIN),
)


@dataclass
class Notebook:
    """A command layer that keeps watchlists in memory."""

    table: tuple[Spec, ...] = TABLE
    prefix: str = ""
    message_actions: tuple[MessageAction, ...] = ()
    watches: dict[str, str] = field(default_factory=dict)
    drafts: list[dict[str, str]] = field(default_factory=list)
    asked: list[Invocation] = field(default_factory=list)
    delay: float = 0.0
    fails: bool = False

    def opens_form(self, name: str, values: Mapping[str, str]) -> bool:
        return name == "draft:edit" or (name == "watch add" and not values.get("query"))

    async def suggest(
        self,
        name: str,
        option: str,
        typed: str,
        workspace: WorkspaceId,
        here: Destination | None = None,
    ) -> tuple[str, ...]:
        await asyncio.sleep(self.delay)
        return tuple(each for each in self.watches if each.startswith(typed))

    async def answer(self, invocation: Invocation) -> Reply:
        self.asked.append(invocation)
        await asyncio.sleep(self.delay)
        if self.fails:
            raise RuntimeError("a fault of ours")
        values = invocation.values
        if invocation.name == "watch add" and not invocation.actor.manager:
            return Reply(Answer("That is for managers.", tone=Tone.FAULT))
        if self.opens_form(invocation.name, values):
            number = values.get("value")
            here = {"channel": str(invocation.channel)}
            return Reply(_form(self.drafts[int(number)] if number else here | dict(values)))
        if invocation.name in ("watch add", "watch:form"):
            return self._preview(dict(values))
        if invocation.name == "draft:save":
            draft = self.drafts[int(values["value"])]
            self.watches[draft["name"]] = draft["query"]
            said = Answer(f"Saved “{draft['name']}”.", tone=Tone.GOOD)
            news = Answer(f"{invocation.actor.name} made the watchlist “{draft['name']}”.")
            return Reply(said, replaces=True, public=news)
        if invocation.name == "intel trend":
            share = (Button("Share here", "trend:share", "1"),)
            return Reply(Answer("Trend", buttons=share, picture=PICTURE))
        if invocation.name == "trend:share":
            return Reply(Answer("Shared."), public=Answer("Trend", picture=PICTURE))
        if invocation.name == "alert:why":
            return Reply(Answer("Why?", (Paragraph(plain("It matched Kursk.")),)))
        return Reply(Answer(f"You asked for {invocation.name}.", (Code(str(dict(values))),)))

    def _preview(self, values: dict[str, str]) -> Reply:
        self.drafts.append(values)
        number = str(len(self.drafts) - 1)
        if values["query"].endswith("AND"):
            fix = (Button("Fix it", "draft:edit", number),)
            caret = Code(f"{values['query']}\n{' ' * len(values['query'])}^")
            return Reply(Answer("Something is missing.", (caret,), fix, Tone.FAULT), replaces=True)
        buttons = (
            Button("Save", "draft:save", number, style=Style.PRIMARY),
            Button("Edit", "draft:edit", number),
        )
        return Reply(Answer(f"Preview of “{values['name']}”", buttons=buttons), replaces=True)


def _form(values: dict[str, str]) -> Form:
    severity = tuple((name, name) for name in ("routine", "notable", "critical"))
    return Form(
        "New watchlist",
        "watch:form",
        (
            Field("name", "Name", value=values.get("name", ""), longest=80),
            Field("query", "Query", FieldKind.LONG_TEXT, values.get("query", "")),
            Field("severity", "Severity", FieldKind.CHOICE, "notable", choices=severity),
            Field("channel", "Alerts go to", FieldKind.PLACES, values.get("channel", "")),
        ),
    )


@dataclass
class Remembered:
    """Where the fingerprint of the synced commands lies between starts."""

    fingerprint: str | None = None

    async def load(self) -> str | None:
        return self.fingerprint

    async def save(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint


Make = Callable[..., DiscordAdapter]
Run = Callable[[DiscordAdapter], Awaitable[asyncio.Task[None]]]


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def remembered() -> Remembered:
    return Remembered()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
async def make(
    server: DiscordServer, notebook: Notebook, remembered: Remembered, diary: Diary
) -> AsyncIterator[Make]:
    """Makes adapters of the local server; they are closed at the end."""
    made = []

    async def workspace_of(guild: str) -> WorkspaceId | None:
        return HOME if guild == str(server.guild.id) else None

    def make(**options: object) -> DiscordAdapter:
        settings: dict[str, object] = {
            "token": server.token,
            "commands": notebook,
            "workspace_of": workspace_of,
            "clock": lambda: datetime.now(UTC),
            "news": diary,
            "synced": remembered,
            "api_url": server.api_url,
            "retry_seconds": 0.05,
            "send_seconds": 2.0,
        }
        adapter = DiscordAdapter(**{**settings, **options})  # type: ignore[arg-type] # options vary
        made.append(adapter)
        return adapter

    yield make
    for adapter in made:
        await adapter.close()


@pytest.fixture
async def run(server: DiscordServer) -> AsyncIterator[Run]:
    """Runs an adapter until the test ends, once it is connected."""
    tasks: list[asyncio.Task[None]] = []

    async def run(adapter: DiscordAdapter) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(adapter.run()))
        await server.until(lambda: adapter.readiness.health is Health.READY)
        return tasks[-1]

    yield run
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def bot(make: Make, run: Run) -> DiscordAdapter:
    """A bot that is connected."""
    adapter = make()
    await run(adapter)
    return adapter


@pytest.fixture
def card() -> AlertCard:
    """The alert of the design, whole."""
    return AlertCard(
        headline=Quote("PLA announces live-fire zone off Pingtan", ((14, 23),)),
        url="https://example.com/a",
        severity=Severity.NOTABLE,
        source="Reuters",
        published=Published(NOW),
        first_seen=NOW,
        watch="Taiwan Strait",
        sentences=(Quote("The zone lies 60 km from Taiwan.", ((25, 31),)),),
        left_out=("blockade",),
        why=(Literal("matched "), Literal("taiwan", bold=True), Literal(" · in body")),
        buttons=(
            Button("Open", "alert:open", url="https://example.com/a"),
            Button("Why?", "alert:why", "77"),
        ),
    )


@pytest.fixture
def place() -> Callable[[Channel], Destination]:
    """The destination that a channel is."""
    return lambda channel: Destination(Platform.DISCORD, str(channel.id))


@pytest.fixture
async def call(server):
    """Calls the REST API as a bot does; the answer's status and body."""
    async with aiohttp.ClientSession() as session:

        async def call(method, path, body=None, **options):
            headers = {"Authorization": f"Bot {server.token}"} | options.pop("headers", {})
            request = session.request(
                method, server.api_url + path, json=body, headers=headers, **options
            )
            async with request as response:
                text = await response.text()
                return response.status, json.loads(text) if text else None

        yield call
