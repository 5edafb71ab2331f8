"""Reads JSON Feed (versions 1 and 1.1) into the shape that feedparser gives the other formats.

It knows the format's names (jsonfeed.org/version/1.1) and judges nothing; `entries` does.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_VERSION = "https://jsonfeed.org/version/"


def as_document(body: bytes) -> dict[str, Any] | None:
    """The document, or None if this is no JSON Feed. Items that are no objects are left out."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return None
    try:
        given = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    if not str(given.get("version", "")).startswith(_VERSION):
        return None
    items = given.get("items")
    return {
        # RSS rather than Atom to those who ask: relative addresses count from the home page.
        "version": "json",
        "feed": {
            "title": given.get("title"),
            "link": given.get("home_page_url"),
            "language": given.get("language"),
        },
        "entries": [_entry(item) for item in items if isinstance(item, dict)]
        if isinstance(items, list)
        else [],
    }


def _entry(item: Mapping[str, Any]) -> dict[str, Any]:
    entry = {
        # The format demands a string; some generators write numbers.
        "id": str(item["id"]) if isinstance(item.get("id"), int | str) else None,
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "title_detail": {"type": "text/plain", "language": item.get("language")},
        "content": [
            {"type": "text/html", "value": item.get("content_html")},
            {"type": "text/plain", "value": item.get("content_text")},
        ],
        "author": _author(item),
        "tags": [{"term": tag} for tag in _list(item.get("tags"))],
    }
    if isinstance(summary := item.get("summary"), str):
        entry["summary"] = summary
        entry["summary_detail"] = {"type": "text/plain", "value": summary}
    for ours, theirs in (("published", "date_published"), ("updated", "date_modified")):
        if isinstance(date := item.get(theirs), str):
            entry |= {ours: date, f"{ours}_parsed": _date(date)}
    return entry


def _author(item: Mapping[str, Any]) -> str | None:
    authors = _list(item.get("authors")) or [item.get("author")]  # the latter in version 1
    names = (author.get("name") for author in authors if isinstance(author, dict))
    return ", ".join(name for name in names if isinstance(name, str)) or None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _date(text: str) -> tuple[int, ...] | None:
    """RFC 3339, as a tuple in UTC; a time without a zone is taken for UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return tuple(moment.astimezone(UTC).timetuple())
    except OverflowError:
        return None
