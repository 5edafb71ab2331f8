"""On SQLite one worker is alone with its file; on PostgreSQL workers share."""

import asyncio
import os
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.errors import StoreError
from bot.store.alone import alone, is_taken
from bot.store.store import Store

ROOT = Path(__file__).parents[3]
HOLDER = """
import sys, time
from bot.store.alone import alone
with alone(sys.argv[1]):
    print("alone", flush=True)
    time.sleep(60)
"""
ROOT_RUNS_US = os.geteuid() == 0
NOBODY = 65534
SERVICE = f"""
import os, sys
from bot.errors import StoreError
from bot.store.address import parse
from bot.store.alone import alone
parse(sys.argv[1]).get_dialect()  # what root can read, its user perhaps cannot
if {ROOT_RUNS_US}:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    with alone(sys.argv[1]) as mine:
        print(mine)
except StoreError as error:
    print(error)
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


@pytest.fixture
def service():
    """A folder of a user of its own, where that may be; and a way to be alone as that user."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = folder / "watchfloor.db"
        database.touch()
        for each in (folder, database):
            if ROOT_RUNS_US:
                os.chown(each, NOBODY, NOBODY)

        def try_alone():
            url = f"sqlite:///{database}"
            done = subprocess.run(
                [sys.executable, "-c", SERVICE, url], cwd=ROOT, capture_output=True, check=True
            )
            return done.stdout.decode().strip()

        yield SimpleNamespace(database=database, try_alone=try_alone)


def test_a_lock_that_root_makes_belongs_to_the_owner_of_the_database(service):
    with alone(f"sqlite:///{service.database}"):
        lock = service.database.with_name("watchfloor.db.lock")
        assert lock.stat().st_uid == service.database.stat().st_uid
        assert "Another Watchfloor works" in service.try_alone()
    assert service.try_alone() == "True"


def test_a_lock_that_may_only_be_read_still_keeps_others_out(service):
    lock = service.database.with_name("watchfloor.db.lock")
    lock.touch(0o444)
    assert service.try_alone() == "True"
    with alone(f"sqlite:///{service.database}"):
        assert "Another Watchfloor works" in service.try_alone()


def test_a_lock_that_cannot_be_opened_is_a_refusal_with_a_remedy(service):
    lock = service.database.with_name("watchfloor.db.lock")
    lock.touch(0o000)
    said = service.try_alone()
    assert f"{lock} cannot be opened (Permission denied)" in said
    assert f"chown --reference={service.database} {lock}" in said


def test_whoever_looks_whether_a_worker_is_there_leaves_nothing_behind(sqlite_url, tmp_path):
    assert not is_taken(sqlite_url)
    assert list(tmp_path.glob("*.lock")) == []
    with alone(sqlite_url):
        assert is_taken(sqlite_url)
    assert not is_taken(sqlite_url)


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
