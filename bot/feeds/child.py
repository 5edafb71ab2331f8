"""A reading process as its parent holds it: started when needed, asked, killed.

It knows nothing of feeds or pages: a request and an answer are bytes, each behind its length.
"""

import asyncio
import contextlib
import os
import struct
import sys
from pathlib import Path

LENGTH = struct.Struct(">I")
LONGEST_ANSWER = 64 * 2**20

_ROOT = str(Path(__file__).resolve().parents[2])


def framed(message: bytes) -> bytes:
    """Put a message behind its length."""
    return LENGTH.pack(len(message)) + message


class ParserChild:
    """One reading process, as its parent sees it. It starts when it is first asked.

    `module` is what it runs.
    """

    def __init__(self, module: str = "bot.feeds.parse") -> None:
        self._module = module
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id while one runs."""
        return self._process.pid if self._process else None

    async def ask(self, request: bytes) -> bytes:
        """Send one request and wait for its answer.

        Raises OSError, EOFError or ValueError when the child is gone or answers nonsense; whatever
        is raised out of here, cancellation included, the caller stops the child.
        """
        process = self._process = self._process or await _start(self._module)
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the parser's pipes are missing")
        process.stdin.write(request)
        await process.stdin.drain()
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        if length > LONGEST_ANSWER:
            raise ValueError("the parser's answer is too long")
        return await process.stdout.readexactly(length)

    async def stop(self) -> None:
        """Kill the child and see it gone. The next question starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
        if process.stdout is not None:
            await process.stdout.read()  # to its end, so that the pipe is closed


async def _start(module: str) -> asyncio.subprocess.Process:
    # A bare environment: whoever takes over the child by hostile bytes finds no secret in it. Its
    # own session: Ctrl-C at a terminal is for the parent to handle.
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": _ROOT, **kept},
        start_new_session=True,
    )
