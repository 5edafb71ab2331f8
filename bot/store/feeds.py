"""Feeds: who reads them, which are due, and the commit that records a poll with what it found.

A feed is polled once however many workspaces subscribe to it. Nothing is fetched or parsed here.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.sifting import Remembered, Sifted
from bot.model import (
    DueFeed,
    Entry,
    FeedId,
    FullText,
    Habits,
    SubscriptionId,
    Validators,
    WorkspaceId,
)
from bot.store import polls
from bot.store import subscriptions as subscribing
from bot.store.database import Database
from bot.store.differences import DatabaseClock
from bot.store.polls import QuietPoll
from bot.store.reading import keys_of
from bot.store.schema import documents, feeds, names, subscriptions
from bot.store.timetable import spread_evenly

NOT_LEASED: ColumnElement[bool] = or_(
    feeds.c.leased_until.is_(None), feeds.c.leased_until <= DatabaseClock()
)
SUBSCRIBED: ColumnElement[bool] = (
    select(subscriptions.c.id)
    .where(subscriptions.c.feed_id == feeds.c.id, subscribing.LISTENING)
    .exists()
)

_NOTHING = Sifted()


@dataclass(frozen=True, slots=True)
class PollRecorded:
    """What a poll brought: articles not seen before in this feed, and such as were."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Feeds:
    """All feeds, and each workspace's subscriptions to them."""

    database: Database

    async def subscribe(
        self,
        workspace: WorkspaceId,
        url: str,
        name: str,
        *,
        tags: tuple[str, ...] = (),
        interval: timedelta | None = None,
        full_text: FullText | None = None,
        by: str,
        at: datetime,
    ) -> subscribing.Subscription:
        """Subscribe to an address; a new feed is due at once.

        An address that the workspace has already takes the new name, tags, interval and choice of
        full text; one that it left comes back.
        """

        async def work(connection: AsyncConnection) -> subscribing.Subscription:
            return await subscribing.subscribe(
                connection,
                workspace,
                url,
                name,
                tags=tags,
                interval=interval,
                full_text=full_text,
                by=by,
                at=at,
            )

        return await self.database.write(work)

    async def unsubscribe(
        self, workspace: WorkspaceId, subscription_id: SubscriptionId, *, by: str, at: datetime
    ) -> bool:
        """End a subscription. False if the workspace has no such one."""

        async def work(connection: AsyncConnection) -> bool:
            return await subscribing.unsubscribe(
                connection, workspace, subscription_id, by=by, at=at
            )

        return await self.database.write(work)

    async def pause(
        self, workspace: WorkspaceId, subscription_id: SubscriptionId, *, by: str, at: datetime
    ) -> bool:
        """Let a subscription rest: no poll and no alert for it. False if it rests or is gone."""

        async def work(connection: AsyncConnection) -> bool:
            return await subscribing.pause(connection, workspace, subscription_id, by=by, at=at)

        return await self.database.write(work)

    async def resume(
        self, workspace: WorkspaceId, subscription_id: SubscriptionId, *, by: str, at: datetime
    ) -> bool:
        """Take a paused subscription up again. False if it is not paused or is gone."""

        async def work(connection: AsyncConnection) -> bool:
            return await subscribing.resume(connection, workspace, subscription_id, by=by, at=at)

        return await self.database.write(work)

    async def choose_full_text(
        self,
        workspace: WorkspaceId,
        subscription_id: SubscriptionId,
        choice: FullText | None,
        *,
        by: str,
        at: datetime,
    ) -> bool:
        """Say for which articles of a feed pages are read; None takes what is usual.

        False if the workspace has no such subscription.
        """

        async def work(connection: AsyncConnection) -> bool:
            return await subscribing.choose_full_text(
                connection, workspace, subscription_id, choice, by=by, at=at
            )

        return await self.database.write(work)

    async def arrivals(self, workspace: WorkspaceId, since: datetime) -> Mapping[FeedId, int]:
        """How many articles came in since then from each feed of a workspace.

        What stood in a feed when it was first read does not count; feeds without any are absent.
        """
        async with self.database.reading() as connection:
            return await subscribing.arrivals(connection, workspace, since)

    async def of(self, workspace: WorkspaceId) -> tuple[subscribing.Subscription, ...]:
        """What a workspace reads, by name; paused ones too."""
        async with self.database.reading() as connection:
            rows = await connection.execute(subscribing.live(workspace))
        found = (subscribing.as_subscription(row) for row in rows)
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))

    async def earliest_due(self) -> datetime | None:
        """When the next feed falls due, of those that somebody reads and nobody polls right now."""
        statement = select(func.min(feeds.c.next_poll_at)).where(SUBSCRIBED, NOT_LEASED)
        async with self.database.reading() as connection:
            earliest: datetime | None = (await connection.execute(statement)).scalar_one()
        return earliest

    async def claim_due(
        self, now: datetime, *, limit: int, lease: timedelta, usual: timedelta | None = None
    ) -> tuple[DueFeed, ...]:
        """Claim the feeds that are due at `now`, longest due first.

        A claimed feed is nobody else's for `lease`, in real seconds of the database's clock, or
        until its poll is recorded. Its interval is the shortest that a subscriber asks for; `usual`
        is what those get who ask for none.
        """

        async def work(connection: AsyncConnection) -> tuple[DueFeed, ...]:
            due = await connection.execute(
                select(feeds)
                .where(feeds.c.next_poll_at <= now, NOT_LEASED, SUBSCRIBED)
                .order_by(feeds.c.next_poll_at, feeds.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            rows = due.all()
            if not rows:
                return ()
            ids = [row.id for row in rows]
            token = uuid.uuid4().hex
            await connection.execute(
                update(feeds)
                .where(feeds.c.id.in_(ids))
                .values(lease=token, leased_until=DatabaseClock() + lease.total_seconds())
            )
            readers = await _readers(connection, ids)
            # On PostgreSQL a last reader may leave between the two questions.
            return tuple(
                _due(row, readers[row.id], token, usual) for row in rows if readers[row.id]
            )

        return await self.database.write(work)

    async def remembered(self, feed: FeedId, wanted: Collection[str]) -> Mapping[str, Remembered]:
        """What is held under each of these names of a feed's items; unknown names are absent."""
        async with self.database.reading() as connection:
            return await polls.remembered(connection, feed, wanted)

    async def shown(self, feed: FeedId) -> bytes:
        """What was kept of a feed's last document for the parser; b"" if nothing was."""
        statement = select(documents.c.shown).where(documents.c.feed_id == feed)
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).scalar_one_or_none() or b""

    async def has_shown(self, feed: FeedId) -> bool:
        """Whether a feed ever showed an item."""
        statement = select(names.c.name).where(names.c.feed_id == feed).limit(1)
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).first() is not None

    async def spread(self, now: datetime, over: timedelta) -> int:
        """Spread feeds that missed a whole turn evenly from now on, the longest due first.

        For the start after a long rest: all at once would be rude to their servers, and to ours.
        Feeds never polled stay due at once. Returns how many were spread.
        """

        async def work(connection: AsyncConnection) -> int:
            late = await connection.execute(
                select(feeds.c.id)
                .where(
                    feeds.c.next_poll_at < now - over,
                    feeds.c.last_polled_at.is_not(None),
                    NOT_LEASED,
                    SUBSCRIBED,
                )
                .order_by(feeds.c.next_poll_at, feeds.c.id)
            )
            ids = late.scalars().all()
            await spread_evenly(connection, ids, now, over)
            return len(ids)

        return await self.database.write(work)

    async def renew(self, held: Collection[DueFeed], lease: timedelta) -> None:
        """Keep claimed feeds for another `lease` from now on; those that were lost stay lost."""
        tokens = sorted({due.lease for due in held})
        ids = [due.id for due in held]
        if not ids:
            return

        # What is locked is just being recorded, and its claim ends with that.
        ours = select(feeds.c.id).where(feeds.c.id.in_(ids), feeds.c.lease.in_(tokens))

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(feeds)
                .where(feeds.c.id.in_(ours.with_for_update(skip_locked=True)))
                .values(leased_until=DatabaseClock() + lease.total_seconds())
            )

        await self.database.write(work)

    async def take_over(self) -> None:
        """End every claim at once, because whoever had them is gone. See `Outbox.take_over`."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                update(feeds)
                .where(feeds.c.leased_until.is_not(None))
                .values(lease=None, leased_until=None)
            )

        await self.database.write(work)

    async def release(self, due: DueFeed) -> None:
        """Give a claimed feed back unpolled; it stays due. Ignored if the lease was lost."""

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(_ours(due).values(lease=None, leased_until=None))

        await self.database.write(work)

    async def record_poll(
        self,
        due: DueFeed,
        *,
        at: datetime,
        next_poll_at: datetime,
        validators: Validators | None,
        entries: Sequence[Entry],
        error: str | None,
        baseline: bool,
        sifted: Sifted = _NOTHING,
        held_back: Collection[str] = (),
        habits: Habits | None = None,
        shown: bytes | None = None,
        retired: bool = False,
    ) -> PollRecorded | None:
        """The first commit of an article: new entries, validators and the next poll, together.

        New entries are kept as NEW, or, with `baseline`, as PROCESSED and never to be told; those
        whose identity is in `held_back` are judged, and not told. Of `sifted` the edits and the
        names are kept. Where `validators`, `habits` or `shown` is None, the old one stays. With
        `error` the poll counts as failed; a `retired` feed is paused for all who read it. None
        means that the lease was lost and nothing was written: who holds it now records a poll too.
        """
        health = _health(due, at, error)
        if habits is not None:
            health["habits"] = habits
        if validators is not None:
            health |= {
                "etag": validators.etag,
                "last_modified": validators.last_modified,
                "body_hash": validators.body_hash,
            }

        keys = await keys_of(entries)

        async def work(connection: AsyncConnection) -> PollRecorded | None:
            recorded = await connection.execute(
                _ours(due).values(
                    lease=None, leased_until=None, next_poll_at=next_poll_at, **health
                )
            )
            if recorded.rowcount == 0:
                return None
            new = await polls.keep(
                connection, due, entries, at, baseline=baseline, held_back=held_back, keys=keys
            )
            await polls.edit(connection, sifted.edits, at)
            await polls.remember(connection, due.id, sifted.sightings, at)
            if shown is not None:
                await polls.keep_shown(connection, due.id, shown)
            if retired:
                await polls.retire(connection, due.id, at)
            return PollRecorded(new, len(entries) - new)

        return await self.database.write(work)

    async def record_quiet(self, seen: Sequence[QuietPoll]) -> None:
        """Record polls that brought nothing, in one commit; claims that were lost stay lost."""

        async def work(connection: AsyncConnection) -> None:
            await polls.quiet(connection, seen)

        await self.database.write(work)


def _ours(due: DueFeed) -> Any:
    return update(feeds).where(feeds.c.id == due.id, feeds.c.lease == due.lease)


def _health(due: DueFeed, at: datetime, error: str | None) -> dict[str, Any]:
    if error is None:
        return {"last_polled_at": at, "last_success_at": at, "failures": 0, "error": None}
    return {"last_polled_at": at, "failures": due.failures + 1, "error": error}


async def _readers(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """Who listens to each feed, the oldest subscription first."""
    statement = (
        select(subscriptions)
        .where(subscriptions.c.feed_id.in_(ids), subscribing.LISTENING)
        .order_by(subscriptions.c.id)
    )
    readers: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(statement):
        readers[row.feed_id].append(row)
    return readers


def _due(
    row: Row[Any], readers: Sequence[Row[Any]], token: str, usual: timedelta | None
) -> DueFeed:
    asked = [reader.interval or usual for reader in readers]
    return DueFeed(
        id=FeedId(row.id),
        url=row.url,
        name=subscribing.called(readers[0].name, row.url, row.habits.title if row.habits else ""),
        validators=Validators(row.etag, row.last_modified, row.body_hash),
        interval=min((one for one in asked if one is not None), default=None),
        failures=row.failures,
        polled_before=row.last_success_at is not None,
        lease=token,
        habits=row.habits or Habits(),
        due_at=row.next_poll_at,
    )
