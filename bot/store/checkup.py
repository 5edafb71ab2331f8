"""What a database says about itself, for a doctor: it is read, never changed, never migrated."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryState
from bot.store.database import Database
from bot.store.differences import DatabaseClock
from bot.store.schema import HELD, UNFINISHED, articles, deliveries
from bot.store.steps import is_older


@dataclass(frozen=True, slots=True)
class Facts:
    """How a database stands. `damage` is empty where it is sound; `now` is its own clock."""

    schema: str | None
    newest: str | None
    schema_is_older: bool
    now: datetime
    damage: str
    waiting: int = 0
    given_up: int = 0
    newest_article: datetime | None = None


async def facts_of(url: str) -> Facts:
    """Look at a database. The whole of an SQLite file is read. Raises StoreError."""
    database = await Database.connect(url)
    try:
        have, newest = await database.schema()
        async with database.reading() as connection:
            now = datetime.fromtimestamp(
                (await connection.execute(select(DatabaseClock()))).scalar_one(), UTC
            )
            damage = await _damage(connection) if database.dialect == "sqlite" else ""
            if have != newest or damage:
                return Facts(have, newest, is_older(have), now, damage)
            over = deliveries.c.state.in_([DeliveryState.DEAD, DeliveryState.BLOCKED])
            return Facts(
                have,
                newest,
                False,
                now,
                damage,
                waiting=await _count(connection, text(f"{UNFINISHED} or {HELD}")),
                given_up=await _count(connection, over),
                newest_article=(
                    await connection.execute(select(func.max(articles.c.first_seen_at)))
                ).scalar_one(),
            )
    finally:
        await database.close()


async def _count(connection: AsyncConnection, which: object) -> int:
    counted = select(func.count()).select_from(deliveries).where(which)  # type: ignore[arg-type] # a text or a comparison
    return int((await connection.execute(counted)).scalar_one())


async def _damage(connection: AsyncConnection) -> str:
    said = (await connection.exec_driver_sql("PRAGMA integrity_check(3)")).scalars().all()
    if list(said) != ["ok"]:
        return f"The file is damaged: {'; '.join(map(str, said))}."
    orphans = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).fetchall()
    if len(orphans) == 1:
        return "1 row refers to nothing."
    return f"{len(orphans)} rows refer to nothing." if orphans else ""
