"""Looks through an SQLite file that was not closed properly, for a while and before anybody writes.

A whole look at a file of any size is the doctor's; here nothing is mended, and nothing made anew.
"""

import logging
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=5)
_STEPS = 20_000  # of SQLite's machine between two looks at the clock


def left_open(place: URL) -> bool:
    """Whether whoever wrote last had no time to move its log into the file."""
    log_file = Path(f"{place.database}-wal")
    return log_file.exists() and log_file.stat().st_size > 0


def look_through(place: URL, patience: timedelta = PATIENCE) -> bool:
    """Check the file's pages and indexes for so long; False if that was not enough. Blocks.

    Raises sqlite3.DatabaseError where the file is damaged.
    """
    began = time.monotonic()

    def enough() -> bool:
        return time.monotonic() - began > patience.total_seconds()

    with closing(sqlite3.connect(str(place.database))) as connection:
        connection.set_progress_handler(enough, _STEPS)
        try:
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            log.warning(
                "%s was not closed properly. %.0f s were not enough to look through it:"
                " watchfloor doctor does so to the end.",
                place.database,
                patience.total_seconds(),
            )
            return False
    if said != "ok":
        raise sqlite3.DatabaseError(f"malformed: {said}")
    log.info("%s was not closed properly, and is sound.", place.database)
    return True
