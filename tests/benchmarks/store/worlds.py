"""A store on each database for the bench, alone in a folder or on a server of its own.

PostgreSQL writes durably and has 256 MB of buffers; else it has the settings of the tests.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model import Entry, WorkspaceId
from bot.store.store import Store
from tests.servers.postgres import running

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FEED = "https://news.example/feed"
LONG = timedelta(hours=1)
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class World:
    """An open store with one feed that is read at home."""

    name: str
    url: str
    store: Store
    home: WorkspaceId

    async def poll(self, entries: Sequence[Entry], at: datetime) -> None:
        """Record what one poll of the feed brought."""
        (due,) = await self.store.feeds.claim_due(at, limit=1, lease=LONG)
        await self.store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=None,
            entries=entries,
            error=None,
            baseline=True,
        )


@contextmanager
def urls() -> Iterator[dict[str, str]]:
    """The address of an empty database of each kind; they go when the block ends."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(fsync="on", full_page_writes="on", shared_buffers="256MB") as server,
    ):
        yield {
            "SQLite": f"sqlite:///{Path(folder)}/watchfloor.db",
            "PostgreSQL": server.create("bench"),
        }


@asynccontextmanager
async def opened(name: str, url: str) -> AsyncIterator[World]:
    """The store at an address, subscribed to the feed."""
    store = await Store.open(url, alone=True)
    try:
        home = await store.workspaces.home()
        await store.feeds.subscribe(home.id, FEED, "Feed", by="bench", at=NOW)
        yield World(name, url, store, home.id)
    finally:
        await store.close()
