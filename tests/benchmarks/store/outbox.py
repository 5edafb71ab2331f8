"""Deliveries per second that are claimed in batches, each batch in a durable commit of its own."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.message import Answer
from bot.model import Destination, Platform
from bot.store.deliveries import NewDelivery, put
from tests.benchmarks.store.worlds import NOW, World

BATCH = 100
_LEASE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claims:
    """How many deliveries were claimed per second, of so many that waited."""

    database: str
    waiting: int
    per_second: float


async def measure(world: World, waiting: int) -> Claims:
    """Queue messages to as many channels, and claim them all, a batch at a time."""

    async def queue(connection: Any) -> None:
        for number in range(waiting):
            place = Destination(Platform.SLACK, f"C{number}")
            new = NewDelivery(world.home, None, place, f"bench {number}", Answer("A message"))
            await put(connection, new, None, NOW)

    await world.store.database.write(queue)
    claimed = 0
    started = time.perf_counter()
    while batch := await world.store.outbox.claim(
        NOW, platforms=[Platform.SLACK], limit=BATCH, lease=_LEASE
    ):
        claimed += len(batch)
    seconds = time.perf_counter() - started
    if claimed != waiting:
        raise RuntimeError(f"{claimed} of {waiting} deliveries were claimed on {world.name}.")
    return Claims(world.name, waiting, claimed / seconds)
