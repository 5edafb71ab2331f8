"""The pages of articles: which are wanted, which were asked for, and the text that was read.

It fetches nothing and judges nothing. A page is asked for once, however many watchlists want it.
"""

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.wanted import PageState, WantedPage
from bot.model import Article, ArticleId, ArticleState, FeedId, Reader
from bot.store.articles import WITH_PAGE, as_article, readers_of
from bot.store.database import Database
from bot.store.differences import DatabaseClock, insert
from bot.store.schema import AWAITING, PAGE_WAITS, articles, pages
from bot.store.whereabouts import copy_addresses, note_addresses

Noted = Callable[[AsyncConnection], Awaitable[None]]

HOUR = timedelta(hours=1)
_LOOKED_AT = 500  # pages that wait, the rarest first; their feeds' budgets may pass over many

_AWAITING = text(f"articles.{AWAITING}")
_WAITS = text(f"pages.{PAGE_WAITS}")
_FREE: ColumnElement[bool] = or_(
    pages.c.leased_until.is_(None), pages.c.leased_until <= DatabaseClock()
)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """An article that may have a page to tell more; `page` is how far that has come, if at all."""

    article: Article
    readers: tuple[Reader, ...]
    page: PageState | None


@dataclass(frozen=True, slots=True)
class SamePage:
    """What a page gave that was read for another article."""

    article: ArticleId
    text: str


