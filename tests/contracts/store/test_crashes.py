"""A process that is killed at any moment loses nothing that it had been told was kept."""

import asyncio
import random
import sys
from datetime import timedelta
from pathlib import Path

from bot.model import DeliveryState, Platform
from bot.store.store import Store

ROOT = Path(__file__).parents[3]

# Posts and claims without end, and says so after each commit.
PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from bot.message import Answer
from bot.model import Destination, Platform
from bot.store.store import Store

async def main():
    store = await Store.open(sys.argv[1])
    home, now = await store.workspaces.home(), datetime(2024, 10, 26, tzinfo=UTC)
    number = int(sys.argv[2])
    while True:
        number += 1
        to = Destination.parse(f"slack:C{number}")
        await store.outbox.post(home.id, to, Answer("x"), f"key {number}", now)
        print("posted", f"key {number}", flush=True)
        if number % 3 == 0:
            for one in await store.outbox.claim(
                now, platforms=[Platform.SLACK], limit=1, lease=timedelta(seconds=0.1)
            ):
                await store.outbox.begin(one, now, timedelta(seconds=0.1))
                print("claimed", one.dedup_key, flush=True)

asyncio.run(main())
"""


async def run_and_kill(url: str, first: int) -> list[tuple[str, str]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, url, str(first)), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = [await process.stdout.readline()]
    while not said[-1].startswith(b"claimed"):
        said.append(await process.stdout.readline())
    await asyncio.sleep(random.Random(first).uniform(0, 0.3))
    process.kill()
    said += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    whole = [line.decode().strip() for line in said if line.endswith(b"\n")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in whole]


async def test_what_was_acknowledged_before_a_kill_is_there_and_can_be_claimed(database_url, now):
    said = []
    for first in (0, 10_000, 20_000):
        said += await run_and_kill(database_url, first)
    posted = {key for what, key in said if what == "posted"}
    claimed = {key for what, key in said if what == "claimed"}
    assert posted
    assert claimed

    store = await Store.open(database_url)
    try:
        await asyncio.sleep(0.1)  # the leases of the dead run out
        found: dict[str, DeliveryState] = {}
        while batch := await store.outbox.claim(
            now, platforms=[Platform.SLACK], limit=500, lease=timedelta(seconds=60)
        ):
            found |= {delivery.dedup_key: delivery.state for delivery in batch}
    finally:
        await store.close()

    assert posted <= found.keys()
    assert {found[key] for key in claimed} == {DeliveryState.UNCERTAIN}
