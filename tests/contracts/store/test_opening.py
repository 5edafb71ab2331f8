"""A database that cannot be opened or used says what happened, to what, and what to do now."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.faults import explain
from bot.store.steps import known, newest
from bot.store.store import Store

ROOT = Path(__file__).parents[3]


async def refusal(url: str) -> str:
    with pytest.raises(StoreError) as refused:
        await Database.open(url)
    return str(refused.value)


@pytest.mark.parametrize("form", ["sqlite:///{}", "sqlite+aiosqlite:///{}"])
async def test_sqlite_opens_by_either_name(tmp_path, form):
    database = await Database.open(form.format(tmp_path / "a folder with % and ü.db"))
    assert database.dialect == "sqlite"
    await database.close()


async def test_postgresql_opens_by_either_name(postgres_url):
    for url in (postgres_url, postgres_url.replace("postgresql://", "postgresql+asyncpg://")):
        database = await Database.open(url)
        assert database.dialect == "postgresql"
        await database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "cannot be read"),
        ("", "cannot be read"),
        ("mysql://localhost/x", "no database called mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_an_address_that_we_cannot_use_is_answered_with_the_forms_that_we_can(url, said):
    message = await refusal(url)

    assert said in message
    assert "sqlite:///path/to/file.db or postgresql://user:password@host/database" in message


async def test_a_folder_that_is_not_there_is_named_with_the_remedy(tmp_path):
    message = await refusal(f"sqlite:///{tmp_path}/nowhere/watchfloor.db")

    assert f"The database {tmp_path}/nowhere/watchfloor.db cannot be opened" in message
    assert "make the folder" in message


async def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path):
    assert "cannot be opened" in await refusal(f"sqlite:///{tmp_path}")


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 1000)
    before = letter.read_bytes()

    message = await refusal(f"sqlite:///{letter}")

    assert "is no SQLite database, or its first bytes are damaged" in message
    assert "Restore it from a backup" in message
    assert letter.read_bytes() == before


async def test_a_damaged_file_is_never_recreated_and_says_so(sqlite_url, tmp_path):
    store = await Store.open(sqlite_url)
    await store.workspaces.home()
    await store.close()
    file = tmp_path / "watchfloor.db"
    damaged = bytearray(file.read_bytes())
    damaged[100:4096] = b"\xff" * 3996  # the schema's own page
    file.write_bytes(damaged)

    message = await refusal(sqlite_url)

    assert "is damaged. Stop Watchfloor, keep a copy of the file, and restore it" in message
    assert file.read_bytes() == bytes(damaged)


async def test_a_damage_found_later_is_a_store_error_too(sqlite_url, tmp_path):
    store = await Store.open(sqlite_url)
    await store.workspaces.home()
    await store.close()
    file = tmp_path / "watchfloor.db"
    with sqlite3.connect(file) as connection:
        (page,) = connection.execute(
            "select rootpage from sqlite_master where name = 'workspaces'"
        ).fetchone()
    connection.close()
    damaged = bytearray(file.read_bytes())
    damaged[(page - 1) * 4096 : page * 4096] = b"\xff" * 4096
    file.write_bytes(damaged)

    store = await Store.open(sqlite_url)
    try:
        with pytest.raises(StoreError, match="is damaged"):
            await store.workspaces.found("after the damage")
    finally:
        await store.close()


async def test_a_lock_by_another_program_is_waited_for(sqlite_url, tmp_path):
    store = await Store.open(sqlite_url)
    other = sqlite3.connect(tmp_path / "watchfloor.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        making = asyncio.create_task(store.workspaces.found("while locked"))
        await asyncio.sleep(0.2)
        assert not making.done()
        other.execute("rollback")
        assert (await making).name == "while locked"
    finally:
        other.close()
        await store.close()


async def test_a_lock_that_never_ends_is_a_store_error(sqlite_url, tmp_path):
    store = await Store.open(sqlite_url)
    other = sqlite3.connect(tmp_path / "watchfloor.db", isolation_level=None)
    try:
        other.execute("begin immediate")
        with pytest.raises(StoreError, match="locked by another program for more than 10 seconds"):
            await store.workspaces.found("while locked")
        other.execute("rollback")
        await store.workspaces.found("afterwards")
    finally:
        other.close()
        await store.close()


async def test_a_full_disk_is_a_store_error_and_the_work_goes_on_when_there_is_room(sqlite_url):
    store = await Store.open(sqlite_url)

    async def pages(connection):
        return (await connection.execute(text("pragma page_count"))).scalar_one()

    async def limit(connection):
        have = await pages(connection)
        await connection.execute(text(f"pragma max_page_count = {have}"))

    async def unlimit(connection):
        await connection.execute(text("pragma max_page_count = 1000000"))

    try:
        await store.database.write(limit)
        with pytest.raises(StoreError, match="no room left on its disk"):
            await store.workspaces.found("x" * 100_000)
        await store.database.write(unlimit)
        assert (await store.workspaces.found("x" * 100_000)).name == "x" * 100_000
    finally:
        await store.close()


async def test_on_sqlite_every_commit_is_durable_and_readers_cannot_write(sqlite_url):
    database = await Database.open(sqlite_url)

    async def pragmas(connection):
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
        return {
            name: (await connection.execute(text(f"pragma {name}"))).scalar_one() for name in names
        }

    try:
        assert await database.write(pragmas) == {
            "journal_mode": "wal",
            "synchronous": 2,  # FULL
            "foreign_keys": 1,
            "busy_timeout": 10_000,
            "query_only": 0,
        }
        async with database.reading() as connection:
            assert (await pragmas(connection))["query_only"] == 1
            with pytest.raises(DBAPIError, match="readonly"):
                await connection.execute(text("delete from stamps"))
    finally:
        await database.close()


async def test_closing_leaves_one_file(sqlite_url, tmp_path):
    store = await Store.open(sqlite_url)
    await store.workspaces.home()
    await store.articles.unprocessed(1)
    await store.close()

    assert [file.name for file in tmp_path.iterdir()] == ["watchfloor.db"]


async def test_a_server_that_is_not_there_is_named_without_the_password():
    message = await refusal("postgresql://ann:hunter2@127.0.0.1:1/watchfloor")

    assert "postgresql://ann:***@127.0.0.1:1/watchfloor cannot be reached" in message
    assert "[database] url" in message
    assert "hunter2" not in message


async def test_a_database_that_the_server_does_not_have_is_answered_with_how_to_make_it(
    postgres_server,
):
    url = f"postgresql://postgres@/never_made?host={postgres_server.folder}"

    assert "createdb" in await refusal(url)


async def test_a_user_that_the_server_does_not_know_is_refused_with_the_key_to_change(
    postgres_server,
):
    url = f"postgresql://nobody_we_know:hunter2@/postgres?host={postgres_server.folder}"

    message = await refusal(url)

    assert "refused the user or the password" in message
    assert "nobody_we_know:***" in message
    assert "[database] url" in message


async def test_a_database_that_we_may_not_change_says_so(postgres_url, postgres_server):
    name = postgres_url.removeprefix("postgresql://postgres@/").partition("?")[0]
    postgres_server.execute(name, "create role guest login")
    try:
        message = await refusal(postgres_url.replace("postgres@", "guest@"))
        assert "does not let this user make or change tables" in message
    finally:
        postgres_server.execute(name, "drop role guest")


async def test_a_server_that_restarts_is_found_again(postgres_url, postgres_server):
    store = await Store.open(postgres_url)
    try:
        await store.workspaces.home()
        name = postgres_url.removeprefix("postgresql://postgres@/").partition("?")[0]
        # What a restart does to our connections.
        postgres_server.execute(
            name,
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()",
        )

        assert (await store.workspaces.found("afterwards")).name == "afterwards"
    finally:
        await store.close()


async def test_a_connection_lost_in_the_middle_of_a_write_is_a_store_error(postgres_url):
    store = await Store.open(postgres_url)

    async def suicide(connection):
        await connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    try:
        with pytest.raises(StoreError, match=r"cannot be reached|was stopped or restarted"):
            await store.database.write(suicide)
        assert await store.workspaces.home()
    finally:
        await store.close()


def test_a_database_that_keeps_everybody_waiting_is_a_store_error():
    told = explain(NoConnectionFree("QueuePool limit"), make_url("postgresql://u:p@host/db"))

    assert "postgresql://u:***@host/db was busy for longer than we wait" in str(told)


@pytest.mark.parametrize(
    ("room", "said"), [(0, "a limit of size is reached"), (2**62, "no room left on its disk")]
)
def test_a_disk_that_is_full_is_told_so_though_sqlite_calls_it_an_io_error(
    tmp_path, monkeypatch, room, said
):
    monkeypatch.setattr("bot.store.faults._ROOM", room)  # how much free space is none
    told = explain(sqlite3.OperationalError("disk I/O error"), make_url(f"sqlite:///{tmp_path}/x"))

    assert said in str(told)


def test_a_fault_of_our_own_is_not_dressed_up_as_the_databases():
    url = make_url("sqlite:///x.db")
    wrong_statement = ProgrammingError(
        "select * from x", None, Exception('relation "x" does not exist')
    )

    assert explain(wrong_statement, url) is None
    assert explain(ZeroDivisionError(), url) is None


def test_a_missing_driver_is_named_with_the_command_that_installs_it():
    program = (
        "import asyncio, sys\n"
        "sys.modules['asyncpg'] = None\n"
        "from bot.errors import StoreError\n"
        "from bot.store.store import Store\n"
        "try:\n"
        "    asyncio.run(Store.open('postgresql://localhost/x'))\n"
        "except StoreError as error:\n"
        "    print(error)\n"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )

    assert "pip install 'watchfloor[postgres]'" in ran.stdout


def test_the_steps_are_known_by_their_files_as_alembic_knows_them():
    """Asking Alembic at every start would cost a fifth of it."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "bot/store/migrations"))
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)
    assert [*reversed([each.revision for each in scripts.walk_revisions()])] == list(known())
    assert scripts.get_current_head() == newest()
