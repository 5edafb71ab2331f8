"""Discord's REST API v10, as far as a bot that posts and answers needs it.

Every payload passes the limits before it is stored. Interactions answered late or twice are refused
as Discord refuses them.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.servers.discord_faults import Faults, answer
from tests.servers.discord_interactions import Desk
from tests.servers.discord_limits import Findings, Refusal, check_commands, check_message
from tests.servers.discord_markdown import pings
from tests.servers.discord_world import (
    ATTACH_FILES,
    COMPONENTS_V2,
    CREATE_PUBLIC_THREADS,
    EMBED_LINKS,
    READ_HISTORY,
    SEND_MESSAGES,
    SEND_MESSAGES_IN_THREADS,
    VIEW_CHANNEL,
    Channel,
    Forum,
    Guild,
    Json,
    Posted,
    Thread,
    User,
    roles_wire,
)

API = "/api/v10"
NONCE_SECONDS = 300
FILE_BYTES = 10 * 1024 * 1024
REQUEST_BYTES = 25 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(eq=False)
class Rest:
    """The routes, over the world that they change."""

    token: Callable[[], str]
    bot: User
    guilds: list[Guild]
    faults: Faults
    desk: Desk
    gateway_url: Callable[[], str]
    commands: dict[int | None, list[Json]] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    conversations: dict[str, Channel] = field(default_factory=dict)
    at: list[float] = field(default_factory=list)  # when each of them came
    _nonces: dict[tuple[int, str], tuple[float, Posted]] = field(default_factory=dict)

    def add_to(self, app: web.Application) -> None:
        """Register every route."""
        app.middlewares.append(self._doorman)
        message = API + "/channels/{channel}/messages/{message}"
        hook = API + "/webhooks/{application}/{token}"
        app.add_routes(
            [
                web.get(API + "/gateway/bot", self._gateway),
                web.get(API + "/users/@me", self._me),
                web.post(API + "/users/@me/channels", self._open_conversation),
                web.get(API + "/oauth2/applications/@me", self._application),
                web.get(API + "/applications/{application}/commands", self._get_commands),
                web.put(API + "/applications/{application}/commands", self._put_commands),
                web.get(
                    API + "/applications/{application}/guilds/{guild}/commands", self._get_commands
                ),
                web.put(
                    API + "/applications/{application}/guilds/{guild}/commands", self._put_commands
                ),
                web.get(API + "/guilds/{guild}", self._guild),
                web.get(API + "/channels/{channel}", self._channel),
                web.get(API + "/channels/{channel}/messages", self._history),
                web.post(API + "/channels/{channel}/messages", self._post),
                web.post(API + "/channels/{channel}/threads", self._begin_post),
                web.get(API + "/guilds/{guild}/threads/active", self._active_threads),
                web.get(message, self._get_message),
                web.post(message + "/threads", self._begin_thread),
                web.patch(message, self._patch),
                web.delete(message, self._delete),
                web.post(API + "/interactions/{id}/{token}/callback", self._callback),
                web.post(hook, self._follow_up),
                web.get(hook + "/messages/{message}", self._get_hook_message),
                web.patch(hook + "/messages/{message}", self._patch_hook_message),
                web.delete(hook + "/messages/{message}", self._delete_hook_message),
            ]
        )

    @web.middleware
    async def _doorman(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Count, strike with faults, ask for the token, and word refusals."""
        if not request.path.startswith(API):
            return await handler(request)
        self.requests.append((request.method, request.path.removeprefix(API)))
        self.at.append(time.monotonic())
        fault = self.faults.take(request)
        if fault is not None and not fault.stored:
            return await self.faults.strike(fault, request)
        try:
            public = "/interactions/" in request.path or "/webhooks/" in request.path
            if not public and request.headers.get("Authorization") != f"Bot {self.token()}":
                raise Refusal(401, 0, "401: Unauthorized")
            response = await handler(request)
        except Refusal as refusal:
            response = answer(refusal.body(), refusal.status)
        except web.HTTPNotFound:
            response = answer({"message": "404: Not Found", "code": 0}, 404)
        if fault is not None:
            return await self.faults.strike(fault, request)
        return response

    def guild(self, number: str) -> Guild:
        for guild in self.guilds:
            if str(guild.id) == number:
                return guild
        raise Refusal(404, 10004, "Unknown Guild")

    def channel(self, number: str, *needed: int) -> Channel:
        for guild in self.guilds:
            for channel in (*guild.channels, *guild.threads, *self.conversations.values()):
                if str(channel.id) == number:
                    if not channel.permissions & VIEW_CHANNEL:
                        raise Refusal(403, 50001, "Missing Access")
                    if any(not channel.permissions & need for need in needed):
                        raise Refusal(403, 50013, "Missing Permissions")
                    return channel
        raise Refusal(404, 10003, "Unknown Channel")

    async def _gateway(self, _: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return answer({"url": self.gateway_url(), "shards": 1, "session_start_limit": limit})

    async def _me(self, _: web.Request) -> web.Response:
        return answer({**self.bot.wire(), "verified": True, "mfa_enabled": False})

    async def _open_conversation(self, request: web.Request) -> web.Response:
        """What somebody and the bot write to each other alone; the same each time it is opened."""
        person = str((await request.json()).get("recipient_id", ""))
        if not person.isdecimal():
            raise Refusal(400, 50033, "Invalid Recipient(s)")
        if person not in self.conversations:
            alone = Guild(f"conversation with {person}")
            channel = Channel(person, alone)
            alone.channels.append(channel)
            self.conversations[person] = channel
        return answer(self.conversations[person].wire() | {"type": 1, "guild_id": None})

    async def _application(self, _: web.Request) -> web.Response:
        return answer(
            {
                "id": str(self.bot.id),
                "name": self.bot.name,
                "icon": None,
                "description": "",
                "bot_public": False,
                "bot_require_code_grant": False,
                "owner": User("owner").wire(),
                "team": None,
                "verify_key": "0" * 64,
                "flags": 0,
            }
        )

    def _place(self, request: web.Request) -> int | None:
        if request.match_info["application"] != str(self.bot.id):
            raise Refusal(404, 10002, "Unknown Application")
        guild = request.match_info.get("guild")
        return self.guild(guild).id if guild else None

    async def _get_commands(self, request: web.Request) -> web.Response:
        return answer(self.commands.get(self._place(request), []))

    async def _put_commands(self, request: web.Request) -> web.Response:
        place = self._place(request)
        commands = await request.json()
        check_commands(commands)
        stored = [
            {
                **command,
                "id": str(self.bot.id + number + 1),
                "application_id": str(self.bot.id),
                "version": "1",
                "type": command.get("type", 1),
            }
            for number, command in enumerate(commands)
        ]
        self.commands[place] = stored
        return answer(stored)

    async def _guild(self, request: web.Request) -> web.Response:
        guild = self.guild(request.match_info["guild"])
        about = {"id": str(guild.id), "name": guild.name, "roles": roles_wire(guild)}
        return answer(about)

    async def _channel(self, request: web.Request) -> web.Response:
        return answer(self.channel(request.match_info["channel"]).wire())

    async def _history(self, request: web.Request) -> web.Response:
        channel = self.channel(request.match_info["channel"])
        if not channel.permissions & READ_HISTORY:
            return answer([])
        limit = int(request.query.get("limit", "50"))
        if not 1 <= limit <= 100:
            span = {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "Must be 1 to 100."}]}
            raise Refusal(400, 50035, "Invalid Form Body", {"limit": span})
        seen = [each for each in channel.messages if not each.deleted and each.only_for is None]
        if "after" in request.query:
            seen = [each for each in seen if each.id > int(request.query["after"])][:limit]
        elif "before" in request.query:
            seen = [each for each in seen if each.id < int(request.query["before"])]
        return answer([each.wire() for each in reversed(seen[-limit:])])

    async def _post(self, request: web.Request) -> web.Response:
        channel = self.channel(request.match_info["channel"])
        _wake(channel)
        payload = await read_payload(request)
        check_message(payload)
        rights = {"files": ATTACH_FILES, "embeds": EMBED_LINKS}
        if any(payload.get(part) and not channel.permissions & rights[part] for part in rights):
            raise Refusal(403, 50013, "Missing Permissions")
        nonce = payload.get("nonce")
        if nonce is not None and payload.get("enforce_nonce"):
            at, earlier = self._nonces.get((channel.id, str(nonce)), (0.0, None))
            if earlier is not None and time.monotonic() - at < NONCE_SECONDS:
                if earlier.deleted:
                    raise Refusal(404, 10008, "Unknown Message")
                return answer({**earlier.wire(), "nonce": nonce})
        posted = Posted(channel, self.bot, payload, pings=tuple(pings(payload)))
        channel.messages.append(posted)
        if nonce is not None:
            self._nonces[(channel.id, str(nonce))] = (time.monotonic(), posted)
        return answer({**posted.wire(), "nonce": nonce})

    def forget_nonces(self) -> None:
        """Let "the past few minutes" be over."""
        self._nonces.clear()

    def _message(self, request: web.Request) -> Posted:
        channel = self.channel(request.match_info["channel"])
        for posted in channel.messages:
            public = posted.only_for is None and not posted.deleted
            if str(posted.id) == request.match_info["message"] and public:
                return posted
        raise Refusal(404, 10008, "Unknown Message")

    async def _get_message(self, request: web.Request) -> web.Response:
        return answer(self._message(request).wire())

    async def _begin_post(self, request: web.Request) -> web.Response:
        """A forum's post: a thread and its first message, both with one number."""
        forum = self.channel(request.match_info["channel"])
        if not isinstance(forum, Forum):
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        if not forum.permissions & SEND_MESSAGES:
            raise Refusal(403, 50013, "Missing Permissions")
        if forum.wants_tags:
            raise Refusal(400, 40067, "A tag is required to create a forum post in this channel")
        found, payload = Findings(), await read_payload(request)
        name = found.text(("name",), payload.get("name"), 100, 1)
        found.refuse_if_any()
        message = payload.get("message") or {}
        check_message(message)
        thread = Thread(name, forum.guild, forum.permissions, parent=forum, owner=str(self.bot.id))
        root = Posted(thread, self.bot, message, id=thread.id, pings=tuple(pings(message)))
        thread.root, thread.messages = root, [root]
        forum.guild.threads.append(thread)
        return answer({**thread.wire(), "message": root.wire()}, 201)

    async def _active_threads(self, request: web.Request) -> web.Response:
        guild = self.guild(request.match_info["guild"])
        shown = [each.wire() for each in guild.threads if not each.archived]
        return answer({"threads": shown, "members": []})

    async def _begin_thread(self, request: web.Request) -> web.Response:
        root = self._message(request)
        channel, guild = root.channel, root.channel.guild
        if isinstance(channel, Thread):
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        if not channel.permissions & CREATE_PUBLIC_THREADS:
            raise Refusal(403, 50013, "Missing Permissions")
        if root.begun:
            raise Refusal(400, 160004, "A thread has already been created for this message")
        found, payload = Findings(), await read_payload(request)
        name = found.text(("name",), payload.get("name"), 100, 1)
        found.refuse_if_any()
        root.begun = True
        thread = Thread(name, guild, channel.permissions, id=root.id, root=root)
        guild.threads.append(thread)
        return answer(thread.wire(), 201)

    async def _patch(self, request: web.Request) -> web.Response:
        posted = self._message(request)
        change(posted, await read_payload(request))
        return answer(posted.wire())

    async def _delete(self, request: web.Request) -> web.Response:
        self._message(request).deleted = True
        return answer(None)

    async def _callback(self, request: web.Request) -> web.Response:
        payload = await read_payload(request)
        self.desk.respond(request.match_info["id"], request.match_info["token"], payload)
        return answer(None)

    async def _follow_up(self, request: web.Request) -> web.Response:
        payload = await read_payload(request)
        return answer(self.desk.follow_up(request.match_info["token"], payload).wire())

    async def _get_hook_message(self, request: web.Request) -> web.Response:
        info = request.match_info
        return answer(self.desk.message(info["token"], info["message"]).wire())

    async def _patch_hook_message(self, request: web.Request) -> web.Response:
        info = request.match_info
        payload = await read_payload(request)
        return answer(self.desk.edit(info["token"], info["message"], payload).wire())

    async def _delete_hook_message(self, request: web.Request) -> web.Response:
        info = request.match_info
        self.desk.message(info["token"], info["message"]).deleted = True
        return answer(None)


