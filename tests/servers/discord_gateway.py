"""The gateway: HELLO, IDENTIFY, READY, heartbeats, RESUME, and events with their sequence numbers.

It knows nothing of REST; what has happened is handed to it as an event to tell.
"""

import asyncio
import contextlib
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from tests.servers.discord_world import Guild, Json, User, guild_wire, snowflake

PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
SENDS_PER_MINUTE = 120


@dataclass(eq=False)
class Session:
    """What survives a lost socket: the sequence number and the events told so far."""

    id: str = field(default_factory=lambda: f"session{snowflake()}")
    told: list[Json] = field(default_factory=list)
    socket: "Socket | None" = None


class Socket:
    """One WebSocket, compressed as its query asks."""

    def __init__(self, request: web.Request, response: web.WebSocketResponse) -> None:
        self.response = response
        self.transport = request.transport
        self._deflate = (
            zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        )
        self._sends: list[float] = []

    async def tell(self, message: Json) -> None:
        text = json.dumps(message)
        with contextlib.suppress(ConnectionError):
            if self._deflate is None:
                await self.response.send_str(text)
            else:
                whole = self._deflate.compress(text.encode())
                whole += self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.response.send_bytes(whole)

    def too_many_sends(self) -> bool:
        now = time.monotonic()
        self._sends = [at for at in self._sends if now - at < 60] + [now]
        return len(self._sends) > SENDS_PER_MINUTE


class Gateway:
    """Sessions and their sockets. `heartbeat_seconds` is what HELLO asks for."""

    def __init__(self, token: Callable[[], str], bot: User, guilds: list[Guild]) -> None:
        self.heartbeat_seconds = 41.25
        self.frozen = False
        self.resumable = True
        self.identified = 0
        self.resumed = 0
        self.intents = 0
        self.url = ""
        self._token = token
        self._bot = bot
        self._guilds = guilds
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()

    @property
    def connected(self) -> bool:
        return any(session.socket for session in self._sessions.values())

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle one socket from HELLO to its end."""
        response = web.WebSocketResponse()
        await response.prepare(request)
        socket = Socket(request, response)
        self._sockets.add(socket)
        await socket.tell(
            {"op": 10, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}}
        )
        try:
            async for frame in response:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data))
        finally:
            self._sockets.discard(socket)
            for session in self._sessions.values():
                if session.socket is socket:
                    session.socket = None
        return response

    async def _heard(self, socket: Socket, message: Json) -> None:
        if self.frozen:
            return
        if socket.too_many_sends():
            await socket.response.close(code=4008, message=b"You are being rate limited.")
            return
        code, data = message.get("op"), message.get("d")
        if code == 1:
            await socket.tell({"op": 11})
        elif code == 2:
            await self._identify(socket, data or {})
        elif code == 6:
            await self._resume(socket, data or {})
        elif not any(session.socket is socket for session in self._sessions.values()):
            await socket.response.close(code=4003, message=b"Not authenticated.")

    async def _identify(self, socket: Socket, data: Json) -> None:
        if data.get("token") != self._token():
            await socket.response.close(code=4004, message=b"Authentication failed.")
            return
        self.intents = int(data.get("intents", 0))
        if self.intents & PRIVILEGED:
            await socket.response.close(code=4014, message=b"Disallowed intent(s).")
            return
        self.identified += 1
        session = Session(socket=socket)
        self._sessions[session.id] = session
        ready = {
            "v": 10,
            "user": self._bot.wire(),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in self._guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": str(self._bot.id), "flags": 0},
        }
        await self._tell(session, "READY", ready)
        for guild in self._guilds:
            await self._tell(session, "GUILD_CREATE", guild_wire(guild, self._bot))

    async def _resume(self, socket: Socket, data: Json) -> None:
        session = self._sessions.get(data.get("session_id") or "")
        if data.get("token") != self._token():
            await socket.response.close(code=4004, message=b"Authentication failed.")
        elif session is None or not self.resumable:
            self._sessions.pop(data.get("session_id") or "", None)
            await socket.tell({"op": 9, "d": False})
        else:
            self.resumed += 1
            session.socket = socket
            for event in session.told[int(data.get("seq") or 0) :]:
                await socket.tell(event)
            await self._tell(session, "RESUMED", {})

    async def _tell(self, session: Session, name: str, data: Json) -> None:
        event = {"op": 0, "t": name, "s": len(session.told) + 1, "d": data}
        session.told.append(event)
        if session.socket is not None and not self.frozen:
            await session.socket.tell(event)

    async def dispatch(self, name: str, data: Json) -> bool:
        """Tell the newest session; False when there is none (a lost socket gets it on RESUME)."""
        if not self._sessions:
            return False
        await self._tell(list(self._sessions.values())[-1], name, data)
        return True

    def last(self, name: str) -> Json:
        """What the newest session was told last of this kind."""
        session = list(self._sessions.values())[-1]
        told: Json = [event["d"] for event in session.told if event["t"] == name][-1]
        return told

    async def ask_reconnect(self) -> None:
        """Opcode 7."""
        for socket in list(self._sockets):
            await socket.tell({"op": 7, "d": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Opcode 9: the session is over, or is to be resumed."""
        if not resumable:
            self._sessions.clear()
        for socket in list(self._sockets):
            await socket.tell({"op": 9, "d": resumable})

    async def close_sockets(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close every socket with a code."""
        sockets = list(self._sockets)
        await asyncio.gather(*(socket.response.close(code=code) for socket in sockets))

    def cut_sockets(self) -> None:
        """Drop every connection without a word, as a broken line does."""
        for socket in list(self._sockets):
            if socket.transport is not None:
                socket.transport.abort()
