"""A story as a workspace may look at it: its articles, what was decided of each, what was told.

Only articles of feeds that the workspace reads are seen. It places nothing and judges nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Update
from bot.model import (
    Act,
    Article,
    ArticleId,
    DecisionId,
    DeliveryState,
    Destination,
    Finding,
    QuietReason,
    StoryId,
    WatchlistId,
    WorkspaceId,
)
from bot.store.articles import WITH_PAGE, as_article
from bot.store.database import Database
from bot.store.deliveries import read_message
from bot.store.rulings import belongs
from bot.store.schema import articles, decisions, deliveries, revisions
from bot.store.seen import as_seen
from bot.store.stories import as_standing
from bot.store.story_schema import placements, standings
from bot.store.subscriptions import read_by
from bot.stories.corroboration import Report
from bot.stories.rulings import Rulings
from bot.stories.standing import Standing

MOST_MEMBERS = 500
WAITS = timedelta(days=14)  # for more sources; after that it is no news


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided of an article for a watchlist, which alerted to `places` then."""

    watchlist: str
    told: bool
    reason: str
    places: tuple[Destination, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, why it is there, and what was decided of it."""

    article: Article
    reason: str
    copies: tuple[ArticleId, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def report(self) -> Report:
        """The article as one that counts for a source."""
        one = self.article
        return Report(one.id, one.source, one.source_host, one.first_seen_at, self.copies, one.home)


@dataclass(frozen=True, slots=True)
class StoryOfMany:
    """A story that was told somewhere in the workspace, for a list of stories."""

    story: StoryId
    articles: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class WaitingForSources:
    """A decision that waits until the story has more sources; `placed` is the article's story."""

    decision: DecisionId
    watchlist: WatchlistId
    article: Article
    placed: StoryId
    evidence: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """All stories, as they are looked at."""

    database: Database

    async def of_link(self, workspace: WorkspaceId, url: str) -> tuple[ArticleId, StoryId] | None:
        """The newest article with this address, and the story where it was put for everybody."""
        statement = (
            select(placements.c.article_id, placements.c.story_id)
            .join(articles, articles.c.id == placements.c.article_id)
            .where(articles.c.url == url, read_by(workspace))
            .order_by(articles.c.id.desc())
            .limit(1)
        )
        async with self.database.reading() as connection:
            found = (await connection.execute(statement)).one_or_none()
        return None if found is None else (ArticleId(found.article_id), StoryId(found.story_id))

    async def members(
        self,
        workspace: WorkspaceId,
        story: StoryId,
        ruled: Rulings | None,
        most: int = MOST_MEMBERS,
    ) -> tuple[Member, ...]:
        """A story's articles, oldest first; of a story of very many the newest 500, or `most`."""
        statement = (
            WITH_PAGE.add_columns(placements.c.reason.label("placed"), placements.c.copies)
            .join(placements, placements.c.article_id == articles.c.id)
            .where(belongs(story, ruled), read_by(workspace))
            .order_by(articles.c.id.desc())
            .limit(most)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            verdicts = await _verdicts(connection, workspace, [row.id for row in rows])
            seen = await as_seen(connection, workspace, list(map(as_article, rows)))
        return tuple(
            Member(
                article,
                row.placed,
                tuple(copy.article for copy in row.copies),
                verdicts.get(article.id, ()),
            )
            for article, row in reversed(list(zip(seen, rows, strict=True)))
        )

    async def waiting(
        self, stories: Collection[StoryId], articles_too: Collection[ArticleId], now: datetime
    ) -> tuple[WaitingForSources, ...]:
        """The decisions of the last two weeks that wait for more sources, in all workspaces.

        Only those of articles that were put into these stories, and of the articles named.
        """
        ours: ColumnElement[bool] = placements.c.story_id.in_(stories)
        if articles_too:
            ours = or_(ours, placements.c.article_id.in_(articles_too))
        statement = (
            WITH_PAGE.add_columns(
                decisions.c.id.label("decision"),
                decisions.c.watchlist_id,
                decisions.c.evidence,
                decisions.c.workspace_id,
                placements.c.story_id,
            )
            .join(decisions, decisions.c.article_id == articles.c.id)
            .join(placements, placements.c.article_id == articles.c.id)
            .where(
                ours,
                decisions.c.told.is_(False),
                decisions.c.reason == QuietReason.FEW_SOURCES.value,
                decisions.c.decided_at > now - WAITS,
            )
            .order_by(decisions.c.id)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            seen: dict[int, Article] = {}
            for workspace in {row.workspace_id for row in rows}:
                own = [row for row in rows if row.workspace_id == workspace]
                found = await as_seen(connection, workspace, list(map(as_article, own)))
                seen |= zip((row.decision for row in own), found, strict=True)
        return tuple(
            WaitingForSources(
                DecisionId(row.decision),
                WatchlistId(row.watchlist_id),
                seen[row.decision],
                StoryId(row.story_id),
                row.evidence,
            )
            for row in rows
        )

    async def told_of(self, workspace: WorkspaceId, story: StoryId) -> tuple[Standing, ...]:
        """What each place of the workspace was told of a story."""
        async with self.database.reading() as connection:
            rows = await connection.execute(_told(workspace).where(standings.c.story_id == story))
            return tuple(map(as_standing, rows))

    async def updates(self, told: Collection[Standing]) -> tuple[Update, ...]:
        """What went into the threads of these cards, oldest first, each once.

        What waits for a digest, or for quiet hours to end, went nowhere yet.
        """
        cards = [
            and_(
                deliveries.c.workspace_id == each.workspace,
                deliveries.c.destination == str(each.destination),
                deliveries.c.card_key == each.key,
            )
            for each in told
        ]
        statement = (
            select(deliveries.c.kind, deliveries.c.message)
            .where(
                or_(false(), *cards),
                deliveries.c.act == Act.REPLY.value,
                deliveries.c.state != DeliveryState.HELD.value,
            )
            .order_by(deliveries.c.id)
            .limit(MOST_MEMBERS)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            found = [read_message(row.kind, row.message) for row in rows]
        return tuple(dict.fromkeys(one for one in found if isinstance(one, Update)))

    async def newest(
        self,
        workspace: WorkspaceId,
        limit: int,
        sees: Callable[[Destination], bool] = lambda place: True,
    ) -> tuple[StoryOfMany, ...]:
        """The stories that were told where `sees` says so, those that changed last first."""
        many = (
            select(func.count())
            .select_from(placements.join(articles, articles.c.id == placements.c.article_id))
            .where(placements.c.story_id == standings.c.story_id, read_by(workspace))
            .scalar_subquery()
        )
        statement = (
            _told(workspace)
            .add_columns(many.label("many"))
            .order_by(standings.c.changed_at.desc(), standings.c.story_id.desc())
            .limit(limit * 8)  # a story may stand at several places, some of them out of sight
        )
        found: dict[StoryId, StoryOfMany] = {}
        async with self.database.reading() as connection:
            for row in await connection.execute(statement):
                story = StoryId(row.story_id)
                if not sees(Destination.parse(row.destination)):
                    continue
                found.setdefault(story, StoryOfMany(story, row.many, as_standing(row)))
        return tuple(found.values())[:limit]


def _told(workspace: WorkspaceId) -> Select[Any]:
    return select(standings).where(standings.c.workspace_id == workspace)


async def _verdicts(
    connection: AsyncConnection, workspace: WorkspaceId, ids: Collection[int]
) -> Mapping[ArticleId, tuple[Verdict, ...]]:
    statement = (
        select(
            decisions.c.article_id,
            decisions.c.told,
            decisions.c.reason,
            revisions.c.name,
            revisions.c.destinations,
        )
        .join(
            revisions,
            and_(
                revisions.c.watchlist_id == decisions.c.watchlist_id,
                revisions.c.revision == decisions.c.revision,
            ),
        )
        .where(decisions.c.workspace_id == workspace, decisions.c.article_id.in_(ids))
        .order_by(decisions.c.id)
    )
    found: dict[ArticleId, tuple[Verdict, ...]] = defaultdict(tuple)
    for row in await connection.execute(statement):
        found[ArticleId(row.article_id)] += (
            Verdict(row.name, row.told, row.reason, row.destinations),
        )
    return found
