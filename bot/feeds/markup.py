"""Writes articles as RSS, Atom and HTML, so that a text comes out of a parser as it went in.

It knows nothing of HTTP or time lines; what it is given is what stands in the document.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from bot.model import Published

# What XML 1.0 forbids, and U+0080 to U+009F, which it discourages and every feed reader takes for
# mistaken Windows-1252.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7f\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# XML makes a line feed of a carriage return, and a text that is all Latin-1 and happens to be valid
# UTF-8 is "repaired" by feedparser. Written as references neither happens.
_FRAGILE = re.compile("[\r\xa0-\xff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. `changed_at` is when it appeared there; Atom wants to know."""

    guid: str
    link: str
    text: str
    changed_at: datetime
    title: str | None = None
    source: str | None = None
    source_url: str | None = None
    published: Published | None = None


def as_html(text: str) -> str:
    """Escape a text for HTML inside XML. The characters that XML forbids go."""
    escaped = html.escape(_FORBIDDEN.sub("", text), quote=False)
    return _FRAGILE.sub(lambda found: f"&#{ord(found[0])};", escaped)


def rss_document(name: str, site: str, items: Sequence[Item]) -> str:
    """An RSS 2.0 document. Items without a title have none, which RSS allows."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>\n'
        f"<title>{escape(as_html(name))}</title><link>{escape(site)}</link>"
        f"<description>{escape(as_html(name))}</description>\n"
        f"{''.join(map(_rss_item, items))}</channel></rss>\n"
    )


def atom_document(name: str, address: str, changed_at: datetime, items: Sequence[Item]) -> str:
    """An Atom 1.0 document. Items without a title have an empty one, which Atom demands."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f'<title type="html">{escape(as_html(name))}</title><id>{escape(address)}</id>'
        f'<link rel="self" href={quoteattr(address)}/><updated>{changed_at.isoformat()}</updated>'
        "<author><name>Watchfloor replay</name></author>\n"
        f"{''.join(map(_atom_entry, items))}</feed>\n"
    )


def article_page(item: Item) -> str:
    """A page that shows the article's text."""
    title = as_html(item.title or "")
    heading = f"<h1>{title}</h1>" if title else ""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body><article>{heading}{_content(item)}</article></body></html>\n"
    )


def _content(item: Item) -> str:
    return f'<pre style="white-space: pre-wrap">{as_html(item.text)}</pre>'


def _rss_item(item: Item) -> str:
    parts = [
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>',
        f"<link>{escape(item.link)}</link>",
    ]
    if item.title:
        parts.append(f"<title>{escape(as_html(item.title))}</title>")
    if item.source:
        address = f" url={quoteattr(item.source_url)}" if item.source_url else ""
        parts.append(f"<source{address}>{escape(_FORBIDDEN.sub('', item.source))}</source>")
    if item.published:
        parts.append(
            _day(item.published)
            or f"<pubDate>{format_datetime(item.published.at, usegmt=True)}</pubDate>"
        )
    parts.append(f"<description><![CDATA[{_content(item)}]]></description>")
    return f"<item>{''.join(parts)}</item>\n"


def _atom_entry(item: Item) -> str:
    parts = [
        f"<id>{escape(item.guid)}</id>",
        f"<link href={quoteattr(item.link)}/>",
        f'<title type="html">{escape(as_html(item.title or ""))}</title>',
        f"<updated>{item.changed_at.isoformat()}</updated>",
    ]
    if item.published:
        parts.append(
            _day(item.published) or f"<published>{item.published.at.isoformat()}</published>"
        )
    if item.source:
        link = f"<link href={quoteattr(item.source_url)}/>" if item.source_url else ""
        title = f'<title type="html">{escape(as_html(item.source))}</title>'
        parts.append(f"<source>{title}{link}</source>")
    parts.append(f'<content type="html"><![CDATA[{_content(item)}]]></content>')
    return f"<entry>{''.join(parts)}</entry>\n"


def _day(published: Published) -> str:
    """A date without a time. Neither format's own date can say it; Dublin Core's can."""
    return f"<dc:date>{published.at.date().isoformat()}</dc:date>" if published.day_only else ""
