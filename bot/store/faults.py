"""What went wrong with the database, in sentences for people: which database, what, what now.

It decides nothing; a fault that it does not know is not dressed up and goes on as it is.
"""

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import StoreError

# Fragments of what SQLite and PostgreSQL themselves say, with what that means for the reader.
_SAID: tuple[tuple[str, str], ...] = (
    (
        "unable to open database file",
        "cannot be opened. Its folder must exist and be writable: make the folder, or name another"
        " path in [database] url.",
    ),
    (
        "readonly database",
        "cannot be written. Give the file and its folder to the user who runs Watchfloor.",
    ),
    (
        "file is not a database",
        "is no SQLite database, or its first bytes are damaged. Restore it from a backup, or name"
        " another path in [database] url; nothing was changed in it.",
    ),
    (
        "malformed",
        "is damaged. Stop Watchfloor, keep a copy of the file, and restore it from a backup.",
    ),
    (
        "disk is full",
        "has no room left on its disk. Free some space; the work goes on by itself then.",
    ),
    (
        "database is locked",
        "was locked by another program for more than 10 seconds. Stop that program, or wait.",
    ),
    (
        "disk I/O error",
        "cannot be read or written because its disk fails. Look at the system's log.",
    ),
    (
        "password authentication failed",
        "refused the password. Put the right one into [database] url.",
    ),
    (
        "does not exist",
        "does not know this database or user. Create it first, for example: createdb watchfloor",
    ),
    (
        "too many clients",
        "has no connection left for us. Raise its max_connections, or run fewer processes.",
    ),
)

_UNREACHABLE = "cannot be reached. See that it runs and that [database] url has its host and port."

# asyncpg speaks of a connection that is gone in several ways; SQLAlchemy marks only some of them.
_GONE = ("connection is closed", "connection was closed", "connection does not exist")
_GONE_TYPES = ("CannotConnectNow", "AdminShutdown", "CrashShutdown", "ConnectionDoesNotExist")


def explain(error: BaseException, url: URL) -> StoreError | None:
    """The sentence for a database that failed; None where the fault lies in what we asked of it."""
    place = _place(url)
    if isinstance(error, NoConnectionFree):
        return StoreError(
            f"{place} was busy for longer than we wait. It is overloaded or hangs: try again later."
        )
    if isinstance(error, IntegrityError | ProgrammingError):
        # A wrong login or a missing database arrives as "programming error"; a wrong statement too.
        return _told(error, place) if "authentication" in str(error) else None
    if isinstance(error, DBAPIError):
        return _told(error, place) or (
            StoreError(f"{place} {_UNREACHABLE}") if _is_gone(error) else None
        )
    if isinstance(error, OSError | TimeoutError):
        return StoreError(f"{place} {_UNREACHABLE} ({type(error).__name__})")
    return None


def _told(error: DBAPIError, place: str) -> StoreError | None:
    said = str(error.orig)
    for fragment, meaning in _SAID:
        if fragment in said:
            return StoreError(f"{place} {meaning}")
    return None


def _is_gone(error: DBAPIError) -> bool:
    said = f"{type(error.orig).__name__} {error.orig}"
    return error.connection_invalidated or any(mark in said for mark in _GONE + _GONE_TYPES)


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database}"
    return f"The PostgreSQL database {url.set(drivername='postgresql').render_as_string()}"
