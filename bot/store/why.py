"""Why people were told, or not: a decision as it was made, with the watchlist as it read then.

It judges nothing anew: an edited watchlist leaves old decisions as they were.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Article,
    ArticleId,
    DecisionId,
    Destination,
    Finding,
    WatchlistId,
    WorkspaceId,
)
from bot.store.articles import WITH_PAGE, as_article
from bot.store.schema import articles, decisions, revisions
from bot.store.seen import as_seen


@dataclass(frozen=True, slots=True)
class Why:
    """A decision, `told` or quiet.

    `reason` is the sentence given at that time, `detail` the numbers behind it; `places` are where
    the watchlist alerted to.
    """

    id: DecisionId
    workspace: WorkspaceId
    watchlist: WatchlistId
    name: str
    revision: int
    query: str
    told: bool
    reason: str
    detail: str
    evidence: tuple[Finding, ...]
    decided_at: datetime
    article: Article
    places: tuple[Destination, ...]


async def find_decision(
    connection: AsyncConnection, workspace: WorkspaceId, decision: DecisionId
) -> Why | None:
    """A decision of this workspace."""
    statement = (
        select(
            decisions.c.watchlist_id,
            decisions.c.revision,
            decisions.c.article_id,
            decisions.c.told,
            decisions.c.reason,
            decisions.c.detail,
            decisions.c.evidence,
            decisions.c.decided_at,
            revisions.c.name,
            revisions.c.query,
            revisions.c.destinations,
        )
        .join(
            revisions,
            and_(
                revisions.c.watchlist_id == decisions.c.watchlist_id,
                revisions.c.revision == decisions.c.revision,
            ),
        )
        .where(decisions.c.workspace_id == workspace, decisions.c.id == decision)
    )
    row = (await connection.execute(statement)).first()
    if row is None:
        return None
    return Why(
        id=decision,
        workspace=workspace,
        watchlist=WatchlistId(row.watchlist_id),
        name=row.name,
        revision=row.revision,
        query=row.query,
        told=row.told,
        reason=row.reason,
        detail=row.detail,
        evidence=row.evidence,
        decided_at=row.decided_at,
        article=await _article(connection, workspace, ArticleId(row.article_id)),
        places=row.destinations,
    )


async def _article(
    connection: AsyncConnection, workspace: WorkspaceId, article: ArticleId
) -> Article:
    statement = WITH_PAGE.where(articles.c.id == article)
    found = as_article((await connection.execute(statement)).one())
    return (await as_seen(connection, workspace, [found]))[0]
