"""A small HTTP server that answers as it is told, however odd: for tests of what fetches.

It speaks HTTP by hand, because a proper server would refuse to be this improper.
"""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.feeds.guard import Guard


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: header names in lower case, values as bytes."""

    path: str
    headers: dict[str, bytes]
    raw: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A plain answer; Content-Length is added unless a header says otherwise."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str | bytes] = field(default_factory=dict)

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        names = {name.lower() for name in self.headers}
        lines = [f"HTTP/1.1 {self.status} Told".encode()]
        for name, value in self.headers.items():
            given = value if isinstance(value, bytes) else value.encode("latin-1")
            lines.append(name.encode() + b": " + given)
        if not names & {"content-length", "transfer-encoding"} and self.status not in (204, 304):
            lines.append(f"Content-Length: {len(self.body)}".encode())
        writer.write(b"\r\n".join([*lines, b"", b""]) + self.body)
        await writer.drain()


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[None]]


def redirect(to: str, status: int = 302) -> Answer:
    """Forward to another address."""
    return Answer(status=status, headers={"Location": to})


async def hang(request: Request, writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(3600)


async def break_off(request: Request, writer: asyncio.StreamWriter) -> None:
    """Promise more than is sent, then close."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss>")
    await writer.drain()
    writer.close()


async def no_http(request: Request, writer: asyncio.StreamWriter) -> None:
    """Answer in another protocol."""
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()
    writer.close()


def endless(piece: bytes, head: bytes = b"") -> Handler:
    """Send the same piece for ever."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n")
        while not writer.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)

    return answer


def trickle(body: bytes, pause: float) -> Handler:
    """Send a body byte by byte."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for at in range(len(body)):
            await asyncio.sleep(pause)
            writer.write(body[at : at + 1])
            await writer.drain()

    return answer


def slow_headers(pause: float) -> Handler:
    """Send header after header and never a body."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"X-Wait: a little longer\r\n")
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


class FeedServer:
    """Serves on loopback. `requests` remembers what came, `times` when (seconds since 1970).

    `most_at_once` says how crowded it was.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.times: list[float] = []
        self.connections = 0
        self.most_at_once = 0
        self._open = 0
        self._paths: dict[str, Handler] = {}
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def host(self) -> str:
        """Host and port, as an allow-list writes them."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str = "/") -> str:
        return f"http://{self.host}{path}"

    def tell(self, path: str, answer: Handler) -> str:
        """Say how a path answers from now on; gives its address."""
        self._paths[path] = answer
        return self.url(path)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while request := await _read_request(reader):
                self.requests.append(request)
                self.times.append(time.time())
                self._open += 1
                self.most_at_once = max(self.most_at_once, self._open)
                try:
                    answer = self._paths.get(request.path, Answer(b"nothing here", 404))
                    await answer(request, writer)
                finally:
                    self._open -= 1
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


async def _read_request(reader: asyncio.StreamReader) -> Request | None:
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    first, *lines = raw.split(b"\r\n")
    parts = first.split(b" ")
    if len(parts) < 2:
        return None
    headers = {}
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon:
            headers[name.decode("latin-1").lower()] = value.strip()
    return Request(parts[1].decode("latin-1"), headers, raw)


class Table(AbstractResolver):
    """Looks names up in a list of answers, one after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in answer
        ]

    async def close(self) -> None:
        pass


class LoopbackIsPublic(Guard):
    """A guard to whom this machine is the wide world, since tests have no other."""

    def check_url(self, url: str) -> URL:
        return URL(url)

    def socket_factory(self, addr_info: AddrInfoType) -> socket.socket:
        return socket.socket(*addr_info[:3])
