"""Socket Mode: tickets, sockets, envelopes and their answers, refreshes and half-open lines.

What an envelope says is not its business.
"""

import asyncio
import contextlib
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.slack_world import APP_ID, Json

TICKET_SECONDS = 30.0
MOST_SOCKETS = 10


class Unanswered(AssertionError):
    """The app did not acknowledge in time; Slack shows `operation_timeout`."""


class Sockets:
    """The sockets of one app. Each payload goes to one of them, in turn."""

    def __init__(self, patience: float = 3.0) -> None:
        self.patience = patience
        self.url: Callable[[str], str] = lambda ticket: ticket
        self.opened = 0
        self.frozen = False
        self.refuse = False
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def connected(self) -> bool:
        """Whether the app has a socket open."""
        return bool(self._open)

    def open_link(self) -> str:
        """An address that opens one socket."""
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        asyncio.get_running_loop().call_later(TICKET_SECONDS, self._tickets.discard, ticket)
        return self.url(ticket)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Hold one socket until it closes."""
        ticket = request.query.get("ticket", "")
        if self.refuse or ticket not in self._tickets or len(self._open) >= MOST_SOCKETS:
            return web.Response(status=408 if self.refuse else 403)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._open.append(socket)
        self.opened += 1
        try:
            await socket.send_json(
                {
                    "type": "hello",
                    "num_connections": len(self._open),
                    "connection_info": {"app_id": APP_ID},
                    "debug_info": {"host": "local", "approximate_connection_time": 3600},
                }
            )
            async for message in socket:
                if message.type is WSMsgType.PING and not self.frozen:
                    await socket.pong(message.data)
                elif message.type is WSMsgType.TEXT:
                    self._acknowledged(message.json())
        finally:
            if socket in self._open:
                self._open.remove(socket)
        return socket

    async def deliver(self, kind: str, payload: Json, **more: Any) -> Json:
        """Send an envelope and wait for its acknowledgement; the payload that came with it.

        Raises:
            Unanswered: no acknowledgement within `patience` seconds, or no socket at all.
        """
        if not self._open:
            raise Unanswered("dispatch_failed: the app has no socket open")
        socket = self._open[next(self._turn) % len(self._open)]
        envelope = {
            "envelope_id": str(uuid.uuid4()),
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **more,
        }
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope["envelope_id"]] = answer
        try:
            await socket.send_json(envelope)
            return await asyncio.wait_for(answer, self.patience)
        except (TimeoutError, ConnectionError):
            raise Unanswered(f"operation_timeout: {kind} was not acknowledged") from None
        finally:
            self._waiting.pop(envelope["envelope_id"], None)

    async def refresh(self) -> None:
        """Ask the app to connect anew, as Slack does every hour or so; close the old sockets."""
        old = list(self._open)
        for socket in old:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        await asyncio.sleep(0.2)
        for socket in old:
            await self._close(socket)

    def drop(self) -> None:
        """Cut every line without a word."""
        for socket in self._open:
            # The transport has no public name here; a cut line is what it is needed for.
            request = socket._req
            if request is not None and request.transport is not None:
                request.transport.abort()

    async def close(self) -> None:
        """Close every socket as a server that stops does."""
        for socket in list(self._open):
            await self._close(socket)

    async def _close(self, socket: web.WebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(socket.close(), 1)

    def _acknowledged(self, message: Json) -> None:
        answer = self._waiting.get(message.get("envelope_id", ""))
        if answer is not None and not answer.done():
            answer.set_result(message.get("payload") or {})
