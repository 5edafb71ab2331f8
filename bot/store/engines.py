"""How we connect: an engine for each way of using each database, with its pragmas and time limits.

It opens nothing yet and knows no table.
"""

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.errors import StoreError

BUSY_SECONDS = 10
READERS = 4
CHECKPOINT_PAGES = 1000  # SQLite's own default
POSTGRES_CONNECTIONS = 10
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 60
STILL_SECONDS = 15  # no transaction of ours stands still for long, unless its process is frozen


def look_at_sqlite(url: URL) -> None:
    """Open the file, or make it, and read its first page. Blocks; raises sqlite3.Error.

    Done before anything else, since aiosqlite leaves a thread behind where a file cannot be opened,
    and that thread may outlive the loop and then print its own traceback.
    """
    connection = sqlite3.connect(str(url.database), timeout=BUSY_SECONDS)
    try:
        connection.execute("select count(*) from sqlite_master").fetchone()
    finally:
        connection.close()


def sqlite_writer(url: URL, *, alone: bool = False) -> AsyncEngine:
    """The one connection that writes, durable at every commit.

    Unless it is `alone` it leaves the write-ahead log as it is: see `store.alone`. BEGIN IMMEDIATE
    takes the lock before the first statement: a transaction that starts by reading and then finds
    that somebody else has written could only fail.
    """
    pragmas = (
        f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES if alone else 0}",
    )
    engine = create_async_engine(url, pool_size=1, max_overflow=0)
    return _sqlite(engine, pragmas, "BEGIN IMMEDIATE")


def sqlite_readers(url: URL) -> AsyncEngine:
    """A few connections that only read: each sees the state at its first statement."""
    pragmas = (f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}", "PRAGMA query_only = ON")
    engine = create_async_engine(url, pool_size=READERS, max_overflow=0)
    return _sqlite(engine, pragmas, "BEGIN")


def _sqlite(engine: AsyncEngine, pragmas: tuple[str, ...], begin: str) -> AsyncEngine:
    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Python's driver would begin transactions by itself, late and only for some statements.
        connection.isolation_level = None
        try:
            cursor = connection.cursor()
            for pragma in pragmas:
                cursor.execute(pragma)
            cursor.close()
        except BaseException:
            connection.close()  # the pool never got it, so nobody else would
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgresql(url: URL) -> AsyncEngine:
    """A pool that notices when the server was restarted. Raises StoreError without its driver.

    A process that is frozen inside a transaction keeps its locks from nobody for long.
    """
    try:
        engine = create_async_engine(
            url,
            pool_size=POSTGRES_CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args={"timeout": CONNECT_SECONDS, "command_timeout": STATEMENT_SECONDS},
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "The driver for PostgreSQL is not installed."
            " Install it: pip install 'watchfloor[postgres]'"
        ) from error

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Not as a parameter of the connection itself: poolers refuse those that they do not know.
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{STILL_SECONDS}s'")
        cursor.close()
        connection.commit()

    return engine
