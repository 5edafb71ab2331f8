"""Whether a site lets robots read one of its pages, and how fast: it asks each site once a day.

What robots.txt says is read by `robots`; feeds are not asked about, since they are made for us.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from yarl import URL

from bot.errors import FetchError
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.robots import Robots, read_robots
from bot.model import Validators

KEPT = timedelta(days=1)  # RFC 9309, 2.4
ASKED_AGAIN = timedelta(hours=1)  # where a site could not say
MOST_SITES = 2_000
LONGEST_PAUSE = timedelta(seconds=10)
SHORTEST_PAUSE = timedelta(seconds=1)
_TOO_MANY = 429
_SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class _Known:
    """What a site said, until when it counts; None means that it could not say."""

    robots: Robots | None
    until: datetime


class Permits:
    """What sites allow, as far as they were asked.

    Args:
        fetcher: Asks them, past the guard and in turn like everything else.
        agent: Our name in robots.txt, in lower case.
    """

    def __init__(self, fetcher: Fetcher, agent: str) -> None:
        self._fetcher = fetcher
        self._agent = agent
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def check(self, url: URL, now: datetime, *, rank: int = 0) -> timedelta:
        """See that a page may be asked for; gives the pause that is due after it.

        A site that answers with a client error has no rules (RFC 9309, 2.3.1.3). Raises FetchError:
        refused by the site's rules, or, to be tried again, because the site could not be asked.
        """
        robots = await self._robots(url, now, rank)
        if robots is None:
            raise FetchError(
                f"{url.host} could not say whether its pages may be read (robots.txt).",
                retry_after=ASKED_AGAIN,
            )
        if not robots.allows(url.raw_path_qs):
            raise FetchError(
                f"{url.host} asks programs not to read this page (robots.txt).",
                permanent=True,
                refused=True,
            )
        return min(max(robots.delay, SHORTEST_PAUSE), LONGEST_PAUSE)

    async def _robots(self, url: URL, now: datetime, rank: int) -> Robots | None:
        site = str(url.origin())
        lock = self._asking.setdefault(site, asyncio.Lock())
        async with lock:
            known = self._known.get(site)
            if known is None or known.until <= now:
                robots = await self._ask(site, rank)
                until = now + (KEPT if robots is not None else ASKED_AGAIN)
                self._known[site] = known = _Known(robots, until)
            self._known.move_to_end(site)
        while len(self._known) > MOST_SITES:
            forgotten, _ = self._known.popitem(last=False)
            self._asking.pop(forgotten, None)
        return known.robots

    async def _ask(self, site: str, rank: int) -> Robots | None:
        address = f"{site}/robots.txt"
        try:
            answer = await self._fetcher.fetch(
                address, Validators(), rank=rank, accept="text/plain"
            )
        except FetchError as error:
            none_there = error.status is not None and error.status < _SERVER_FAULT
            return Robots() if none_there and error.status != _TOO_MANY else None
        return read_robots(answer.body, self._agent) if isinstance(answer, Fetched) else None
