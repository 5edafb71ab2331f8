"""Has pictures drawn in a process of its own, which is killed when it takes too long.

So the event loop never waits, the bot carries none of matplotlib's 60 MB, and no text of a feed can
hang or crash more than its own picture. What is drawn is the charts' affair.
"""

import asyncio
import contextlib
import logging
import os
import pickle
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bot.message import Picture

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=20)  # the first picture on a machine also looks for its fonts
AT_ONCE = 2
MEMORY_BYTES = 2**30
LARGEST = 8 * 2**20  # Discord takes 10 MiB; ours have about 0.1
PNG = b"\x89PNG\r\n\x1a\n"

_ROOT = str(Path(__file__).resolve().parents[2])
# Where matplotlib keeps its list of fonts, and what finds libraries; no secret goes along.
_KEPT = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Easel:
    """Draws two pictures at a time; who comes then waits, for so long as `patience` says."""

    patience: timedelta = PATIENCE
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def draw(self, name: str, alt: str, chart: Callable[[], bytes]) -> Picture | None:
        """Have a chart drawn: a `functools.partial` over a function of a module.

        `name` is the file's and ends in `.png`; `alt` says the same in words. None, and a line in
        the log, where it fails or is not done in time: an answer never fails with its picture.
        """
        try:
            async with asyncio.timeout(self.patience.total_seconds()), self._places:
                png = await _drawn(pickle.dumps(chart))
        except TimeoutError:
            log.warning("%s was given up: not drawn in %s.", name, self.patience)
        except (OSError, ValueError) as error:
            log.warning("%s was not drawn: %s", name, error)
        else:
            return Picture(name, png, alt)
        return None


async def _drawn(chart: bytes) -> bytes:
    """Ask a child, and see it gone whatever happens. Raises OSError, ValueError."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "bot.insight.easel",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={
            "PYTHONPATH": _ROOT,
            "OPENBLAS_NUM_THREADS": "1",  # each thread reserves memory, and nothing is computed
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
        },
        start_new_session=True,  # Ctrl-C at a terminal is for the parent to handle
    )
    try:
        png, said = await child.communicate(chart)
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    if child.returncode != 0 or not png.startswith(PNG):
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise ValueError(f"the drawing process ended with {child.returncode}. {''.join(last)}")
    if len(png) > LARGEST:
        raise ValueError(f"the picture has {len(png)} bytes")
    return png


def serve() -> None:
    """Be the child: draw the one chart that is asked for."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        # The parent's deadline counts real seconds; this ends a child whose parent is gone.
        (resource.RLIMIT_CPU, int(PATIENCE.total_seconds()) + 1),
    ):
        with contextlib.suppress(ValueError, OSError):  # some systems have no such limit
            hard = resource.getrlimit(kind)[1]
            allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (allowed, hard))
    chart = pickle.loads(sys.stdin.buffer.read())  # noqa: S301  # from our own parent alone
    sys.stdout.buffer.write(chart())


if __name__ == "__main__":
    serve()
