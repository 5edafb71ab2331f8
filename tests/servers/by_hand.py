"""Reads what a person types in front of a local chat, and shows what they see then."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable


def say(text: str) -> None:
    """Write to the person."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def serve(does: Callable[[str], Awaitable[str]]) -> None:
    """Carry out each line; serve on when nobody types or the input ends."""
    typed = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    with contextlib.suppress(OSError, ValueError):  # nobody can type: a server in the background
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(typed), sys.stdin)
        while line := (await typed.readline()).decode():
            if line.strip():
                say(await does(line.strip()))
    await asyncio.Event().wait()
