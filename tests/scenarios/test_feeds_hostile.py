"""All the worst of the web at once, beside one honest feed of the same host: nobody is harmed.

The whole bot runs in real time; the server is a process of its own, and its log is the witness.
"""

import asyncio
import io
import json
import logging
import os
import sys
import time
from collections import Counter
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from bot.app import Role, Wiring, built
from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Answer, Message
from tests.servers.hostile import EVERY, HONEST

INTERVAL, TIMEOUT, LASTS = 3.0, 2.0, 32.0
MEBIBYTE = 2**20
STATM = Path("/proc/self/statm")


@asynccontextmanager
async def hostile_host():
    """The server's port, its paths, and what it logs, as it comes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.servers.hostile"),
        stdout=asyncio.subprocess.PIPE,
        limit=MEBIBYTE,
    )
    assert process.stdout is not None
    said = json.loads(await process.stdout.readline())
    log: list[dict] = []

    async def listen(lines: asyncio.StreamReader) -> None:
        log.extend([json.loads(line) async for line in lines])

    listening = asyncio.create_task(listen(process.stdout))
    try:
        yield said["port"], said["paths"], log
    finally:
        process.kill()
        await process.wait()
        await listening


async def watch_loop(lags: list[float], memory: list[int]) -> None:
    """Note how late the loop wakes us, and how much memory this process holds."""
    page = os.sysconf("SC_PAGE_SIZE")
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.01)
        lags.append(time.monotonic() - before - 0.01)
        memory.append(int(STATM.read_text().split()[1]) * page)  # noqa: ASYNC240 - it is no disk


async def test_the_worst_of_the_web_disturbs_nobody(sqlite_url):
    posted: list[Message] = []
    lags: list[float] = []
    memory: list[int] = []
    async with hostile_host() as (port, paths, log):
        host = f"127.0.0.1:{port}"
        settings = defaults(
            database={"url": sqlite_url},
            web={"bind": ""},
            polling={"interval_seconds": INTERVAL, "floor_seconds": 1},
            fetch={"allow": (host,), "timeout_seconds": TIMEOUT},
            stories={"enabled": False},
            full_text={"read": "never"},
            feeds=tuple(FeedEntry(url=f"http://{host}{path}", name=path) for path in paths),
            watchlists=(WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
        )
        wiring = Wiring(out=io.StringIO(), sent=lambda to, message: posted.append(message))
        async with built(settings, wiring) as bot, bot.working(frozenset(Role)):
            watching = asyncio.create_task(watch_loop(lags, memory))
            await asyncio.sleep(LASTS)
            watching.cancel()
            feeds = {each.name: each for each in await bot.store.feeds.of(bot.home.id)}
    polled = [each["at"] for each in log if each["path"] == HONEST]
    worst = max(later - earlier for earlier, later in pairwise(polled))
    p99 = quantiles(lags, n=100)[98]
    grown = (max(memory) - memory[0]) / MEBIBYTE
    measured = (
        f"gap {worst:.1f} s, lag p99 {p99:.3f} s, at worst {max(lags):.3f} s, +{grown:.0f} MiB"
    )
    logging.getLogger(__name__).info(measured)
    assert worst <= 3 * INTERVAL, measured  # its turn, at most two intervals late
    assert p99 <= 0.2, measured
    assert grown <= 96, measured
    _nothing_but_news(posted)
    _polite(log)
    _named(feeds)


def _nothing_but_news(posted):
    cards = [message for message in posted if isinstance(message, AlertCard)]
    assert all(card.headline.text.startswith("Report ") for card in cards)
    told = Counter(card.headline.text for card in cards)
    assert len(told) >= LASTS / EVERY.total_seconds() / 2
    assert set(told.values()) == {1}
    notices = [message.title for message in posted if isinstance(message, Answer)]
    assert max(Counter(notices).values(), default=0) <= 1
    assert not [title for title in notices if HONEST in title]


def _polite(log):
    paths = {each["path"] for each in log}
    assert not {path for path in paths if "fetched" in path}
    assert not [each for each in log if each["cookie"]]
    honest = [each for each in log if each["path"] == HONEST]
    assert sum(each["conditional"] for each in honest) >= len(honest) - 1
    assert len([each for each in log if each["path"] in ("/later", "/never", "/status/410")]) == 3
    loops = [each["at"] for each in log if each["path"].startswith(("/loop", "/chain"))]
    assert max(sum(start <= at < start + 1 for at in loops) for start in loops) <= 12


def _named(feeds):
    """Every feed was polled, and what cannot be read says why in a sentence."""
    assert [name for name, each in feeds.items() if each.last_polled_at is None] == []
    sick = {name for name, each in feeds.items() if each.error}
    harmless = {HONEST, "/utf-16", "/etag-liar", "/cookies", "/many-items", "/new-text", "/future"}
    assert not sick & harmless
    assert {"/hang", "/bomb", "/to-metadata", "/loop-a", "/page", "/cloudflare"} <= sick
    assert "Cloudflare" in feeds["/cloudflare"].error
    assert feeds["/status/410"].paused_at is not None
