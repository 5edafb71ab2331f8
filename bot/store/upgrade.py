"""Takes one step of the schema with Alembic. Which one, and whether there is one, `steps` knows."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def upgrade(connection: Connection, migrations: Path) -> None:
    """Take the next step, in the transaction of this connection."""
    config = Config(attributes={"connection": connection})
    # An ini file's reader gets to see the path, and % means something to it.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    command.upgrade(config, "+1")
