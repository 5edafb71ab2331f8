"""The steps of the schema: which there are, which one a database has reached, and the next one.

Each step is taken in the caller's transaction; nothing is opened or committed here. Alembic, which
costs a fifth of a start, is asked only when there is a step to take.
"""

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.differences import Turn, take_turn

_MIGRATIONS = Path(__file__).parent / "migrations"
_STEP = re.compile(r"(\d{4})_\w+\.py")


async def take_one_step(connection: AsyncConnection) -> bool:
    """Migrate by one step. False means that the schema is up to date."""
    await take_turn(connection, Turn.MIGRATE)
    return await connection.run_sync(_step)


def _step(connection: Connection) -> bool:
    have = revision(connection)
    if have == newest():
        return False
    if have is not None and have not in known():
        raise StoreError(
            f"The database has schema {have}, which is newer than this program"
            f" ({newest()}). Install the newer Watchfloor, or restore a backup"
            " from before the upgrade."
        )
    from bot.store.upgrade import upgrade  # late, for Alembic comes with it

    upgrade(connection, _MIGRATIONS)
    return True


def revision(connection: Connection) -> str | None:
    """The schema that a database has; None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    row = connection.execute(text("select version_num from alembic_version")).first()
    return None if row is None else str(row.version_num)


def is_older(have: str | None) -> bool:
    """Whether a database lacks steps that this program knows, and has had others of them."""
    return have != newest() and have in known()


@cache
def known() -> tuple[str, ...]:
    """All steps that this program knows, by number; each has a file named for it."""
    names = (_STEP.fullmatch(file.name) for file in (_MIGRATIONS / "versions").iterdir())
    return tuple(sorted(name[1] for name in names if name))


def newest() -> str:
    """The last of them."""
    return known()[-1]
