"""Parses feeds in a child process that can be killed.

Run as `python -m bot.feeds.parse` it is the child: it reads length-prefixed requests from stdin and
answers on stdout. It fetches nothing and stores nothing. feedparser is quadratic on some fields
(kurtmckee/feedparser#562) and costs half a millisecond per honest item, so no byte from outside is
parsed in the process that talks to people.
"""

import asyncio
import contextlib
import json
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from bot.errors import ParseError
from bot.feeds.child import ParserChild, framed
from bot.feeds.reading import media_type, read, tame
from bot.feeds.rereading import read_again, read_part, sifted_out
from bot.feeds.serving import serve
from bot.feeds.wire import ParsedFeed, from_wire, to_wire

DEADLINE = timedelta(seconds=10)


def read_feed(body: bytes, *, url: str, content_type: str, now: datetime) -> ParsedFeed:
    """Parse bytes as RSS, RDF, Atom or JSON Feed, here: no deadline, no limit on memory.

    Raises ParseError with a sentence for people when the bytes are no feed.
    """
    return read(body, url=url, kind=media_type(body, content_type), now=now).feed


class Parser:
    """Parses feeds, each within a deadline, in a few children. Use it as an async context manager.

    A child that fails, hangs or is interrupted is killed, and a new one takes its place. One child
    is kept free for feeds that proved harmless, so that those which did not only delay each other.
    """

    def __init__(self, *, children: int = 2, deadline: timedelta = DEADLINE) -> None:
        self._deadline = deadline
        self._children = tuple(ParserChild() for _ in range(children))
        # Last in, first out: under light load one child does it all and the others never start.
        self._idle: asyncio.LifoQueue[ParserChild] = asyncio.LifoQueue()
        for child in self._children:
            self._idle.put_nowait(child)
        self._unproven = asyncio.Semaphore(max(1, children - 1))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._children:
            await child.stop()

    @property
    def pids(self) -> tuple[int, ...]:
        """The running children's process ids."""
        return tuple(child.pid for child in self._children if child.pid is not None)

    async def parse(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str,
        now: datetime,
        proven: bool = False,
        shown: bytes | None = None,
    ) -> ParsedFeed:
        """Parse bytes as a feed. `url` resolves relative links; `now` tells which dates lie ahead.

        `proven` says that this feed was parsed well the last time. `shown` is what the answer for
        its last document said to keep, b"" if there was none: then entries that did not change
        since may be left out; where none did, no child is asked. Without it all are read.

        Raises ParseError with a sentence for people: no feed, or the parser did not survive it.
        """
        place = {"url": url, "content_type": content_type}
        new = sifted_out(body, **place, now=now, shown=shown) if shown else None
        if isinstance(new, ParsedFeed):
            return new
        async with contextlib.nullcontext() if proven else self._unproven:
            if new:
                part = {"url": url, "kind": new.kind, "beside": [*new.beside]}
                read = await self._ask(_request(part, new.body, now, new.shown))
                if read and (joined := new.joined(read)):
                    return joined
            whole = await self._ask(_request(place, body, now, shown))
        if whole is None:
            raise ParseError("The feed is damaged in a way that the parser cannot get over.")
        return whole

    async def _ask(self, request: bytes) -> ParsedFeed | None:
        """The child's answer; None where it finds that a part will not do."""
        child = await self._idle.get()
        sound = False
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                answer = await child.ask(request)
            said = json.loads(answer)
            feed = None if said is None else from_wire(said)
            sound = True
        except TimeoutError:
            raise ParseError(
                f"Reading the feed took more than {self._deadline.total_seconds():g} seconds and"
                " was given up."
            ) from None
        except (OSError, EOFError, LookupError, TypeError, ValueError) as error:
            raise ParseError(
                "The parser did not survive this feed: it needs too much memory or is built to do"
                " harm."
            ) from error
        finally:
            if not sound:
                await child.stop()
            self._idle.put_nowait(child)
        if isinstance(feed, str):
            raise ParseError(feed)
        return feed


def _request(place: dict[str, Any], body: bytes, now: datetime, shown: bytes | None) -> bytes:
    kept = None if shown is None else shown.hex()
    header = {**place, "now": now.isoformat(), "shown": kept}
    return framed(json.dumps(header).encode()) + framed(body)


def _answer(header: bytes, body: bytes) -> dict[str, Any] | None:
    asked = json.loads(header)
    now = datetime.fromisoformat(asked.pop("now"))
    shown = None if asked.get("shown") is None else bytes.fromhex(asked["shown"])
    place = {name: asked[name] for name in ("url", "kind", "content_type") if name in asked}
    try:
        if "beside" in asked and shown is not None:
            part = read_part(body, **place, now=now, shown=shown, beside=asked["beside"])
            return None if part is None else to_wire(part)
        if shown is None:
            return to_wire(read_feed(body, **place, now=now))
        return to_wire(read_again(body, **place, now=now, shown=shown))
    except ParseError as error:
        return {"error": str(error)}


def _served(header: bytes, body: bytes) -> bytes:
    return json.dumps(_answer(header, body), ensure_ascii=False).encode()


if __name__ == "__main__":
    tame()
    serve(_served, deadline=DEADLINE)
