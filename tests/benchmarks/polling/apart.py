"""Runs one measurement in a process of its own, so that heaps and clocks of others do not touch it.

While it waits it watches how long the machine leaves an idle process unserved.
"""

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

T = TypeVar("T")

_LOOK = 0.01


@dataclass(frozen=True, slots=True)
class Apart(Generic[T]):
    """What a measurement found; `idle_lag` is the longest delay, in seconds, of the idle parent."""

    found: T
    idle_lag: float


def run_apart(work: Callable[..., T], *arguments: object) -> Apart[T]:
    """Call a function of a module in a fresh process. Raises RuntimeError if it raises."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work, arguments))
    process.start()
    theirs.close()
    worst = 0.0
    try:
        while True:
            before = time.monotonic()
            ready = ours.poll()
            time.sleep(_LOOK)
            worst = max(worst, time.monotonic() - before - _LOOK)
            if ready:
                sound, found = ours.recv()
                break
    except EOFError:
        raise RuntimeError(f"The measurement '{work.__name__}' ended without an answer.") from None
    finally:
        ours.close()
        process.join(20)
        if process.is_alive():
            process.kill()
    if not sound:
        raise RuntimeError(f"The measurement '{work.__name__}' failed:\n{found}")
    return Apart(found, worst)


def _serve(pipe: Connection, work: Callable[..., object], arguments: tuple[object, ...]) -> None:
    try:
        answer = (True, work(*arguments))
    except Exception:
        answer = (False, traceback.format_exc())
    pipe.send(answer)
