"""The second commit of articles: their state, what was decided of them, who is to be told.

It runs in somebody's transaction and takes few statements for many articles, since articles come
and are settled a poll of a feed at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import case, or_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Alert, ArticleId, ArticleState, Decision, DecisionId, Quiet
from bot.store.deliveries import NewDelivery, put_all
from bot.store.schema import articles
from bot.store.schema import decisions as kept_decisions


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was decided of one article, in its text of `revised_at` (None: as it came).

    `decision_index` of a delivery points into `decisions`; `was` is the state in which the article
    was found.
    """

    article: ArticleId
    decisions: Sequence[Decision]
    deliveries: Sequence[NewDelivery]
    revised_at: datetime | None = None
    was: ArticleState = ArticleState.NEW


class SettledElsewhereError(Exception):
    """Somebody else has settled an article, or its text was edited; nothing may be committed."""


async def keep_settlements(
    connection: AsyncConnection, settlements: Sequence[Settlement], at: datetime
) -> None:
    """Settle articles in a commit that runs. Raises SettledElsewhereError if one is not ours."""
    for alike in _alike(settlements):
        if not await _mark_processed(connection, alike, at):
            raise SettledElsewhereError
    kept = iter(await _keep(connection, settlements, at))
    ids = {one.article: [next(kept) for _ in one.decisions] for one in settlements}
    deliveries = [
        (delivery, delivery.decision_among(ids[one.article]))
        for one in settlements
        for delivery in one.deliveries
    ]
    await put_all(connection, deliveries, at)


def _alike(settlements: Sequence[Settlement]) -> Iterable[Sequence[Settlement]]:
    """Settlements by the state and the edit that they were made for, to be marked together."""
    alike: dict[tuple[ArticleState, datetime | None], list[Settlement]] = defaultdict(list)
    for one in settlements:
        alike[one.was, one.revised_at].append(one)
    return alike.values()


async def _mark_processed(
    connection: AsyncConnection, alike: Sequence[Settlement], at: datetime
) -> bool:
    was, revised_at = alike[0].was, alike[0].revised_at
    settled = await connection.execute(
        update(articles)
        .where(
            articles.c.id.in_([one.article for one in alike]),
            articles.c.state == was,
            articles.c.revised_at.is_(None)
            if revised_at is None
            else articles.c.revised_at == revised_at,
        )
        .values(state=_next(was), processed_at=at, was_title=None, was_body=None)
    )
    return settled.rowcount == len(alike)


def _next(was: ArticleState) -> Any:
    """What an article is once it is settled: one that links to a page may tell more."""
    if was is not ArticleState.NEW:
        return ArticleState.PROCESSED.value
    silent = or_(articles.c.url.is_(None), articles.c.baseline, articles.c.held_back)
    return case((silent, ArticleState.PROCESSED.value), else_=ArticleState.AWAITING_TEXT.value)


async def _keep(
    connection: AsyncConnection, settlements: Sequence[Settlement], at: datetime
) -> Sequence[DecisionId]:
    """Write every decision down; their ids, in order."""
    rows = [_kept(one.article, each, at) for one in settlements for each in one.decisions]
    if not rows:
        return ()
    # Asked for the ids in the order of the rows, SQLite would be given one row after the other.
    kept = kept_decisions.c
    statement = kept_decisions.insert().returning(kept.id, kept.article_id, kept.watchlist_id)
    ids = {
        (row.article_id, row.watchlist_id): DecisionId(row.id)
        for row in await connection.execute(statement, rows)
    }
    return [ids[row["article_id"], row["watchlist_id"]] for row in rows]


def _kept(article: ArticleId, decision: Decision, at: datetime) -> dict[str, Any]:
    match decision:
        case Alert(reason=reason):
            told, words = True, reason.value
        case Quiet(why=why):
            told, words = False, why.value
        case _:
            assert_never(decision)
    return {
        "workspace_id": decision.watchlist.workspace,
        "watchlist_id": decision.watchlist.id,
        "revision": decision.watchlist.revision,
        "article_id": article,
        "told": told,
        "reason": words,
        "evidence": decision.evidence,
        "decided_at": at,
        "detail": decision.detail,
    }
