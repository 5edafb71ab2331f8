"""A backup is whole or not there, and a restored one never tells anything a second time."""

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from bot.config import WatchlistEntry
from bot.errors import StoreError
from bot.message import Answer
from bot.model import Cadence, DeliveryState, Destination
from bot.pipeline import poll_due_feeds
from bot.store.alone import alone
from bot.store.backup import back_up, daily_backup, restore
from bot.store.database import Database
from bot.store.steps import take_one_step
from bot.store.store import Store
from tests.servers.newspaper import Story
from tests.stage import HandClock, stage

HOUR = timedelta(hours=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


def content(url: str) -> bytes:
    return Path(url.removeprefix("sqlite:///")).read_bytes()


async def test_a_restored_backup_sends_nothing_a_second_time(settings, paper, now, file):
    clock = HandClock(now)
    async with stage(settings, clock) as play:
        await play.tick(now)
        paper.stories.insert(
            0,
            Story("Refinery in Kursk burns after a drone strike at night", guid="1", published=now),
        )
        await play.tick(now + HOUR)
        assert len(play.posted) == 1
        # One message waits, and one article is not decided, when the backup is made.
        home = play.bot.home.id
        here = Destination.parse("console")
        await play.bot.store.outbox.post(home, here, Answer("waits"), "waits", now)
        paper.stories.insert(
            0,
            Story(
                "Chess: a girl of twelve wins the open tournament of Kursk", guid="2", published=now
            ),
        )
        clock.now = now + 2 * HOUR
        await poll_due_feeds(play.bot.flow, clock.now)
        back_up(settings.database.url, file)
        await play.tick(now + 2 * HOUR)
        paper.stories.insert(
            0,
            Story(
                "Floods close the railway bridge near Kursk until spring", guid="3", published=now
            ),
        )
        await play.tick(now + 3 * HOUR)
        assert len(play.posted) == 4

    restore(settings.database.url, file, now)

    async with stage(settings, HandClock(now)) as again:
        await again.tick(now + 4 * HOUR)
        await again.tick(now + 5 * HOUR)
        assert again.posted == []
        dead = await again.bot.store.outbox.troubled(again.bot.home.id)
        assert [each.error for each in dead] == [
            "It waited when the backup was made, and was not sent after the restore."
        ]
        paper.stories.insert(
            0, Story("Orchestra from Kursk tours Brazil with Shostakovich", guid="4", published=now)
        )
        await again.tick(now + 6 * HOUR)
        assert len(again.posted) == 1


async def test_a_backup_of_a_database_in_use_is_whole(sqlite_url, file, now):
    store = await Store.open(sqlite_url)
    try:
        home = await store.workspaces.home()
        await store.feeds.subscribe(home.id, "http://feeds.example/a", "A", by="ann", at=now)
        assert back_up(sqlite_url, file) == file.stat().st_size
    finally:
        await store.close()
    copy = await Store.open(f"sqlite:///{file}")
    try:
        assert [each.name for each in await copy.feeds.of(home.id)] == ["A"]
    finally:
        await copy.close()


async def test_restore_keeps_what_it_replaces(sqlite_url, file, now, tmp_path):
    await (await Store.open(sqlite_url)).close()
    back_up(sqlite_url, file)
    old = restore(sqlite_url, file, now)
    assert old is not None
    assert old.exists()
    assert sorted(each.name for each in tmp_path.glob("*.part*")) == []


async def test_nothing_is_restored_under_a_running_worker(sqlite_url, file, now):
    await (await Store.open(sqlite_url)).close()
    back_up(sqlite_url, file)
    before = content(sqlite_url)
    with alone(sqlite_url), pytest.raises(StoreError, match="works on"):
        restore(sqlite_url, file, now)
    assert content(sqlite_url) == before


@pytest.mark.parametrize("kind", ["letter", "flipped", "newer", "missing"])
async def test_a_backup_that_cannot_be_trusted_is_refused_and_changes_nothing(
    sqlite_url, file, now, kind
):
    await (await Store.open(sqlite_url)).close()
    back_up(sqlite_url, file)
    if kind == "letter":
        file.write_text("Dear Sir or Madam, " * 500)
    elif kind == "flipped":
        damaged = bytearray(file.read_bytes())
        damaged[4096:8192] = b"\xff" * 4096
        file.write_bytes(damaged)
    elif kind == "newer":
        with sqlite3.connect(file) as copy:
            copy.execute("update alembic_version set version_num = '9999'")
        copy.close()
    else:
        file.unlink()
    before = content(sqlite_url)
    with pytest.raises(StoreError):
        restore(sqlite_url, file, now)
    assert content(sqlite_url) == before


def test_there_is_nothing_to_back_up_before_the_first_start(sqlite_url, file):
    with pytest.raises(StoreError, match="no database"):
        back_up(sqlite_url, file)
    assert not file.exists()


def test_postgresql_is_left_to_its_own_tools(file, now):
    for deed in (
        lambda: back_up("postgresql://h/d", file),
        lambda: restore("postgresql://h/d", file, now),
    ):
        file.write_text("x")
        with pytest.raises(StoreError, match="pg_dump"):
            deed()


async def test_a_day_has_one_backup_and_only_the_newest_are_kept(sqlite_url, tmp_path, now):
    await (await Store.open(sqlite_url)).close()
    folder = tmp_path / "backups"
    for day in range(9):
        assert daily_backup(sqlite_url, folder, 7, now + timedelta(days=day)) is not None
        assert daily_backup(sqlite_url, folder, 7, now + timedelta(days=day)) is None
    names = sorted(each.name for each in folder.iterdir())
    assert names == [f"watchfloor-2026-03-0{day}.db" for day in range(3, 10)]


async def test_before_a_migration_the_file_is_copied_beside_itself(sqlite_url, tmp_path):
    old = await Database.connect(sqlite_url)
    for _ in range(5):
        await old.write(take_one_step)
    await old.close()

    again = await Database.open(sqlite_url)
    have, newest = await again.schema()
    await again.close()
    assert have == newest

    copy = await Database.connect(f"sqlite:///{tmp_path}/watchfloor.db.schema-0005")
    assert (await copy.schema())[0] == "0005"
    await copy.close()


async def test_what_waited_in_a_backup_is_dead_in_the_restored_database(sqlite_url, file, now):
    lost = Destination.parse("slack:C1")
    store = await Store.open(sqlite_url)
    home = await store.workspaces.home()
    await store.outbox.post(home.id, Destination.parse("console"), Answer("x"), "x", now)
    await store.outbox.post(home.id, lost, Answer("blocked"), "blocked", now)
    await store.places.lose(lost, "The bot was removed.", now)
    await store.close()
    back_up(sqlite_url, file)
    restore(sqlite_url, file, now)
    store = await Store.open(sqlite_url)
    try:
        assert await store.places.find_again(lost, now + HOUR)
        assert (await store.outbox.counts())[DeliveryState.DEAD] == 2
        assert await store.outbox.pending() == 0
    finally:
        await store.close()


async def test_what_is_retried_after_a_restore_is_looked_for_first(sqlite_url, file, now):
    here = Destination.parse("slack:C1")
    store = await Store.open(sqlite_url)
    home = await store.workspaces.home()
    await store.outbox.post(home.id, here, Answer("x"), "x", now)
    await store.close()
    back_up(sqlite_url, file)
    restore(sqlite_url, file, now)
    store = await Store.open(sqlite_url)
    try:
        (dead,) = await store.troubles.of(home.id)
        retried = await store.troubles.retry(home.id, [dead.id], to=here, by="ann", at=now)
        assert (retried.to_send, retried.to_look_for) == (0, 1)
        (unsure,) = await store.troubles.of(home.id)
        assert unsure.attempt_started_at == now  # nothing of it can be older than itself
    finally:
        await store.close()


async def test_a_digest_that_waited_in_a_backup_does_not_come_a_second_time(
    settings, paper, now, file
):
    daily = WatchlistEntry(name="burning", query="Kursk", delivery=Cadence.DAILY)
    settings = settings.model_copy(update={"watchlists": (daily,)})
    async with stage(settings, HandClock(now)) as play:
        await play.tick(now)
        paper.stories.insert(
            0, Story("Refinery in Kursk burns after a drone strike", guid="1", published=now)
        )
        await play.tick(now + HOUR)
        assert play.posted == []
        back_up(settings.database.url, file)
        await play.tick(now + 24 * HOUR)
        assert len(play.posted) == 1

    restore(settings.database.url, file, now)

    async with stage(settings, HandClock(now)) as again:
        await again.tick(now + 25 * HOUR)
        await again.tick(now + 49 * HOUR)
        assert again.posted == []
        (dead,) = await again.bot.store.outbox.troubled(again.bot.home.id)
        assert dead.error is not None
        assert "not sent after the restore" in dead.error


@pytest.mark.parametrize("there", [True, False])
async def test_a_restored_database_belongs_to_who_had_it_or_has_its_folder(tmp_path, now, there):
    folder = tmp_path / "service"
    folder.mkdir(0o750)
    place = folder / "watchfloor.db"
    url, backup = f"sqlite:///{place}", tmp_path / "copy.db"
    await (await Store.open(url)).close()
    back_up(url, backup)
    place.chmod(0o660)
    if not there:
        place.unlink()
    nobody = 65534 if os.geteuid() == 0 else os.geteuid()
    for each in (folder, *folder.glob("*")):
        os.chown(each, nobody, -1)
    restore(url, backup, now)
    restored = place.stat()
    assert restored.st_uid == nobody
    assert S_IMODE(restored.st_mode) == (0o660 if there else 0o640)
    assert {each.stat().st_uid for each in folder.iterdir()} == {nobody}
