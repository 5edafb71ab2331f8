"""A loopback server in a process of its own, quick enough that it is not what is measured.

Paths: /kept/N answers 304 to its validator, /same/N sends the same body without a validator,
/fresh/N another body each time, /crowd/N a small feed. N of /crowd/ may be anything.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import cast

from tests.benchmarks.polling.feeds import rss

CHANGED_EACH = 10
"""Every tenth feed of the crowd has a new entry when it is asked a second time."""

_KNOWN = re.compile(rb"\r\nif-none-match: ([^\r]*)", re.IGNORECASE)


@contextmanager
def serving(bodies: Sequence[bytes]) -> Iterator[int]:
    """Serve these bodies while the context is open; gives the port."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, bodies), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(5)
        if process.is_alive():
            process.kill()
            process.join()


def answer(path: bytes, known: bytes, bodies: Sequence[bytes], number: int) -> bytes:
    """The whole answer to a request; `known` is its If-None-Match, `number` counts requests."""
    kind, name = path.strip(b"/").split(b"/")
    if kind == b"crowd":
        return _crowd(int(name), known)
    body = bodies[int(name)]
    if kind == b"kept":
        return _unchanged(b'"kept"') if known == b'"kept"' else _whole(body, b'"kept"')
    if kind == b"fresh":
        return _whole(body + b"\n<!-- %d -->\n" % number, b'"%d"' % number)
    return _whole(body)


def _crowd(feed: int, known: bytes) -> bytes:
    """Three entries at first; then 304, or for every tenth feed one entry more."""
    grows = feed % CHANGED_EACH == 0
    tag = b'"more"' if known and grows else b'"first"'
    if known == tag:
        return _unchanged(tag)
    texts = [(f"Report {n} of station {feed}", f"<p>Nothing of note {n}.</p>") for n in range(4)]
    return _whole(rss(f"station-{feed}", texts if tag == b'"more"' else texts[:3]), tag)


def _unchanged(tag: bytes) -> bytes:
    return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % tag


def _whole(body: bytes, tag: bytes = b"") -> bytes:
    validator = b"ETag: %s\r\n" % tag if tag else b""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n%sContent-Length: %d\r\n\r\n"
    return head % (validator, len(body)) + body


class _Conversation(asyncio.Protocol):
    def __init__(self, bodies: Sequence[bytes], numbers: Iterator[int]) -> None:
        self._bodies = bodies
        self._numbers = numbers
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head, self._heard = self._heard[:end], self._heard[end + 4 :]
            known = _KNOWN.search(head)
            path = head.split(b" ", 2)[1]
            said = answer(path, known[1] if known else b"", self._bodies, next(self._numbers))
            self._transport.write(said)


def _serve(pipe: Connection, bodies: Sequence[bytes]) -> None:
    asyncio.run(_listen(pipe, bodies))


async def _listen(pipe: Connection, bodies: Sequence[bytes]) -> None:
    loop, numbers, over = asyncio.get_running_loop(), count(1), asyncio.Event()
    server = await loop.create_server(
        lambda: _Conversation(bodies, numbers), "127.0.0.1", 0, backlog=1_024
    )
    loop.add_reader(pipe.fileno(), over.set)  # the parent closes its end, or is gone
    pipe.send(server.sockets[0].getsockname()[1])
    await over.wait()
    server.close()
