"""The program's own database, looked at from outside: is it sound, and did anything stay behind?

What arrived is never read here: that stands in the logs of the chats.
"""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

LEFT_BEHIND = {
    "articles that were never decided": "select count(*) from articles where state = 'new'",
    "deliveries that are not over": "select count(*) from deliveries where state in"
    " ('pending', 'sending', 'uncertain')",
    "deliveries that were given up": "select count(*) from deliveries where state in"
    " ('dead', 'blocked')",
}


@dataclass(frozen=True, slots=True)
class Books:
    """A database by its address."""

    url: str

    async def ask(self, question: str) -> list[tuple[object, ...]]:
        """Rows of a question; none while the tables are not there yet."""
        url = make_url(self.url)
        driver = "sqlite+aiosqlite" if url.get_backend_name() == "sqlite" else "postgresql+asyncpg"
        engine = create_async_engine(url.set(drivername=driver), poolclass=NullPool)
        try:
            async with engine.connect() as connection:
                return [tuple(row) for row in await connection.execute(text(question))]
        except DBAPIError:
            return []
        finally:
            await engine.dispose()

    async def read_every_feed(self) -> bool:
        """Whether each feed was read once, so that all that comes later is news."""
        polled = await self.ask("select last_success_at is not null from feeds")
        return bool(polled) and all(each for (each,) in polled)

    async def left_behind(self) -> list[str]:
        """What should not be there when everything was told."""
        found = []
        for name, question in LEFT_BEHIND.items():
            [(how_many,)] = await self.ask(question)
            if how_many:
                found.append(f"{how_many} {name}")
        return found

    def damage(self) -> list[str]:
        """What is wrong with a file of SQLite, as it lies there after a kill.

        A copy is looked at: opening the file itself would tidy up what the program has to.
        PostgreSQL is another process, which our kills do not touch.
        """
        url = make_url(self.url)
        if url.get_backend_name() != "sqlite" or not Path(str(url.database)).exists():
            return []
        with TemporaryDirectory() as folder:
            for end in ("", "-wal"):
                if (part := Path(f"{url.database}{end}")).exists():
                    shutil.copy(part, Path(folder) / f"copy{end}")
            connection = sqlite3.connect(Path(folder) / "copy")
            try:
                said = [row[0] for row in connection.execute("PRAGMA integrity_check")]
                orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            except sqlite3.DatabaseError as error:
                return [str(error)]
            finally:
                connection.close()
        faults = [] if said == ["ok"] else said
        return faults + [f"a row of {table} refers to nothing" for table, *_ in orphans]
