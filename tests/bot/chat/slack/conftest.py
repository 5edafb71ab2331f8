"""A local Slack, a small command layer with a memory, and the adapter between them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.adapter import Health
from bot.chat.slack.adapter import Front, SlackAdapter
from bot.commands import grammar
from bot.commands.invocation import Invocation, Option, Permission, Reply, Spec
from bot.message import Answer, Button, Code, Field, FieldKind, Form, Picture, Style, Tone
from bot.model import Destination, WorkspaceId
from tests.servers.diary import Diary
from tests.servers.slack import SlackServer
from tests.servers.slack_line import SIGNING_SECRET

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
PICTURE = Picture("trend.png", b"\x89PNG a picture", "Bars per day, at most 30.")
TABLE = (
    Spec(
        "watch add",
        "Watch for something new.",
        (Option("name", "a name"), Option("query", "what to look for", rest=True)),
        Permission.MANAGER,
        "kursk North Korea AND Kursk",
    ),
    Spec("watch list", "Every watchlist."),
    Spec("watch crash", "Breaks."),
    Spec("watch ask", "Answers with a form that nobody expected."),
    Spec("watch ask-much", "Answers with a form that is too large to carry."),
    Spec("intel trend", "How much.", (Option("query", "what", required=True, rest=True),)),
    Spec("intel why", "Why.", (Option("link", "an address", required=True, rest=True),)),
)


class NotebookCommands:
    """A command layer that keeps watchlists in a notebook: forms, previews, buttons, refusals."""

    table = TABLE

    def __init__(self) -> None:
        self.notebook: dict[str, str] = {}
        self.drafts: dict[str, tuple[str, str]] = {}
        self.asked: list[Invocation] = []
        self.slow = asyncio.Event()
        self.slow.set()

    def read(self, line: str) -> tuple[str, dict[str, str]]:
        if line == "watch explode":
            raise RuntimeError("a mistake of ours")
        return grammar.read(line, self.table)

    def opens_form(self, name: str, values: Mapping[str, str]) -> bool:
        return name == "draft:edit" or (name == "watch add" and not values.get("query"))

    def faults(self, action: str, values: Mapping[str, str]) -> Mapping[str, str]:
        return {"query": "'AND' needs a word after it."} if values["query"].endswith("AND") else {}

    async def answer(self, invocation: Invocation) -> Reply:
        self.asked.append(invocation)
        await self.slow.wait()
        values = invocation.values
        match invocation.name:
            case "watch add" if not invocation.actor.manager:
                return Reply(Answer("/watch add is for managers.", tone=Tone.FAULT))
            case "watch add" if not values.get("query"):
                return Reply(form(values.get("name", "")))
            case "watch add" | "watch:form":
                return self._preview(values["name"], values["query"])
            case "draft:save":
                name, query = self.drafts.pop(values["value"])
                self.notebook[name] = query
                public = Answer(f"{invocation.actor.name} made the watchlist “{name}”.")
                saved = Answer(f"Saved “{name}”.", tone=Tone.GOOD)
                return Reply(saved, replaces=True, public=public)
            case "draft:edit":
                return Reply(form(*self.drafts[values["value"]]))
            case "watch crash":
                raise RuntimeError("a secret from the inside")
            case "alert:why":
                return Reply(Answer(f"Because of {values['value']}."))
            case _:
                return READY.get(invocation.name) or self._listed()

    def _listed(self) -> Reply:
        listed = "\n".join(f"{name}: {query}" for name, query in self.notebook.items())
        return Reply(Answer("Watchlists", (Code(listed or "none"),)))

    def _preview(self, name: str, query: str) -> Reply:
        draft = str(len(self.drafts) + 1)
        self.drafts[draft] = (name, query)
        buttons = (
            Button("Save", "draft:save", draft, style=Style.PRIMARY),
            Button("Edit", "draft:edit", draft),
        )
        return Reply(Answer(f"Watchlist “{name}”", (Code(query),), buttons), replaces=True)


def form(name: str = "", query: str = "") -> Form:
    return Form(
        "New watchlist",
        "watch:form",
        (
            Field("name", "Name", value=name, longest=80),
            Field("query", "Query", FieldKind.LONG_TEXT, query, hint="North Korea AND Kursk"),
            Field(
                "severity",
                "Severity",
                FieldKind.CHOICE,
                "notable",
                choices=(("routine", "routine"), ("notable", "notable")),
            ),
        ),
        usage="/watch add NAME QUERY",
    )


# Replies that are the same whatever was asked before.
READY = {
    "watch ask": Reply(form()),
    "watch ask-much": Reply(replace(form(), value="x" * 4_000)),
    "intel trend": Reply(
        Answer(
            "Trend of Kursk", buttons=(Button("Share here", "trend:share", "1"),), picture=PICTURE
        )
    ),
    "trend:share": Reply(Answer("Shared."), public=Answer("Trend of Kursk", picture=PICTURE)),
}


async def nobody(_destination: Destination) -> str | None:
    return None


async def home(_team: str) -> WorkspaceId:
    return WorkspaceId(1)


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
def commands() -> NotebookCommands:
    return NotebookCommands()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def make_adapter(
    slack: SlackServer, commands: NotebookCommands, diary: Diary
) -> Callable[..., SlackAdapter]:
    """An adapter for the local Slack that is not running yet, with other settings where given."""

    def make(**settings: Any) -> SlackAdapter:
        chosen: dict[str, Any] = {
            "bot_token": slack.tokens.bot,
            "app_token": slack.tokens.app,
            "commands": commands,
            "workspace_of": home,
            "clock": lambda: NOW,
            "news": diary,
            "owner_of": nobody,
            "api_url": slack.api_url,
            "ping_interval": 0.2,
            "request_timeout": 1.0,
            "retry_seconds": 0.05,
        }
        return SlackAdapter(**{**chosen, **settings})

    return make


@pytest.fixture
def running(slack: SlackServer) -> Callable[[SlackAdapter], Any]:
    """Let an adapter run for the length of a block; with `ready`, wait for its line first."""

    @asynccontextmanager
    async def run(adapter: SlackAdapter, *, ready: bool = True) -> AsyncIterator[SlackAdapter]:
        task = asyncio.create_task(adapter.run())
        try:
            if ready:
                await slack.until(lambda: adapter.readiness.health is Health.READY)
            yield adapter
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return run


@pytest.fixture
def over_http(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> Callable[..., Any]:
    """An adapter to which Slack sends signed requests, for the length of a block."""

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[SlackAdapter]:
        front = Front(("127.0.0.1", 0), SIGNING_SECRET)
        chosen = {"app_token": "", "front": front, **settings}
        async with running(make_adapter(**chosen)) as adapter:
            assert adapter.door is not None
            slack.line.request_url = f"http://127.0.0.1:{adapter.door.port}/slack/events"
            yield adapter
            slack.line.request_url = ""

    return run


@pytest.fixture
async def adapter(
    make_adapter: Callable[..., SlackAdapter], running: Callable[[SlackAdapter], Any]
) -> AsyncIterator[SlackAdapter]:
    """A running adapter with its line up."""
    async with running(make_adapter()) as ready:
        yield ready
