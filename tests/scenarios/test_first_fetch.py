"""After a crash feeds are asked within 15 s, and before the chats are spoken to."""

import subprocess
import sys
import time
from pathlib import Path

from tests.crashes.workers import Worker
from tests.crashes.world import until, world

ROOT = Path(__file__).parents[2]
FIRST_FETCH_SECONDS = 15.0
# Each of them costs a tenth of a second of the processor's time or more.
LATE = ("alembic", "aiohttp.web", "discord", "matplotlib", "prompt_toolkit", "slack_bolt")


def test_what_the_first_fetch_does_not_need_is_not_loaded_with_the_program():
    asks = f"import sys, bot.cli; print(*[name for name in {LATE} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asks], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


async def test_after_a_kill_the_first_feed_is_asked_within_fifteen_seconds(tmp_path, sqlite_url):
    async with world(seed=3) as around:
        config = around.configure(tmp_path / "config.toml", sqlite_url, lease_seconds=60)
        worker = Worker(0, config, around.environment, tmp_path / "worker.log")
        try:
            await worker.start()
            assert await until(lambda: around.server.times, 60)
            await worker.kill()
            around.server.times.clear()
            await worker.start()
            began = time.time()
            assert await until(lambda: around.server.times, 60, pause=0.05)
        finally:
            await worker.kill()
    assert min(around.server.times) - began <= FIRST_FETCH_SECONDS
