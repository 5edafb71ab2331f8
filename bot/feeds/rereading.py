"""Reads of a feed's next document only what is new in it, where that is proven to be as good.

An item that stands there as it stood before, byte for byte, is known; the document is clipped down
to the others, and feedparser reads that. Reading is `reading`'s matter, cutting is `clipping`'s.
"""

import codecs
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import ParseError
from bot.feeds.clipping import Clipping, clip, is_light
from bot.feeds.reading import MOST_ENTRIES, Reading, media_type, read
from bot.feeds.rhythm import gap_of, moment_of
from bot.feeds.shown import Shown, moments, names, row, shape_of
from bot.feeds.wire import ParsedFeed

# All of a document is read again once a week: names that still stand there are then noted as seen,
# and reading in parts is proven anew.
TRUSTED_FOR = timedelta(days=7)
FEWEST_ITEMS = 2

# Encodings in which the bytes of `<item>` mean nothing else, and any part is as good as the whole.
_PLAIN = re.compile(r"ascii|utf-8|iso8859-\d+|cp125\d|koi8-[ru]|latin-1")


@dataclass(frozen=True, slots=True)
class _Document:
    """A document that can be clipped, with all that reading it needs."""

    clipping: Clipping
    digests: Sequence[bytes]
    url: str
    kind: str
    now: datetime

    def read(self, chosen: Collection[int], beside: Collection[str]) -> Reading:
        """Read these items alone, as if the ones with the names `beside` stood there too."""
        body = self.clipping.only(chosen)
        return read(body, url=self.url, kind=self.kind, now=self.now, beside=beside)

    @property
    def shape(self) -> bytes:
        """What must not change if anything that is known of it is to be trusted."""
        return shape_of(self.url, self.kind, self.clipping.root)

    def held(self, shown: bytes) -> Shown | None:
        """What was kept, if it may still be trusted for this document."""
        held = Shown.unpacked(shown)
        if held is None or self.now - held.read_at >= TRUSTED_FOR or held.shape != self.shape:
            return None
        return held

    def is_plain(self, manner: str) -> bool:
        """Whether all of it is in one encoding that can be cut anywhere between two items."""
        try:
            encoding = codecs.lookup(manner.rpartition(" ")[2]).name
            self.clipping.body.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            return False
        return _PLAIN.fullmatch(encoding) is not None


def read_again(
    body: bytes, *, url: str, content_type: str, now: datetime, shown: bytes
) -> ParsedFeed:
    """Read the document of a feed of which `shown` was kept; nothing may have been.

    The answer says what to keep. It is the same as if all had been read, except that items that
    did not change since may be left out; they are counted.

    Raises ParseError with a sentence for people when the bytes are no feed.
    """
    kind = media_type(body, content_type)
    document = _cut(body, url, kind, now)
    if document is None:
        return read(body, url=url, kind=kind, now=now).feed
    held = document.held(shown)
    if held and (part := _nothing(document, held) or _what_is_new(document, held)):
        return part
    whole = read(body, url=url, kind=kind, now=now)
    return replace(whole.feed, shown=_kept(document, whole, held).packed())


def nothing_new(
    body: bytes, *, url: str, content_type: str, now: datetime, shown: bytes
) -> ParsedFeed | None:
    """What `read_again` says where no item is new, so that none is parsed; else None.

    Cheap enough for the process that talks to people: what would take longer is left to the child.
    """
    if not is_light(body):
        return None
    document = _cut(body, url, media_type(body, content_type), now)
    held = document.held(shown) if document else None
    return _nothing(document, held) if document and held else None


def _cut(body: bytes, url: str, kind: str, now: datetime) -> _Document | None:
    clipping = clip(body)
    if clipping is None or len(clipping.items) > MOST_ENTRIES:
        return None
    return _Document(clipping, clipping.digests, url, kind, now)


def _nothing(document: _Document, held: Shown) -> ParsedFeed | None:
    """What to say where every item is known. It needs no trust: there is nothing to read."""
    if any(one not in held.rows for one in document.digests):
        return None
    unread = len(document.digests)
    return ParsedFeed("", (), unread=unread, shown=held.packed(document.digests))


def _what_is_new(document: _Document, held: Shown) -> ParsedFeed | None:
    """The items that are not known, or None where parts are not to be trusted."""
    chosen = [place for place, one in enumerate(document.digests) if one not in held.rows]
    unread = len(document.digests) - len(chosen)
    if not unread or not held.agrees or not document.is_plain(held.manner):
        return None
    beside = names(held.rows[one] for one in document.digests if one in held.rows)
    try:
        reading = document.read(chosen, beside)
    except ParseError:
        return None
    if reading.manner != held.manner or len(reading.entries) != len(chosen):
        return None
    rows = {**held.rows, **_rows(document, chosen, reading)}
    return replace(
        reading.feed,
        pace=gap_of(moments(rows[one] for one in document.digests)),
        unread=unread,
        shown=replace(held, rows=rows).packed(document.digests),
    )


def _kept(document: _Document, whole: Reading, held: Shown | None) -> Shown:
    """What to keep of a document all of which was read, with the proof that parts will do.

    Where they did not, they are not tried again before the week is over.
    """
    tried = held is not None and not held.agrees and len(held.rows) >= FEWEST_ITEMS
    rows = {}
    if len(whole.entries) == len(document.digests):
        rows = _rows(document, range(len(document.digests)), whole)
    return Shown(
        read_at=held.read_at if held else document.now,
        shape=document.shape,
        agrees=bool(rows) and not tried and _agrees(document, whole),
        manner=whole.manner,
        rows=rows,
    )


def _agrees(document: _Document, whole: Reading) -> bool:
    """Whether every other item, read without its neighbours, is what it is in the whole."""
    count = len(document.digests)
    if count < FEWEST_ITEMS or not document.is_plain(whole.manner):
        return False
    chosen, drafts = range(0, count, 2), whole.around.drafts
    others = (drafts[place] for place in range(1, count, 2))
    beside = {name[:16] for draft in others if draft for name in draft.all_names}
    try:
        part = document.read(chosen, beside)
    except ParseError:
        return False
    alike = [whole.entries[place] for place in chosen] == list(part.entries)
    return alike and part.manner == whole.manner


def _rows(document: _Document, places: Sequence[int], reading: Reading) -> dict[bytes, bytes]:
    """What to keep of entries that were read, by the digests of their items."""
    read_ones = zip(places, reading.entries, reading.around.drafts, strict=True)
    return {
        (digest := document.digests[place]): row(
            digest, entry, moment_of(entry) if entry else None, draft.all_names if draft else ()
        )
        for place, entry, draft in read_ones
    }
