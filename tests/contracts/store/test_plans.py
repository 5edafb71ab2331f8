"""What is asked at every tick reads an index and never a whole table, however much is kept."""

import sqlite3
from contextlib import closing

import pytest

from bot.store.store import Store


@pytest.fixture
async def store(sqlite_url):
    """SQLite alone: its plans follow from the schema, PostgreSQL's from how full the tables are."""
    store = await Store.open(sqlite_url)
    yield store
    await store.close()


async def test_no_tick_reads_a_whole_table_or_sorts_one(store, home, hand, asked, tmp_path, now):
    article = await hand.article(home)
    await hand.post(home, "a")
    await hand.subscribe(home, "http://feeds.example/due")
    asked.clear()

    await hand.claim_feeds()
    await store.articles.unprocessed(50)
    await store.articles.told([article])
    await hand.claim()
    await store.pages.awaiting(50)
    await store.pages.any_waits(now)
    await store.watchlists.stamp()
    await store.articles.newest(home.id, limit=10, before=(now, article.id))

    limited = 0
    with closing(sqlite3.connect(tmp_path / "watchfloor.db")) as database:
        for statement, parameters in asked:
            if not statement.lstrip().lower().startswith("select"):
                continue
            plan = [
                step[3] for step in database.execute(f"explain query plan {statement}", parameters)
            ]
            assert not [step for step in plan if step.startswith("SCAN") and "INDEX" not in step]
            if "LIMIT" in statement:  # else it asks for a few rows by their keys
                limited += 1
                assert not [step for step in plan if "TEMP B-TREE" in step], statement
    assert limited == 6


async def test_a_tick_that_finds_nothing_due_writes_nothing(store, home, hand):
    changes = "select total_changes()"

    async def count(connection):
        return (await connection.exec_driver_sql(changes)).scalar_one()

    before = await store.database.write(count)
    assert await hand.claim_feeds() == ()
    assert await hand.claim() == ()
    assert await store.database.write(count) == before
