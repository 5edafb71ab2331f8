"""Every alert of a workspace as it was decided and sent, for people who take their data with them.

Texts of articles are the publishers' and are left out; their addresses are not.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from bot.model import DecisionId, DeliveryState, Destination, WatchlistId, WorkspaceId
from bot.store.database import Database
from bot.store.schema import articles, decisions, deliveries, revisions


@dataclass(frozen=True, slots=True)
class Sending:
    """One message that an alert caused, and what became of it."""

    destination: Destination
    state: DeliveryState
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """An alert: the watchlist as it stood, the article, and where it went."""

    watchlist: WatchlistId
    name: str
    revision: int
    reason: str
    decided_at: datetime
    title: str
    url: str | None
    source: str
    published_at: datetime | None
    sendings: tuple[Sending, ...]


async def alerts_of(database: Database, workspace: WorkspaceId) -> tuple[KeptAlert, ...]:
    """Every alert that is still kept, oldest first."""
    told = (
        select(
            decisions.c.id,
            decisions.c.watchlist_id,
            decisions.c.revision,
            decisions.c.reason,
            decisions.c.decided_at,
            revisions.c.name,
            articles.c.title,
            articles.c.url,
            articles.c.source,
            articles.c.published_at,
        )
        .join(articles, articles.c.id == decisions.c.article_id)
        .join(
            revisions,
            and_(
                revisions.c.watchlist_id == decisions.c.watchlist_id,
                revisions.c.revision == decisions.c.revision,
            ),
        )
        .where(decisions.c.workspace_id == workspace, decisions.c.told)
        .order_by(decisions.c.id)
    )
    caused = select(
        deliveries.c.decision_id,
        deliveries.c.destination,
        deliveries.c.state,
        deliveries.c.sent_at,
    ).where(deliveries.c.workspace_id == workspace, deliveries.c.decision_id.is_not(None))
    sendings: dict[DecisionId, list[Sending]] = defaultdict(list)
    async with database.reading() as connection:
        for row in await connection.execute(caused.order_by(deliveries.c.id)):
            sendings[DecisionId(row.decision_id)].append(
                Sending(Destination.parse(row.destination), DeliveryState(row.state), row.sent_at)
            )
        rows = (await connection.execute(told)).all()
    return tuple(_alert(row, sendings[DecisionId(row.id)]) for row in rows)


def _alert(row: Any, sendings: Sequence[Sending]) -> KeptAlert:
    return KeptAlert(
        watchlist=WatchlistId(row.watchlist_id),
        name=row.name,
        revision=row.revision,
        reason=row.reason,
        decided_at=row.decided_at,
        title=row.title,
        url=row.url,
        source=row.source,
        published_at=row.published_at,
        sendings=tuple(sendings),
    )
