"""How long after its publication an item is alerted, on a time line that is stepped by hand.

The whole bot, with SQLite, the console and a feed over loopback HTTP. It runs in a process of its
own; nothing is waited for, the clock leaps to when the feed is due next.
"""

import asyncio
import io
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from bot.app import Wiring, built
from bot.chat.deliver import deliver_due
from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Message
from bot.model import Destination
from bot.pipeline import poll_due_feeds, process_new_articles
from tests.servers.feeds import FeedServer, Request
from tests.servers.newspaper import Newspaper, Story
from tests.stage import HandClock

_STARTS = datetime(2026, 3, 2, tzinfo=UTC)
_BEFORE = 30  # items that stand in the feed when it is first read
_SHOWN = 30
# Polling, matching and sending each begin at a tick, once a second: what the leaps leave out.
_TICKS = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Seconds from publication to alert, of items that came at random, so far apart on average."""

    gap: timedelta
    published: int
    polls: int
    delays: Sequence[float]

    @property
    def middle(self) -> float:
        """The median, in seconds."""
        return median(self.delays)

    @property
    def late(self) -> float:
        """The 95th of a hundred, in seconds."""
        return quantiles(self.delays, n=100)[94]


def fresh(gap: timedelta, items: int, seed: int, folder: Path) -> Fresh:
    """Publish items at random moments and see when each is alerted."""
    return asyncio.run(_fresh(gap, items, seed, folder))


async def _fresh(gap: timedelta, items: int, seed: int, folder: Path) -> Fresh:
    stories = _stories(gap, items, seed)
    clock = HandClock(_STARTS)
    alerted: dict[str, datetime] = {}
    began = time.monotonic()

    def sent(_to: Destination, message: Message) -> None:
        if isinstance(message, AlertCard):
            worked = timedelta(seconds=time.monotonic() - began)
            alerted.setdefault(message.headline.text, clock.now + worked + _TICKS)

    async with FeedServer() as server:
        url = server.tell("/feed", _printing(stories, clock))
        settings = defaults(
            database={"url": f"sqlite:///{folder / 'fresh.db'}"},
            web={"bind": ""},
            stories={"enabled": False},  # so that each item is a card of its own
            fetch={"allow": (server.host,)},
            feeds=(FeedEntry(url=url, name="paper"),),
            watchlists=(WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
        )
        async with built(settings, Wiring(clock=clock, out=io.StringIO(), sent=sent)) as bot:
            last = max(story.published or _STARTS for story in stories)
            while clock.now < last + 2 * gap:
                began = time.monotonic()
                await poll_due_feeds(bot.flow, clock.now)
                while await process_new_articles(bot.flow, clock.now):
                    pass
                while await deliver_due(bot.post, clock.now):
                    pass
                due = await bot.store.feeds.earliest_due()
                clock.now = max(clock.now + timedelta(seconds=1), _next_tick(due or last))
        polls = len(server.requests)
    waits = [
        (alerted[story.title] - story.published).total_seconds()
        for story in stories[_BEFORE:]
        if story.published and story.title in alerted
    ]
    return Fresh(gap, items, polls, waits)


def _stories(gap: timedelta, items: int, seed: int) -> list[Story]:
    """Items of which each comes an exponentially distributed time after the one before."""
    dice = random.Random(seed)
    waits = [timedelta(seconds=dice.expovariate(1 / gap.total_seconds())) for _ in range(items)]
    moments = [_STARTS - gap * (_BEFORE - number) for number in range(_BEFORE)]
    for wait in waits:
        moments.append(max(moments[-1], _STARTS) + wait)
    return [
        Story(
            f"Report {number}: North Korean troops in Kursk, {dice.randrange(10**9)} seen",
            guid=f"tag:{number}",
            body=f"They were seen at {dice.randrange(10**9)}.",
            published=moment.replace(microsecond=0),
        )
        for number, moment in enumerate(moments)
    ]


def _printing(stories: Sequence[Story], clock: HandClock) -> Newspaper:
    class Paper(Newspaper):
        """Shows the newest items that are out by now."""

        async def __call__(self, request: Request, writer: asyncio.StreamWriter) -> None:
            out = [story for story in stories if (story.published or _STARTS) <= clock.now]
            self.stories = list(reversed(out[-_SHOWN:]))
            await super().__call__(request, writer)

    return Paper(head="<ttl>1</ttl>")


def _next_tick(due: datetime) -> datetime:
    return datetime.fromtimestamp(math.ceil(due.timestamp()), UTC)
