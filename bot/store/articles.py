"""Articles as they are held, and the second commit of each: what was decided, who is told.

It decides nothing and matches nothing. A workspace sees the articles of the feeds that it reads.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import (
    Article,
    ArticleId,
    ArticleState,
    Decision,
    FeedId,
    FullText,
    Published,
    Reader,
    WatchlistId,
    Wording,
    WorkspaceId,
)
from bot.store.columns import Instant
from bot.store.database import Database
from bot.store.deliveries import NewDelivery
from bot.store.schema import UNPROCESSED, articles, feeds, pages, subscriptions
from bot.store.schema import decisions as kept_decisions
from bot.store.seen import as_seen
from bot.store.settling import SettledElsewhereError, Settlement, keep_settlements
from bot.store.stories import Filings, OvertakenError, keep_filings
from bot.store.subscriptions import LISTENING, feed_names, read_by

MOST_SOURCES_READ = 5_000

WITH_PAGE = select(articles, pages.c.text.label("page")).outerjoin(pages)
"""Articles with what was read on their pages; a row of it is what `as_article` takes."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many articles a workspace can look at, and since when the oldest of them is here."""

    count: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Articles:
    """All articles."""

    database: Database

    async def unprocessed(self, limit: int) -> tuple[tuple[Article, tuple[Reader, ...]], ...]:
        """The oldest articles that wait for a decision, each with the workspaces that read it.

        The articles have their own tags and names alone; each reader has those of its own.
        """
        statement = (
            WITH_PAGE.where(text(f"articles.{UNPROCESSED}"))
            .order_by(articles.c.first_seen_at, articles.c.id)
            .limit(limit)
        )
        async with self.database.reading() as connection:
            found = [as_article(row) for row in await connection.execute(statement)]
            readers = await readers_of(connection, {article.feed for article in found})
        return tuple((article, readers.get(article.feed, ())) for article in found)

    async def waiting(self, limit: int) -> tuple[tuple[Article, tuple[Reader, ...]], ...]:
        """What `unprocessed` gives, and the rest of the last poll among it.

        So what a feed brought in one poll is judged as one, and a flood is seen as a flood.
        """
        found = await self.unprocessed(limit)
        if len(found) < limit:
            return found
        last = found[-1][0]
        statement = WITH_PAGE.where(
            articles.c.state == ArticleState.NEW,
            articles.c.first_seen_at == last.first_seen_at,
            articles.c.feed_id.in_({article.feed for article, _ in found}),
            articles.c.id.not_in([article.id for article, _ in found]),
        ).order_by(articles.c.id)
        async with self.database.reading() as connection:
            rest = [as_article(row) for row in await connection.execute(statement)]
            readers = await readers_of(connection, {article.feed for article in rest})
        return (*found, *((article, readers.get(article.feed, ())) for article in rest))

    async def settle(
        self,
        article_id: ArticleId,
        decisions: Sequence[Decision],
        deliveries: Sequence[NewDelivery],
        at: datetime,
    ) -> bool:
        """The second commit of an article: decisions, deliveries and its state, or nothing at all.

        `decision_index` of a delivery points into `decisions`. False means that somebody else has
        settled the article, and nothing was written.
        """
        return await self.settle_together([Settlement(article_id, decisions, deliveries)], at)

    async def settle_together(
        self, settlements: Sequence[Settlement], at: datetime, filings: Filings | None = None
    ) -> bool:
        """Settle several articles in one commit, with the stories in which they were put.

        False means that somebody else has settled one of them or put others into stories, or that
        a text was edited meanwhile, and nothing was written.
        """

        async def work(connection: AsyncConnection) -> bool:
            if filings is not None:
                await keep_filings(connection, filings)
            await keep_settlements(connection, settlements, at)
            return True

        try:
            return await self.database.write(work)
        except (SettledElsewhereError, OvertakenError):
            return False

    async def decided(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, Set[WatchlistId]]:
        """The watchlists for which each of these articles was judged."""
        statement = select(kept_decisions.c.article_id, kept_decisions.c.watchlist_id).where(
            kept_decisions.c.article_id.in_(ids)
        )
        found: dict[ArticleId, set[WatchlistId]] = defaultdict(set)
        async with self.database.reading() as connection:
            for row in await connection.execute(statement):
                found[ArticleId(row.article_id)].add(WatchlistId(row.watchlist_id))
        return found

    async def told(self, asked: Sequence[Article]) -> Set[tuple[WatchlistId, ArticleId]]:
        """Whose people were told of the same address by way of another feed, for each article.

        Within a feed an address may stand for many articles: a live page, the site's front page.
        """
        found: set[tuple[WatchlistId, ArticleId]] = set()
        earlier = articles.alias("earlier")
        statement = (
            select(kept_decisions.c.watchlist_id, articles.c.id)
            .join(earlier, earlier.c.id == kept_decisions.c.article_id)
            .join(
                articles,
                and_(articles.c.url == earlier.c.url, articles.c.feed_id != earlier.c.feed_id),
            )
            .where(articles.c.id.in_([article.id for article in asked]), kept_decisions.c.told)
        )
        async with self.database.reading() as connection:
            for watchlist, article in await connection.execute(statement):
                found.add((WatchlistId(watchlist), ArticleId(article)))
        return found

    async def newest(
        self,
        workspace: WorkspaceId,
        *,
        before: tuple[datetime, ArticleId] | None = None,
        limit: int,
        since: datetime | None = None,
        feed: FeedId | None = None,
    ) -> tuple[Article, ...]:
        """Articles by when we first saw them, newest first.

        `before` is the last article of the page before this one; `since` leaves older ones out,
        `feed` those of other feeds.
        """
        statement = _visible(workspace)
        if before is not None:
            statement = statement.where(_older_than(*before))
        if since is not None:
            statement = statement.where(articles.c.first_seen_at >= since)
        if feed is not None:
            statement = statement.where(articles.c.feed_id == feed)
        return await self._read(workspace, statement.limit(limit))

    async def held(self, workspace: WorkspaceId) -> Held:
        """How much a workspace can look at."""
        own = select(subscriptions.c.feed_id).where(
            subscriptions.c.workspace_id == workspace, subscriptions.c.removed_at.is_(None)
        )
        # Counted along the index over feeds, and not by looking at every article.
        count = select(func.count()).select_from(articles).where(articles.c.feed_id.in_(own))
        oldest = (
            select(articles.c.first_seen_at)
            .where(read_by(workspace))
            .order_by(articles.c.first_seen_at, articles.c.id)
            .limit(1)
        )
        async with self.database.reading() as connection:
            since = (await connection.execute(oldest)).scalar_one_or_none()
            return Held((await connection.execute(count)).scalar_one(), since)

    async def get(self, workspace: WorkspaceId, article_id: ArticleId) -> Article | None:
        """An article of a feed that the workspace reads."""
        found = await self._read(workspace, _visible(workspace).where(articles.c.id == article_id))
        return found[0] if found else None

    async def several(
        self, workspace: WorkspaceId, ids: Collection[ArticleId]
    ) -> tuple[Article, ...]:
        """Those of these articles that the workspace reads, the last to reach us first."""
        statement = WITH_PAGE.where(articles.c.id.in_(ids), read_by(workspace))
        return await self._read(workspace, statement.order_by(articles.c.id.desc()))

    async def by_url(self, workspace: WorkspaceId, url: str) -> Article | None:
        """The newest article with exactly this address."""
        found = await self._read(
            workspace, _visible(workspace).where(articles.c.url == url).limit(1)
        )
        return found[0] if found else None

    async def sources(
        self, workspace: WorkspaceId, of: int = MOST_SOURCES_READ
    ) -> Set[tuple[str, str | None]]:
        """The publishers of so many of the newest articles that a workspace reads, with hosts."""
        newest = (
            select(articles.c.source, articles.c.source_host)
            .where(read_by(workspace))
            .order_by(articles.c.first_seen_at.desc(), articles.c.id.desc())
            .limit(of)
            .subquery()
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(select(newest).distinct())
            return {(row.source, row.source_host) for row in rows}

    async def _read(self, workspace: WorkspaceId, statement: Select[Any]) -> tuple[Article, ...]:
        async with self.database.reading() as connection:
            found = [as_article(row) for row in await connection.execute(statement)]
            return await as_seen(connection, workspace, found)


def as_article(row: Row[Any]) -> Article:
    """A row of `WITH_PAGE` as what the other rooms know."""
    published = row.published_at and Published(row.published_at, row.published_day_only)
    return Article(
        id=ArticleId(row.id),
        feed=FeedId(row.feed_id),
        title=row.title,
        body=row.body,
        url=row.url,
        source=row.source,
        source_host=row.source_host,
        language=row.language,
        published=published,
        author=row.author,
        tags=row.tags,
        first_seen_at=row.first_seen_at,
        state=ArticleState(row.state),
        baseline=row.baseline,
        held_back=row.held_back,
        revised_at=row.revised_at,
        before=None if row.was_title is None else Wording(row.was_title, row.was_body),
        page=row.page or "",
    )


def _visible(workspace: WorkspaceId) -> Select[Any]:
    return WITH_PAGE.where(read_by(workspace)).order_by(
        articles.c.first_seen_at.desc(), articles.c.id.desc()
    )


def _older_than(first_seen_at: datetime, article: ArticleId) -> ColumnElement[bool]:
    last = tuple_(literal(first_seen_at, Instant()), literal(article))
    return tuple_(articles.c.first_seen_at, articles.c.id) < last


async def readers_of(
    connection: AsyncConnection, of: set[FeedId]
) -> Mapping[FeedId, tuple[Reader, ...]]:
    """Who hears of these feeds' articles, and what each calls the feed."""
    statement = (
        select(
            subscriptions.c.feed_id,
            subscriptions.c.workspace_id,
            subscriptions.c.tags,
            subscriptions.c.full_text,
            subscriptions.c.name,
            feeds.c.url,
            feeds.c.habits,
        )
        .join(feeds, feeds.c.id == subscriptions.c.feed_id)
        .where(subscriptions.c.feed_id.in_(of), LISTENING)
        .order_by(subscriptions.c.workspace_id)
    )
    readers: dict[FeedId, tuple[Reader, ...]] = defaultdict(tuple)
    for row in await connection.execute(statement):
        choice = None if row.full_text is None else FullText(row.full_text)
        named = feed_names(row.name, row.url, row.habits)
        reader = Reader(WorkspaceId(row.workspace_id), row.tags, choice, named)
        readers[FeedId(row.feed_id)] += (reader,)
    return readers
