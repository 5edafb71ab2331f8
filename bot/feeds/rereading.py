"""Reads of a feed's next document only what is new in it, where that is proven to be as good.

An item that stands there as it stood before, byte for byte, is known; the document is clipped down
to the others, and feedparser reads that. Reading is `reading`'s matter, cutting is `clipping`'s.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.errors import ParseError
from bot.feeds.briefly import feed_of, proven, read_briefly
from bot.feeds.clipping import clip, is_light
from bot.feeds.cut import Cut
from bot.feeds.entries import Draft
from bot.feeds.reading import MOST_ENTRIES, Reading, media_type, read
from bot.feeds.rhythm import gap_of, moment_of
from bot.feeds.shown import Shown, moments, names, row
from bot.feeds.wire import ParsedFeed
from bot.model import Entry

# All of a document is read again once a week: names that still stand there are then noted as seen,
# and reading in parts is proven anew.
TRUSTED_FOR = timedelta(days=7)
FEWEST_ITEMS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """What of a document is new, for a child to read, and what to make of its answer.

    `shown` is what the child has to know of what was kept, `beside` what else names an entry there.
    """

    body: bytes
    kind: str
    shown: bytes
    beside: Collection[str]
    whole: Cut
    held: Shown

    def joined(self, read: ParsedFeed) -> ParsedFeed | None:
        """The answer to `read_part` with what was known; None if it does not fit."""
        new, order = Shown.unpacked(read.shown), self.whole.digests
        rows = {**self.held.rows, **(new.rows if new else {})}
        if new is None or any(one not in rows for one in order):
            return None
        return replace(
            read,
            pace=gap_of(moments(rows[one] for one in order)),
            unread=sum(one not in new.rows for one in order),
            shown=replace(self.held, rows=rows, brief=new.brief).packed(order),
        )


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
    held = _held(document, shown)
    new = _what_is_new(document, held) if held else None
    if isinstance(new, Part):
        part = read_part(new.body, url=url, kind=kind, now=now, shown=new.shown, beside=new.beside)
        new = part and new.joined(part)
    return new or _read_whole(document, held)


def sifted_out(
    body: bytes, *, url: str, content_type: str, now: datetime, shown: bytes
) -> ParsedFeed | Part | None:
    """What is new of a document, told without reading it; None where that cannot be told.

    Where nothing is new the answer is `read_again`'s. It is cheap enough for the process that talks
    to people: what would take longer is left to the child.
    """
    if not is_light(body):
        return None
    document = _cut(body, url, media_type(body, content_type), now)
    held = _held(document, shown) if document else None
    return _what_is_new(document, held) if document and held else None


def read_part(
    body: bytes, *, url: str, kind: str, now: datetime, shown: bytes, beside: Collection[str]
) -> ParsedFeed | None:
    """Read a part of a document; None where parts are not to be trusted after all.

    Its `shown` tells of the items that were read, for `Part.joined`.
    """
    document, held = _cut(body, url, kind, now), Shown.unpacked(shown)
    if document is None or held is None or not document.is_plain(held.manner):
        return None
    places, brief = range(len(document.digests)), held.brief
    entries: Sequence[Entry | None]
    drafts: Sequence[Draft | None]
    short = brief and read_briefly(document, brief, held.manner, places, beside)
    if brief and short:
        feed, entries, drafts = feed_of(short.entries, brief), short.entries, short.drafts
    else:
        try:
            reading = document.read(places, beside)
        except ParseError:
            return None
        if reading.manner != held.manner or len(reading.entries) != len(places):
            return None
        brief = brief and proven(document, places, reading, brief)
        feed, entries, drafts = reading.feed, reading.entries, reading.around.drafts
    rows = _rows(document, places, entries, drafts)
    return replace(feed, shown=replace(held, rows=rows, brief=brief).packed())


def _read_whole(document: Cut, held: Shown | None) -> ParsedFeed:
    """Read all of a document, and prove anew what may be read in parts."""
    whole = read(document.clipping.body, url=document.url, kind=document.kind, now=document.now)
    return replace(whole.feed, shown=_kept(document, whole, held).packed())


def _cut(body: bytes, url: str, kind: str, now: datetime) -> Cut | None:
    clipping = clip(body)
    if clipping is None or len(clipping.items) > MOST_ENTRIES:
        return None
    return Cut(clipping, clipping.digests, url, kind, now)


def _held(document: Cut, shown: bytes) -> Shown | None:
    """What was kept, if it may still be trusted for this document."""
    held = Shown.unpacked(shown)
    if held is None or document.now - held.read_at >= TRUSTED_FOR or held.shape != document.shape:
        return None
    return held


def _what_is_new(document: Cut, held: Shown) -> ParsedFeed | Part | None:
    """The answer where every item is known; else what to read, or None where parts will not do."""
    chosen = [place for place, one in enumerate(document.digests) if one not in held.rows]
    known = [held.rows[one] for one in document.digests if one in held.rows]
    if not chosen:  # needs no trust: there is nothing to read
        return ParsedFeed("", (), unread=len(known), shown=held.packed(document.digests))
    if not known or not held.agrees:
        return None
    body, kept = document.clipping.only(chosen), replace(held, rows={}).packed()
    return Part(body, document.kind, kept, names(known), document, held)


def _kept(document: Cut, whole: Reading, held: Shown | None) -> Shown:
    """What to keep of a document all of which was read, with the proof that parts will do.

    Where they did not, they are not tried again before the week is over.
    """
    tried = held is not None and not held.agrees and len(held.rows) >= FEWEST_ITEMS
    rows, places = {}, range(len(document.digests))
    if len(whole.entries) == len(places):
        rows = _rows(document, places, whole.entries, whole.around.drafts)
    agrees = bool(rows) and not tried and _agrees(document, whole)
    return Shown(
        read_at=held.read_at if held else document.now,
        shape=document.shape,
        agrees=agrees,
        manner=whole.manner,
        rows=rows,
        brief=proven(document, places, whole, None) if agrees else None,
    )


def _agrees(document: Cut, whole: Reading) -> bool:
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


def _rows(
    document: Cut,
    places: Sequence[int],
    entries: Sequence[Entry | None],
    drafts: Sequence[Draft | None],
) -> dict[bytes, bytes]:
    """What to keep of entries that were read, by the digests of their items."""
    return {
        (digest := document.digests[place]): row(
            digest, entry, moment_of(entry) if entry else None, draft.all_names if draft else ()
        )
        for place, entry, draft in zip(places, entries, drafts, strict=True)
    }
