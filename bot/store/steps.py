"""The steps of the schema: which there are, which one a database has reached, and the next one.

Each step is taken in the caller's transaction; nothing is opened or committed here.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.differences import Turn, take_turn

_MIGRATIONS = Path(__file__).parent / "migrations"


async def take_one_step(connection: AsyncConnection) -> bool:
    """Migrate by one step. False means that the schema is up to date."""
    await take_turn(connection, Turn.MIGRATE)
    return await connection.run_sync(_step)


def _step(connection: Connection) -> bool:
    known = scripts()
    have = revision(connection)
    if have == known.get_current_head():
        return False
    if have is not None and have not in {script.revision for script in known.walk_revisions()}:
        raise StoreError(
            f"The database has schema {have}, which is newer than this program"
            f" ({known.get_current_head()}). Install the newer Watchfloor, or restore a backup"
            " from before the upgrade."
        )
    command.upgrade(_alembic(connection), "+1")
    return True


def revision(connection: Connection) -> str | None:
    """The schema that a database has; None if it has none yet."""
    return MigrationContext.configure(connection).get_current_revision()


def is_older(have: str | None) -> bool:
    """Whether a database lacks steps that this program knows, and has had others of them."""
    known = scripts()
    return have != known.get_current_head() and have in {
        script.revision for script in known.walk_revisions()
    }


def scripts() -> ScriptDirectory:
    """All steps that this program knows."""
    return ScriptDirectory.from_config(_alembic(None))


def _alembic(connection: Connection | None) -> Config:
    config = Config(attributes={"connection": connection})
    # An ini file's reader gets to see the path, and % means something to it.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
