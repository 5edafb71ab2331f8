"""A newspaper's feed for tests: what it prints can be changed between two polls."""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.servers.feeds import Answer, Request


@dataclass(frozen=True, slots=True)
class Story:
    """One item; what is None is left out."""

    title: str
    guid: str | None = None
    link: str | None = None
    body: str = ""
    published: datetime | None = None

    def __str__(self) -> str:
        date = format_datetime(self.published, usegmt=True) if self.published else None
        parts = {
            "title": self.title,
            "link": self.link,
            "description": self.body,
            "pubDate": date,
        }
        inner = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in parts.items() if text)
        guid = f'<guid isPermaLink="false">{escape(self.guid)}</guid>' if self.guid else ""
        return f"<item>{guid}{inner}</item>"


def rss(stories: Iterable[Story], head: str = "") -> bytes:
    """A document."""
    inner = "".join(map(str, stories))
    return (
        f'<rss version="2.0"><channel><title>The Paper</title>{head}{inner}</channel></rss>'
    ).encode()


class Newspaper:
    """Answers with its stories, and 304 to whoever has them; a handler for `FeedServer.tell`."""

    def __init__(self, *stories: Story, head: str = "", **headers: str) -> None:
        self.stories = list(stories)
        self.head = head
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
        body = rss(self.stories, self.head)
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers: dict[str, str | bytes] = {**self.headers, "ETag": etag}
        if request.headers.get("if-none-match") == etag.encode():
            await Answer(status=304, headers=headers)(request, writer)
        else:
            await Answer(body, headers=headers)(request, writer)
