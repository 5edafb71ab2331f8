"""Deletes what is older than it has to be kept, a little at a time, and nothing that is waited for.

How long that is, the settings say. The names under which items are known again outlive the
articles: without them a feed that shows an old item again would tell of it again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Select, Table, delete, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleState, DeliveryState
from bot.store.database import Database
from bot.store.revisions import RESTORABLE
from bot.store.schema import articles, decisions, deliveries, names, revisions, watchlists
from bot.store.story_schema import placements, standings, stories

AT_ONCE = 500
NAMES_AT_ONCE = 5_000  # small rows, and many of them
WAITING = [
    DeliveryState.PENDING,
    DeliveryState.HELD,
    DeliveryState.SENDING,
    DeliveryState.UNCERTAIN,
]

Work = Callable[[AsyncConnection], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Keep:
    """How long things are kept."""

    articles: timedelta
    deliveries: timedelta
    seen: timedelta


async def purge(database: Database, keep: Keep, now: datetime) -> dict[str, int]:
    """Delete what is too old; how many of each kind. Raises StoreError."""
    articles_gone = await _again(database, _delete_articles(now - keep.articles))
    old = select(deliveries.c.id).where(
        deliveries.c.created_at < now - keep.deliveries, deliveries.c.state.not_in(WAITING)
    )
    return {
        "articles": articles_gone,
        "messages": await _again(database, _delete(deliveries, old)),
        "stories": await _stories(database, now - keep.articles),
        "names": await _names(database, now - keep.seen),
        "watchlists": await _again(database, _delete_watchlists(now - RESTORABLE)),
    }


def _delete_articles(before: datetime) -> Work:
    """Old articles of which everything is over, with what was decided and sent of them."""
    waited_for = (
        select(deliveries.c.id)
        .join(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(decisions.c.article_id == articles.c.id, deliveries.c.state.in_(WAITING))
    )
    old = (
        select(articles.c.id)
        .where(
            articles.c.first_seen_at < before,
            articles.c.state == ArticleState.PROCESSED,
            ~exists(waited_for),
        )
        .order_by(articles.c.id)
        .limit(AT_ONCE)
    )

    async def work(connection: AsyncConnection) -> int:
        ids = (await connection.execute(old)).scalars().all()
        decided = select(decisions.c.id).where(decisions.c.article_id.in_(ids))
        await connection.execute(delete(deliveries).where(deliveries.c.decision_id.in_(decided)))
        await connection.execute(delete(decisions).where(decisions.c.article_id.in_(ids)))
        await connection.execute(delete(articles).where(articles.c.id.in_(ids)))
        return len(ids)

    return work


def _delete(table: Table, which: Select[Any]) -> Work:
    async def work(connection: AsyncConnection) -> int:
        statement = delete(table).where(table.c.id.in_(which.limit(AT_ONCE)))
        return int((await connection.execute(statement)).rowcount)

    return work


async def _names(database: Database, before: datetime) -> int:
    """Names not seen for long. No index has their age, so they are looked for without the writer.

    One that was seen again since then is kept.
    """
    key = tuple_(names.c.feed_id, names.c.name)
    old = select(names.c.feed_id, names.c.name).where(names.c.seen_at < before)
    total = 0
    while True:
        async with database.reading() as connection:
            found = (await connection.execute(old.limit(NAMES_AT_ONCE))).all()
        if not found:
            return total
        these = [(row.feed_id, row.name) for row in found]
        stale = delete(names).where(key.in_(these), names.c.seen_at < before)

        async def work(connection: AsyncConnection, stale: Delete = stale) -> int:
            return int((await connection.execute(stale)).rowcount)

        total += await database.write(work)


def _delete_watchlists(before: datetime) -> Work:
    """Those that nobody can bring back, as soon as no decision needs them: cards ask why."""
    over = (
        select(watchlists.c.id)
        .where(
            watchlists.c.removed_at <= before,
            ~exists(select(decisions.c.id).where(decisions.c.watchlist_id == watchlists.c.id)),
        )
        .limit(AT_ONCE)
    )

    async def work(connection: AsyncConnection) -> int:
        ids = (await connection.execute(over)).scalars().all()
        await connection.execute(delete(revisions).where(revisions.c.watchlist_id.in_(ids)))
        await connection.execute(delete(watchlists).where(watchlists.c.id.in_(ids)))
        return len(ids)

    return work


async def _stories(database: Database, before: datetime) -> int:
    """Stories without articles, and what each place was told of them."""
    over = (
        select(stories.c.id)
        .where(
            stories.c.last_at < before,
            ~exists(select(placements.c.article_id).where(placements.c.story_id == stories.c.id)),
        )
        .limit(AT_ONCE)
    )

    async def work(connection: AsyncConnection) -> int:
        ids = (await connection.execute(over)).scalars().all()
        await connection.execute(delete(standings).where(standings.c.story_id.in_(ids)))
        await connection.execute(delete(stories).where(stories.c.id.in_(ids)))
        return len(ids)

    return await _again(database, work)


async def _again(database: Database, work: Work) -> int:
    """Repeat a deletion, each time in a transaction of its own, until it finds nothing more."""
    total = 0
    while gone := await database.write(work):
        total += gone
    return total
