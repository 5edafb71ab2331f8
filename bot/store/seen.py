"""Articles as one workspace sees them: with the tags and by the names that it gave their feeds.

Which articles a workspace may see is asked elsewhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.called import as_read
from bot.model import Article, FeedId, FeedNames, WorkspaceId
from bot.store.schema import feeds, subscriptions
from bot.store.subscriptions import feed_names


@dataclass(frozen=True, slots=True)
class OwnFeed:
    """What a workspace says of a feed."""

    tags: tuple[str, ...]
    names: FeedNames


_UNKNOWN = OwnFeed((), FeedNames())


async def own_feeds(
    connection: AsyncConnection, workspace: WorkspaceId, of: Collection[int]
) -> Mapping[FeedId, OwnFeed]:
    """What a workspace says of these feeds; one that it never read is absent."""
    if not of:
        return {}
    statement = (
        select(subscriptions, feeds.c.url, feeds.c.habits)
        .join(feeds, feeds.c.id == subscriptions.c.feed_id)
        .where(subscriptions.c.feed_id.in_(set(of)), subscriptions.c.workspace_id == workspace)
    )
    return {
        FeedId(row.feed_id): OwnFeed(row.tags, feed_names(row.name, row.url, row.habits))
        for row in await connection.execute(statement)
    }


async def as_seen(
    connection: AsyncConnection, workspace: WorkspaceId, found: Sequence[Article]
) -> tuple[Article, ...]:
    """These articles, in their order, as the workspace sees them."""
    own = await own_feeds(connection, workspace, {article.feed for article in found})
    return tuple(_seen(article, own.get(article.feed, _UNKNOWN)) for article in found)


def _seen(article: Article, feed: OwnFeed) -> Article:
    tags = tuple(dict.fromkeys((*article.tags, *feed.tags)))
    return as_read(replace(article, tags=tags), feed.names)
