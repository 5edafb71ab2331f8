"""Carries out a plan: publish, wait for the moment, strike, start again; then end everything.

What it means is judged in `report.py`.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.crashes.books import Books
from tests.crashes.plan import LONGEST_DELAY, Moment, Plan, Step
from tests.crashes.report import Outcome, Report
from tests.crashes.workers import Worker, caller
from tests.crashes.world import World, until

REACHED_SECONDS = 30.0
READY_SECONDS = 60.0
ARRIVED_SECONDS = 90.0
STOP_SECONDS = 10.0
BY_CLOCK = {Moment.START, Moment.RANDOM}


@dataclass(eq=False)
class Drill:
    """One drill: a world, its workers, and their database."""

    world: World
    workers: Sequence[Worker]
    books: Books
    lease: float
    say: Callable[[str], None] = lambda line: None
    restarts: list[float] = field(default_factory=list)
    damage: list[str] = field(default_factory=list)

    async def carry_out(self, plan: Plan) -> Report:
        """The whole plan, from an empty database to a clean stop."""
        began = time.monotonic()
        self.world.gate.identify = lambda port: caller(port, self.workers)
        try:
            for delay in plan.first_starts:
                await self._first_start(delay)
            await self._all_start()
            ready = await self._ready()
            outcomes: list[Outcome] = []
            for step in plan.steps if ready else ():
                if not self._all_run():
                    self.damage.append("a worker ended by itself; its log says why")
                    break
                outcomes.append(await self._step(len(outcomes), step))
            arrived = await until(lambda: not self.world.missing(), ARRIVED_SECONDS)
            # Whatever would come twice has to have come by then: the leases of the dead are over.
            await asyncio.sleep(self.lease + 2)
            exits = await self._all_stop()
        finally:
            for worker in self.workers:
                if worker.runs:
                    await worker.kill()
        return Report(
            first_starts=len(plan.first_starts),
            outcomes=tuple(outcomes),
            published=dict(self.world.published),
            arrived=self.world.arrived(),
            restarts=tuple(self.restarts),
            fetches=tuple(self.world.server.times),
            exits=exits,
            announced=sum(worker.said("may arrive twice") for worker in self.workers),
            complaints=(
                *([] if ready else ["a worker ended by itself, or a feed was never read"]),
                *([] if arrived else ["not everything arrived"]),
                *self.damage,
                *self.books.damage(),
                *await self.books.left_behind(),
            ),
            seconds=time.monotonic() - began,
        )

    async def _first_start(self, part: float) -> None:
        """Kill every worker while the schema is being made: at a part of a start's usual time."""
        await self._all_start()
        await asyncio.sleep(part * LONGEST_DELAY[Moment.START])
        for worker in self.workers:
            await worker.kill()
        self._look("a first start")

    async def _all_start(self) -> None:
        for worker in self.workers:
            await worker.start()

    async def _ready(self) -> bool:
        """Every feed was read once, empty as it is: what comes after that is news."""
        end = time.monotonic() + READY_SECONDS
        while not await self.books.read_every_feed():
            if time.monotonic() > end or not self._all_run():
                return False
            await asyncio.sleep(0.2)
        return True

    async def _step(self, number: int, step: Step) -> Outcome:
        articles = self.world.publish(step.articles)
        worker = self.workers[step.worker]
        if step.moment in BY_CLOCK:
            struck = await self._by_clock(step, worker)
        elif step.moment.freezes:
            struck = await self._freeze(step)
        else:
            struck = await self._by_request(step)
        at = time.time()
        if step.calm:
            await until(lambda: not self.world.missing(), ARRIVED_SECONDS)
        self.say(f"{number + 1:4} {step.moment}{'' if struck else ': it did not come'}")
        return Outcome(step.moment, tuple(articles), struck, at if step.calm else None)

    async def _by_clock(self, step: Step, worker: Worker) -> bool:
        if step.moment is Moment.START:
            await worker.kill()
            await worker.start()
        await asyncio.sleep(step.delay)
        await self._kill(worker, step.moment)
        return True

    async def _by_request(self, step: Step) -> bool:
        hold = self.world.gate.arm(step.moment, step.delay)
        try:
            async with asyncio.timeout(REACHED_SECONDS):
                worker = await hold.caller
        except TimeoutError:
            self.world.gate.disarm(step.moment)
            return False
        worker.strike(signal.SIGKILL)
        await worker.ended()
        hold.release(go_on=False)
        self._look(step.moment)
        await self._again(worker)
        return True

    async def _freeze(self, step: Step) -> bool:
        """Stop a worker inside a call until its lease is over, and let it wake."""
        hold = self.world.gate.arm(step.moment, step.delay)
        try:
            async with asyncio.timeout(REACHED_SECONDS):
                worker = await hold.caller
        except TimeoutError:
            self.world.gate.disarm(step.moment)
            return False
        worker.strike(signal.SIGSTOP)
        hold.release(go_on=True)
        await asyncio.sleep(self.lease + 1.5)
        worker.strike(signal.SIGCONT)
        return True

    async def _kill(self, worker: Worker, moment: str) -> None:
        await worker.kill()
        self._look(moment)
        await self._again(worker)

    async def _again(self, worker: Worker) -> None:
        await worker.start()
        self.restarts.append(worker.started_at)

    def _all_run(self) -> bool:
        return all(worker.runs for worker in self.workers)

    def _look(self, moment: str) -> None:
        self.damage += [f"{fault}, after a kill: {moment}" for fault in self.books.damage()]

    async def _all_stop(self) -> tuple[tuple[int, float], ...]:
        """SIGTERM to all; exit code and seconds of each."""
        began = time.monotonic()
        for worker in self.workers:
            if worker.runs:
                worker.strike(signal.SIGTERM)

        async def end(worker: Worker) -> tuple[int, float]:
            try:
                async with asyncio.timeout(2 * STOP_SECONDS):
                    code = await worker.ended()
            except TimeoutError:
                code = -signal.SIGKILL
            return code, time.monotonic() - began

        return tuple([await end(worker) for worker in self.workers])


def workers(folder: Path, config: Path, environment: dict[str, str], number: int) -> list[Worker]:
    """So many workers with a log each."""
    return [
        Worker(each, config, environment, folder / f"worker-{each}.log") for each in range(number)
    ]
