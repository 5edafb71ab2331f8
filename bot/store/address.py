"""The address of a database, read; which driver it gets. It connects to nothing."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import StoreError

__all__ = ["URL", "parse"]

_FORMS = "Write sqlite:///path/to/file.db or postgresql://user:password@host/database."


def parse(text: str) -> URL:
    """The address of a database with our driver in it. Raises StoreError."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise StoreError(f"The database address cannot be read. {_FORMS}") from None
    match url.drivername:
        case "sqlite" | "sqlite+aiosqlite":
            if url.database in {None, "", ":memory:"}:
                raise StoreError(f"The database address names no file. {_FORMS}")
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgresql+asyncpg":
            return url.set(drivername="postgresql+asyncpg")
        case other:
            raise StoreError(f"Watchfloor knows no database called {other}. {_FORMS}")
