"""Processor time and memory of this process and of children that it can name.

Children are seen through Linux's /proc; elsewhere there is no such look, and it says so.
"""

import time
from collections.abc import Iterable
from pathlib import Path

_PROC = Path("/proc")


def processor_seconds(children: Iterable[int] = ()) -> float:
    """Seconds of processor time, user and system, of this process and of these children so far."""
    return time.process_time() + sum(map(_child_seconds, children))


def peak_bytes(children: Iterable[int] = ()) -> int:
    """The most memory that this process and these children ever had resident, added up."""
    return sum(_peak(name) for name in ("self", *map(str, children)))


def open_files() -> int:
    """How many files and connections this process has open."""
    return len(list((_PROC / "self" / "fd").iterdir()))


def check() -> None:
    """Raise RuntimeError where children cannot be seen."""
    if not (_PROC / "self" / "schedstat").exists():
        raise RuntimeError("This bench needs Linux: it reads the costs of processes from /proc.")


def _child_seconds(pid: int) -> float:
    # The first number is nanoseconds on a processor; clock ticks would be too coarse.
    return int((_PROC / str(pid) / "schedstat").read_text().split()[0]) / 1e9


def _peak(name: str) -> int:
    for line in (_PROC / name / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
