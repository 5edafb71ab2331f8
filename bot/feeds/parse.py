"""Parses feeds in a child process that can be killed; the only importer of feedparser.

Run as `python -m bot.feeds.parse` it is the child: it reads length-prefixed requests from stdin and
answers on stdout. It fetches nothing and stores nothing. feedparser is quadratic on some fields
(kurtmckee/feedparser#562) and costs half a millisecond per honest item, so no byte from outside is
parsed in the process that talks to people.
"""

import asyncio
import contextlib
import json
import re
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import feedparser

from bot.errors import ParseError
from bot.feeds import jsonfeed
from bot.feeds.child import ParserChild, framed
from bot.feeds.entries import SICK, Raw, published_of, read_entry, surroundings, title_of
from bot.feeds.hints import period_of, ttl_of
from bot.feeds.serving import serve
from bot.model import Entry, Published

MOST_ENTRIES = 500
DEADLINE = timedelta(seconds=10)
LONGEST_AUTHOR = 512

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=""")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)
_PAGE = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.I | re.S)
_DAMAGED = (*SICK, RecursionError)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it was read: in the document's order, the newest 500 at most.

    `skipped` counts entries that could not be read. `ttl` is how long the document asks to be kept,
    `period` how often it says that it is updated.
    """

    title: str
    entries: tuple[Entry, ...]
    skipped: int = 0
    ttl: timedelta | None = None
    period: timedelta | None = None


def read_feed(body: bytes, *, url: str, content_type: str, now: datetime) -> ParsedFeed:
    """Parse bytes as RSS, RDF, Atom or JSON Feed, here: no deadline, no limit on memory.

    Raises ParseError with a sentence for people when the bytes are no feed.
    """
    if not body.strip():
        raise ParseError("The address gave an empty answer instead of a feed.")
    document = jsonfeed.as_document(body) or _parse(body, content_type)
    # Plain dictionaries: feedparser's own answer for keys that are not there, with a warning.
    raws: list[Raw] = [dict(raw) for raw in document["entries"]]
    if not raws and not document.get("version"):
        raise ParseError(_what_instead(body))
    around = surroundings(document, raws, url=url, now=now)
    entries: dict[str, Entry] = {}
    skipped = 0
    for raw in _newest(raws, now):
        try:
            entry = read_entry(raw, around)
        except SICK:
            entry = None
        if entry is None:
            skipped += 1
        else:
            entries.setdefault(entry.identity, entry)
    head: Raw = document.get("feed") or {}
    return ParsedFeed(
        title_of(head), tuple(entries.values()), skipped, ttl=ttl_of(head), period=period_of(head)
    )


def _parse(body: bytes, content_type: str) -> Raw:
    try:
        return _parsed(body, content_type)
    except _DAMAGED:
        # The commonest cause: references to no character, such as halves of a pair.
        mended = _REFERENCE.sub(_mend, body)
    try:
        return _parsed(mended, content_type)
    except _DAMAGED as error:
        raise ParseError("The feed is damaged in a way that the parser cannot get over.") from error


def _parsed(body: bytes, content_type: str) -> Raw:
    document: Raw = feedparser.parse(
        body,
        response_headers={"content-type": _media_type(body, content_type)},
        resolve_relative_uris=False,  # our own plain text keeps no link
        sanitize_html=False,  # our own plain text keeps no markup
    )
    return document


def _mend(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base) if len(digits) < 10 else sys.maxunicode + 1
    sound = code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF
    return reference[0] if sound else b"&#xFFFD;"


