"""Reads articles for the index: new ones as they come, the others a few at a time.

What a text's keys are, the rule engine says. What is still to be read stands in `unread`, where the
database notes it by itself; whoever is interrupted loses nothing. It answers no search.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from itertools import accumulate, chain, islice

from sqlalchemy import Text, bindparam, cast, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

import rules
from bot.model import Article, ArticleId, Entry, FeedId
from bot.store.articles import WITH_PAGE, as_article
from bot.store.columns import storable
from bot.store.differences import insert
from bot.store.schema import articles, pages, stamps
from bot.store.search_schema import KEYS, readings, unread

log = logging.getLogger(__name__)

EVERYTHING = "_"
"""The only key of an article that any search must look at; no other article has it."""

_MOST = 400_000  # characters of keys; PostgreSQL holds up to 1 MB of them for a row
_EDITION = "readings"


async def keys_of(entries: Sequence[Entry]) -> Mapping[str, str]:
    """The keys of new entries as they are kept, by identity; of several with one, the first's."""
    if not entries:
        return {}
    first = {entry.identity: entry for entry in reversed(entries)}
    layouts = [
        (rules.Document(storable(entry.title), storable(entry.body)),) for entry in first.values()
    ]
    return dict(zip(first, await asyncio.to_thread(_keys, layouts), strict=True))


def _keys(layouts: Sequence[tuple[rules.Document, ...]]) -> list[str]:
    """The keys of each article, given the ways in which its text may be laid out for matching.

    One that cannot be read at all is found by every search, and stops nobody.
    """
    try:
        read = rules.index_keys(chain.from_iterable(layouts))
        return [_written(frozenset().union(*islice(read, len(each)))) for each in layouts]
    except Exception:
        if len(layouts) > 1:
            return [words for each in layouts for words in _keys([each])]
        log.exception("An article could not be read for the search.")
        return [EVERYTHING]


def _written(keys: frozenset[str]) -> str:
    text = " ".join(sorted(keys)) or EVERYTHING
    return text if len(text) <= _MOST else EVERYTHING


def _layouts(article: Article) -> tuple[rules.Document, ...]:
    """The texts that may be matched: with a page it follows the feed's text, or stands for it."""
    if not article.page:
        return (rules.Document(article.title, article.body),)
    return (
        rules.Document(article.title, f"{article.body}\n\n{article.page}"),
        rules.Document("", article.page),
    )


async def keep_readings(
    connection: AsyncConnection, feed: FeedId, made: Mapping[ArticleId, str]
) -> None:
    """Keep the keys of articles, which are thereby read."""
    if made:
        rows = [{"article_id": id_, "feed_id": feed, "words": made[id_]} for id_ in made]
        await _put(connection, rows)


async def _put(connection: AsyncConnection, rows: Sequence[Mapping[str, object]]) -> None:
    statement = insert(connection, readings).values(
        article_id=bindparam("article_id"),
        feed_id=bindparam("feed_id"),
        keys=cast(bindparam("words", type_=Text), KEYS),
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["article_id"], set_={"keys": statement.excluded["keys"]}
        ),
        rows,
    )
    ids = [row["article_id"] for row in rows]
    await connection.execute(delete(unread).where(unread.c.article_id.in_(ids)))


async def next_unread(
    connection: AsyncConnection, limit: int, characters: int
) -> tuple[Article, ...]:
    """The newest articles to be read: so many, with so much text; one, however long that is."""
    size = func.length(articles.c.title) + func.length(articles.c.body)
    waiting = (
        select(unread.c.article_id, size + func.coalesce(func.length(pages.c.text), 0))
        .join(articles, articles.c.id == unread.c.article_id)
        .outerjoin(pages, pages.c.article_id == unread.c.article_id)
        .order_by(unread.c.article_id.desc())
        .limit(limit)
    )
    rows = (await connection.execute(waiting)).all()
    sums = accumulate(length for _, length in rows)
    ids = [id_ for (id_, _), so_far in zip(rows, sums, strict=True) if so_far <= characters]
    return await _articles(connection, ids or [id_ for id_, _ in rows[:1]])


async def keys_of_unread(found: Sequence[Article]) -> list[str]:
    """The keys of articles as they are kept, worked out beside the event loop."""
    return await asyncio.to_thread(_keys, [_layouts(article) for article in found])


async def keep_unless_changed(
    connection: AsyncConnection, found: Sequence[Article], keys: Sequence[str]
) -> int:
    """Keep the keys of articles that still say what was read of them; how many those are.

    What was edited meanwhile, what somebody edits right now and what others read stays as it is.
    """
    mine = (
        select(unread.c.article_id)
        .where(unread.c.article_id.in_([article.id for article in found]))
        .with_for_update(skip_locked=True)
    )
    ids = (await connection.execute(mine)).scalars().all()
    now = {article.id: _layouts(article) for article in await _articles(connection, ids)}
    rows = [
        {"article_id": article.id, "feed_id": article.feed, "words": words}
        for article, words in zip(found, keys, strict=True)
        if now.get(article.id) == _layouts(article)
    ]
    if rows:
        await _put(connection, rows)
    return len(rows)


async def _articles(connection: AsyncConnection, ids: Sequence[int]) -> tuple[Article, ...]:
    rows = await connection.execute(WITH_PAGE.where(articles.c.id.in_(ids)))
    return tuple(as_article(row) for row in rows)


async def begin_edition(connection: AsyncConnection) -> None:
    """If the rule engine gives texts other keys than before, note every article as unread."""
    known = select(stamps.c.value).where(stamps.c.kind == _EDITION)
    if (await connection.execute(known)).scalar_one_or_none() == rules.INDEX_EDITION:
        return
    every = insert(connection, unread).from_select(
        ["article_id"], select(articles.c.id).where(articles.c.id > 0)
    )
    await connection.execute(every.on_conflict_do_nothing(index_elements=["article_id"]))
    stamp = insert(connection, stamps).values(kind=_EDITION, value=rules.INDEX_EDITION)
    await connection.execute(
        stamp.on_conflict_do_update(index_elements=["kind"], set_={"value": rules.INDEX_EDITION})
    )
