"""The program under test in processes of its own: started, struck, found by the port it calls from.

It knows no server and judges nothing.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(eq=False)
class Worker:
    """`watchfloor run`, again and again; what it says goes into its log."""

    number: int
    config: Path
    environment: Mapping[str, str]
    log: Path
    started_at: float = 0.0
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--config", str(self.config)),
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.started_at = time.time()

    async def kill(self) -> None:
        """SIGKILL; whether it already ended by itself is the log's matter."""
        if self.runs:
            self.strike(signal.SIGKILL)
        await self.ended()

    def strike(self, blow: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(blow)

    def said(self, words: str) -> int:
        """How often these words stand in its log."""
        return self.log.read_text("utf-8").count(words)

    async def ended(self) -> int:
        assert self._process is not None
        return await self._process.wait()


def caller(port: int, workers: Sequence[Worker]) -> Worker | None:
    """The worker that has a connection open from this port of ours."""
    inodes = _inodes(port)
    for worker in workers:
        if worker.runs and inodes & _sockets(worker.pid):
            return worker
    return None


def _inodes(port: int) -> set[str]:
    """The sockets whose own port this is: https://docs.kernel.org/networking/proc_net_tcp.html."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            columns = line.split()
            if int(columns[1].rpartition(":")[2], 16) == port:
                found.add(columns[9])
    return found


def _sockets(pid: int) -> set[str]:
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            name = descriptor.readlink().name
        except OSError:  # closed meanwhile
            continue
        if name.startswith("socket:["):
            found.add(name[len("socket:[") : -1])
    return found
