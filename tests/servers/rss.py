"""Writes small RSS feeds for tests, as a feed server serves them."""

from datetime import datetime
from email.utils import format_datetime

from tests.servers.feeds import Answer


def rss(title: str, *items: tuple[str, datetime | None]) -> Answer:
    """A feed of items by title and date; a title makes the item's address."""
    rows = "".join(
        f"<item><title>{name}</title><link>https://news.example/{name.replace(' ', '-')}</link>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for name, at in items
    )
    body = f'<rss version="2.0"><channel><title>{title}</title>{rows}</channel></rss>'
    return Answer(body.encode())
