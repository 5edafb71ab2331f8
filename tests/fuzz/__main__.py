"""`python -m tests.fuzz`: the hunt in two processes, with a bar, for a bounded time."""

import random
import time
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
from multiprocessing import get_context
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from tests.fuzz.hunt import Finding, hunt
from tests.fuzz.trial import REGRESSIONS

_PROCESSES = 2
_BATCH = 250
_ENOUGH = 2

Batch = Future[tuple[int, list[Finding]]]


def main(
    inputs: Annotated[int, typer.Option(help="How many queries to try.")] = 500_000,
    seconds: Annotated[float, typer.Option(help="Stop after so long, whatever is left.")] = 3_600,
    seed: Annotated[int | None, typer.Option(help="To try the same again.")] = None,
    save: Annotated[bool, typer.Option(help="Keep findings as regression cases.")] = True,
) -> None:
    """Try random and mutated queries and articles; print what breaks a promise, shrunk."""
    chosen = random.randrange(10**6) if seed is None else seed
    console = Console()
    console.print(f"Seed {chosen}; up to {inputs:,} queries or {seconds:,.0f} s.", highlight=False)
    start = time.monotonic()
    tried, findings = _hunt(chosen, inputs, start + seconds, console)
    for finding in findings:
        console.print(f"\n{finding.found}\n  {finding.trial}", style="red", markup=False)
    keep = [finding for finding in findings if finding.alone]
    if save and keep:
        with REGRESSIONS.open("a", encoding="utf-8") as file:
            file.writelines(f"{finding.trial.line(finding.found)}\n" for finding in keep)
        console.print(f"\n{len(keep)} kept in {REGRESSIONS.name}.")
    verdict = f"{len(findings)} findings" if findings else "nothing found"
    console.print(f"{tried:,} queries in {time.monotonic() - start:,.0f} s: {verdict}.")
    if findings:
        raise typer.Exit(1)


def _hunt(seed: int, inputs: int, until: float, console: Console) -> tuple[int, list[Finding]]:
    tried = 0
    findings: list[Finding] = []
    batches = count()
    with (
        ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool,
        Progress(console=console, disable=not console.is_terminal) as bar,
    ):
        task = bar.add_task("hunting", total=inputs)

        def start(left: int) -> Batch:
            name = f"{seed}:{next(batches)}"
            return pool.submit(hunt, name, min(_BATCH, left), until=until, known=_known(findings))

        left = inputs
        running: set[Batch] = set()
        while running or (left > 0 and time.monotonic() < until):
            while len(running) < 2 * _PROCESSES and left > 0 and time.monotonic() < until:
                running.add(start(left))
                left -= min(_BATCH, left)
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for batch in done:
                number, found = batch.result()
                tried += number
                findings.extend(found)
                bar.update(task, completed=tried, description=f"hunting, {len(findings)} found")
    return tried, findings


def _known(findings: list[Finding]) -> set[str]:
    """Promises broken often enough to shrink no more of them."""
    promises = [finding.promise for finding in findings]
    return {promise for promise in promises if promises.count(promise) >= _ENOUGH}


if __name__ == "__main__":
    typer.run(main)
