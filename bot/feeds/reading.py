"""Reads a document with feedparser; the only importer of feedparser.

It runs in the child (see `parse`): no deadline is kept and no limit on memory here. What of a
document needs reading is `rereading`'s matter.
"""

import contextlib
import io
import re
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from bot.errors import ParseError
from bot.feeds import jsonfeed
from bot.feeds.entries import (
    SICK,
    Raw,
    Surroundings,
    published_of,
    read_entry,
    surroundings,
    title_of,
)
from bot.feeds.hints import period_of, ttl_of
from bot.feeds.rhythm import pace_of
from bot.feeds.wire import ParsedFeed
from bot.model import Entry

MOST_ENTRIES = 500
LONGEST_AUTHOR = 512

# What a quicker reader shares with feedparser (see `shortcut`): namespaces with the prefixes that
# stand for them, the elements that it does something with, and the types that are HTML.
_MIXIN = feedparser.mixin._FeedParserMixin
NAMESPACES = {space.lower(): prefix for space, prefix in _MIXIN.namespaces.items()}
HANDLED = frozenset(
    name[7:] for name in dir(feedparser.api.StrictFeedParser) if name[:7] == "_start_"
)
HTML = frozenset(_MIXIN.html_types)
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=""")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)
_PAGE = re.compile(rb"^\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html)\b", re.I | re.S)
_DAMAGED = (*SICK, RecursionError)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read: its entries in their places, None for what could not be read."""

    document: Raw
    around: Surroundings
    entries: Sequence[Entry | None]

    @property
    def manner(self) -> str:
        """As what it was read.

        Loosely is what is not well-formed, or not in the encoding that it states.
        """
        read = "read loosely" if self.document.get("bozo") else "read"
        return f"{self.document.get('version')} {read} in {self.document.get('encoding')}"

    @property
    def feed(self) -> ParsedFeed:
        """What a reader is told of it; of two entries with one identity, the first."""
        head: Raw = self.document.get("feed") or {}
        entries: dict[str, Entry] = {}
        for entry in filter(None, self.entries):
            entries.setdefault(entry.identity, entry)
        return ParsedFeed(
            title=title_of(head),
            entries=tuple(entries.values()),
            skipped=self.entries.count(None),
            ttl=ttl_of(head),
            period=period_of(head),
            pace=pace_of(tuple(entries.values())),
        )


def read(
    body: bytes, *, url: str, kind: str, now: datetime, beside: Collection[str] = ()
) -> Reading:
    """Read bytes as RSS, RDF, Atom or JSON Feed.

    `kind` is what `media_type` says of the whole document; `beside` are names of entries that
    were left out of it (see `entries`). Of too many entries the newest are read.

    Raises ParseError with a sentence for people when the bytes are no feed.
    """
    if not body.strip():
        raise ParseError("The address gave an empty answer instead of a feed.")
    document = jsonfeed.as_document(body) or _parse(body, kind)
    # Plain dictionaries: feedparser's own answer for keys that are not there, with a warning.
    raws: list[Raw] = [dict(raw) for raw in document["entries"]]
    if not raws and not document.get("version"):
        raise ParseError(_what_instead(body))
    around = surroundings(document, raws, url=url, now=now, beside=beside)
    entries = [_entry(raws, place, around) for place in _newest(raws, now)]
    return Reading(document, around, entries)


def _entry(raws: Sequence[Raw], place: int, around: Surroundings) -> Entry | None:
    draft = around.drafts[place]
    try:
        return read_entry(raws[place], draft, around) if draft else None
    except SICK:
        return None


def _parse(body: bytes, kind: str) -> Raw:
    try:
        return _parsed(body, kind)
    except _DAMAGED:
        # The commonest cause: references to no character, such as halves of a pair.
        mended = _REFERENCE.sub(_mend, body)
    try:
        return _parsed(mended, kind)
    except _DAMAGED as error:
        raise ParseError("The feed is damaged in a way that the parser cannot get over.") from error


def _parsed(body: bytes, kind: str) -> Raw:
    document: Raw = feedparser.parse(
        io.BytesIO(body),  # bare bytes it would first take for the name of a file, and open that
        response_headers={"content-type": kind},
        resolve_relative_uris=False,  # our own plain text keeps no link
        sanitize_html=False,  # our own plain text keeps no markup
    )
    return document


def _mend(reference: re.Match[bytes]) -> bytes:
    digits, base = (reference[1], 16) if reference[1] else (reference[2], 10)
    code = int(digits, base) if len(digits) < 10 else sys.maxunicode + 1
    sound = code <= sys.maxunicode and not 0xD800 <= code <= 0xDFFF
    return reference[0] if sound else b"&#xFFFD;"


def date_of(text: str) -> time.struct_time | None:
    """A date as feedparser reads it, in UTC."""
    parsed: time.struct_time | None = feedparser.datetimes._parse_date(text)
    return parsed


def absolute(link: str, base: str = "") -> str:
    """An address as feedparser writes it, where the document names this base."""
    joined: str = feedparser.urls._urljoin(base, link) if link else ""
    return joined


def is_markup(text: str) -> bool:
    """Whether feedparser takes a text for HTML that does not say what it is."""
    return bool(_MIXIN.looks_like_html(text))


def repaired(text: str) -> str:
    """A text with feedparser's repairs of encodings that were mistaken for others."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(feedparser.mixin._cp1252)


def media_type(body: bytes, content_type: str) -> str:
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


def _newest(raws: Sequence[Raw], now: datetime) -> Sequence[int]:
    """The places of the newest entries, in the document's order; of undated ones the first."""
    if len(raws) <= MOST_ENTRIES:
        return range(len(raws))
    never = datetime.min.replace(tzinfo=now.tzinfo)
    dates = [published_of(raw, now) for raw in raws]
    order = sorted(
        range(len(raws)), key=lambda at: date.at if (date := dates[at]) else never, reverse=True
    )
    return sorted(order[:MOST_ENTRIES])


def tame() -> None:
    """Rid feedparser, in this process, of what makes it slow."""
    # It would look for a parser that nobody has any more, through all of the import path, each
    # time that it parses.
    feedparser.api.PREFERRED_XML_PARSERS = []
    # It searches author fields for an address, which is quadratic: we cut them before.
    mixin = feedparser.mixin._FeedParserMixin
    search = mixin._sync_author_detail

    def search_short(self: Any, key: str = "author") -> None:
        context = self._get_context()
        if len(context.get(key) or "") > LONGEST_AUTHOR:
            context[key] = context[key][:LONGEST_AUTHOR]
        search(self, key)

    mixin._sync_author_detail = search_short
