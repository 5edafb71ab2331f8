"""Copies of an SQLite database: made while it is in use, looked through, and put in its place.

A restored copy tells nothing twice: what waited in it is never sent, and what stands in the feeds
at their next poll is stored without alerts. PostgreSQL has tools of its own for this.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

from sqlalchemy import URL

from bot.errors import StoreError
from bot.store.address import parse
from bot.store.alone import alone, owned_alike
from bot.store.steps import known, newest

NEVER_AGAIN = (
    # What was sent since the backup was made, nobody knows. Whoever sends one of these again by
    # hand has it looked for first: at the earliest it arrived when it was written.
    "update deliveries set state = 'dead', lease = null, leased_until = null,"
    " attempt_started_at = coalesce(attempt_started_at, created_at),"
    " error = 'It waited when the backup was made, and was not sent after the restore.'"
    " where state in ('pending', 'held', 'sending', 'uncertain', 'blocked')",
    "update articles set state = 'processed', baseline = true where state <> 'processed'",
    # Without a success of before, the next poll is a feed's first: what it brings is not news.
    "update feeds set last_success_at = null, etag = null, last_modified = null, body_hash = null,"
    " lease = null, leased_until = null",
)


def back_up(url: str, to: Path) -> int:
    """Copy a database in use to a file, which is whole or not there. Blocks; returns its bytes.

    Raises StoreError: it is not SQLite, cannot be read, or the copy cannot be written.
    """
    source = _file(parse(url))
    if not source.exists():
        raise StoreError(f"There is no database {source} yet.")
    part = to.with_name(f"{to.name}.{os.getpid()}.part")
    try:
        _copy(source, part)
        _look_through(part)
        os.replace(part, to)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The backup {to} cannot be written: {error}.") from error
    finally:
        part.unlink(missing_ok=True)
    return to.stat().st_size


def restore(url: str, backup: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the database; returns where the old one lies now, if any.

    Blocks. The backup file stays as it is. Raises StoreError: a worker runs, the backup is damaged,
    is none of ours, or is newer than this program.
    """
    place = _file(parse(url))
    if not backup.is_file():
        raise StoreError(f"There is no backup {backup}.")
    with alone(url):
        part = place.with_name(f"{place.name}.{os.getpid()}.part")
        try:
            part.touch(0o600)
            shutil.copyfile(backup, part)
            _look_through(part)
            with closing(sqlite3.connect(part)) as copy:
                for statement in NEVER_AGAIN:
                    copy.execute(statement)
                copy.commit()
                copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            _belong_like(part, place)
            old = _put_aside(place, now)
            os.replace(part, place)
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The backup {backup} cannot be restored: {error}.") from error
        finally:
            for end in ("", "-wal", "-shm"):
                Path(f"{part}{end}").unlink(missing_ok=True)
    return old


def keep_newest(folder: Path, kept: int) -> None:
    """Delete all but the newest daily backups of a folder."""
    for old in sorted(folder.glob("watchfloor-*.db"))[:-kept]:
        old.unlink(missing_ok=True)


def daily_backup(url: str, folder: Path, kept: int, now: datetime) -> Path | None:
    """Make today's backup unless it is there, and keep so many. Blocks. Raises StoreError."""
    file = folder / f"watchfloor-{now.astimezone(UTC):%Y-%m-%d}.db"
    if file.exists():
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    back_up(url, file)
    keep_newest(folder, kept)
    return file


def back_up_before_migrating(url: URL, have: str) -> None:
    """Copy a database whose schema is about to change beside it. Blocks. Raises StoreError."""
    place = _file(url)
    back_up(f"sqlite:///{place}", place.with_name(f"{place.name}.schema-{have}"))


def _file(url: URL) -> Path:
    if url.get_backend_name() != "sqlite":
        raise StoreError(
            "PostgreSQL has its own tools for this: pg_dump --format=custom, and pg_restore. After"
            " a restore, docs/deploy.md says how to keep old alerts from being sent again."
        )
    return Path(str(url.database))


def _copy(source: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(to)) as copy:
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    with to.open("rb") as written:
        os.fsync(written.fileno())


def _look_through(file: Path) -> None:
    """Raise StoreError unless the file is one of our databases, whole, and not newer than we."""
    with closing(sqlite3.connect(file)) as copy:
        try:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
            (have,) = copy.execute("select version_num from alembic_version").fetchone()
        except (sqlite3.Error, TypeError) as error:
            raise StoreError(f"{file.name} is no database of Watchfloor, or damaged.") from error
    if said != "ok":
        raise StoreError(f"{file.name} is damaged: {said}")
    if have not in known():
        raise StoreError(
            f"The backup has schema {have}, which is newer than this program"
            f" ({newest()}). Install the newer Watchfloor first."
        )


def _belong_like(part: Path, place: Path) -> None:
    """Let whoever could use the database use the one that takes its place."""
    owned_alike(part, place)
    like = place if place.exists() else place.absolute().parent
    part.chmod(S_IMODE(like.stat().st_mode) & 0o666)


def _put_aside(place: Path, now: datetime) -> Path | None:
    """Move the database with its log out of the way; both belong together."""
    if not place.exists():
        return None
    old = place.with_name(f"{place.name}.before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for end in ("-wal", "-shm", ""):
        if (part := Path(f"{place}{end}")).exists():
            os.replace(part, f"{old}{end}")
    return old
