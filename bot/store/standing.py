"""How the work stands as a whole, for health pages and metrics: counts and instants, no names."""

import shutil
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.schema import UNFINISHED, articles, deliveries, duties, feeds


@dataclass(frozen=True, slots=True)
class Works:
    """What waits and what was done last, in all workspaces."""

    waiting: int
    oldest_waiting: datetime | None
    last_article: datetime | None
    last_success: datetime | None


async def works(database: Database) -> Works:
    """Look. Raises StoreError."""
    async with database.reading() as connection:
        waits = await connection.execute(
            select(func.count(), func.min(deliveries.c.created_at)).where(text(UNFINISHED))
        )
        waiting, oldest = waits.one()
        last_article = await connection.execute(select(func.max(articles.c.first_seen_at)))
        last_success = await connection.execute(select(func.max(feeds.c.last_success_at)))
        return Works(waiting, oldest, last_article.scalar_one(), last_success.scalar_one())


def disk_used(database: Database) -> float | None:
    """Which share of the disk is used that an SQLite file lies on; None for PostgreSQL's."""
    if database.file is None:
        return None
    try:
        disk = shutil.disk_usage(database.file.absolute().parent)
    except OSError:
        return None  # the folder is gone; whoever writes says so better
    return disk.used / (disk.used + disk.free) if disk.total else None


async def can_write(database: Database) -> None:
    """Write a row and take it away again: a full disk shows at nothing less. Raises StoreError."""
    trial = {"name": f"trial {uuid.uuid4().hex}", "holder": "nobody", "leased_until": 0.0}

    async def write(connection: AsyncConnection) -> None:
        await connection.execute(insert(duties).values(trial))
        await connection.execute(delete(duties).where(duties.c.name == trial["name"]))

    await database.write(write)
