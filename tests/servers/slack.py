"""A Slack on this machine: Web API and Socket Mode for the unmodified slack_bolt, used as a person.

    server = await SlackServer.start()
    await server.type_command(server.ann, server.alerts, "/watch", "list")

`python -m tests.servers.slack` starts one to talk to by hand. It keeps everything in memory and
knows nothing of our bot.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from aiohttp import web

from tests.servers.listening import Listening
from tests.servers.slack_faults import Faults
from tests.servers.slack_line import Line
from tests.servers.slack_oauth import OAuth
from tests.servers.slack_people import People
from tests.servers.slack_screen import block_lines, modal_lines, screen
from tests.servers.slack_sockets import Sockets
from tests.servers.slack_web import SlackRefusal, Tokens, WebApi
from tests.servers.slack_world import BOT_USER, Channel, Json, Message, Team, User, View

SERVER_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable"})


@dataclass
class Desk:
    """One team: its memory, the tokens that open it, and what its people do."""

    team: Team
    tokens: Tokens
    api: WebApi
    people: People


class SlackServer(Listening):
    """One team, two channels with the bot in them, Ann who is an admin and Bob who is not.

    `add_team` makes further teams, which do not have the app yet.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, patience: float = 3.0) -> None:
        super().__init__(host, port)
        self.faults = Faults()
        self.sockets = Sockets(patience)
        self.sockets.url = lambda ticket: f"ws://{self._host}:{self._port}/link?ticket={ticket}"
        self.line = Line(self.sockets)
        self.desks: list[Desk] = []
        self.oauth = OAuth(self._of_id)
        home = self._sit(Team(), Tokens())
        self.team, self.tokens = home.team, home.tokens
        self.api, self.people = home.api, home.people
        self.ann = self.team.add_user("ann", admin=True)
        self.bob = self.team.add_user("bob")
        self.alerts = self.team.add_channel("alerts", self.ann, self.bob)
        self.general = self.team.add_channel("general", self.ann, self.bob)
        self.calls: list[tuple[str, Json]] = []
        self.at: list[tuple[str, float]] = []
        self.refusals: list[tuple[str, str]] = []

    def _sit(self, team: Team, tokens: Tokens) -> Desk:
        api = WebApi(team, tokens, self.sockets.open_link, lambda: self.address)
        people = People(team, self.line, lambda name: f"{self.address}/reply/{name}")
        self.desks.append(Desk(team, tokens, api, people))
        return self.desks[-1]

    def _of_id(self, number: str) -> tuple[Team, Tokens]:
        desk = next(desk for desk in self.desks if desk.team.id == number)
        return desk.team, desk.tokens

    def add_team(self, name: str) -> Team:
        """A further team without the app: an admin and a channel of her own."""
        number = f"T{len(self.desks) + 1:05d}"
        team = Team(number, name, self.team.numbers)
        self._sit(team, Tokens(bot=f"none-{number}", bot_error="invalid_auth"))
        team.add_channel("news", team.add_user(f"{name}-admin", admin=True))
        return team

    def desk(self, team: Team) -> Desk:
        """Where a team's people do what they do."""
        return next(desk for desk in self.desks if desk.team is team)

    async def install(
        self, team: Team, app_address: str, *, public: str = "", cancel: bool = False
    ) -> str:
        """Somebody of a team follows the app's link and presses Allow; the page at the end.

        `public` is what the app calls its own address, where that is another one.
        """
        async with aiohttp.ClientSession() as browser:
            start = f"{app_address}/slack/install"
            async with browser.get(start, allow_redirects=False) as asked:
                cookie = asked.headers["Set-Cookie"].partition(";")[0]
                question = asked.headers["Location"]
            said = f"{question}&team={team.id}" + ("&cancel=1" if cancel else "")
            async with browser.get(said, allow_redirects=False) as allowed:
                back = allowed.headers["Location"].replace(public or app_address, app_address)
            async with browser.get(back, headers={"Cookie": cookie}) as page:
                return await page.text()

    async def uninstall(self, team: Team) -> None:
        """Somebody removes the app from a team: its token is dead, and the app hears of it."""
        self.desk(team).tokens.bot_error = "account_inactive"
        await self.tell(team, {"type": "tokens_revoked", "tokens": {"bot": [BOT_USER]}})
        await self.tell(team, {"type": "app_uninstalled"})

    async def tell(self, team: Team, event: Json) -> None:
        """Send an event of a team to the app."""
        await self.line.tell(event, team.id, team.number("E"))

    async def open_home(self, user: User) -> str:
        """A person opens the app's Home tab; what stands there once the app has published it."""
        team, before = self._home_of(user).team, self.count("views.publish")
        event = {"type": "app_home_opened", "user": user.id, "tab": "home", "channel": "D1"}
        await self.tell(team, event)
        await self.until(lambda: self.count("views.publish") > before)
        return "\n".join(block_lines(team, team.homes[user.id]))

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/reply/{name}", self._reply)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/files-pri/{file}/download", self._download)
        app.router.add_get("/link", self.sockets.serve)
        app.router.add_get("/oauth/v2/authorize", self.oauth.authorize)
        return app

    async def hang_up(self) -> None:
        self.faults.end_silences()
        await self.sockets.close()

    @property
    def api_url(self) -> str:
        """What to set as slack.api_url."""
        return f"{self.address}/api/"

    @property
    def authorize_url(self) -> str:
        """What to set as slack.authorize_url."""
        return f"{self.address}/oauth/v2/authorize"

    def _home_of(self, someone: User | Channel) -> Desk:
        return next(
            desk
            for desk in self.desks
            if someone.id in desk.team.users or someone.id in desk.team.channels
        )

    async def type_command(
        self, user: User, channel: Channel, command: str, text: str = ""
    ) -> None:
        """Run a slash command."""
        await self._home_of(user).people.type_command(user, channel, command, text)

    async def click(self, user: User, message: Message, label: str) -> None:
        """Press a button."""
        await self._home_of(user).people.click(user, message, label)

    async def point(self, user: User, message: Message, callback: str) -> None:
        """Use a message shortcut."""
        await self._home_of(user).people.point(user, message, callback)

    async def submit(self, view: View, values: Mapping[str, str] | None = None) -> View | None:
        """Send a modal; it comes back if it stays open."""
        desk = next(desk for desk in self.desks if view.user in desk.team.users)
        return await desk.people.submit(view, values or {})

    def open_modal(self, user: User) -> View | None:
        """The modal in front of a person, the topmost one."""
        views = [view for view in self._home_of(user).team.views.values() if view.user == user.id]
        return views[-1] if views else None

    def channel_messages(self, channel: Channel) -> list[Message]:
        """What everybody sees in a channel, oldest first."""
        return [
            m
            for m in self._home_of(channel).team.messages
            if m.channel == channel.id and not m.only_for
        ]

    def ephemerals(self, user: User) -> list[Message]:
        """What only this person sees, oldest first."""
        return [m for m in self._home_of(user).team.messages if m.only_for == user.id]

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

    async def until_connected(self, seconds: float = 10.0) -> None:
        """Wait for a bot's socket."""
        await self.until(lambda: self.sockets.connected, seconds)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, arguments = request.match_info["method"], await _arguments(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        token = token or arguments.get("token", "")
        self.calls.append((method, arguments))
        self.at.append((method, time.monotonic()))
        fault = self.faults.take(method, str(arguments.get("channel", "")))
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        try:
            if method == "oauth.v2.access":
                answer = self.oauth.access(request.headers.get("Authorization", ""), arguments)
            else:
                answer = self._open(token).call(method, token, arguments)
        except SlackRefusal as refusal:
            answer = refusal.answer
            self.refusals.append((method, str(refusal)))
        if fault is not None:
            return await self.faults.strike(fault, request)
        return web.json_response(answer)

    def _open(self, token: str) -> WebApi:
        """The team that a token opens; what opens none is refused by the first."""
        found = [desk.api for desk in self.desks if desk.tokens.bot == token]
        return (found or [self.api])[0]

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        number, data = request.match_info["file"], await request.read()
        fault = self.faults.take("upload")
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        taken = any(desk.api.files.take(number, data) for desk in self.desks)
        if fault is not None:
            return await self.faults.strike(fault, request)
        return web.Response(status=200 if taken else 400, text=f"OK - {len(data)}")

    def give(self, user: User, name: str, data: bytes) -> str:
        """A file from a person's machine; its id is what a file field takes."""
        return self._home_of(user).api.files.give(name, data)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes, for the app's token alone; anybody else sees a page to log in with."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        fault = self.faults.take("download")
        if fault is not None:
            return await self.faults.strike(fault, request)
        for desk in self.desks:
            file = desk.api.files.kept.get(request.match_info["file"])
            if file is not None and desk.tokens.bot == token:
                return web.Response(body=file.data)
        return web.Response(text="<html>Sign in</html>", content_type="text/html")

    async def _reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.calls.append(("response_url", body))
        fault = self.faults.take("response_url")
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        try:
            name = request.match_info["name"]
            desks = [desk for desk in self.desks if name in desk.team.reply_addresses]
            (desks or self.desks)[0].api.reply(name, body)
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
        key: json.loads(value) if key in {"blocks", "files", "view", "metadata"} else value
        for key, value in fields.items()
    }


if __name__ == "__main__":
    from tests.servers.slack_by_hand import main

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
