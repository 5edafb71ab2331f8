"""Asks feeds whether they are fit to be read: who answers, with dates, with news, and who does not.

It judges one look at each feed and remembers nothing; how feeds do over time is the store's.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import AddressRefused, FetchError, ParseError
from bot.feeds.discover import Scout
from bot.feeds.opml import Listed
from bot.feeds.wire import ParsedFeed

STALE_AFTER = timedelta(days=60)


class Verdict(StrEnum):
    """What one look at a feed says of it. Only a sound one can be relied on for alerts."""

    SOUND = "sound"
    STALE = "stale"
    UNDATED = "undated"
    EMPTY = "empty"
    NO_FEED = "no feed"
    BLOCKED = "blocked"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Checked:
    """A feed that was looked at. `detail` says in words what was seen; `items` are all it had."""

    feed: Listed
    verdict: Verdict
    detail: str
    items: int = 0
    newest: datetime | None = None


async def verify(
    feeds: Iterable[Listed], scout: Scout, now: datetime
) -> AsyncGenerator[Checked, None]:
    """Look at all of these at once, within the fetcher's limits, and yield each when it is done."""
    looks = [asyncio.create_task(check(feed, scout, now)) for feed in feeds]
    try:
        for look in asyncio.as_completed(looks):
            yield await look
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)


async def check(feed: Listed, scout: Scout, now: datetime) -> Checked:
    """Look at one feed. A failure is a verdict and is never raised."""
    try:
        sighting = await scout.read(feed.url)
    except FetchError as error:
        return Checked(feed, Verdict.BLOCKED if error.refused else Verdict.DEAD, str(error))
    except AddressRefused as error:
        return Checked(feed, Verdict.DEAD, str(error))
    except ParseError as error:
        return Checked(feed, Verdict.NO_FEED, str(error))
    return judge(feed, sighting.feed, now)


def judge(feed: Listed, seen: ParsedFeed, now: datetime) -> Checked:
    """Say what a feed that could be read is worth. Undated means that half its items or more are.

    An alert needs to know an item's age: of a reset feed's 500 items the old ones stay silent.
    """
    items = len(seen.entries)
    dates = [entry.published.at for entry in seen.entries if entry.published]
    newest = max(dates, default=None)
    if not items:
        return Checked(feed, Verdict.EMPTY, "it is a feed without a single item")
    many = "1 item" if items == 1 else f"{items} items"
    if newest is None or len(dates) * 2 <= items:
        said = f"{items - len(dates)} of {many} carry no date that can be read"
        return Checked(feed, Verdict.UNDATED, said, items, newest)
    if now - newest > STALE_AFTER:
        said = f"nothing new since {newest:%-d %b %Y}"
        return Checked(feed, Verdict.STALE, said, items, newest)
    return Checked(
        feed, Verdict.SOUND, f"{many}, the newest {newest:%-d %b %H:%M} UTC", items, newest
    )
