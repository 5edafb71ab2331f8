"""What a workspace was told of lately: articles with the watchlists and the stories they belong to.

It counts no source and ranks nothing.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Act,
    Article,
    ArticleId,
    DeliveryState,
    Destination,
    Finding,
    StoryId,
    WatchlistId,
    WorkspaceId,
)
from bot.store.articles import WITH_PAGE, as_article
from bot.store.database import Database
from bot.store.schema import articles, decisions, deliveries, revisions, watchlists
from bot.store.seen import as_seen
from bot.store.story_schema import placements
from bot.store.subscriptions import read_by


@dataclass(frozen=True, slots=True)
class Told:
    """An article that a watchlist told of; `story` is where it was put, None if nowhere.

    `places` are where the watchlist alerts to now, `waiting` where a message of the article waits
    for a digest, or for quiet hours to end.
    """

    article: Article
    watch: str
    places: tuple[Destination, ...]
    evidence: tuple[Finding, ...]
    story: StoryId | None
    waiting: frozenset[Destination] = frozenset()


@dataclass(frozen=True, slots=True)
class ToldArchive:
    """All that was told."""

    database: Database

    async def since(
        self,
        workspace: WorkspaceId,
        since: datetime,
        *,
        watchlist: WatchlistId | None = None,
        limit: int,
    ) -> tuple[Told, ...]:
        """What was told, or waits to be, of articles first seen since then, the newest first.

        A watchlist has the name that it has now.
        """
        statement = (
            select(
                decisions.c.article_id,
                decisions.c.evidence,
                revisions.c.name,
                revisions.c.destinations,
                placements.c.story_id,
            )
            .join(articles, articles.c.id == decisions.c.article_id)
            .join(watchlists, watchlists.c.id == decisions.c.watchlist_id)
            .join(
                revisions,
                and_(
                    revisions.c.watchlist_id == watchlists.c.id,
                    revisions.c.revision == watchlists.c.revision,
                ),
            )
            .outerjoin(placements, placements.c.article_id == articles.c.id)
            .where(
                decisions.c.workspace_id == workspace,
                decisions.c.told,
                articles.c.first_seen_at >= since,
                read_by(workspace),
            )
            .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc(), decisions.c.id)
            .limit(limit)
        )
        if watchlist is not None:
            statement = statement.where(decisions.c.watchlist_id == watchlist)
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            ids = {row.article_id for row in rows}
            found = await _articles(connection, workspace, ids)
            waiting = await _waiting(connection, workspace, ids)
        return tuple(
            Told(
                found[ArticleId(row.article_id)],
                row.name,
                row.destinations,
                row.evidence,
                None if row.story_id is None else StoryId(row.story_id),
                frozenset(waiting[row.article_id]),
            )
            for row in rows
        )


async def _articles(
    connection: AsyncConnection, workspace: WorkspaceId, ids: set[int]
) -> Mapping[ArticleId, Article]:
    if not ids:
        return {}
    rows = await connection.execute(WITH_PAGE.where(articles.c.id.in_(ids)))
    found = [as_article(row) for row in rows]
    return {article.id: article for article in await as_seen(connection, workspace, found)}


async def _waiting(
    connection: AsyncConnection, workspace: WorkspaceId, ids: set[int]
) -> Mapping[int, set[Destination]]:
    """Where messages of these articles are held back."""
    statement = (
        select(decisions.c.article_id, deliveries.c.destination)
        .join(decisions, decisions.c.id == deliveries.c.decision_id)
        .where(
            deliveries.c.workspace_id == workspace,
            deliveries.c.state == DeliveryState.HELD.value,
            deliveries.c.act != Act.EDIT.value,
            decisions.c.article_id.in_(ids),
        )
    )
    found: dict[int, set[Destination]] = defaultdict(set)
    for row in await connection.execute(statement):
        found[row.article_id].add(Destination.parse(row.destination))
    return found
