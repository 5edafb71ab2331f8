"""What went wrong with the database, in sentences for people: which database, what, what now.

It decides nothing; a fault that it does not know is not dressed up and goes on as it is.
"""

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import StoreError

_ROOM = 65_536  # bytes; with less not even what SQLite keeps beside its file can be made
_UNREACHABLE = "cannot be reached. See that it runs and that [database] url has its host and port."
_LOST = (
    "ended our connection: it was stopped or restarted, or undid what had stood still. The work"
    " goes on by itself."
)
_FULL = "has no room left on its disk. Free some space; the work goes on by itself then."

# By what SQLite says; its codes do not tell these apart.
_SQLITE: Mapping[str, str] = {
    "unable to open database file": (
        "cannot be opened. Its folder must exist and be writable: make the folder, or name another"
        " path in [database] url."
    ),
    "readonly database": (
        "cannot be written. Give the file and its folder to the user who runs Watchfloor."
    ),
    "file is not a database": (
        "is no SQLite database, or its first bytes are damaged. Restore it from a backup, or name"
        " another path in [database] url; nothing was changed in it."
    ),
    "malformed": (
        "is damaged. Stop Watchfloor, keep a copy of the file, and restore it from a backup:"
        " watchfloor restore BACKUP --config FILE. The damaged file is kept beside the new one."
    ),
    "disk is full": _FULL,
    "database is locked": (
        "was locked by another program for more than 10 seconds. Stop that program, or wait."
    ),
    "disk I/O error": (
        "cannot be read or written: its disk fails, or a limit of size is reached. Look at the"
        " system's log and at quotas; the work goes on by itself once the disk does."
    ),
}

# By the beginning of SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: Mapping[str, str] = {
    "08": _UNREACHABLE,
    "57P": "was stopped or restarted. The work goes on by itself once it runs again.",
    "28": "refused the user or the password. Put the right ones into [database] url.",
    "3D000": "is not there. Create it first, for example: createdb watchfloor",
    "53100": _FULL,
    "53300": ("has no connection left for us. Raise its max_connections, or run fewer processes."),
    "55000": "takes no connections now. The work goes on by itself once it does.",
    "25P03": _LOST,
    "40P01": "had two changes in each other's way and undid this one. Do it again.",
    "42501": "does not let this user make or change tables. Give the database to the user.",
}


def explain(error: BaseException, url: URL) -> StoreError | None:
    """The sentence for a database that failed; None where the fault lies in what we asked of it."""
    place = _place(url)
    match error:
        case NoConnectionFree():
            return StoreError(
                f"{place} was busy for longer than we wait."
                " It is overloaded or hangs: try again later."
            )
        case DBAPIError(orig=sqlite3.Error() as cause) | (sqlite3.Error() as cause):
            # What lies beside the file cannot be made on a full disk: SQLite calls that I/O, too.
            said = "disk is full" if "disk I/O" in str(cause) and _no_room(url) else str(cause)
            return _first(_SQLITE, place, lambda mark: mark in said)
        case DBAPIError(orig=cause):
            state = str(getattr(cause, "sqlstate", None))
            lost = StoreError(f"{place} {_LOST}") if error.connection_invalidated else None
            return _first(_POSTGRESQL, place, state.startswith) or lost
        case OSError():  # TimeoutError too
            return StoreError(f"{place} {_UNREACHABLE} ({type(error).__name__})")
        case _:
            return None


def _first(
    meanings: Mapping[str, str], place: str, fits: Callable[[str], bool]
) -> StoreError | None:
    for mark, meaning in meanings.items():
        if fits(mark):
            return StoreError(f"{place} {meaning}")
    return None


def _no_room(url: URL) -> bool:
    try:
        return shutil.disk_usage(Path(str(url.database)).absolute().parent).free < _ROOM
    except OSError:
        return False


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"The database {url.database}"
    return f"The PostgreSQL database {url.set(drivername='postgresql').render_as_string()}"