def _media_type(body: bytes, content_type: str) -> str:
    """The header that makes feedparser decode by BOM, then document, then header.

    Left to the true header it would take `text/xml` without a charset for ASCII, and a server's
    blanket `charset=ISO-8859-1` over what the document says of itself.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return f"application/xml; charset={charset}"
    if _DECLARED.match(body[:1_000]):
        return "application/xml"
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        named = re.search(r"charset=[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
        return f"application/xml; charset={named[1]}" if named else "application/xml"
    return "application/xml; charset=utf-8"


def _what_instead(body: bytes) -> str:
    if _PAGE.match(body[:4_000]):
        return (
            "That address is a web page, not a feed. Look on the page for a link named RSS, Atom"
            " or feed."
        )
    if body.lstrip()[:1] in (b"{", b"["):
        return "That address gives JSON, but no JSON Feed. Look for the site's RSS or Atom."
    return "That address gives something that is not a feed (neither RSS, Atom nor JSON Feed)."


def _newest(raws: list[Raw], now: datetime) -> list[Raw]:
    """The newest entries, in the document's order; of undated ones the first."""
    if len(raws) <= MOST_ENTRIES:
        return raws
    never = datetime.min.replace(tzinfo=now.tzinfo)
    dates = [published_of(raw, now) for raw in raws]
    order = sorted(
        range(len(raws)), key=lambda at: date.at if (date := dates[at]) else never, reverse=True
    )
    return [raws[at] for at in sorted(order[:MOST_ENTRIES])]


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
        self, body: bytes, *, url: str, content_type: str, now: datetime, proven: bool = False
    ) -> ParsedFeed:
        """Parse bytes as a feed. `url` resolves relative links; `now` tells which dates lie ahead.

        `proven` says that this feed was parsed well the last time.
        Raises ParseError with a sentence for people: no feed, or the parser did not survive it.
        """
        header = {"url": url, "content_type": content_type, "now": now.isoformat()}
        request = framed(json.dumps(header).encode()) + framed(body)
        async with contextlib.nullcontext() if proven else self._unproven:
            return await self._ask(request)

    async def _ask(self, request: bytes) -> ParsedFeed:
        child = await self._idle.get()
        sound = False
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                answer = await child.ask(request)
            feed = _from_wire(json.loads(answer))
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


def _to_wire(feed: ParsedFeed) -> dict[str, Any]:
    rows = []
    for entry in feed.entries:
        row = {name: getattr(entry, name) for name in Entry.__slots__}
        if entry.published:
            row["published"] = (entry.published.at.isoformat(), entry.published.day_only)
        rows.append(row)
    return {
        "title": feed.title,
        "skipped": feed.skipped,
        "entries": rows,
        "ttl": feed.ttl and feed.ttl.total_seconds(),
        "period": feed.period and feed.period.total_seconds(),
    }


def _from_wire(answer: dict[str, Any]) -> ParsedFeed | str:
    if "error" in answer:
        return str(answer["error"])
    entries = []
    for row in answer["entries"]:
        if row["published"]:
            at, day_only = row["published"]
            row["published"] = Published(datetime.fromisoformat(at), bool(day_only))
        entries.append(Entry(**{**row, "tags": tuple(row["tags"]), "names": tuple(row["names"])}))
    ttl, period = (
        None if answer[name] is None else timedelta(seconds=answer[name])
        for name in ("ttl", "period")
    )
    return ParsedFeed(answer["title"], tuple(entries), answer["skipped"], ttl, period)


def _answer(header: bytes, body: bytes) -> dict[str, Any]:
    asked = json.loads(header)
    try:
        feed = read_feed(
            body,
            url=asked["url"],
            content_type=asked["content_type"],
            now=datetime.fromisoformat(asked["now"]),
        )
    except ParseError as error:
        return {"error": str(error)}
    return _to_wire(feed)


def _tame_authors() -> None:
    """Cut author fields before feedparser searches them for an address, which is quadratic."""
    mixin = feedparser.mixin._FeedParserMixin
    search = mixin._sync_author_detail

    def search_short(self: Any, key: str = "author") -> None:
        context = self._get_context()
        if len(context.get(key) or "") > LONGEST_AUTHOR:
            context[key] = context[key][:LONGEST_AUTHOR]
        search(self, key)

    mixin._sync_author_detail = search_short


def _served(header: bytes, body: bytes) -> bytes:
    return json.dumps(_answer(header, body), ensure_ascii=False).encode()


if __name__ == "__main__":
    _tame_authors()
    serve(_served, deadline=DEADLINE)
