"""Thousands of watchlists are taken over while people go on typing."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from bot.app import Wiring, built
from bot.model import WatchlistId
from bot.pipeline import keep_in_step
from tests.benchmarks.delivery.desk import furnish, settings_for

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MANY = 2_000


async def turns_during(work) -> int:
    """How often the event loop came round to others meanwhile."""
    turns = 0

    async def others():
        nonlocal turns
        while True:
            await asyncio.sleep(0.005)
            turns += 1

    looking = asyncio.create_task(others())
    await work
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    return turns


async def test_the_event_loop_goes_on_while_watchlists_are_read_and_understood(sqlite_url):
    settings = settings_for(sqlite_url, 1, stories=False)
    async with built(settings, Wiring()) as bot:
        await furnish(bot.store, 1, 0, [f"Kursk NEAR/5 (troops OR name{n}*)" for n in range(MANY)])
        # Some 0.5 s of work, in pieces of 10 ms.
        assert await turns_during(keep_in_step(bot.flow, NOW)) > 15
        assert len(bot.flow.rulebook.watchlists) == MANY
        understood = bot.flow.rulebook.watching(WatchlistId(1))

        await bot.store.lists.put(bot.home.id, "gulf", "Iran OR Qatar", by="ann", at=NOW)
        await keep_in_step(bot.flow, NOW)
        assert bot.flow.rulebook.watching(WatchlistId(1)) is understood
