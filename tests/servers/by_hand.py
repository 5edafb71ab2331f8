"""Reads what a person types in front of a local chat, and shows what they see then."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.servers.listening import Listening

Server = TypeVar("Server", bound=Listening)


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


async def main(
    server: Server,
    settings: Callable[[Server], str],
    does: Callable[[str], Awaitable[str]],
) -> None:
    """Serve until interrupted: say what a bot needs to know, then do what the person types."""
    async with server:
        say(settings(server))
        await serve(does)


def port(default: int) -> int:
    """The port that the command line asks for."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else default
