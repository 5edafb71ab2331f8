"""What entries state (id, link, title, date), in the form the product keeps, and where two differ.

The form is the product's own for everybody, so that a difference is one of parsers and not of
house rules: an id is a hash, a link is absolute and free of tracking, a title is one line of text.
"""

import calendar
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.feeds.identity import identity_of
from bot.feeds.links import clean_link
from bot.feeds.plaintext import one_line, plain_text
from bot.model import Entry

_HTML = ("text/html", "application/xhtml+xml")
FACTS = ("id", "link", "title", "date")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one entry states; `ids` are all hashes that it is known by, the best first.

    `titles` are the readings of a title of which nobody says whether it is markup. `empty` is an
    entry with neither title, text nor link, which the product does not keep: it would show nothing.
    """

    ids: tuple[str, ...]
    link: str | None
    titles: tuple[str, ...]
    date: datetime | None
    empty: bool = False


@dataclass(slots=True)
class Agreement:
    """How many entries and feeds two parsers read alike, and how often they differ in what.

    `empty` entries show nothing; they are counted apart and compared with nothing. `examples` has
    the title of the first entry that differs, by feed and what differs.
    """

    entries: int = 0
    empty: int = 0
    alike: int = 0
    feeds: int = 0
    feeds_alike: int = 0
    differences: Counter[str] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, feed: str, wanted: Sequence[Facts], found: Sequence[Facts] | None) -> bool:
        """Count a feed and say whether all of it is alike; None means that it was not read."""
        self.empty += sum(one.empty for one in wanted)
        wanted = [one for one in wanted if not one.empty]
        found = None if found is None else [one for one in found if not one.empty]
        differing = [_differences(one, _counterpart(one, found or ())) for one in wanted]
        if found is None:
            self.differences["feed not read"] += 1
        elif len(found) > len(wanted):
            self.differences["entry too many"] += len(found) - len(wanted)
        sound = sum(not names for names in differing)
        self.entries += len(wanted)
        self.alike += sound
        self.feeds += 1
        alike = found is not None and sound == len(wanted) == len(found)
        self.feeds_alike += alike
        for entry, names in zip(wanted, differing, strict=True):
            self.differences.update(names)
            for name in names:
                self.examples.setdefault((feed, name), entry.titles[0][:60])
        return alike

    @property
    def share(self) -> float:
        """Of all entries."""
        return self.alike / self.entries if self.entries else 0.0


def of_document(document: Mapping[str, Any], url: str) -> list[Facts]:
    """The facts of a document as feedparser gives it."""
    return [
        Facts(
            ids=_hashes(raw.get("id")),
            link=clean_link(raw.get("link") or "", url),
            titles=(_title(raw),),
            date=_date(raw),
            empty=not any(raw.get(name) for name in ("title", "link", "summary", "content")),
        )
        for raw in map(dict, document["entries"])
    ]


def of_entries(entries: Iterable[Entry]) -> list[Facts]:
    """The facts of what the product read."""
    return [
        Facts(
            ids=(one.identity, *one.names),
            link=one.url,
            titles=(one.title,),
            date=one.published.at if one.published else None,
        )
        for one in entries
    ]


def of_front(entries: Iterable[Mapping[str, Any]], url: str) -> list[Facts]:
    """The facts of entries as fastfeedparser gives them."""
    return [
        Facts(
            ids=_hashes(one.get("id")),
            link=clean_link(one.get("link") or "", url),
            titles=(
                one_line(one.get("title") or ""),
                one_line(plain_text(one.get("title") or "")),
            ),
            date=_iso(one.get("published") or one.get("updated")),
        )
        for one in entries
    ]


def _title(raw: Mapping[str, Any]) -> str:
    value = raw.get("title") or ""
    marked_up = (raw.get("title_detail") or {}).get("type") in _HTML
    return one_line(plain_text(value) if marked_up else value)


def _hashes(stated: object) -> tuple[str, ...]:
    return (identity_of(stated.strip()),) if isinstance(stated, str) and stated.strip() else ()


def _date(raw: Mapping[str, Any]) -> datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        parsed = raw.get(name)
        if isinstance(parsed, time.struct_time):
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    return None


def _iso(stated: str | None) -> datetime | None:
    return datetime.fromisoformat(stated).astimezone(UTC) if stated else None


def _counterpart(wanted: Facts, found: Sequence[Facts]) -> Facts | None:
    """The entry that is meant: known by the id, else by the link, else by the title."""
    by_id = (one for one in found if set(wanted.ids) & set(one.ids))
    by_link = (one for one in found if wanted.link and one.link == wanted.link)
    by_title = (one for one in found if set(wanted.titles) & set(one.titles))
    return next(by_id, None) or next(by_link, None) or next(by_title, None)


def _differences(wanted: Facts, found: Facts | None) -> list[str]:
    if found is None:
        return ["entry missing"]
    alike = {
        "id": not wanted.ids or bool(set(wanted.ids) & set(found.ids)),
        "link": wanted.link == found.link,
        "title": bool(set(wanted.titles) & set(found.titles)),
        "date": wanted.date == found.date,
    }
    return [name for name in FACTS if not alike[name]]
