"""Reads lines: what a prompt is, and the one for a pipe, where nobody can be asked anything.

It knows how to ask, not what the answers mean. The prompt for a person is in `terminal`.
"""

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO

from bot.message import Form


class Prompt(Protocol):
    """Where lines come from: a person at a terminal, or a pipe."""

    def session(self) -> AbstractContextManager[None]:
        """Hold the terminal while lines are read."""

    async def read(self) -> str | None:
        """The next line, stripped; None at the end."""

    async def fill_in(self, form: Form) -> dict[str, str] | None:
        """Ask a form's questions; None if the person gives up or nobody can be asked."""


class PipePrompt:
    """Lines come from a pipe; a thread of its own reads them, so that the loop never waits."""

    def __init__(self, source: TextIO = sys.stdin) -> None:
        self._source = source
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()

    @contextmanager
    def session(self) -> Iterator[None]:
        """Start to read. A daemon thread: a pipe that never ends must not hold up the exit."""
        loop = asyncio.get_running_loop()
        threading.Thread(target=self._pump, args=(loop,), daemon=True).start()
        yield

    def _pump(self, loop: asyncio.AbstractEventLoop) -> None:
        for line in self._source:
            loop.call_soon_threadsafe(self._lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(self._lines.put_nowait, None)

    async def read(self) -> str | None:
        """The next line of the pipe. After its end nobody types, and the bot goes on without."""
        line = await self._lines.get()
        if line is None:
            await asyncio.Event().wait()
        return line

    async def fill_in(self, form: Form) -> dict[str, str] | None:
        """Nobody can be asked."""
        return None
