"""Ticks: which deed runs how often, in one process. What is due stands in the store, never here.

The scheduler may drop, delay or merge ticks without harm: a tick only asks "is anything due?".
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.errors import StoreError

log = logging.getLogger(__name__)

SHORTEST = timedelta(seconds=30)  # a deed may take so long without being called late
CLOCK_LOOKED_AT = timedelta(seconds=1)
SAID_AGAIN = timedelta(minutes=10)  # a trouble that lasts
OVER_AFTER = timedelta(seconds=30)  # without any trouble


@dataclass(frozen=True, slots=True)
class Job:
    """A deed that is asked for again and again. It returns how much it did; 0 ends the round.

    `at_once` asks for it the moment the schedule starts, instead of one turn later.
    """

    name: str
    every: timedelta
    deed: Callable[[], Awaitable[int]]
    at_once: bool = False


class Troubles:
    """What the database is in, told once for all jobs and not at each of their ticks."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._last = 0.0

    def met(self, error: StoreError) -> None:
        """A job met one."""
        now, sentence = time.monotonic(), str(error)
        self._last = now
        if now - self._told.get(sentence, -math.inf) > SAID_AGAIN.total_seconds():
            self._told[sentence] = now
            log.error("%s", sentence)

    def none(self) -> None:
        """A job met none."""
        if self._told and time.monotonic() - self._last > OVER_AFTER.total_seconds():
            self._told.clear()
            log.info("The database has given no trouble for %s seconds.", OVER_AFTER.seconds)


class Schedule:
    """Runs each job on its tick, never twice at once, and lets running ones finish at the end."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._asked: dict[str, float] = {}
        self._troubles = Troubles()
        self._watching: asyncio.Task[None] | None = None
        # Ticks that came late or while one ran are merged; APScheduler would drop late ones after
        # one second by default, and says so for each.
        self._scheduler = AsyncIOScheduler(
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def late(self) -> tuple[str, ...]:
        """The jobs that were not asked for within two of their turns, or a minute."""
        now = time.monotonic()
        return tuple(
            job.name
            for job in self._jobs
            if job.name in self._asked
            and now - self._asked[job.name] > 2 * max(job.every, SHORTEST).total_seconds()
        )

    def start(self) -> None:
        """Begin to tick."""
        for job in self._jobs:
            self._add(job)
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch_clock())

    def also(self, jobs: tuple[Job, ...]) -> None:
        """Tick for these, too, from now on."""
        self._jobs += jobs
        for job in jobs:
            self._add(job)

    def _add(self, job: Job) -> None:
        self._asked[job.name] = time.monotonic()
        first = {"next_run_time": datetime.now(UTC)} if job.at_once else {}
        self._scheduler.add_job(
            self._tick,
            "interval",
            seconds=job.every.total_seconds(),
            args=[job],
            id=job.name,
            **first,
        )

    async def stop(self, patience: timedelta) -> None:
        """Start nothing more; let what runs finish, and cancel it when `patience` is over."""
        self._stopping = True
        self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running, timeout=patience.total_seconds())
        ending = [*self._running, *([self._watching] if self._watching else ())]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        self._scheduler.shutdown(wait=False)

    async def _watch_clock(self) -> None:
        """APScheduler waits for an instant: were the clock set back, it would wait until then."""
        while True:
            await asyncio.sleep(CLOCK_LOOKED_AT.total_seconds())
            now = datetime.now(UTC)
            for job in self._scheduler.get_jobs():
                if job.next_run_time - now > job.trigger.interval + CLOCK_LOOKED_AT:
                    job.modify(next_run_time=now)

    async def _tick(self, job: Job) -> None:
        task = asyncio.create_task(self._round(job), name=job.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.wait({task})

    async def _round(self, job: Job) -> None:
        """Repeat the deed until nothing is left. Whatever fails ends this round only."""
        try:
            self._asked[job.name] = time.monotonic()
            while not self._stopping and await job.deed():
                self._asked[job.name] = time.monotonic()
            self._troubles.none()
        except StoreError as error:
            self._troubles.met(error)
        except Exception:
            log.exception("%s failed; it is tried again at its next tick", job.name)
