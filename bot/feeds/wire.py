"""A feed as it was read, and the form in which it passes from the child to its parent.

It parses nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.model import Entry, Published


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it was read: in the document's order, the newest 500 at most.

    `skipped` counts entries that could not be read. `ttl` is how long the document asks to be kept,
    `period` how often it says that it is updated, `pace` the usual gap between its entries.

    Entries that stood there before, byte for byte, may have been left out: `unread` of them. If
    nothing was new, nothing was read, so that title, ttl, period and pace are missing. `shown` is
    what the parser wants to be given with the next document of this feed.
    """

    title: str
    entries: tuple[Entry, ...]
    skipped: int = 0
    ttl: timedelta | None = None
    period: timedelta | None = None
    pace: timedelta | None = None
    unread: int = 0
    shown: bytes = b""

    @property
    def count(self) -> int:
        """How many entries the document has."""
        return len(self.entries) + self.unread


_SPANS = ("ttl", "period", "pace")


def to_wire(feed: ParsedFeed) -> dict[str, Any]:
    """A feed as JSON can carry it."""
    rows = []
    for entry in feed.entries:
        row = {name: getattr(entry, name) for name in Entry.__slots__}
        if entry.published:
            row["published"] = (entry.published.at.isoformat(), entry.published.day_only)
        rows.append(row)
    spans = {name: getattr(feed, name) for name in _SPANS}
    return {
        "title": feed.title,
        "skipped": feed.skipped,
        "entries": rows,
        "unread": feed.unread,
        "shown": feed.shown.hex(),
        **{name: span and span.total_seconds() for name, span in spans.items()},
    }


def from_wire(answer: dict[str, Any]) -> ParsedFeed | str:
    """What `to_wire` gave, or the sentence that came in its place.

    Raises LookupError, TypeError or ValueError for anything else.
    """
    if "error" in answer:
        return str(answer["error"])
    entries = []
    for row in answer["entries"]:
        if row["published"]:
            at, day_only = row["published"]
            row["published"] = Published(datetime.fromisoformat(at), bool(day_only))
        entries.append(Entry(**{**row, "tags": tuple(row["tags"]), "names": tuple(row["names"])}))
    spans = {name: answer[name] for name in _SPANS}
    return ParsedFeed(
        title=answer["title"],
        entries=tuple(entries),
        skipped=answer["skipped"],
        unread=int(answer["unread"]),
        shown=bytes.fromhex(answer["shown"]),
        **{name: None if span is None else timedelta(seconds=span) for name, span in spans.items()},
    )
