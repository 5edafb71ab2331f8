"""Reads one raw entry, as feedparser gives it, into an Entry.

It sees dictionaries only, imports no parser, and judges nothing about an entry's worth.
"""

import calendar
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.feeds.identity import Names, identity_of, names_of, says_enough
from bot.feeds.links import clean_link
from bot.feeds.plaintext import one_line, plain_text
from bot.model import Entry, Published

LONGEST_TITLE = 1_000
LONGEST_BODY = 256 * 1024
LONGEST_NAME = 300
MOST_TAGS = 20
AHEAD = timedelta(hours=1)

Raw = Mapping[str, Any]

# What reading one entry may raise when the entry is sick. Anything else is our own fault, and loud.
SICK = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain", *_HTML)
_CLOCK = re.compile(r"[0-9]:[0-9]|[0-9]T[0-9]{2}")
# Control characters and halves of a pair: no text, and databases choke on some of them.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NO_DAY = re.compile(r"[0-9]{4}(-?[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an entry inherits from its document.

    `drafts` are its entries as far as they had to be read for that, None where one is too sick.
    `shared` are names that two entries of the document have, so that they name neither. `now` is
    used only to see that a date lies ahead.
    """

    feed_title: str
    base: str
    language: str | None
    drafts: Sequence["Draft | None"]
    shared: frozenset[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as far as its names. The body is None where the names did not need it."""

    title: str
    link: str | None
    body: str | None
    names: Names

    @property
    def all_names(self) -> frozenset[str]:
        """Everything that might name it."""
        return frozenset(filter(None, (*self.names.certain, self.names.title)))


def surroundings(
    document: Raw,
    raws: Sequence[Raw],
    *,
    url: str,
    now: datetime,
    beside: Collection[str] = (),
) -> Surroundings:
    """Gather what the entries of a document share.

    Args:
        document: As feedparser gives it.
        raws: Its entries.
        url: Where it came from.
        now: When.
        beside: What else might name an entry there, the first 16 characters of each: names of
            entries that are not read again.
    """
    feed: Raw = document.get("feed") or {}
    atom = str(document.get("version") or "").startswith("atom")
    # Relative links: Atom means its own address (RFC 4287), RSS generators mean the site's.
    base = (None if atom else clean_link(_text(feed.get("link")), url)) or url
    return within(
        raws,
        feed_title=title_of(feed),
        base=base,
        language=_text(feed.get("language")) or None,
        now=now,
        beside=beside,
    )


def within(
    raws: Sequence[Raw],
    *,
    feed_title: str,
    base: str,
    language: str | None,
    now: datetime,
    beside: Collection[str] = (),
) -> Surroundings:
    """Surround entries with what is known of their document."""
    drafts = tuple(_draft(raw, base) for raw in raws)
    return Surroundings(
        feed_title=feed_title,
        base=base,
        language=language,
        drafts=drafts,
        shared=_shared(drafts, frozenset(beside)),
        now=now,
    )


def read_entry(raw: Raw, draft: Draft, around: Surroundings) -> Entry | None:
    """Finish an entry; None if it has neither title nor text nor link, so is of no use.

    May raise any of `SICK`.
    """
    title, link, names = draft.title, draft.link, draft.names
    body = _body(raw) if draft.body is None else draft.body
    if not (title or body or link):
        return None
    source: Raw = raw.get("source") or {}
    certain = tuple(name for name in names.certain if name not in around.shared)
    return Entry(
        identity=certain[0] if certain else _undated_or_dated(raw, title, body),
        title=title,
        body=body,
        url=link,
        source=title_of(source) or around.feed_title or None,
        source_url=clean_link(_text(source.get("href") or source.get("link")), around.base),
        language=_language(raw) or around.language,
        published=published_of(raw, around.now),
        author=one_line(_text(raw.get("author")))[:LONGEST_NAME] or None,
        tags=_tags(raw),
        names=certain,
        title_name=None if names.title in around.shared else names.title,
    )


def title_of(raw: Raw) -> str:
    """The title as one line of text, "" if there is none."""
    value = _text(raw.get("title"))
    detail: Raw = raw.get("title_detail") or {}
    if detail.get("type") in _HTML:
        value = plain_text(value)
    return one_line(value)[:LONGEST_TITLE].rstrip()


def published_of(raw: Raw, now: datetime) -> Published | None:
    """The date of publication, else of change, else of creation.

    A date without a time stays a day. A date that cannot be read, that names no day, or that lies
    more than an hour ahead is no date: nothing is invented in its place.
    """
    for name in ("published", "updated", "created"):
        text, parsed = _text(raw.get(name)), raw.get(f"{name}_parsed")
        if not isinstance(parsed, time.struct_time | tuple) or _NO_DAY.fullmatch(text):
            continue
        try:
            at = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            continue
        if at > now + AHEAD:
            continue
        return Published(at, day_only=not _CLOCK.search(text))
    return None


def _undated_or_dated(raw: Raw, title: str, body: str) -> str:
    """The name of an entry that has no other: its title, else its text, and its date."""
    date = next((_text(raw.get(name)) for name in ("published", "updated") if raw.get(name)), "")
    return identity_of(f"{title or body}\n{date}")


def _draft(raw: Raw, base: str) -> Draft | None:
    try:
        title, link = title_of(raw), _link(raw, base)
        body = None if says_enough(title) else _body(raw)  # to read it costs much
        names = names_of(_text(raw.get("id")), link, title, body or "")
    except SICK:
        return None
    return Draft(title, link, body, names)


def _shared(drafts: Sequence[Draft | None], beside: frozenset[str]) -> frozenset[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for draft in filter(None, drafts):
        twice |= draft.all_names & seen
        seen |= draft.all_names
    return frozenset(twice | {name for name in seen if name[:16] in beside})


def _link(raw: Raw, base: str) -> str | None:
    link = _text(raw.get("link"))
    # feedparser makes a link of a guid that claims to be one; many only claim it.
    if raw.get("guidislink") and not re.match(r"https?://", link, re.IGNORECASE):
        return None
    return clean_link(link, base)


def _body(raw: Raw) -> str:
    """The fullest text: content over summary, HTML over plain where both are given."""
    pieces: list[Raw] = [*(raw.get("content") or ())]
    pieces.sort(key=lambda piece: piece.get("type") not in _HTML)
    if raw.get("summary"):
        pieces.append(raw.get("summary_detail") or {"value": raw["summary"], "type": "text/html"})
    for piece in pieces:
        kind, value = piece.get("type"), _text(piece.get("value"))
        if kind not in _TEXT:
            continue
        text = plain_text(value) if kind in _HTML else value.strip()
        if text:
            return text[:LONGEST_BODY]
    return ""


def _language(raw: Raw) -> str | None:
    for key in ("title_detail", "summary_detail"):
        detail: Raw = raw.get(key) or {}
        if language := _text(detail.get("language")):
            return language[:35]
    return None


def _tags(raw: Raw) -> tuple[str, ...]:
    terms = (one_line(_text(tag.get("term")))[:LONGEST_NAME] for tag in raw.get("tags") or ())
    return tuple(dict.fromkeys(term for term in terms if term))[:MOST_TAGS]


def _text(value: object) -> str:
    return _UNSTORABLE.sub("", value).strip() if isinstance(value, str) else ""
