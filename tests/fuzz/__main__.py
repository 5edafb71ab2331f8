"""`python -m tests.fuzz`: the hunt on every core, with its progress, to the end or for a time."""

import os
import random
import signal
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from typing import Annotated

import typer
from rich.console import Console

from tests.fuzz.hunt import Bag, Finding, hunt
from tests.fuzz.trial import REGRESSIONS

_BATCH = 500
_ENOUGH = 2
_TELL_EVERY = 30.0
"""Seconds between two lines of progress."""


def main(
    inputs: Annotated[int, typer.Option(help="How many queries to try.")] = 500_000,
    seconds: Annotated[float, typer.Option(help="Stop after so long; 0 is never.")] = 0,
    seed: Annotated[int | None, typer.Option(help="To try the same again.")] = None,
    processes: Annotated[int, typer.Option(help="How many at once; 0 is one per core.")] = 0,
    save: Annotated[bool, typer.Option(help="Keep findings as regression cases.")] = True,
) -> None:
    """Try random and mutated queries and articles; print what breaks a promise, shrunk."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else the processes would stay
    chosen = random.randrange(10**6) if seed is None else seed
    workers = processes or os.cpu_count() or 1
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Seed {chosen}: {inputs:,} queries in {workers} processes.")
    start = told = time.monotonic()
    until = start + seconds if seconds else float("inf")
    bag = Bag()
    for caught in _Chase(chosen, inputs, until, workers).bags():
        bag.add(caught)
        for finding in caught.findings:
            _show(finding, console, save=save)
        if time.monotonic() - told >= _TELL_EVERY:
            told = time.monotonic()
            console.print(f"{bag}; {bag.inputs / (told - start):,.0f} queries/s")
    console.print(f"{bag} in {time.monotonic() - start:,.0f} s.")
    if bag.findings:
        raise typer.Exit(1)


def _show(finding: Finding, console: Console, *, save: bool) -> None:
    console.print(f"\n{finding.found}\n  {finding.trial}", style="red", markup=False)
    if save and finding.alone:
        with REGRESSIONS.open("a", encoding="utf-8") as file:
            file.write(f"{finding.trial.line(finding.found)}\n")
        console.print(f"Kept in {REGRESSIONS.name}.")


@dataclass(slots=True)
class _Chase:
    """Batches of a hunt in several processes. What is broken often enough is shrunk no more."""

    seed: int
    inputs: int
    until: float
    processes: int

    def bags(self) -> Iterator[Bag]:
        """What each batch caught, as soon as it is done."""
        batches = count()
        left = self.inputs
        running: set[Future[Bag]] = set()
        promises: list[str] = []
        with ProcessPoolExecutor(self.processes, mp_context=get_context("spawn")) as pool:
            try:
                while running or (left and time.monotonic() < self.until):
                    while (
                        len(running) < 2 * self.processes and left and time.monotonic() < self.until
                    ):
                        size = min(_BATCH, left)
                        name = f"{self.seed}:{next(batches)}"
                        known = {p for p in promises if promises.count(p) >= _ENOUGH}
                        running.add(pool.submit(hunt, name, size, until=self.until, known=known))
                        left -= size
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for batch in done:
                        bag = batch.result()
                        promises.extend(finding.promise for finding in bag.findings)
                        yield bag
            finally:
                pool.shutdown(cancel_futures=True)


if __name__ == "__main__":
    typer.run(main)
