"""Servers that hold a request at a chosen point for as long as they are told, and say whose it is.

So the program is struck inside a call without a word of this in the program itself.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from aiohttp import web

from tests.crashes.plan import Moment
from tests.crashes.workers import Worker
from tests.servers.discord import DiscordServer
from tests.servers.discord_rest import Rest
from tests.servers.feeds import Answer, Request
from tests.servers.newspaper import Story, rss
from tests.servers.slack import SlackServer

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(eq=False)
class Hold:
    """A point that waits for a request; `caller` becomes whoever made it."""

    delay: float
    caller: asyncio.Future[Worker]
    _over: asyncio.Event = field(default_factory=asyncio.Event)
    _go_on: bool = True

    def release(self, *, go_on: bool) -> None:
        """Let the held request go on, or break it off."""
        self._go_on = go_on
        self._over.set()

    async def over(self) -> bool:
        await self._over.wait()
        return self._go_on


class Gate:
    """The points at which requests can be held; one request each.

    `identify` says who calls from a port of this machine, at the time when the request is there.
    A request of somebody who is gone, as after a kill or a sleep, is not held: the next one is.
    """

    def __init__(self) -> None:
        self.identify: Callable[[int], Worker | None] = lambda port: None
        self._holds: dict[Moment, Hold] = {}

    def arm(self, moment: Moment, delay: float) -> Hold:
        """Hold the next request that comes to this point."""
        hold = Hold(delay, asyncio.get_running_loop().create_future())
        self._holds[moment] = hold
        return hold

    def disarm(self, moment: Moment) -> None:
        self._holds.pop(moment, None)

    async def passes(self, port: int, *moments: Moment) -> bool:
        """Whether the request may go on; waits where somebody holds it."""
        for moment in moments:
            if (hold := self._holds.get(moment)) and (caller := self.identify(port)):
                del self._holds[moment]
                hold.caller.set_result(caller)
                return await hold.over()
        return True

    def passed(self, port: int, moment: Moment) -> None:
        """The request went by; whoever waits for that hears of it a little later."""
        if (hold := self._holds.get(moment)) and (caller := self.identify(port)):
            del self._holds[moment]
            loop = asyncio.get_running_loop()
            loop.call_later(hold.delay, hold.caller.set_result, caller)


def _port(request: web.Request) -> int:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return int(peer[1]) if peer else 0


async def _guarded(
    gate: Gate, request: web.Request, serve: Handler, *moments: Moment
) -> web.StreamResponse:
    """Serve a post with its three points: heard, stored (or frozen there), answered."""
    heard, stored, answered, frozen = moments
    port = _port(request)
    if not await gate.passes(port, heard):
        return _broken_off(request)
    response = await serve(request)
    if not await gate.passes(port, stored, frozen):
        return _broken_off(request)
    gate.passed(port, answered)
    return response


def _broken_off(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)


class GatedSlack(SlackServer):
    """A Slack whose posts can be held."""

    gate = Gate()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"] != "chat.postMessage":
            return await super()._call(request)
        return await _guarded(
            self.gate,
            request,
            super()._call,
            Moment.SLACK_HEARD,
            Moment.SLACK_STORED,
            Moment.SLACK_ANSWERED,
            Moment.SLACK_FROZEN,
        )


class _GatedRest(Rest):
    gate = Gate()

    async def _post(self, request: web.Request) -> web.StreamResponse:  # type: ignore[override] # a broken off request has a wider answer
        return await _guarded(
            self.gate,
            request,
            super()._post,
            Moment.DISCORD_HEARD,
            Moment.DISCORD_STORED,
            Moment.DISCORD_ANSWERED,
            Moment.DISCORD_FROZEN,
        )


class GatedDiscord(DiscordServer):
    """A Discord whose posts can be held."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        parts = {each.name: getattr(self.rest, each.name) for each in fields(self.rest)}
        rest = _GatedRest(**parts)
        rest.gate = gate
        self.rest = rest


class GatedPaper:
    """A feed that can be held before it answers, and between its headers and its body."""

    KEPT = 60

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._stories: list[Story] = []

    def publish(self, number: int, title: str, body: str) -> None:
        """Print one more article; the oldest fall out of the feed at last."""
        at = datetime.now(UTC)
        link = f"https://news.example/{number}"
        story = Story(title, guid=str(number), link=link, body=body, published=at)
        self._stories = [story, *self._stories][: self.KEPT]

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        body = rss(self._stories)
        etag = f'"{len(self._stories)}-{hash(body)}"'
        if request.headers.get("if-none-match") == etag.encode():
            await Answer(status=304, headers={"ETag": etag})(request, writer)
            return
        port = int(writer.get_extra_info("peername")[1])
        if not await self._gate.passes(port, Moment.FEED_ASKED):
            writer.transport.abort()
            return
        head = f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body[: len(body) // 2])
        await writer.drain()
        if not await self._gate.passes(port, Moment.FEED_HALFWAY):
            writer.transport.abort()
            return
        writer.write(body[len(body) // 2 :])
        await writer.drain()
        self._gate.passed(port, Moment.FEED_SERVED)


def words_of(message: object) -> str:
    """All that a message holds, for whoever looks for a number in it."""
    return json.dumps(message, default=str)
