"""Slack's rich text: lines, quotations and code as literal elements, within a budget of characters.

In rich text nothing is markup, so nothing needs escaping; mrkdwn, where Slack wants small print, is
escaped here too. It knows no card and no answer.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, assert_never

from bot.chat.hygiene import claims_other_host, clean, cut, domain, flat, runs, safe_link
from bot.message import Line, Link, Literal, Piece, Quote, When
from bot.model import Published

Json = dict[str, Any]
Hosts = frozenset[str]

NOWHERE: Hosts = frozenset()

DATE_AND_TIME = "{date_short_pretty} {time}"

# `& < >` are escaped as Slack documents. Nothing escapes the other four, so small print shows their
# look-alikes; a colon before a word and a second colon would become an emoji.
_LOOK_ALIKES = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"})
_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
_CHANNEL = re.compile(r"\bslack:([CG][A-Z0-9]{2,})\b")


class Room:
    """The characters that a message may still hold; every text takes its share and is cut to it.

    `allow` holds the hosts (`host:port`) that may be linked to though they are not public.
    """

    def __init__(self, characters: int, allow: Hosts = NOWHERE) -> None:
        self.left = characters
        self.allow = allow

    def take(self, text: str, most: int | None = None) -> str:
        """As much of the text as there is room for, at most `most` characters of it."""
        limit = self.left if most is None else min(most, self.left)
        taken = cut(text, limit)
        self.left -= len(taken)
        return taken


def line(pieces: Line, room: Room) -> list[Json]:
    """A line of ours as elements of a rich text section."""
    return [element for piece in pieces for element in _elements(piece, room)]


def quotation(quote: Quote, room: Room, most: int) -> list[Json]:
    """A quotation as elements, bold where it matched."""
    said = runs(quote, min(most, room.left))
    return [text(room.take(run.text), bold=run.bold) for run in said]


def headline(quote: Quote, url: str | None, room: Room, most: int) -> list[Json]:
    """A headline as a bold link; bold text alone where there is no safe address.

    A headline that names a host is linked only if that is where the link leads.
    """
    title = room.take("".join(run.text for run in runs(quote, most)) or "(no headline)")
    link = safe_link(url, room.allow) if url else None
    if link is None or claims_other_host(title, link):
        return [text(title, bold=True)]
    return [{"type": "link", "url": link, "text": title, "style": {"bold": True}}]


def text(said: str, *, bold: bool = False, code: bool = False) -> Json:
    """A run of literal text."""
    style = {name: True for name, on in (("bold", bold), ("code", code)) if on}
    return {"type": "text", "text": said} | ({"style": style} if style else {})


def with_channels(said: str, *, bold: bool = False, code: bool = False) -> list[Json]:
    """Text of ours in which `slack:C123` shows as the channel's name; that pings nobody."""
    parts = _CHANNEL.split(said)
    return [
        {"type": "channel", "channel_id": part} if odd else text(part, bold=bold, code=code)
        for number, part in enumerate(parts)
        if (odd := number % 2) or part
    ]


def channels_named(escaped: str) -> str:
    """The same in a text that is escaped already."""
    return _CHANNEL.sub(r"<#\1>", escaped)


def date(at: datetime, fallback: str) -> Json:
    """An instant in the reader's own time zone."""
    seconds = int(at.timestamp())
    return {"type": "date", "timestamp": seconds, "format": DATE_AND_TIME, "fallback": fallback}


def section(elements: Iterable[Json]) -> Json:
    """Elements on lines of their own."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quoted(elements: Iterable[Json]) -> Json:
    """Elements behind the bar that marks a quotation."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def preformatted(said: str, room: Room) -> Json:
    """Text of fixed width with its line breaks; tabs and controls are gone."""
    shown = room.take(clean(said).strip("\n")) or " "
    return {"type": "rich_text_preformatted", "elements": [text(shown)]}


def bullets(lines: Iterable[list[Json]]) -> Json:
    """Lines of equal rank."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(elements) for elements in lines],
    }


def block(*parts: Json) -> Json:
    """A block of rich text; parts that came out empty are left out."""
    return {"type": "rich_text", "elements": [part for part in parts if part["elements"]]}


def published(when: Published | None, first_seen: datetime | None) -> Json | None:
    """The day or instant of an article; a day has no time zone and stays as the source gave it."""
    if when is not None and when.day_only:
        return text(str(when))
    at = when.at if when is not None else first_seen
    return date(at, moment(at)) if at is not None else None


def moment(at: datetime) -> str:
    """An instant for places that know no reader's time zone."""
    return f"{at:%-d %b %Y %H:%M} UTC"


def mrkdwn(said: str) -> str:
    """Text for mrkdwn that shows as itself: no mention, link, style or emoji comes alive in it."""
    return escape(_EMOJI_CODE.sub("∶", said.translate(_LOOK_ALIKES)))


def escape(said: str) -> str:
    """The three characters that Slack reads as markup, escaped. Cut before, never after."""
    return said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def small_print(pieces: Line, room: Room) -> str:
    """A line of ours as mrkdwn; the room counts the characters that people see."""
    return "".join(_small(piece, room) for piece in pieces)


def _elements(piece: Piece, room: Room) -> list[Json]:
    match piece:
        case Literal(said, bold, True):
            return with_channels(room.take(flat(said)), bold=bold, code=True)
        case Literal(said, bold):
            return with_channels(room.take(flat(said)), bold=bold)
        case Link(said, url):
            return _link(room.take(flat(said).strip() or "link"), safe_link(url, room.allow))
        case When(at, day_only):
            fallback = room.take(f"{at:%-d %b %Y}" if day_only else moment(at))
            if not fallback or day_only:
                return [text(fallback)] if fallback else []
            return [date(at, fallback)]
        case _:
            assert_never(piece)


def _link(said: str, link: str | None) -> list[Json]:
    if link is None or not said:
        return [text(said)] if said else []
    if claims_other_host(said, link):
        return [text(f"{said} "), {"type": "link", "url": link, "text": domain(link)}]
    return [{"type": "link", "url": link, "text": said}]


def _small(piece: Piece, room: Room) -> str:
    match piece:
        case Literal(said, bold, code):
            shown = mrkdwn(room.take(flat(said)))
            mark = "`" if code else "*" if bold else ""
            inner = shown.strip()
            return shown.replace(inner, f"{mark}{inner}{mark}", 1) if inner and mark else shown
        case Link(said, url):
            shown = mrkdwn(room.take(flat(said)))
            link = safe_link(url, room.allow)
            if link is None or not shown.strip() or claims_other_host(said, link):
                return shown
            return f"<{escape(link)}|{shown}>"
        case When(at, day_only):
            return f"{at:%-d %b %Y}" if day_only else small_date(at)
        case _:
            assert_never(piece)


def small_date(at: datetime) -> str:
    """An instant in mrkdwn, in the reader's own time zone."""
    return f"<!date^{int(at.timestamp())}^{DATE_AND_TIME}|{moment(at)}>"
