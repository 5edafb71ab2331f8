"""The real program is killed and started again: nothing is lost, at most one card repeated."""

import asyncio
import re
import signal
import sqlite3
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

import pytest

from bot.alerts.parcels import LISTED
from bot.feeds.replay import Replay
from bot.feeds.scenario import Scenario, read_scenario
from tests.stage import HandClock

ARTICLES = 24
NUMBER = re.compile(r"Item (\d+) of the day")
LEASE_SECONDS = 2


class Program:
    """`watchfloor run` in a process of its own, its console read line by line."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._process: asyncio.subprocess.Process | None = None
        self.shown: list[int] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """No program outlives its test, however that ended."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(self._config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def read_until(self, count: int, patience: float) -> None:
        """Read cards until `count` were shown since the first start, or patience is over."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(patience):
                while len(self.shown) < count:
                    line = await self._process.stdout.readline()
                    if not line:
                        return
                    self._note(line)
        except TimeoutError:
            return

    def _note(self, line: bytes) -> None:
        if found := NUMBER.search(line.decode()):
            self.shown.append(int(found.group(1)))

    async def end(self, number: signal.Signals) -> int:
        """Send a signal, and read what still came out before the end."""
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.send_signal(number)
        for line in (await self._process.stdout.read()).splitlines():
            self._note(line)
        return await self._process.wait()


def day(folder: Path) -> Scenario:
    """Undated articles, so that none is ever too old; each headline has its number."""
    for number in range(ARTICLES):
        text = f"Item {number} of the day. North Korean troops were seen in Kursk."
        (folder / f"{number:03}.txt").write_text(text, "utf-8")
    return read_scenario(folder, now=datetime.now(UTC))


async def baseline(folder: Path) -> None:
    """Wait until every feed was polled once: empty, so that all that comes later is news."""
    while True:
        await asyncio.sleep(0.1)
        with suppress(sqlite3.OperationalError), sqlite3.connect(folder / "watchfloor.db") as rows:
            polled = rows.execute("select last_success_at is not null from feeds").fetchall()
            if polled and all(polled_at for (polled_at,) in polled):
                return


def config_for(folder: Path, replay: Replay) -> Path:
    feeds = "".join(f'[[feeds]]\nurl = "{url}"\nname = "{name}"\n' for url, name in replay.feeds)
    file = folder / "config.toml"
    file.write_text(
        f"""
[database]
url = "sqlite:///{folder}/watchfloor.db"
[web]
bind = ""
[polling]
interval_seconds = 1
floor_seconds = 1
[fetch]
allow = ["{replay.host}"]
[stories]
enabled = false
[delivery]
lease_seconds = {LEASE_SECONDS}
{feeds}
[[watchlists]]
name = "kursk"
query = "North Korea AND Kursk"
""",
        "utf-8",
    )
    return file


@pytest.mark.timeout(90)
async def test_killed_again_and_again_it_tells_everything(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    scenario = day(articles)
    clock = HandClock(scenario.starts_at - timedelta(hours=1))
    async with Replay(scenario, clock) as replay, Program(config_for(tmp_path, replay)) as program:
        await program.start()
        await baseline(tmp_path)
        clock.now = scenario.ends_at
        kills = 0
        for target in (1, 7, 8, 15):
            await program.read_until(target, patience=20)
            await program.end(signal.SIGKILL)
            kills += 1
            await program.start()
        # A kill repeats one message at most, and a message may tell of as many as are LISTED.
        await program.read_until(ARTICLES + kills * LISTED, patience=LEASE_SECONDS + 8)
        assert await program.end(signal.SIGTERM) == 0
    assert set(program.shown) == set(range(ARTICLES))
    assert len(program.shown) - ARTICLES <= kills * LISTED


@pytest.mark.timeout(60)
async def test_sigterm_ends_it_cleanly_within_ten_seconds(tmp_path):
    articles = tmp_path / "articles"
    articles.mkdir()
    scenario = day(articles)
    clock = HandClock(scenario.starts_at - timedelta(hours=1))
    async with Replay(scenario, clock) as replay, Program(config_for(tmp_path, replay)) as program:
        await program.start()
        await baseline(tmp_path)
        clock.now = scenario.ends_at
        await program.read_until(3, patience=20)
        async with asyncio.timeout(10):
            assert await program.end(signal.SIGTERM) == 0
        told = len(program.shown)
        await program.start()
        await program.read_until(ARTICLES, patience=15)
        await program.end(signal.SIGTERM)
    assert told > 0
    assert sorted(program.shown) == list(range(ARTICLES))
