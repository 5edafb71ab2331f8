"""Which workspace reads which feed: a feed is one row however many workspaces subscribe to it.

It polls nothing; `feeds` says when a feed is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Update, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import FeedId, FeedNames, FullText, Habits, SubscriptionId, WorkspaceId
from bot.store.audit import Change, note
from bot.store.differences import insert
from bot.store.schema import articles, feeds, subscriptions
from bot.stories.corroboration import home


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as a workspace sees it, with its health.

    `name` is what the workspace calls it; one that never gave a name calls it by its `title`, which
    is "" until it was read, or by its address. `home` is the domain of the publisher whose feed it
    is. `full_text` is None where nobody chose; `moved_to` is where the feed is read since it moved.
    """

    id: SubscriptionId
    workspace: WorkspaceId
    feed: FeedId
    url: str
    name: str
    tags: tuple[str, ...]
    interval: timedelta | None
    last_polled_at: datetime | None
    last_success_at: datetime | None
    next_poll_at: datetime
    failures: int
    error: str | None
    paused_at: datetime | None = None
    created_at: datetime | None = None
    full_text: FullText | None = None
    moved_to: str | None = None
    title: str = ""
    home: str | None = None


LISTENING: ColumnElement[bool] = and_(
    subscriptions.c.removed_at.is_(None), subscriptions.c.paused_at.is_(None)
)
"""That a subscription is live and not paused: its feed is polled, its workspace hears of it."""


def read_by(workspace: WorkspaceId) -> ColumnElement[bool]:
    """Whether the workspace reads an article's feed."""
    # EXISTS and not IN: so both databases walk the articles newest first and stop at the limit,
    # where SQLite would collect and sort all articles of all the feeds.
    return (
        select(subscriptions.c.id)
        .where(
            subscriptions.c.feed_id == articles.c.feed_id,
            subscriptions.c.workspace_id == workspace,
            subscriptions.c.removed_at.is_(None),
        )
        .exists()
    )


async def subscribe(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    url: str,
    name: str,
    *,
    tags: tuple[str, ...],
    interval: timedelta | None,
    full_text: FullText | None,
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
    wanted = {"name": name, "tags": tags, "interval": interval, "full_text": full_text}
    if before is not None:
        shown = {**wanted, "name": called(name, url, before.title)}
        if shown == {key: getattr(before, key) for key in wanted}:
            return before
    revived = {**wanted, "removed_at": None} | ({"paused_at": None} if before is None else {})
    await connection.execute(
        insert(connection, subscriptions)
        .values(workspace_id=workspace, feed_id=feed, created_at=at, **wanted)
        .on_conflict_do_update(index_elements=["workspace_id", "feed_id"], set_=revived)
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
    row = _one(workspace, subscription).values(removed_at=at)
    return await _done(connection, workspace, row, Change(at, by, "unsubscribed from feed", "", ""))


async def pause(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    subscription: SubscriptionId,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Let a subscription rest. False if it rests already or is not there."""
    row = _one(workspace, subscription).where(subscriptions.c.paused_at.is_(None))
    change = Change(at, by, "paused feed", "", "")
    return await _done(connection, workspace, row.values(paused_at=at), change)


async def resume(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    subscription: SubscriptionId,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Take a paused subscription up again. False if it is not paused or not there."""
    row = _one(workspace, subscription).where(subscriptions.c.paused_at.is_not(None))
    change = Change(at, by, "resumed feed", "", "")
    return await _done(connection, workspace, row.values(paused_at=None), change)


async def choose_full_text(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    subscription: SubscriptionId,
    choice: FullText | None,
    *,
    by: str,
    at: datetime,
) -> bool:
    """Say for which articles of a feed pages are read. False if there is no such subscription."""
    row = _one(workspace, subscription).values(full_text=choice)
    change = Change(at, by, "changed feed", "", f"full text: {choice or 'as usual'}")
    return await _done(connection, workspace, row, change)


def _one(workspace: WorkspaceId, subscription: SubscriptionId) -> Update:
    return update(subscriptions).where(
        subscriptions.c.workspace_id == workspace,
        subscriptions.c.id == subscription,
        subscriptions.c.removed_at.is_(None),
    )


async def _done(
    connection: AsyncConnection, workspace: WorkspaceId, row: Update, change: Change
) -> bool:
    """Carry out a change of one subscription and note it, if there was anything to change."""
    changed = await connection.execute(row.returning(subscriptions.c.name))
    name = changed.scalar_one_or_none()
    if name is None:
        return False
    await note(connection, workspace, replace(change, subject=name))
    return True


async def arrivals(
    connection: AsyncConnection, workspace: WorkspaceId, since: datetime
) -> Mapping[FeedId, int]:
    """Articles first seen since then, by feed of the workspace; a feed's first poll not counted."""
    statement = (
        select(articles.c.feed_id, func.count())
        .join(subscriptions, subscriptions.c.feed_id == articles.c.feed_id)
        .where(
            subscriptions.c.workspace_id == workspace,
            subscriptions.c.removed_at.is_(None),
            articles.c.first_seen_at >= since,
            articles.c.first_seen_at >= subscriptions.c.created_at,
            articles.c.baseline.is_(False),
        )
        .group_by(articles.c.feed_id)
    )
    return {FeedId(feed): count for feed, count in await connection.execute(statement)}


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
            subscriptions.c.paused_at,
            subscriptions.c.created_at,
            subscriptions.c.full_text,
            feeds.c.habits,
        )
        .join(feeds)
        .where(subscriptions.c.workspace_id == workspace, subscriptions.c.removed_at.is_(None))
    )


def called(name: str, url: str, title: str) -> str:
    """What a feed is called: where nobody gave it a name, its address is kept for one."""
    return title or name if name == url else name


def feed_names(name: str, url: str, habits: Habits | None) -> FeedNames:
    """All that a feed is called, by those who keep it under this name."""
    learned = habits or Habits()
    return FeedNames("" if name == url else name, learned.title, home(learned.sites))


def as_subscription(row: Row[Any]) -> Subscription:
    """A row of `live` as what the other rooms know."""
    title = row.habits.title if row.habits else ""
    return Subscription(
        id=SubscriptionId(row.id),
        workspace=WorkspaceId(row.workspace_id),
        feed=FeedId(row.feed_id),
        url=row.url,
        name=called(row.name, row.url, title),
        tags=row.tags,
        interval=row.interval,
        last_polled_at=row.last_polled_at,
        last_success_at=row.last_success_at,
        next_poll_at=row.next_poll_at,
        failures=row.failures,
        error=row.error,
        paused_at=row.paused_at,
        created_at=row.created_at,
        full_text=None if row.full_text is None else FullText(row.full_text),
        moved_to=row.habits.address if row.habits else None,
        title=title,
        home=home(row.habits.sites) if row.habits else None,
    )


async def _find(
    connection: AsyncConnection, workspace: WorkspaceId, feed: FeedId
) -> Subscription | None:
    statement = live(workspace).where(subscriptions.c.feed_id == feed)
    row = (await connection.execute(statement)).first()
    return as_subscription(row) if row else None
