"""A Slack on this machine: Web API and Socket Mode for the unmodified slack_bolt, used as a person.

    server = await SlackServer.start()
    await server.type_command(server.ann, server.alerts, "/watch", "list")

`python -m tests.servers.slack` starts one to talk to by hand. It keeps everything in memory and
knows nothing of our bot.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from aiohttp import web

from tests.servers.slack_faults import Faults
from tests.servers.slack_people import People
from tests.servers.slack_screen import modal_lines, screen
from tests.servers.slack_sockets import Sockets
from tests.servers.slack_web import SlackRefusal, Tokens, WebApi
from tests.servers.slack_world import Channel, Json, Message, Team, User, View

SERVER_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable"})


class SlackServer:
    """One team, two channels with the bot in them, Ann who is an admin and Bob who is not."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, patience: float = 3.0) -> None:
        self.team = Team()
        self.tokens = Tokens()
        self.ann = self.team.add_user("ann", admin=True)
        self.bob = self.team.add_user("bob")
        self.alerts = self.team.add_channel("alerts", self.ann, self.bob)
        self.general = self.team.add_channel("general", self.ann, self.bob)
        self.faults = Faults()
        self.sockets = Sockets(patience)
        self.sockets.url = lambda ticket: f"ws://{self._host}:{self._port}/link?ticket={ticket}"
        self.api = WebApi(self.team, self.tokens, self.sockets.open_link)
        self.people = People(self.team, self.sockets, lambda name: f"{self._address}/reply/{name}")
        self.calls: list[tuple[str, Json]] = []
        self.refusals: list[tuple[str, str]] = []
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None

    @classmethod
    async def start(cls, **options: Any) -> Self:
        """Make one and let it listen."""
        server = cls(**options)
        await server.listen()
        return server

    async def listen(self) -> None:
        """Open the port: a free one the first time, the same one ever after."""
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/reply/{name}", self._reply)
        app.router.add_get("/link", self.sockets.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port: nobody can connect. What was stored stays."""
        self.faults.end_silences()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def api_url(self) -> str:
        """What to set as slack.api_url."""
        return f"{self._address}/api/"

    @property
    def _address(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def type_command(
        self, user: User, channel: Channel, command: str, text: str = ""
    ) -> None:
        """Run a slash command."""
        await self.people.type_command(user, channel, command, text)

    async def click(self, user: User, message: Message, label: str) -> None:
        """Press a button."""
        await self.people.click(user, message, label)

    async def submit(self, view: View, values: Mapping[str, str] | None = None) -> View | None:
        """Send a modal; it comes back if it stays open."""
        return await self.people.submit(view, values or {})

    def open_modal(self, user: User) -> View | None:
        """The modal in front of a person, the topmost one."""
        views = [view for view in self.team.views.values() if view.user == user.id]
        return views[-1] if views else None

    def channel_messages(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return [m for m in self.team.messages if m.channel == channel.id and not m.only_for]

    def ephemerals(self, user: User) -> list[Message]:
        """What only this person sees, oldest first."""
        return [m for m in self.team.messages if m.only_for == user.id]

    async def whispered(self, user: User, number: int = 1) -> Message:
        """Wait for the message that is the person's `number`th of their own; then that message."""
        await self.until(lambda: len(self.ephemerals(user)) >= number)
        return self.ephemerals(user)[number - 1]

    def show(self, channel: Channel, user: User | None = None) -> str:
        """The channel as a person would see it, and the modal in front of them."""
        view = self.open_modal(user) if user is not None else None
        modal = modal_lines(self.team, view) if view is not None else ""
        return screen(self.team, channel, user) + modal

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(name == method for name, _ in self.calls)

    async def until(self, true: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait until something is so. Raises AssertionError when it does not come about."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.01)

    async def until_connected(self, seconds: float = 10.0) -> None:
        """Wait for a bot's socket."""
        await self.until(lambda: self.sockets.connected, seconds)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.calls.append((method, arguments))
        fault = self.faults.take(method)
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        try:
            answer = self.api.call(method, token or arguments.get("token", ""), arguments)
        except SlackRefusal as refusal:
            answer = refusal.answer
            self.refusals.append((method, str(refusal)))
        if fault is not None:
            return await self.faults.strike(fault, request)
        return web.json_response(answer)

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(("response_url", body))
        fault = self.faults.take("response_url")
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        try:
            self.api.reply(request.match_info["name"], body)
        except SlackRefusal as refusal:
            gone = str(refusal) in {"no_such_url", "used_url", "expired_url"}
            return web.Response(status=404 if gone else 400, text=str(refusal))
        if fault is not None:
            return await self.faults.strike(fault, request)
        return web.Response(text="ok")


async def _arguments(request: web.Request) -> Json:
    """A method's arguments, from JSON, a form or the address; nested JSON in a form is read."""
    if request.content_type == "application/json":
        return dict(await request.json())
    fields = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
    return {
        key: json.loads(value) if key in {"blocks", "view", "metadata"} else value
        for key, value in fields.items()
    }


if __name__ == "__main__":
    from tests.servers.slack_by_hand import main

    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(main()))
