"""Which workspace reads which feed: a feed is one row however many workspaces subscribe to it.

It polls nothing; `feeds` says when a feed is due.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import FeedId, Subscription, SubscriptionId, WorkspaceId
from bot.store.audit import Change, note
from bot.store.differences import insert
from bot.store.schema import feeds, subscriptions


async def subscribe(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    url: str,
    name: str,
    *,
    tags: tuple[str, ...],
    interval: timedelta | None,
    by: str,
    at: datetime,
) -> Subscription:
    """Subscribe a workspace to an address, or revive or rename what it has there."""
    await connection.execute(
        insert(connection, feeds)
        .values(url=url, next_poll_at=at, failures=0)
        .on_conflict_do_nothing(index_elements=["url"])
    )
    feed = (await connection.execute(select(feeds.c.id).where(feeds.c.url == url))).scalar_one()
    before = await _find(connection, workspace, FeedId(feed))
    wanted = {"name": name, "tags": tags, "interval": interval}
    if before is not None and (before.name, before.tags, before.interval) == (name, tags, interval):
        return before
    await connection.execute(
        insert(connection, subscriptions)
        .values(workspace_id=workspace, feed_id=feed, created_at=at, **wanted)
        .on_conflict_do_update(
            index_elements=["workspace_id", "feed_id"], set_={**wanted, "removed_at": None}
        )
    )
    action = "subscribed to" if before is None else "changed"
    await note(connection, workspace, Change(at, by, f"{action} feed", name, url))
    after = await _find(connection, workspace, FeedId(feed))
    assert after is not None  # noqa: S101 -- written two statements above, in this transaction
    return after


async def unsubscribe(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    subscription: SubscriptionId,
    *,
    by: str,
    at: datetime,
) -> bool:
    """End a subscription, keeping its row. False if the workspace has no such subscription."""
    statement = (
        update(subscriptions)
        .where(
            subscriptions.c.workspace_id == workspace,
            subscriptions.c.id == subscription,
            subscriptions.c.removed_at.is_(None),
        )
        .values(removed_at=at)
        .returning(subscriptions.c.name)
    )
    name = (await connection.execute(statement)).scalar_one_or_none()
    if name is None:
        return False
    await note(connection, workspace, Change(at, by, "unsubscribed from feed", name, ""))
    return True


def live(workspace: WorkspaceId) -> Select[Any]:
    """The subscriptions that a workspace has now, each with its feed's health."""
    return (
        select(
            subscriptions.c.id,
            subscriptions.c.workspace_id,
            subscriptions.c.feed_id,
            feeds.c.url,
            subscriptions.c.name,
            subscriptions.c.tags,
            subscriptions.c.interval,
            feeds.c.last_polled_at,
            feeds.c.last_success_at,
            feeds.c.next_poll_at,
            feeds.c.failures,
            feeds.c.error,
        )
        .join(feeds)
        .where(subscriptions.c.workspace_id == workspace, subscriptions.c.removed_at.is_(None))
    )


def as_subscription(row: Row[Any]) -> Subscription:
    """A row of `live` as what the other rooms know."""
    return Subscription(
        id=SubscriptionId(row.id),
        workspace=WorkspaceId(row.workspace_id),
        feed=FeedId(row.feed_id),
        url=row.url,
        name=row.name,
        tags=row.tags,
        interval=row.interval,
        last_polled_at=row.last_polled_at,
        last_success_at=row.last_success_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        error=row.error,
    )


async def _find(
    connection: AsyncConnection, workspace: WorkspaceId, feed: FeedId
) -> Subscription | None:
    statement = live(workspace).where(subscriptions.c.feed_id == feed)
    row = (await connection.execute(statement)).first()
    return as_subscription(row) if row else None
