"""Brings what the configuration file declares into the store, without undoing what chat changed.

An entry is applied only when its own text changed since it was last applied; otherwise the newest
revision stands, chat's included, and what chat removed stays removed.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime

from bot.config import FeedEntry, Settings, WatchlistEntry
from bot.model import Watchlist, WorkspaceId
from bot.store.revisions import NameTaken
from bot.store.store import Store

log = logging.getLogger(__name__)

BY = "the configuration file"


async def apply(store: Store, workspace: WorkspaceId, settings: Settings, at: datetime) -> int:
    """Apply every declared entry that is new or changed; return how many that were."""
    applied = 0
    for feed in settings.feeds:
        if await store.declared.digest(workspace, "feed", feed.url) != feed.digest():
            await _feed(store, workspace, feed, at)
            await store.declared.remember(workspace, "feed", feed.url, feed.digest())
            applied += 1
    for named in settings.lists:
        if await store.declared.digest(workspace, "list", named.name) != named.digest():
            await store.lists.put(workspace, named.name, named.query, by=BY, at=at)
            await store.declared.remember(workspace, "list", named.name, named.digest())
            applied += 1
    for entry in settings.watchlists:
        if await store.declared.digest(workspace, "watchlist", entry.name) != entry.digest():
            await _watchlist(store, workspace, entry, at)
            await store.declared.remember(workspace, "watchlist", entry.name, entry.digest())
            applied += 1
    return applied


async def _feed(store: Store, workspace: WorkspaceId, entry: FeedEntry, at: datetime) -> None:
    await store.feeds.subscribe(
        workspace,
        entry.url,
        entry.name or entry.url,
        tags=entry.tags,
        interval=entry.interval,
        full_text=entry.full_text,
        by=BY,
        at=at,
    )


async def _watchlist(
    store: Store, workspace: WorkspaceId, entry: WatchlistEntry, at: datetime
) -> None:
    known = await store.watchlists.find(workspace, entry.name)
    if known is None:
        try:
            await store.watchlists.add(
                workspace,
                entry.name,
                entry.query,
                severity=entry.severity,
                destinations=entry.destinations,
                min_sources=entry.min_sources,
                cadence=entry.delivery,
                by=BY,
                at=at,
            )
        except NameTaken:
            log.info("%s is applied by another process that starts as well", entry.name)
        return
    await store.watchlists.revise(
        workspace,
        known.id,
        query=entry.query,
        severity=entry.severity,
        destinations=entry.destinations,
        min_sources=entry.min_sources,
        cadence=entry.delivery,
        by=BY,
        at=at,
    )


async def drift(store: Store, workspace: WorkspaceId, settings: Settings) -> tuple[str, ...]:
    """What stands in the store otherwise than in the file, a sentence each."""
    return (
        *[said async for said in _drifted_feeds(store, workspace, settings)],
        *[said async for said in _drifted_lists(store, workspace, settings)],
        *[said async for said in _drifted_watchlists(store, workspace, settings)],
    )


async def _drifted_feeds(
    store: Store, workspace: WorkspaceId, settings: Settings
) -> AsyncIterator[str]:
    subscribed = {each.url: each for each in await store.feeds.of(workspace)}
    for feed in settings.feeds:
        if await store.declared.digest(workspace, "feed", feed.url) != feed.digest():
            continue
        if (found := subscribed.get(feed.url)) is None:
            yield f"The feed {feed.url} was removed in chat; it stays removed."
            continue
        if found.full_text != feed.full_text:
            choice = found.full_text or "as usual"
            yield f"The feed {feed.url} was changed in chat: its full text is {choice}."
        if found.paused_at is not None:
            yield f"The feed {feed.url} is paused."


async def _drifted_lists(
    store: Store, workspace: WorkspaceId, settings: Settings
) -> AsyncIterator[str]:
    texts = await store.lists.texts(workspace)
    for named in settings.lists:
        if await store.declared.digest(workspace, "list", named.name) != named.digest():
            continue
        if named.name not in texts:
            yield f"The list @{named.name} was removed in chat; it stays removed."
        elif texts[named.name] != named.query:
            yield f"The list @{named.name} was changed in chat: it is {texts[named.name]}."


async def _drifted_watchlists(
    store: Store, workspace: WorkspaceId, settings: Settings
) -> AsyncIterator[str]:
    for entry in settings.watchlists:
        if await store.declared.digest(workspace, "watchlist", entry.name) != entry.digest():
            continue
        watchlist = await store.watchlists.find(workspace, entry.name)
        if watchlist is None:
            yield f"The watchlist “{entry.name}” was removed in chat; it stays removed."
            continue
        for difference in _differences(entry, watchlist):
            yield f"The watchlist “{entry.name}” was changed in chat: {difference}."


def _differences(entry: WatchlistEntry, watchlist: Watchlist) -> Iterator[str]:
    if entry.query != watchlist.query:
        yield f"its query is {watchlist.query}"
    if entry.severity != watchlist.severity:
        yield f"its severity is {watchlist.severity}"
    if set(entry.destinations) != set(watchlist.destinations):
        yield f"it alerts to {', '.join(map(str, watchlist.destinations))}"
    if entry.min_sources != watchlist.min_sources:
        yield f"it waits for {watchlist.min_sources} independent sources"
    if entry.delivery != watchlist.cadence:
        yield f"its delivery is {watchlist.cadence}"
    if not watchlist.enabled:
        yield "it is paused"
