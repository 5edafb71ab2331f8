"""What the bench works on: feeds full of articles, many watchlists, and a store with both.

Every feed counts as read before, so that all it shows is news; it is due at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

import rules
from bot.config import Settings, defaults
from bot.model import Destination
from bot.store.schema import feeds as feeds_table
from bot.store.schema import revisions, stamps, watchlists
from bot.store.store import Store
from tests.benchmarks.rules.articles import Article, invent, load
from tests.benchmarks.rules.watchlists import Desk, names_in

SEED = 11
PER_FEED = 20
CHANNELS = 50
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def articles(data: Path | None, most: int) -> list[Article]:
    """The articles of a folder, or invented ones."""
    return (load(data) if data else invent(SEED))[:most]


def feeds(found: Sequence[Article]) -> list[bytes]:
    """Documents of twenty full articles each."""
    return [
        _document(number, found[number : number + PER_FEED])
        for number in range(0, len(found), PER_FEED)
    ]


def _document(first: int, found: Sequence[Article]) -> bytes:
    at = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    items = "".join(
        f"<item><title>{escape(each.title)}</title><guid>{first + place}</guid>"
        f"<link>https://news.example/{first + place}</link><pubDate>{at}</pubDate>"
        f"<description>{escape(each.body)}</description></item>"
        for place, each in enumerate(found)
    )
    head = f"<rss version='2.0'><channel><title>Feed {first}</title>"
    return f"{head}{items}</channel></rss>".encode()


def queries(found: Sequence[Article], number: int) -> list[str]:
    """Watchlists as the bench of the rules has them, but for those that it could not parse."""
    words = frozenset(word.lower() for each in found for word in each.body.split())
    desk = Desk(names_in(found, frozenset()), words, SEED)
    made: list[str] = []
    for each in desk.write(number + number // 10):
        try:
            rules.parse(each.query())
        except rules.QueryError:
            continue
        made.append(each.query())
    return made[:number]


def settings_for(url: str, port: int, *, stories: bool, lease: float = 60.0) -> Settings:
    """A bot without chats whose feeds are on loopback."""
    return defaults(
        database={"url": url},
        web={"bind": ""},
        fetch={"allow": (f"127.0.0.1:{port}",)},
        stories={"enabled": stories},
        full_text={"read": "never"},
        delivery={"lease_seconds": lease},
    )


async def furnish(store: Store, port: int, documents: int, asked: Sequence[str]) -> None:
    """Subscribe to the feeds and save the watchlists, each for one of fifty channels."""
    home, now = await store.workspaces.home(), datetime.now(UTC)
    for number in range(documents):
        url = f"http://127.0.0.1:{port}/same/{number}"
        await store.feeds.subscribe(home.id, url, f"Feed {number}", by="bench", at=now)
    rows = [
        {
            "id": number,
            "workspace_id": home.id,
            "name_key": f"w{number}",
            "revision": 1,
            "created_by": "bench",
        }
        for number in range(1, len(asked) + 1)
    ]
    kept = [
        {
            "watchlist_id": number,
            "revision": 1,
            "name": f"w{number}",
            "query": query,
            "severity": "notable",
            "destinations": (Destination.parse(f"slack:C{number % CHANNELS}"),),
            "enabled": True,
            "changed_by": "bench",
            "changed_at": now,
        }
        for number, query in enumerate(asked, 1)
    ]

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(insert(watchlists), rows)
        await connection.execute(insert(revisions), kept)
        await connection.execute(update(stamps).values(value=stamps.c.value + 1))

    await store.database.write(work)


async def make_due(store: Store, at: datetime = LONG_AGO) -> None:
    """Let every feed be due from then on, as one that was read before."""
    read = {"last_polled_at": LONG_AGO, "last_success_at": LONG_AGO, "next_poll_at": at}

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(update(feeds_table).values(**read))

    await store.database.write(work)
