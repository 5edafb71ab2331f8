"""Reads new items by the shortcut, where it was proven to say what feedparser says.

Proven is, of one feed, each shape of item of which one was read in both ways and came out equal.
Anything else is left to feedparser; one difference, and the feed is left to it until all of the
document is read again.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.feeds import shortcut
from bot.feeds.cut import Cut, encoding_of
from bot.feeds.entries import SICK, Draft, Surroundings, read_entry, within
from bot.feeds.reading import Reading
from bot.feeds.shown import Brief
from bot.feeds.wire import ParsedFeed
from bot.model import Entry

FEWEST_PROVEN = 2
MOST_SHAPES = 64


@dataclass(frozen=True, slots=True)
class Briefly:
    """Items that were read in short, in their order, with what names them."""

    entries: Sequence[Entry]
    drafts: Sequence[Draft]


def read_briefly(
    cut: Cut, brief: Brief, manner: str, chosen: Sequence[int], beside: Collection[str]
) -> Briefly | None:
    """Read these items, if all of them are of proven shapes under the head that is known."""
    if brief.head != cut.head or cut.leaks_base:
        return None
    found = _items(cut, chosen, manner)
    raws = []
    for place in chosen:
        item = found.get(place)
        if item is None or _mark(item) not in brief.shapes:
            return None
        raws.append(item.raw)
    around = within(
        raws,
        feed_title=brief.title,
        base=brief.base,
        language=brief.language,
        now=cut.now,
        beside=beside,
    )
    read = [_entry(raw, draft, around) for raw, draft in zip(raws, around.drafts, strict=True)]
    entries, drafts = [one for one in read if one], [one for one in around.drafts if one]
    # What is sick or of no use is feedparser's to judge.
    return Briefly(entries, drafts) if len(entries) == len(drafts) == len(chosen) else None


def feed_of(entries: Sequence[Entry], brief: Brief) -> ParsedFeed:
    """What a reader is told of such items; of two with one identity, the first."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.identity, entry)
    return ParsedFeed(brief.title, tuple(first.values()), ttl=brief.ttl, period=brief.period)


def proven(cut: Cut, places: Sequence[int], reading: Reading, before: Brief | None) -> Brief | None:
    """What may be read in short from now on, after feedparser read these items; None for nothing.

    `before` is what was proven of this feed; without it, as when all of a document was read, two
    items at least must agree.
    """
    if "loosely" in reading.manner or cut.steers_items or cut.leaks_base:
        return None
    found = _items(cut, places, reading.manner)
    raws = [found[place].raw if place in found else {} for place in places]
    head, wanted = reading.around, reading.around.drafts
    around = within(
        raws, feed_title=head.feed_title, base=head.base, language=head.language, now=cut.now
    )
    around = replace(around, shared=head.shared)
    shapes = set()
    for at, place in enumerate(places):
        if place not in found:
            continue
        draft = around.drafts[at]
        entry = _entry(raws[at], draft, around)
        if entry != reading.entries[at] or _names(draft) != _names(wanted[at]):
            return None
        shapes.add(_mark(found[place]))
    if before is None and len(found) < FEWEST_PROVEN:
        return None
    known = shapes | (before.shapes if before else frozenset())
    feed = reading.feed
    return Brief(
        head=cut.head,
        title=head.feed_title,
        base=head.base,
        language=head.language,
        ttl=feed.ttl,
        period=feed.period,
        shapes=frozenset(sorted(known)[:MOST_SHAPES]),
    )


def _items(cut: Cut, places: Sequence[int], manner: str) -> Mapping[int, shortcut.Item]:
    encoding, atom = encoding_of(manner), manner.startswith("atom")
    try:
        root = cut.clipping.root.decode(encoding)
        read = {at: shortcut.read(root, cut.text(at, encoding), atom=atom) for at in places}
    except (LookupError, UnicodeDecodeError):
        return {}
    return {at: item for at, item in read.items() if item is not None}


def _entry(raw: Mapping[str, object], draft: Draft | None, around: Surroundings) -> Entry | None:
    try:
        return read_entry(raw, draft, around) if draft else None
    except SICK:
        return None


def _names(draft: Draft | None) -> Collection[str]:
    return draft.all_names if draft else ()


def _mark(item: shortcut.Item) -> bytes:
    return hashlib.blake2b(item.shape.encode(), digest_size=8).digest()
