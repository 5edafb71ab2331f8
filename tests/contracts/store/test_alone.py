"""On SQLite one worker is alone with its file; on PostgreSQL workers share."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store.alone import alone
from bot.store.store import Store

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys, time
from bot.store.alone import alone
with alone(sys.argv[1]):
    print("alone", flush=True)
    time.sleep(60)
"""


def test_a_second_worker_on_the_same_file_is_refused_in_plain_words(sqlite_url, tmp_path):
    with alone(sqlite_url) as is_alone:
        assert is_alone
        with pytest.raises(StoreError, match=r"works on .*watchfloor\.db already\. Stop it first"):
            alone(sqlite_url).__enter__()
    with alone(sqlite_url) as is_alone:
        assert is_alone


async def test_a_worker_that_was_killed_holds_nothing(sqlite_url):
    holder = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLDER, sqlite_url), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    await holder.stdout.readline()
    with pytest.raises(StoreError):
        alone(sqlite_url).__enter__()
    holder.kill()
    await holder.wait()
    with alone(sqlite_url) as is_alone:
        assert is_alone


def test_workers_on_postgresql_share(postgres_url):
    with alone(postgres_url) as first, alone(postgres_url) as second:
        assert (first, second) == (False, False)


def test_where_the_folder_is_missing_the_database_says_so_itself(tmp_path):
    with alone(f"sqlite:///{tmp_path}/nowhere/watchfloor.db") as is_alone:
        assert not is_alone


@pytest.mark.parametrize(("is_alone", "pages"), [(True, 1000), (False, 0)])
async def test_only_who_is_alone_moves_the_log_into_the_file(sqlite_url, is_alone, pages):
    store = await Store.open(sqlite_url, alone=is_alone)
    try:

        async def ask(connection):
            found = await connection.exec_driver_sql("PRAGMA wal_autocheckpoint")
            return found.scalar_one()

        assert await store.database.write(ask) == pages
    finally:
        await store.close()


async def test_feeds_that_the_dead_had_claimed_are_free_at_once(store, home, hand):
    await hand.subscribe(home)
    (lost,) = await hand.claim_feeds(lease=timedelta(hours=1))
    assert await hand.claim_feeds() == ()

    await store.feeds.take_over()

    (found,) = await hand.claim_feeds()
    assert found.id == lost.id
    assert await hand.poll(lost, []) is None
