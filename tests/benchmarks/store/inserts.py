"""Articles per second: our polls beside the bare driver that writes the same rows, index included.

The bare driver knows no lease and asks no question. It reads the keys as ours does, since both have
the index; how fast it is when it is handed the keys is told as well. Both commit durably after each
poll's articles, in turns and in the same database.
"""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

import asyncpg

from bot.model import Entry
from bot.store.reading import keys_of
from tests.benchmarks.store.worlds import AT_ONCE, NOW, World

_SQLITE = (
    "insert into articles (feed_id, identity, title, body, url, source, source_host,"
    " published_day_only, tags, first_seen_at, state, baseline, processed_at, held_back, edits)"
    " values (1, ?, ?, ?, ?, ?, ?, 0, '[]', ?, 'processed', 1, ?, 0, 0)"
)
_POSTGRESQL = (
    "insert into articles (feed_id, identity, title, body, url, source, source_host,"
    " published_day_only, tags, first_seen_at, state, baseline, processed_at, held_back, edits)"
    " values (1, $1, $2, $3, $4, $5, $6, false, '[]', $7, 'processed', true, $8, false, 0)"
    " returning id"
)


@dataclass(frozen=True, slots=True)
class Inserts:
    """Articles per second, round by round; `handed` is the bare driver that reads no keys."""

    database: str
    ours: Sequence[float]
    bare: Sequence[float]
    handed: Sequence[float]

    @property
    def ratio(self) -> float:
        """Our speed as a part of the bare driver's."""
        return median(a / b for a, b in zip(self.ours, self.bare, strict=True))

    @property
    def ratio_handed(self) -> float:
        """The same, where the bare driver is handed the keys."""
        return median(a / b for a, b in zip(self.ours, self.handed, strict=True))


async def measure(world: World, entries: Iterator[Entry], rounds: int, polls: int) -> Inserts:
    """So many rounds of so many polls each, ours and the bare driver's in turns."""
    ours, bare, handed = [], [], []
    for number in range(rounds):
        batches = _batches(entries, polls)
        at = NOW + timedelta(minutes=number)
        started = time.perf_counter()
        for batch in batches:
            await world.poll(batch, at)
        ours.append(polls * AT_ONCE / (time.perf_counter() - started))
        batches = _batches(entries, polls)
        started = time.perf_counter()
        keys = [await keys_of(batch) for batch in batches]
        reading = time.perf_counter() - started
        writing = await _bare(world, batches, keys)
        bare.append(polls * AT_ONCE / (reading + writing))
        handed.append(polls * AT_ONCE / writing)
    return Inserts(world.name, ours, bare, handed)


def _batches(entries: Iterator[Entry], polls: int) -> list[list[Entry]]:
    return [[next(entries) for _ in range(AT_ONCE)] for _ in range(polls)]


async def _bare(
    world: World, batches: Sequence[list[Entry]], keys: Sequence[Mapping[str, str]]
) -> float:
    """The seconds that the bare driver takes."""
    if world.name == "SQLite":
        return _on_sqlite(world.url, batches, keys)
    return await _on_postgresql(world.url, batches, keys)


def _on_sqlite(
    url: str, batches: Sequence[list[Entry]], keys: Sequence[Mapping[str, str]]
) -> float:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as database:
        database.execute("pragma synchronous = full")
        database.execute("pragma foreign_keys = on")
        started = time.perf_counter()
        for batch, words in zip(batches, keys, strict=True):
            database.execute("begin immediate")
            (last,) = database.execute("select coalesce(max(id), 0) from articles").fetchone()
            database.executemany(_SQLITE, [_row(each, str(NOW)) for each in batch])
            ids = range(last + 1, last + 1 + len(batch))
            rows = [(id_, words[each.identity]) for id_, each in zip(ids, batch, strict=True)]
            database.executemany("insert into readings values (?, 1, ?)", rows)
            database.execute("delete from unread where article_id > ?", (last,))
            names = [(each.identity, id_, str(NOW)) for id_, each in zip(ids, batch, strict=True)]
            database.executemany("insert into names values (1, ?, ?, ?)", names)
            database.execute("commit")
        return time.perf_counter() - started


async def _on_postgresql(
    url: str, batches: Sequence[list[Entry]], keys: Sequence[Mapping[str, str]]
) -> float:
    database = await asyncpg.connect(url)
    try:
        started = time.perf_counter()
        for batch, words in zip(batches, keys, strict=True):
            async with database.transaction():
                made = await database.fetchmany(_POSTGRESQL, [_row(each, NOW) for each in batch])
                ids = [row["id"] for row in made]
                rows = [(id_, words[each.identity]) for id_, each in zip(ids, batch, strict=True)]
                await database.executemany(
                    "insert into readings values ($1, 1, cast($2::text as tsvector))", rows
                )
                await database.execute("delete from unread where article_id = any($1)", ids)
                names = [(each.identity, id_, NOW) for id_, each in zip(ids, batch, strict=True)]
                await database.executemany("insert into names values (1, $1, $2, $3)", names)
        return time.perf_counter() - started
    finally:
        await database.close()


def _row(entry: Entry, at: Any) -> tuple[Any, ...]:
    host = "news.example"
    return (entry.identity, entry.title, entry.body, entry.url, host, host, at, at)
