"""The real program is killed and started again: nothing is lost, nothing repeated in vain."""

import asyncio
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest

from bot.feeds.replay import Replay
from bot.feeds.scenario import Scenario, read_scenario
from tests.crashes.books import Books
from tests.crashes.drill import Drill
from tests.crashes.drill import workers as crew
from tests.crashes.plan import Moment, Plan, Step, plan
from tests.crashes.report import Outcome, Report
from tests.crashes.world import Place, world
from tests.stage import HandClock

ARTICLES = 24
NUMBER = re.compile(r"Item (\d+) of the day")
LEASE_SECONDS = 3


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
[full_text]
read = "never"
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


@asynccontextmanager
async def drilling(folder: Path, url: str, workers: int) -> AsyncIterator[Drill]:
    async with world(seed=7) as around:
        config = around.configure(folder / "config.toml", url, LEASE_SECONDS)
        staff = crew(folder, config, around.environment, workers)
        yield Drill(around, staff, Books(url), LEASE_SECONDS)


def struck(*moments: Moment) -> tuple[Step, ...]:
    """One step for each moment; worker 0 is the one where it matters which."""
    return tuple(
        Step(moment, articles=2, worker=0, delay=0.0, calm=place % 3 == 2)
        for place, moment in enumerate(moments)
    )


async def test_killed_inside_its_calls_it_loses_nothing_and_repeats_only_what_it_must(
    tmp_path, sqlite_url
):
    steps = struck(
        Moment.FEED_HALFWAY,
        Moment.SLACK_STORED,
        Moment.DISCORD_STORED,
        Moment.START,
        Moment.SLACK_HEARD,
    )
    async with drilling(tmp_path, sqlite_url, workers=1) as drill:
        report = await drill.carry_out(Plan((), steps))
    assert report.verdict(timely=False) == []
    assert report.kills == 5


async def test_alone_and_frozen_for_longer_than_its_lease_it_wakes_and_harms_nothing(
    tmp_path, sqlite_url
):
    steps = struck(Moment.SLACK_FROZEN, Moment.DISCORD_FROZEN)
    async with drilling(tmp_path, sqlite_url, workers=1) as drill:
        report = await drill.carry_out(Plan((), steps))
    assert report.verdict(timely=False) == []
    assert report.kills == 2


async def test_of_three_workers_any_may_die_or_freeze_in_a_send(tmp_path, postgres_url):
    steps = struck(
        Moment.SLACK_FROZEN, Moment.DISCORD_STORED, Moment.SLACK_STORED, Moment.DISCORD_FROZEN
    )
    async with drilling(tmp_path, postgres_url, workers=3) as drill:
        report = await drill.carry_out(Plan((), steps))
    assert report.verdict(timely=False) == []
    assert report.kills == 4


def test_the_same_seed_strikes_the_same_and_every_moment_comes():
    assert plan(5, 40, 3) == plan(5, 40, 3)
    assert plan(5, 40, 3) != plan(6, 40, 3)
    made = plan(5, 40, 3)
    assert len(made.first_starts) + len(made.steps) == 40
    assert {step.moment for step in made.steps} == set(Moment)


@pytest.mark.parametrize("seed", range(20))
def test_of_a_hundred_blows_thirty_or_more_fall_in_the_sends_of_each_chat(seed):
    struck = [step.moment for step in plan(seed, 100, 3).steps]
    for inside in (
        {Moment.SLACK_HEARD, Moment.SLACK_STORED},
        {Moment.DISCORD_HEARD, Moment.DISCORD_STORED},
    ):
        assert sum(moment in inside for moment in struck) >= 30


def shown(arrived: dict[Place, dict[int, list[float]]], **more: Any) -> Report:
    outcome = Outcome(Moment.RANDOM, (0,), struck=True, undisturbed_from=5.0)
    parts = {
        "first_starts": 0,
        "outcomes": (outcome,),
        "published": {0: 1.0},
        "arrived": {place: {0: [2.0]} for place in Place} | arrived,
        "restarts": (),
        "fetches": (),
        "exits": ((0, 0.1),),
        "announced": 0,
        "complaints": (),
        "seconds": 1.0,
    }
    return Report(**{**parts, **more})


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (shown({}), ""),
        (shown({Place.SLACK: {}}), "1 alerts were lost"),
        (shown({Place.SLACK: {0: [2.0, 3.0]}}), "1 repeats in Slack, 0 allowed"),
        (shown({Place.DISCORD: {0: [2.0, 3.0]}}), "1 repeats in Discord, 0 allowed"),
        (shown({Place.CLOSED: {0: [2.0, 3.0]}}), "1 repeats in Slack, history closed, 0 allowed"),
        (shown({Place.CLOSED: {0: [2.0, 3.0]}}, announced=1), ""),
        (shown({}, exits=((1, 0.1),)), "SIGTERM ended a worker with 1"),
        (shown({}, exits=((0, 11.0),)), "after 11.0 s"),
        (shown({}, restarts=(1.0,), fetches=(17.0,)), "only 16.0 s after a restart"),
        (shown({Place.SLACK: {0: [36.0]}}), "longer than 31.0 s"),
        (shown({}, complaints=("malformed",)), "malformed"),
    ],
)
def test_the_verdict_names_every_broken_promise(report, said):
    assert said in " ".join(report.verdict())
    assert bool(said) == bool(report.verdict())


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
