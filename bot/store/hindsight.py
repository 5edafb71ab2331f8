"""What became of an article, for one workspace: what was decided, and how each message fared.

An article is found by any address under which a feed showed it. Nothing is judged anew here.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from bot.feeds.identity import names_of
from bot.feeds.links import clean_link
from bot.model import Act, Article, ArticleId, DecisionId, DeliveryState, Destination, WorkspaceId
from bot.store.articles import Articles
from bot.store.database import Database
from bot.store.schema import articles, decisions, deliveries, names, subscriptions
from bot.store.subscriptions import read_by
from bot.store.why import Why, find_decision

MOST_ARTICLES = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """A message that a decision caused, and where it stands.

    `due` is when it is attempted next, or goes out with others if it is HELD.
    """

    decision: DecisionId
    destination: Destination
    act: Act
    state: DeliveryState
    due: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Hindsight:
    """All articles and decisions, looked at from behind."""

    database: Database

    async def articles_at(self, workspace: WorkspaceId, address: str) -> tuple[Article, ...]:
        """The newest articles that a feed of the workspace showed under this address.

        Parameters that only track readers do not count, nor a place within the page.
        """
        spellings = dict.fromkeys((address, address.partition("#")[0]))
        links = [clean_link(each) or each for each in spellings]
        known = [
            name
            for each, link in zip(spellings, links, strict=True)
            for name in names_of(each, link, "", "").certain
        ]
        own = select(subscriptions.c.feed_id).where(
            subscriptions.c.workspace_id == workspace, subscriptions.c.removed_at.is_(None)
        )
        named = select(names.c.article_id).where(names.c.feed_id.in_(own), names.c.name.in_(known))
        statement = (
            select(articles.c.id)
            .where(
                or_(articles.c.url.in_(links), articles.c.id.in_(named)),
                read_by(workspace),
            )
            .order_by(articles.c.id.desc())
            .limit(MOST_ARTICLES)
        )
        async with self.database.reading() as connection:
            ids = [ArticleId(row.id) for row in await connection.execute(statement)]
        return await Articles(self.database).several(workspace, ids)

    async def decisions(self, workspace: WorkspaceId, article: ArticleId) -> tuple[Why, ...]:
        """What was decided of an article for this workspace, in the order in which it was."""
        statement = (
            select(decisions.c.id)
            .where(decisions.c.workspace_id == workspace, decisions.c.article_id == article)
            .order_by(decisions.c.id)
        )
        async with self.database.reading() as connection:
            ids = (await connection.execute(statement)).scalars().all()
            found = [await find_decision(connection, workspace, DecisionId(id_)) for id_ in ids]
        return tuple(each for each in found if each is not None)

    async def fates(
        self, workspace: WorkspaceId, of: Collection[DecisionId]
    ) -> Mapping[DecisionId, tuple[Fate, ...]]:
        """The messages that these decisions caused, in the order in which they were queued."""
        statement = (
            select(deliveries)
            .where(deliveries.c.workspace_id == workspace, deliveries.c.decision_id.in_(of))
            .order_by(deliveries.c.id)
        )
        found: dict[DecisionId, tuple[Fate, ...]] = defaultdict(tuple)
        async with self.database.reading() as connection:
            for row in await connection.execute(statement):
                fate = Fate(
                    DecisionId(row.decision_id),
                    Destination.parse(row.destination),
                    Act(row.act),
                    DeliveryState(row.state),
                    row.next_attempt_at,
                    row.sent_at,
                    row.error,
                )
                found[fate.decision] += (fate,)
        return found