@dataclass(frozen=True, slots=True)
class PageTally:
    """How a feed's pages did since some time: how many in which state, and the newest refusal."""

    states: Mapping[PageState, int]
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages."""

    database: Database

    async def awaiting(self, limit: int) -> tuple[Awaiting, ...]:
        """The oldest articles to be looked at: none knows whether their page is wanted, or it came.

        Those whose page is wanted or being read are passed over until something comes of it.
        """
        statement = (
            WITH_PAGE.add_columns(pages.c.state.label("page_state"))
            .where(
                _AWAITING,
                or_(pages.c.state.is_(None), pages.c.state.in_(["read", "refused"])),
            )
            .order_by(articles.c.first_seen_at, articles.c.id)
            .limit(limit)
        )
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement)).all()
            if not rows:
                return ()
            readers = await readers_of(connection, {FeedId(row.feed_id) for row in rows})
        return tuple(
            Awaiting(
                as_article(row),
                readers.get(FeedId(row.feed_id), ()),
                PageState(row.page_state) if row.page_state else None,
            )
            for row in rows
        )

    async def want(self, wanted: Mapping[ArticleId, int], at: datetime) -> None:
        """Ask for pages to be read, each with its rank; the lowest are read first."""
        if not wanted:
            return

        async def work(connection: AsyncConnection) -> None:
            feeds = await connection.execute(
                select(articles.c.id, articles.c.feed_id).where(articles.c.id.in_(wanted))
            )
            rows = [
                {
                    "article_id": row.id,
                    "feed_id": row.feed_id,
                    "state": PageState.WANTED.value,
                    "rank": wanted[ArticleId(row.id)],
                    "wanted_at": at,
                    "next_at": at,
                    "attempts": 0,
                }
                for row in feeds
            ]
            statement = insert(connection, pages)
            await connection.execute(
                statement.on_conflict_do_nothing(index_elements=["article_id"]), rows
            )

        await self.database.write(work)

    async def finish(self, done: Collection[Article]) -> None:
        """Let articles rest whose page has nothing more to say, unless they were edited since."""
        if not done:
            return

        async def work(connection: AsyncConnection) -> None:
            for revised in {article.revised_at for article in done}:
                ids = [article.id for article in done if article.revised_at == revised]
                await connection.execute(
                    update(articles)
                    .where(
                        articles.c.id.in_(ids),
                        _AWAITING,
                        articles.c.revised_at.is_(None)
                        if revised is None
                        else articles.c.revised_at == revised,
                    )
                    .values(state=ArticleState.PROCESSED.value)
                )

        await self.database.write(work)

    async def any_waits(self, now: datetime) -> bool:
        """Whether any page could be claimed now, budgets aside."""
        statement = select(pages.c.article_id).where(_WAITS, pages.c.next_at <= now, _FREE).limit(1)
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).first() is not None

    async def claim(
        self, now: datetime, *, limit: int, per_hour: int, lease: timedelta
    ) -> tuple[WantedPage, ...]:
        """Claim the pages to be read now: the lowest ranks first, newest first among equals.

        No feed has more than `per_hour` of its pages asked for within an hour. A claimed page is
        nobody else's for `lease`, in real seconds of the database's clock.
        """

        async def work(connection: AsyncConnection) -> tuple[WantedPage, ...]:
            rows = await connection.execute(
                select(
                    pages.c.article_id,
                    pages.c.feed_id,
                    pages.c.attempts,
                    articles.c.url,
                    articles.c.title,
                )
                .join(articles)
                .where(_WAITS, pages.c.next_at <= now, _FREE, _AWAITING)
                .order_by(pages.c.rank, pages.c.wanted_at.desc(), pages.c.article_id)
                .limit(_LOOKED_AT)
                .with_for_update(skip_locked=True, of=pages)
            )
            waiting = rows.all()
            if not waiting:
                return ()
            spent = await _spent(connection, {row.feed_id for row in waiting}, now)
            token = uuid.uuid4().hex
            claimed: list[WantedPage] = []
            for row in waiting:
                if len(claimed) < limit and spent[row.feed_id] < per_hour:
                    spent[row.feed_id] += 1
                    claimed.append(
                        WantedPage(
                            ArticleId(row.article_id), row.url, row.title, token, row.attempts + 1
                        )
                    )
            if claimed:
                await connection.execute(
                    update(pages)
                    .where(pages.c.article_id.in_([page.article for page in claimed]))
                    .values(
                        state=PageState.ASKED.value,
                        asked_at=now,
                        attempts=pages.c.attempts + 1,
                        lease=token,
                        leased_until=DatabaseClock() + lease.total_seconds(),
                    )
                )
            return tuple(claimed)

        return await self.database.write(work)

    async def same_page(self, page: WantedPage, since: datetime) -> SamePage | None:
        """What the same address gave, if it was read since then for another article."""
        statement = (
            select(pages.c.article_id, pages.c.text)
            .join(articles)
            .where(
                articles.c.url == page.url,
                pages.c.state == PageState.READ.value,
                pages.c.asked_at >= since,
            )
            .limit(1)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else SamePage(ArticleId(row.article_id), row.text)

    async def read(self, page: WantedPage, found: str, addresses: Collection[str] = ()) -> bool:
        """Keep the text of a claimed page, and the clean `addresses` under which it is known.

        False: the claim was lost, and nothing was written.
        """

        async def note(connection: AsyncConnection) -> None:
            await note_addresses(connection, page.article, addresses)

        return await self._keep(page, found, note)

    async def read_already(self, page: WantedPage, same: SamePage) -> bool:
        """Keep for a claimed page what the same one gave. False as in `read`."""

        async def note(connection: AsyncConnection) -> None:
            await copy_addresses(connection, same.article, page.article)

        return await self._keep(page, same.text, note)

    async def _keep(self, page: WantedPage, found: str, note: Noted) -> bool:
        return await self._record(page, note, state=PageState.READ.value, text=found, reason=None)

    async def refused(self, page: WantedPage, reason: str) -> bool:
        """Note for good why a claimed page cannot be read. False as in `read`."""
        return await self._record(page, state=PageState.REFUSED.value, reason=reason)

    async def postpone(self, page: WantedPage, until: datetime, reason: str) -> bool:
        """Let a claimed page wait for another attempt. False as in `read`."""
        return await self._record(page, state=PageState.WANTED.value, next_at=until, reason=reason)

    async def _record(self, page: WantedPage, also: Noted | None = None, **values: object) -> bool:
        async def work(connection: AsyncConnection) -> bool:
            recorded = await connection.execute(
                update(pages)
                .where(pages.c.article_id == page.article, pages.c.lease == page.lease)
                .values(lease=None, leased_until=None, **values)
            )
            if recorded.rowcount != 1:
                return False
            if also is not None:
                await also(connection)
            return True

        return await self.database.write(work)

    async def give_up(self, wanted_before: datetime, reason: str) -> int:
        """Refuse what has been waiting for so long that it is no news any more; how many."""

        async def work(connection: AsyncConnection) -> int:
            stale = await connection.execute(
                update(pages)
                .where(_WAITS, pages.c.wanted_at < wanted_before, _FREE)
                .values(
                    state=PageState.REFUSED.value,
                    reason=func.coalesce(pages.c.reason, reason),
                    lease=None,
                    leased_until=None,
                )
            )
            return stale.rowcount

        return await self.database.write(work)

    async def tally(self, feed: FeedId, since: datetime) -> PageTally:
        """How the pages of a feed did that were wanted since then."""
        here = and_(pages.c.feed_id == feed, pages.c.wanted_at >= since)
        counts = select(pages.c.state, func.count()).where(here).group_by(pages.c.state)
        newest = (
            select(pages.c.reason)
            .where(here, pages.c.state == PageState.REFUSED.value)
            .order_by(pages.c.wanted_at.desc(), pages.c.article_id.desc())
            .limit(1)
        )
        async with self.database.reading() as connection:
            states = {PageState(state): n for state, n in await connection.execute(counts)}
            refusal = (await connection.execute(newest)).scalar_one_or_none()
        return PageTally(states, refusal)


async def _spent(
    connection: AsyncConnection, feeds: Collection[int], now: datetime
) -> Counter[int]:
    """How many pages of each feed were asked for within the last hour."""
    statement = (
        select(pages.c.feed_id, func.count().label("many"))
        .where(pages.c.feed_id.in_(feeds), pages.c.asked_at > now - HOUR)
        .group_by(pages.c.feed_id)
    )
    spent = {row.feed_id: row.many for row in await connection.execute(statement)}
    return Counter(spent)