def change(posted: Posted, payload: Json) -> None:
    """Edit a message: what is not named stays; one with components v2 never leaves them."""
    kept = posted.payload.get("flags", 0) & COMPONENTS_V2
    merged = {**posted.payload, **payload, "flags": payload.get("flags", 0) | kept}
    merged.pop("nonce", None)
    check_message(merged)
    posted.payload = merged
    posted.edits += 1


async def read_payload(request: web.Request) -> Json:
    """The JSON body, plain or as `payload_json` beside files."""
    if not request.content_type.startswith("multipart/"):
        body: Any = await request.json()
        if not isinstance(body, dict):
            raise Refusal(400, 50109, "The request body contains invalid JSON.")
        return body
    payload: Json = {}
    total = 0
    reader = await request.multipart()
    while isinstance(part := await reader.next(), BodyPartReader):
        data = await part.read()
        total += len(data)
        if total > REQUEST_BYTES or (part.name != "payload_json" and len(data) > FILE_BYTES):
            raise Refusal(413, 40005, "Request entity too large")
        if part.name == "payload_json":
            payload |= json.loads(data)
        else:
            file = {"field": part.name, "name": part.filename, "data": bytes(data)}
            payload.setdefault("files", []).append(file)
    return payload


def _wake(channel: Channel) -> None:
    """See that messages may be written there; a thread comes out of its archive."""
    if isinstance(channel, Forum):
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    if isinstance(channel, Thread):
        if not channel.permissions & SEND_MESSAGES_IN_THREADS:
            raise Refusal(403, 50013, "Missing Permissions")
        if channel.locked:
            raise Refusal(400, 50083, "Thread is archived")
        channel.archived = False
    elif not channel.permissions & SEND_MESSAGES:
        raise Refusal(403, 50013, "Missing Permissions")
