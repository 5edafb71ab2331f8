"""Finds the feeds that a web page names in its `<link rel=alternate>` tags.

It reads tags, not structure, in one pass that only moves forward: no page, however made, costs more
than a look at each of its first characters. It fetches nothing.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.feeds.links import clean_link
from bot.feeds.plaintext import one_line

LOOKED_AT = 512 * 1024
MOST_TAGS = 300
MOST_OFFERS = 10
LONGEST_TITLE = 100

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
)
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}>\s*)?<(!doctype\s+html|html|head)\b", re.I
)
_TAG = re.compile(r"<(link|base)(?=[\s/])", re.IGNORECASE)
_VERBATIM = re.compile(r"<(script|style|template|textarea|title)\b", re.IGNORECASE)
# Bounded, so that an unclosed quotation is given up soon and not at the end of the page.
_ATTRIBUTE = re.compile(
    r"""[\s/]{0,100}([^\s"'<>/=]{1,40})(?:\s{0,10}=\s{0,10}("[^"]{0,2000}"|'[^']{0,2000}'|[^\s"'<>]{1,2000}))?"""
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A feed that a page names, not looked at yet."""

    url: str
    title: str


def is_page(body: bytes, content_type: str) -> bool:
    """Whether an answer that is no feed is a web page."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in _PAGE_TYPES or bool(_PAGE.match(body[:1_000]))


def offers_of(body: bytes, content_type: str, url: str) -> tuple[Offer, ...]:
    """The feeds that a page names, in its order, those of comments last; at most ten.

    `url` is where the page came from; its `<base>` goes before that.
    """
    offers: dict[str, Offer] = {}
    base = url
    for name, attributes in _tags(_text(body, content_type)):
        address = attributes.get("href", "")
        if name == "base":
            base = clean_link(address, url) or base
        elif _names_a_feed(attributes) and (link := clean_link(address, base)):
            title = one_line(attributes.get("title", ""))[:LONGEST_TITLE]
            offers.setdefault(link, Offer(link, title))
    ordered = sorted(offers.values(), key=lambda offer: "comment" in offer.url.lower())
    return tuple(ordered[:MOST_OFFERS])


def _text(body: bytes, content_type: str) -> str:
    """The page's beginning as text. Addresses are plain ASCII; only titles suffer from a guess."""
    named = re.search(r"charset=[\"']?([\w.:-]{1,40})", content_type, re.IGNORECASE)
    start = body[:LOOKED_AT]
    try:
        return start.decode(named[1] if named else "utf-8", "replace")
    except (LookupError, ValueError):
        return start.decode("utf-8", "replace")


def _names_a_feed(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in relations and kind in FEED_TYPES


def _tags(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The first `<link>` and `<base>` tags outside comments and scripts, with their attributes."""
    at, seen = 0, 0
    while seen < MOST_TAGS and (at := text.find("<", at)) >= 0:
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
        elif raw := _VERBATIM.match(text, at):
            closing = re.compile(f"</{raw[1]}", re.IGNORECASE).search(text, raw.end())
            end = closing.start() if closing else -1
        elif tag := _TAG.match(text, at):
            seen += 1
            attributes, end = _attributes(text, tag.end())
            yield tag[1].lower(), attributes
        else:
            end = at
        if end < 0:
            return  # never closed: the rest is no markup
        at = end + 1


def _attributes(text: str, at: int) -> tuple[dict[str, str], int]:
    """The attributes that start at a place, and the place before which they end."""
    found: dict[str, str] = {}
    while len(found) < 30 and (attribute := _ATTRIBUTE.match(text, at)):
        name, value = attribute[1].lower(), attribute[2] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(name, html.unescape(value).strip())
        at = attribute.end()
    return found, at - 1
