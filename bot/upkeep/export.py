"""What people made, as one JSON document: feeds, lists, and watchlists with their history.

Articles and messages are left out; a backup has those. So are secrets in addresses of feeds.
"""

from typing import Any

from bot.config import Settings
from bot.model import Subscription, Watchlist, WorkspaceId
from bot.redaction import redacted
from bot.store.store import Store

MOST_CHANGES = 100_000


async def export_home(settings: Settings) -> dict[str, Any]:
    """Open the database and export the workspace of the configuration. Raises StoreError."""
    store = await Store.open(settings.database.url)
    try:
        return await exported(store, (await store.workspaces.home()).id)
    finally:
        await store.close()


async def exported(store: Store, workspace: WorkspaceId) -> dict[str, Any]:
    """All that one workspace made. Instants are ISO 8601 in UTC."""
    watchlists = await store.watchlists.of(workspace)
    return {
        "feeds": [_feed(each) for each in await store.feeds.of(workspace)],
        "lists": dict(await store.lists.texts(workspace)),
        "watchlists": [_watchlist(each) for each in watchlists],
        "changes": [
            {
                "at": each.at.isoformat(),
                "by": each.actor,
                "action": each.action,
                "subject": each.subject,
                "detail": redacted(each.detail),
            }
            for each in reversed(await store.audit.of(workspace, MOST_CHANGES))
        ],
    }


def _feed(feed: Subscription) -> dict[str, Any]:
    return {
        "url": redacted(feed.url),
        "name": feed.name,
        "tags": list(feed.tags),
        "interval_seconds": feed.interval and feed.interval.total_seconds(),
    }


def _watchlist(watchlist: Watchlist) -> dict[str, Any]:
    return {
        "name": watchlist.name,
        "query": watchlist.query,
        "severity": watchlist.severity.value,
        "destinations": [str(each) for each in watchlist.destinations],
        "enabled": watchlist.enabled,
        "revision": watchlist.revision,
    }
