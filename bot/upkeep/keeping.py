"""What is kept and for how long: backups by hand and by the day, and the deletion of what is old.

How a copy is made and what may be deleted, the store knows.
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.config import Settings
from bot.errors import StoreError
from bot.store.backup import back_up, daily_backup, restore
from bot.store.retention import Keep, purge
from bot.store.store import Store

__all__ = ["Keeper", "back_up", "delete_old", "restore"]

log = logging.getLogger(__name__)


def keep_of(settings: Settings) -> Keep:
    """How long the settings keep things."""
    kept = settings.retention
    return Keep(kept.articles, kept.deliveries, kept.seen)


async def delete_old(settings: Settings, now: datetime) -> dict[str, int]:
    """Open the database and delete what is too old; how many of each kind. Raises StoreError."""
    store = await Store.open(settings.database.url)
    try:
        return await purge(store.database, keep_of(settings), now)
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Keeper:
    """Does the upkeep of a running bot, however often it is asked: one backup is made a day."""

    settings: Settings
    store: Store

    async def look(self, now: datetime) -> int:
        """Back up if today's copy is missing, and delete what is too old. Always returns 0."""
        await self._back_up(now)
        gone = await purge(self.store.database, keep_of(self.settings), now)
        if any(gone.values()):
            said = ", ".join(f"{number} {kind}" for kind, number in gone.items() if number)
            log.info("Deleted what was kept long enough: %s.", said)
        return 0

    async def _back_up(self, now: datetime) -> None:
        folder, kept = self.settings.backup.folder, self.settings.backup.kept
        if not folder or self.store.database.dialect != "sqlite":
            return
        url = self.settings.database.url
        try:
            made = await asyncio.to_thread(daily_backup, url, Path(folder), kept, now)
        except StoreError as error:
            log.error("Today's backup failed: %s", error)
            return
        if made is not None:
            log.info("Today's backup is %s.", made)
