"""Sorts what a document shows into what is new, what was edited, and what is known. Pure.

An item is known by its guid, its address or its title, whichever of them the feed left alone. What
is remembered is brought by the caller; whether anybody is told is decided elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model import ArticleId, Entry, Published

TITLES_LAST = timedelta(days=30)
SAME_TIME = timedelta(hours=1)
# A name is noted as seen again once a day, not at every poll: a feed has hundreds of them.
NOTED_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What we hold of an item under one of its names; `article` is None once that was deleted."""

    article: ArticleId | None
    title: str
    body: str
    published: Published | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """An article whose feed shows another text of it now."""

    article: ArticleId
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name under which a known item was shown again, to be remembered."""

    name: str
    article: ArticleId | None


@dataclass(frozen=True, slots=True)
class Sifted:
    """A document's entries, sorted: new ones, texts that changed, and names to remember."""

    new: tuple[Entry, ...] = ()
    edits: tuple[Edit, ...] = ()
    sightings: tuple[Sighting, ...] = ()


def names(entry: Entry) -> tuple[str, ...]:
    """Every name of an entry, the certain ones first."""
    title = (entry.title_name,) if entry.title_name else ()
    return tuple(dict.fromkeys((entry.identity, *entry.names, *title)))


def in_doubt(entries: Iterable[Entry], memory: Mapping[str, Remembered]) -> bool:
    """Whether a title alone decides about any of them, so that all of the document matters."""
    return any(
        (one.title_name or "") in memory and _by_certain_name(one, memory) is None
        for one in entries
    )


def sift(
    entries: Sequence[Entry],
    memory: Mapping[str, Remembered],
    now: datetime,
    beside: Iterable[Remembered] = (),
) -> Sifted:
    """Sort a document's entries by what is remembered of its feed.

    Args:
        entries: The document, in its order.
        memory: What is remembered under each name of these entries.
        now: When the document was read.
        beside: What is remembered of entries that stand there too and are known. Needed only
            where it is `in_doubt`.

    A certain name decides alone. A title decides where its article is not the one of another entry,
    was seen within 30 days, and has the same text or the same date: a series whose instalments
    share a title is not one item.
    """
    found = {entry.identity: _by_certain_name(entry, memory) for entry in entries}
    taken = {known.article for known in (*found.values(), *beside) if known}
    new: list[Entry] = []
    edits: dict[ArticleId, Edit] = {}
    sightings: list[Sighting] = []
    for entry in entries:
        known = found[entry.identity] or _by_title(entry, memory, taken, now)
        if known is None:
            new.append(entry)
            continue
        taken.add(known.article)
        sightings += _sightings(entry, known, memory, now)
        if known.article is not None and (edit := _edit(entry, known, known.article)):
            edits.setdefault(known.article, edit)
    return Sifted(tuple(new), tuple(edits.values()), tuple(sightings))


def _by_certain_name(entry: Entry, memory: Mapping[str, Remembered]) -> Remembered | None:
    certain = (entry.identity, *entry.names)
    return next((memory[name] for name in certain if name in memory), None)


def _by_title(
    entry: Entry, memory: Mapping[str, Remembered], taken: set[ArticleId | None], now: datetime
) -> Remembered | None:
    known = memory.get(entry.title_name or "")
    if known is None or known.article in taken or now - known.seen_at > TITLES_LAST:
        return None
    return known if _same_date(entry, known) or entry.body == known.body else None


def _same_date(entry: Entry, known: Remembered) -> bool:
    if entry.published is None or known.published is None:
        return True
    return abs(entry.published.at - known.published.at) <= SAME_TIME


def _edit(entry: Entry, known: Remembered, article: ArticleId) -> Edit | None:
    """The article's text as it reads now, if that differs; what is missing is not taken away."""
    title, body = entry.title or known.title, entry.body or known.body
    return Edit(article, title, body) if (title, body) != (known.title, known.body) else None


def _sightings(
    entry: Entry, known: Remembered, memory: Mapping[str, Remembered], now: datetime
) -> list[Sighting]:
    return [
        Sighting(name, known.article)
        for name in names(entry)
        if name not in memory or now - memory[name].seen_at >= NOTED_AGAIN
    ]
