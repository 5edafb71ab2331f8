"""What became of an article, for one workspace: what was decided, and how each message fared.

An article is found by any address under which a feed showed it, or its page was found. Nothing is
judged anew here.
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
from bot.store.whereabouts import found_at
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
class Sighted:
    """An article that was found by an address; `by_page` says that no feed showed it under that."""

    article: Article
    by_page: bool


@dataclass(frozen=True, slots=True)
class Hindsight:
    """All articles and decisions, looked at from behind."""

    database: Database

    async def articles_at(self, workspace: WorkspaceId, address: str) -> tuple[Sighted, ...]:
        """The newest articles that a feed of the workspace showed under this address.

        Parameters that only track readers do not count, nor a place within the page. Behind them
        come those whose page alone is known under it, the oldest first: what a page says of itself
        puts no other article out of sight.
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
        paged = (
            select(articles.c.id)
            .where(articles.c.id.in_(found_at(known)), read_by(workspace))
            .order_by(articles.c.id)
            .limit(2 * MOST_ARTICLES)  # the first ones may be among those that were shown under it
        )
        async with self.database.reading() as connection:
            shown = [ArticleId(row.id) for row in await connection.execute(statement)]
            pages = [ArticleId(row.id) for row in await connection.execute(paged)]
        ids = list(dict.fromkeys((*shown, *pages)))[:MOST_ARTICLES]
        found = await Articles(self.database).several(workspace, ids)
        held = sorted(found, key=lambda article: ids.index(article.id))
        return tuple(Sighted(each, by_page=each.id not in shown) for each in held)

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
