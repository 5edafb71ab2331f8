"""The product's own fetcher and parser at work on feeds of the loopback server.

Each function runs in a process of its own and gives seconds of processor time, the parser's
children included and the server's not.
"""

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.feeds.fetch import Fetched, Fetcher, NotModified
from bot.feeds.guard import Guard
from bot.feeds.parse import Parser
from bot.feeds.wire import ParsedFeed
from bot.model import Validators
from tests.benchmarks.polling.costs import processor_seconds
from tests.benchmarks.polling.fronts import forgetting

HOSTS = 20
"""As many as the fetcher asks at once."""


class Loopback(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """One address for all."""
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


def fetcher_for(hosts: Sequence[str]) -> Fetcher:
    """The product's fetcher, for hosts with their port, all on this machine."""
    return Fetcher(Guard(hosts), user_agent="Watchfloor/bench", resolver=Loopback())


def unchanged(port: int, path: str, polls: int) -> float:
    """Seconds for each poll of a feed that is as it was, over kept connections to 20 hosts."""
    return asyncio.run(_unchanged(port, path, polls))


async def _unchanged(port: int, path: str, polls: int) -> float:
    hosts = [f"host-{number}.test:{port}" for number in range(HOSTS)]
    rounds = max(1, polls // HOSTS)
    async with fetcher_for(hosts) as fetcher:
        urls = [f"http://{host}{path}" for host in hosts]
        first = [await fetcher.fetch(url, Validators()) for url in urls]
        known = [answer.validators for answer in first]

        async def poll(url: str, validators: Validators, times: int) -> None:
            for _ in range(times):
                answer = await fetcher.fetch(url, validators)
                assert isinstance(answer, NotModified), "the feed is as it was"

        await asyncio.gather(*map(poll, urls, known, [5] * HOSTS))
        before = processor_seconds()
        await asyncio.gather(*map(poll, urls, known, [rounds] * HOSTS))
        return (processor_seconds() - before) / (rounds * HOSTS)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds from asking to the entries that are new, by what was new in the body.

    `first` knew nothing of the feed, `one` all entries but the first, `none` all of them.
    """

    first: float
    one: float
    none: float


def changed(port: int, feeds: Sequence[int], repeats: Sequence[int]) -> list[Spent]:
    """What each of these feeds costs whose body is new each time."""
    return asyncio.run(_changed(port, feeds, repeats))


async def _changed(port: int, feeds: Sequence[int], repeats: Sequence[int]) -> list[Spent]:
    host = f"host.test:{port}"
    now = datetime.now(UTC)
    async with fetcher_for([host]) as fetcher, Parser() as parser:

        async def poll(feed: int, shown: bytes = b"") -> ParsedFeed:
            answer = await fetcher.fetch(f"http://{host}/fresh/{feed}", Validators())
            assert isinstance(answer, Fetched), "the feed is new each time"
            return await parser.parse(
                answer.body,
                url=answer.url,
                content_type=answer.content_type,
                now=now,
                proven=True,
                shown=shown,
            )

        async def seconds(feed: int, times: int, shown: bytes) -> float:
            before = processor_seconds(parser.pids)
            for _ in range(times):
                await poll(feed, shown)
            return (processor_seconds(parser.pids) - before) / times

        await poll(feeds[0])  # starts the child
        spent = []
        for feed, times in zip(feeds, repeats, strict=True):
            kept = (await poll(feed)).shown
            spent.append(
                Spent(
                    first=await seconds(feed, times, b""),
                    one=await seconds(feed, times, next(forgetting(kept))),
                    none=await seconds(feed, times, kept),
                )
            )
        return spent
