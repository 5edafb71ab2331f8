"""Opens the database, migrates it, and hands out connections for reading and for writing.

A write is one transaction that a cancellation cannot tear apart. It knows no table and no domain.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.store.address import parse
from bot.store.backup import back_up_before_migrating
from bot.store.engines import look_at_sqlite, postgresql, sqlite_readers, sqlite_writer
from bot.store.faults import explain
from bot.store.soundness import left_open, look_through
from bot.store.steps import is_older, newest, revision, take_one_step

T = TypeVar("T")


class Database:
    """One database: an engine that writes and one that reads; on PostgreSQL they are the same."""

    def __init__(self, url: URL, writer: AsyncEngine, readers: AsyncEngine) -> None:
        self._url = url
        self._writer = writer
        self._readers = readers
        self.faults: Counter[str] = Counter()  # by kind, since this process began

    @classmethod
    async def open(cls, url: str, *, alone: bool = False) -> Self:
        """Connect and bring the schema up to date.

        Takes `sqlite:///path` and `postgresql://...`, with or without the driver's name. `alone`
        says that no other worker writes: only such a one moves SQLite's log into its file, and
        looks through one that was not closed properly. Raises StoreError, with the remedy, if the
        database cannot be reached, read, written or migrated.
        """
        database = await cls.connect(url, alone=alone)
        try:
            await database.migrate()
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    async def connect(cls, url: str, *, alone: bool = False) -> Self:
        """Connect as `open` does, and leave the schema as it is."""
        parsed = parse(url)
        if parsed.get_backend_name() == "sqlite":
            database = cls(parsed, sqlite_writer(parsed, alone=alone), sqlite_readers(parsed))
        else:
            engine = postgresql(parsed)
            database = cls(parsed, engine, engine)
        try:
            await database._look(alone=alone)
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._writer.dialect.name

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(str(self._url.database)) if self.dialect == "sqlite" else None

    async def migrate(self) -> None:
        """Take the steps that the schema lacks, each in a transaction of its own.

        Two processes may start at once: the second waits for each step of the first and then finds
        it done. A file of SQLite is copied first. Raises StoreError if the schema is newer than
        this program.
        """
        have, _ = await self.schema()
        if have is not None and self.dialect == "sqlite" and is_older(have):
            await asyncio.to_thread(back_up_before_migrating, self._url, have)
        while await self.write(take_one_step):
            pass

    async def schema(self) -> tuple[str | None, str | None]:
        """The schema that the database has, and the newest that this program knows."""
        async with self.reading() as connection:
            have = await connection.run_sync(revision)
        return have, newest()

    async def close(self) -> None:
        """Let go of every connection; a write that runs is waited for by whoever started it."""
        await self._readers.dispose()
        await self._writer.dispose()  # last: it alone may move SQLite's log into the file

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one state of the database. Raises StoreError if it fails."""
        with self._faults_explained():
            async with self._readers.begin() as connection:
                yield connection

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run `work` in one transaction and commit it; if `work` raises, all of it is rolled back.

        A cancellation waits until the transaction has ended, one way or the other: a statement
        that is torn off would leave SQLite locked. `work` must not call `write` again: there is one
        writer. Raises StoreError if the database fails.
        """
        transaction = asyncio.create_task(self._transaction(work))
        try:
            return await asyncio.shield(transaction)
        except asyncio.CancelledError:
            await _to_its_end(transaction)
            raise

    async def _look(self, *, alone: bool) -> None:
        if self.dialect != "sqlite":
            return
        with self._faults_explained():
            # Only who is alone knows that an open log is not somebody's who is at work.
            if alone and left_open(self._url):
                await asyncio.to_thread(look_through, self._url)
            await asyncio.to_thread(look_at_sqlite, self._url)

    async def _transaction(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        with self._faults_explained():
            async with self._writer.begin() as connection:
                return await work(connection)

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            explained = explain(error, self._url)
            self.faults[type(error).__name__] += explained is not None
            if explained is None:
                raise
            raise explained from error


async def _to_its_end(task: asyncio.Task[Any]) -> None:
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            continue  # asked again to hurry; the caller passes the cancellation on afterwards
    if not task.cancelled():
        task.exception()  # seen: whoever was cancelled no longer asks for it
