"""Where SQLite and PostgreSQL need different words for the same thing, side by side.

Everything else in this room is one text for both; `FOR UPDATE SKIP LOCKED` is too, for SQLite
leaves it out and needs none: it has one writer at a time. This module knows no table.
"""

from enum import IntEnum
from typing import Any

from sqlalchemy import Float, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Insert = sqlite.Insert | postgresql.Insert


class DatabaseClock(FunctionElement[float]):
    """Seconds since 1970 by the database's own clock, which all workers share."""

    type = Float()
    inherit_cache = True


@compiles(DatabaseClock, "sqlite")
def _on_sqlite(element: DatabaseClock, compiler: Any, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseClock, "postgresql")
def _on_postgresql(element: DatabaseClock, compiler: Any, **_: Any) -> str:
    return "(extract(epoch from clock_timestamp())::double precision)"


def insert(connection: AsyncConnection, table: Table) -> Insert:
    """An INSERT that can say ON CONFLICT: the same words, but a class of its own per database."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class Turn(IntEnum):
    """What is done by one transaction at a time; the numbers are PostgreSQL's advisory locks."""

    MIGRATE = 7_301_001
    CLAIM_DELIVERIES = 7_301_002
    TRY_CODE = 7_301_003


async def take_turn(connection: AsyncConnection, turn: Turn) -> None:
    """Wait until no other transaction has this turn, and keep it until ours ends.

    On SQLite a write already began with BEGIN IMMEDIATE, which is the same for all turns at once.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(int(turn))))


async def walk_in_order(connection: AsyncConnection) -> None:
    """Let the rest of this transaction read rows in the order of an index, and not sort them.

    PostgreSQL would sort all that waits for a batch of it, since it expects few; SQLite never does.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.set_config("enable_sort", "off", True)))
