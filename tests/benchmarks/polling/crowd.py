"""Thousands of feeds in the real bot: its store, its claims, its fetcher and parser, its commits.

It runs in a process of its own. No chat is connected and nothing is matched.
"""

import asyncio
import gc
import io
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import Bot, Wiring, built
from bot.config import defaults
from bot.feeds.parse import Parser
from bot.pipeline import Flow, poll_due_feeds
from tests.benchmarks.polling.costs import open_files, peak_bytes, processor_seconds
from tests.benchmarks.polling.ours import fetcher_for

_PATIENCE = timedelta(seconds=1)  # as the bot's own tick
_LATER = timedelta(hours=11)  # every feed is due again; after a day all would be asked in full
_LOOK = 0.005


@dataclass(slots=True)
class Lag:
    """How late the event loop was, in seconds, and how much of that this process worked.

    `collector` is the longest round of Python's garbage collector, in which the loop stands still.
    """

    worst: float = 0.0
    worst_own: float = 0.0
    collector: float = 0.0
    seen: list[float] = field(default_factory=list)

    @property
    def usual(self) -> float:
        """The 99th of a hundred."""
        return sorted(self.seen)[len(self.seen) * 99 // 100] if self.seen else 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One poll of every feed, one after the other without a pause.

    `cpu` and `wall` are seconds, `files` the files and connections open at its end: to list
    thousands of them costs more than to poll, so that is done when all else is measured.
    """

    name: str
    polls: int
    cpu: float
    wall: float
    lag: Lag
    files: int


@dataclass(frozen=True, slots=True)
class Crowded:
    """A bot with so many feeds. `peak` is bytes, its parser's children included."""

    feeds: int
    turns: Sequence[Turn]
    peak: int
    children: int
    failed: int
    articles: int


def crowded(port: int, count: int, folder: Path) -> Crowded:
    """Subscribe, then poll every feed three times."""
    return asyncio.run(_crowded(port, count, folder))


async def _crowded(port: int, count: int, folder: Path) -> Crowded:
    settings = defaults(database={"url": f"sqlite:///{folder / f'{count}.db'}"}, web={"bind": ""})
    hosts = [f"station-{number}.test:{port}" for number in range(count)]
    now = datetime.now(UTC)
    async with built(settings, Wiring(out=io.StringIO())) as bot, fetcher_for(hosts) as fetcher:
        gc.collect()
        gc.freeze()  # as the bot does once it stands
        await _subscribe(bot, hosts, now)
        async with Parser() as parser:
            flow = replace(bot.flow, fetcher=fetcher, parser=parser)
            turns = [
                await _turn("all new", flow, now),
                await _turn("a tenth changed", flow, now + _LATER),
                await _turn("none changed", flow, now + 2 * _LATER),
            ]
            subscribed = await bot.store.feeds.of(bot.home.id)
            children = parser.pids
            return Crowded(
                feeds=count,
                turns=turns,
                peak=peak_bytes(children),
                children=peak_bytes(children) - peak_bytes(),
                failed=sum(one.failures > 0 for one in subscribed),
                articles=(await bot.store.articles.held(bot.home.id)).count,
            )


async def _subscribe(bot: Bot, hosts: Sequence[str], now: datetime) -> None:
    for number, host in enumerate(hosts):
        await bot.store.feeds.subscribe(
            bot.home.id, f"http://{host}/crowd/{number}", f"station {number}", by="bench", at=now
        )


async def _turn(name: str, flow: Flow, now: datetime) -> Turn:
    polls = 0
    began, before = time.monotonic(), processor_seconds(flow.parser.pids)
    async with _watched() as lag:
        # Nothing is claimed while too many are under way; then the next turn goes on.
        while (due := await poll_due_feeds(flow, now, _PATIENCE)) or len(flow.underway):
            polls += due
    cpu = processor_seconds(flow.parser.pids) - before
    wall = time.monotonic() - began
    return Turn(name, polls, cpu, wall, lag, open_files())


@asynccontextmanager
async def _watched() -> AsyncIterator[Lag]:
    lag = Lag()
    began = 0.0

    def collected(phase: str, _info: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.process_time()
        else:
            lag.collector = max(lag.collector, time.process_time() - began)

    task = asyncio.create_task(_watch(lag))
    gc.callbacks.append(collected)
    try:
        yield lag
    finally:
        gc.callbacks.remove(collected)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(lag: Lag) -> None:
    used = time.process_time()
    while True:
        began, before = time.monotonic(), used
        await asyncio.sleep(_LOOK)
        late = max(0.0, time.monotonic() - began - _LOOK)
        used = time.process_time()
        lag.seen.append(late)
        lag.worst = max(lag.worst, late)
        lag.worst_own = max(lag.worst_own, min(late, used - before))
