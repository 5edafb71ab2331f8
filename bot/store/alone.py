"""One worker per SQLite file: a lock beside it, which the system lets go when the worker dies.

Two writers that both move the write-ahead log into the file can damage it before SQLite 3.51.3
(https://sqlite.org/wal.html#walresetbug). PostgreSQL needs none of this: its workers share.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.errors import StoreError
from bot.store.address import parse


@contextmanager
def alone(url: str) -> Iterator[bool]:
    """Be the only worker while the context is open; yields False where workers share.

    The lock lies in a file of its own: SQLite's own locks would be lost by opening its file twice.

    Raises:
        StoreError: another worker is there, or the lock cannot be opened or taken.
    """
    place = parse(url)
    if place.get_backend_name() != "sqlite":
        yield False
        return
    file = Path(str(place.database))
    lock = _opened(file)
    if lock is None:
        yield False  # the file itself cannot be opened either, and that is told better
        return
    with lock:
        if not _taken(lock, file, fcntl.LOCK_EX):
            raise StoreError(
                f"Another Watchfloor works on {file} already. Stop it first; with"
                " PostgreSQL several can share the work."
            )
        yield True


def is_taken(url: str) -> bool:
    """Whether a worker is alone with its file. It leaves nothing behind.

    Raises:
        StoreError: the lock cannot be looked at.
    """
    place = parse(url)
    file = Path(str(place.database))
    if place.get_backend_name() != "sqlite" or not _lock_of(file).exists():
        return False
    lock = _opened(file)
    if lock is None:
        return False
    with lock:
        return not _taken(lock, file, fcntl.LOCK_SH)


def owned_alike(file: Path, like: Path) -> None:
    """Give a file that root has made to the owner of another one, or else of the folder.

    A service that runs under a user of its own could not open it. Nobody else can give files away.
    """
    if os.geteuid() == 0:
        owner = (like if like.exists() else like.absolute().parent).stat()
        os.chown(file, owner.st_uid, owner.st_gid)


def _lock_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


def _opened(file: Path) -> IO[str] | None:
    """The lock beside a file; None if neither can be opened. To lock it, reading is enough."""
    lock = _lock_of(file)
    try:
        new = not lock.exists()
        opened = lock.open("r" if not new and not os.access(lock, os.W_OK) else "a")
        if new:
            owned_alike(lock, file)
    except OSError as error:
        if not os.access(file, os.W_OK):
            return None
        remedy = f"Give it to the user that has the database: chown --reference={file} {lock}"
        if not lock.exists():
            remedy = f"Let the user that runs Watchfloor write in the folder {lock.parent}."
        raise StoreError(
            f"{lock} cannot be opened ({error.strerror}), so nobody could tell whether another"
            f" Watchfloor works on {file}. {remedy}"
        ) from error
    return opened


def _taken(lock: IO[str], file: Path, how: int) -> bool:
    """Lock it, until it is closed; False if somebody else has done so."""
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise StoreError(
            f"The file {lock.name} cannot be locked ({error.strerror}). Put the"
            " database on a disk of this machine."
        ) from error
    return True
