"""All that a workspace made and was told, as JSON and packed into a file that people can keep.

Texts of articles are left out, and so are secrets in addresses of feeds; a backup has both.
"""

import io
import json
import zipfile
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from bot.model import Destination, Watchlist, Workspace, WorkspaceId
from bot.redaction import redacted
from bot.store.audit import Change
from bot.store.revisions import Revision
from bot.store.store import Store
from bot.store.subscriptions import Subscription
from bot.store.takeout import KeptAlert, alerts_of

MOST_CHANGES = 100_000

Seen = Callable[[Collection[Destination]], bool]
"""Whether what alerts to these places may be shown to the one who asks."""


def everything(_places: Collection[Destination]) -> bool:
    """For whoever may read the database itself."""
    return True


async def exported(
    store: Store, workspace: WorkspaceId, seen: Seen = everything
) -> dict[str, list[Any]]:
    """The parts by name. Instants are ISO 8601 in UTC.

    What alerts to places that are not `seen` is left out, with its history and its alerts.
    """
    ever = await store.watchlists.ever(workspace)
    shown = [each for each in ever if seen(each.destinations)]
    hidden = {each.id for each in ever} - {each.id for each in shown}
    living = {each.id for each in await store.watchlists.of(workspace)}
    revisions = {each.id: await store.watchlists.history(workspace, each.id) for each in shown}
    texts = await store.lists.texts(workspace)
    changes = await store.audit.of(workspace, MOST_CHANGES)
    alerts = await alerts_of(store.database, workspace)
    return {
        "feeds": [_feed(each) for each in await store.feeds.of(workspace)],
        "lists": [{"name": name, "query": query} for name, query in texts.items()],
        "watchlists": [
            {
                **_watchlist(each),
                "removed": each.id not in living,
                "revisions": [_revision(one) for one in revisions[each.id]],
            }
            for each in shown
        ],
        "changes": [
            _change(each)
            for each in reversed(changes)
            if each.about not in hidden and (each.place is None or seen([each.place]))
        ],
        "alerts": [_alert(each) for each in alerts if each.watchlist not in hidden],
    }


def packed(parts: dict[str, list[Any]], workspace: Workspace, at: datetime) -> bytes:
    """The parts as files of JSON in a zip, with one that says what they are."""
    about = {
        "workspace": workspace.name,
        "made_at": at.isoformat(),
        "rows": {name: len(rows) for name, rows in parts.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in {"about": about, **parts}.items():
            text = json.dumps(part, ensure_ascii=False, indent=1)
            made = (at.year, at.month, at.day, at.hour, at.minute, at.second)
            entry = zipfile.ZipInfo(f"{name}.json", made)
            file.writestr(entry, text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


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
        "created_by": watchlist.created_by,
    }


def _revision(revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision.revision,
        "name": revision.name,
        "query": revision.query,
        "severity": revision.severity.value,
        "destinations": [str(each) for each in revision.destinations],
        "enabled": revision.enabled,
        "min_sources": revision.min_sources,
        "delivery": revision.cadence.value,
        "changed_by": revision.changed_by,
        "changed_at": revision.changed_at.isoformat(),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "at": change.at.isoformat(),
        "by": change.actor,
        "action": change.action,
        "subject": redacted(change.subject),
        "detail": redacted(change.detail),
    }


def _alert(alert: KeptAlert) -> dict[str, Any]:
    return {
        "at": alert.decided_at.isoformat(),
        "watchlist": alert.name,
        "revision": alert.revision,
        "reason": alert.reason,
        "title": alert.title,
        "url": redacted(alert.url) if alert.url else None,
        "source": alert.source,
        "published_at": alert.published_at and alert.published_at.isoformat(),
        "sent": [
            {
                "to": str(each.destination),
                "state": each.state.value,
                "at": each.sent_at and each.sent_at.isoformat(),
            }
            for each in alert.sendings
        ],
    }
