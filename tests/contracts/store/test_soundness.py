"""After an unclean stop an SQLite file is looked through before anybody writes to it."""

import logging
import shutil
import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import make_url

from bot.errors import StoreError
from bot.store.soundness import left_open, look_through
from bot.store.store import Store


@pytest.fixture
async def crashed(sqlite_url, tmp_path):
    """A database as a kill leaves it: what was committed last is in the log beside it."""
    store = await Store.open(sqlite_url, alone=True)
    for number in range(300):
        await store.workspaces.found(f"workspace {number} {'x' * 400}")
    place = make_url(sqlite_url).database
    copy = tmp_path / "crashed.db"
    for end in ("", "-wal"):
        shutil.copy(f"{place}{end}", f"{copy}{end}")
    await store.close()
    return copy


async def test_a_sound_file_is_said_to_be_and_opened(crashed, caplog):
    caplog.set_level(logging.INFO)
    url = f"sqlite:///{crashed}"
    assert left_open(make_url(url))
    store = await Store.open(url, alone=True)
    await store.close()
    assert "was not closed properly, and is sound" in caplog.text
    assert not left_open(make_url(url))


async def test_a_damaged_one_is_refused_with_the_remedy_and_left_as_it_is(crashed):
    with sqlite3.connect(crashed) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "select rootpage from sqlite_master where name = 'workspaces'"
        ).fetchone()[0]
    connection.close()
    damaged = bytearray(crashed.read_bytes())
    damaged[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    crashed.write_bytes(damaged)
    crashed.with_name("crashed.db-wal").write_bytes(b"a log that nobody closed")

    with pytest.raises(StoreError, match=r"is damaged\..*watchfloor restore BACKUP"):
        await Store.open(f"sqlite:///{crashed}", alone=True)

    assert crashed.read_bytes() == bytes(damaged)


def test_the_look_ends_when_its_time_is_over_and_says_so(crashed, caplog, monkeypatch):
    monkeypatch.setattr("bot.store.soundness._STEPS", 1)
    assert not look_through(make_url(f"sqlite:///{crashed}"), timedelta(0))
    assert "watchfloor doctor does so to the end" in caplog.text


async def test_after_a_clean_stop_nobody_looks(sqlite_url, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(2):
        store = await Store.open(sqlite_url, alone=True)
        await store.workspaces.home()
        await store.close()
    assert "closed properly" not in caplog.text
