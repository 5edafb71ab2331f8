"""One worker per SQLite file: a lock beside it, which the system lets go when the worker dies.

Two writers that both move the write-ahead log into the file can damage it before SQLite 3.51.3
(https://sqlite.org/wal.html#walresetbug). PostgreSQL needs none of this: its workers share.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import StoreError
from bot.store.address import parse


@contextmanager
def alone(url: str) -> Iterator[bool]:
    """Be the only worker while the context is open; yields False where workers share.

    The lock lies in a file of its own: SQLite's own locks would be lost by opening its file twice.

    Raises:
        StoreError: another worker is there, or the lock cannot be made.
    """
    place = parse(url)
    if place.get_backend_name() != "sqlite":
        yield False
        return
    try:
        lock = open(f"{place.database}.lock", "a")  # noqa: SIM115 - open as long as we work
    except OSError:
        yield False  # the file itself cannot be opened either, and that is told better
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"Another Watchfloor works on {place.database} already. Stop it first; with"
                " PostgreSQL several can share the work."
            ) from None
        except OSError as error:
            raise StoreError(
                f"The file {place.database}.lock cannot be locked ({error.strerror}). Put the"
                " database on a disk of this machine."
            ) from error
        yield True
