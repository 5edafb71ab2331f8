"""What a poll leaves behind: new articles, edited ones, and the names by which items are known.

It sorts nothing and judges nothing: what is new or edited was decided by whoever polled.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Row, bindparam, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.sifting import Edit, Remembered, Sighting
from bot.model import (
    ArticleId,
    ArticleState,
    DueFeed,
    Entry,
    FeedId,
    Habits,
    Published,
    Validators,
)
from bot.store.differences import insert
from bot.store.reading import keep_readings
from bot.store.schema import articles, documents, feeds, names, subscriptions

# An article whose text changes at every poll is no longer followed.
MOST_EDITS = 24
_MOST_ASKED = 1_000  # values in one question; both databases take more

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class QuietPoll:
    """A poll that found a feed as it was: nothing is to be kept but that it was asked."""

    due: DueFeed
    at: datetime
    next_poll_at: datetime
    validators: Validators
    habits: Habits


async def remembered(
    connection: AsyncConnection, feed: FeedId, wanted: Collection[str]
) -> Mapping[str, Remembered]:
    """What is held under each of these names of a feed's items; unknown names are absent."""
    rows: list[Row[Any]] = []
    for some in _some(sorted(wanted)):
        statement = select(names).where(names.c.feed_id == feed, names.c.name.in_(some))
        rows += (await connection.execute(statement)).all()
    held: dict[int, Any] = {}
    for some in _some({row.article_id for row in rows if row.article_id is not None}):
        found = await connection.execute(
            select(
                articles.c.id,
                articles.c.title,
                articles.c.body,
                articles.c.published_at,
                articles.c.published_day_only,
            ).where(articles.c.id.in_(some))
        )
        held |= {row.id: row for row in found}
    return {row.name: _remembered(held.get(row.article_id), row.seen_at) for row in rows}


def _some(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    every = list(values)
    yield from (every[at : at + _MOST_ASKED] for at in range(0, len(every), _MOST_ASKED))


def _remembered(article: Any, seen_at: datetime) -> Remembered:
    if article is None:
        return Remembered(None, "", "", None, seen_at)
    published = article.published_at and Published(article.published_at, article.published_day_only)
    return Remembered(ArticleId(article.id), article.title, article.body, published, seen_at)


async def keep(
    connection: AsyncConnection,
    due: DueFeed,
    entries: Sequence[Entry],
    at: datetime,
    *,
    baseline: bool,
    held_back: Collection[str],
    keys: Mapping[str, str],
) -> int:
    """Insert the entries that the feed did not have yet, in the order given; how many.

    `keys` are those of each entry's text for the search, by its identity.
    """
    if not entries:
        return 0
    statement = (
        insert(connection, articles)
        .on_conflict_do_nothing(index_elements=["feed_id", "identity"])
        .returning(articles.c.id, articles.c.identity)
    )
    rows = [
        _article(due, entry, at, baseline=baseline, held_back=entry.identity in held_back)
        for entry in entries
    ]
    made = {row.identity: ArticleId(row.id) for row in await connection.execute(statement, rows)}
    await keep_readings(connection, due.id, {made[each]: keys[each] for each in made})
    sightings = [
        Sighting(name, made[entry.identity])
        for entry in entries
        if entry.identity in made
        for name in (entry.identity, *entry.names, *filter(None, [entry.title_name]))
    ]
    await remember(connection, due.id, sightings, at)
    return len(made)


async def remember(
    connection: AsyncConnection, feed: FeedId, sightings: Sequence[Sighting], at: datetime
) -> None:
    """Note names as seen; a name that several articles had stands for the newest of them."""
    if not sightings:
        return
    newest = {sighting.name: sighting.article for sighting in sightings}
    statement = insert(connection, names)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["feed_id", "name"],
            set_={"article_id": statement.excluded.article_id, "seen_at": at},
        ),
        [
            {"feed_id": feed, "name": name, "article_id": article, "seen_at": at}
            for name, article in newest.items()
        ],
    )


async def edit(connection: AsyncConnection, edits: Sequence[Edit], at: datetime) -> None:
    """Give articles their new text, and let them wait for a decision again.

    The text that the last decision was made on is kept until the next one. An article still waiting
    for its first decision simply gets the newer text.
    """
    judged = articles.c.state != ArticleState.NEW.value
    for one in edits:
        await connection.execute(
            update(articles)
            .where(articles.c.id == one.article, articles.c.edits < MOST_EDITS)
            .values(
                was_title=case((judged, articles.c.title), else_=articles.c.was_title),
                was_body=case((judged, articles.c.body), else_=articles.c.was_body),
                title=one.title,
                body=one.body,
                edits=articles.c.edits + 1,
                revised_at=at,
                state=ArticleState.NEW.value,
                processed_at=None,
            )
        )


async def quiet(connection: AsyncConnection, seen: Sequence[QuietPoll]) -> None:
    """Record polls that brought nothing; those whose claim was lost are left alone."""
    await connection.execute(
        update(feeds)
        .where(feeds.c.id == bindparam("feed"), feeds.c.lease == bindparam("token"))
        .values(
            lease=None,
            leased_until=None,
            failures=0,
            error=None,
            last_polled_at=bindparam("at"),
            last_success_at=bindparam("at"),
            next_poll_at=bindparam("next"),
            etag=bindparam("tag"),
            last_modified=bindparam("modified"),
            body_hash=bindparam("digest"),
            habits=bindparam("ways"),
        ),
        [
            {
                "feed": one.due.id,
                "token": one.due.lease,
                "at": one.at,
                "next": one.next_poll_at,
                "tag": one.validators.etag,
                "modified": one.validators.last_modified,
                "digest": one.validators.body_hash,
                "ways": one.habits,
            }
            for one in seen
        ],
    )


async def keep_shown(connection: AsyncConnection, feed: FeedId, shown: bytes) -> None:
    """Keep what the parser wants to be given with the feed's next document."""
    statement = insert(connection, documents).values(feed_id=feed, shown=shown)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["feed_id"], set_={"shown": shown})
    )


async def retire(connection: AsyncConnection, feed: FeedId, at: datetime) -> None:
    """Pause every subscription to a feed that is gone for good; resuming one tries it again."""
    await connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.feed_id == feed,
            subscriptions.c.removed_at.is_(None),
            subscriptions.c.paused_at.is_(None),
        )
        .values(paused_at=at)
    )


def _article(
    due: DueFeed, entry: Entry, at: datetime, *, baseline: bool, held_back: bool
) -> dict[str, Any]:
    host = _host(entry.source_url) or _host(entry.url)
    state = ArticleState.PROCESSED if baseline else ArticleState.NEW
    return {
        "feed_id": due.id,
        "identity": entry.identity,
        "title": entry.title,
        "body": entry.body,
        "url": entry.url,
        # Not the feed's name: a workspace chose that, and another one may read the same feed.
        "source": entry.source or host or _host(due.url) or due.url,
        "source_host": host,
        "language": entry.language,
        "published_at": entry.published.at if entry.published else None,
        "published_day_only": bool(entry.published and entry.published.day_only),
        "author": entry.author,
        "tags": entry.tags,
        "first_seen_at": at,
        "state": state.value,
        "baseline": baseline,
        "held_back": held_back,
        "edits": 0,
        "processed_at": at if baseline else None,
    }


def _host(url: str | None) -> str | None:
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:  # an address like http://[ is text, not a place
        return None
