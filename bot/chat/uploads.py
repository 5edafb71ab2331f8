"""Reads a file that somebody sent along, as far as the command layer wants it."""

from collections.abc import AsyncIterator

from bot.commands.invocation import LONGEST_FILE


async def bounded(parts: AsyncIterator[bytes]) -> bytes:
    """At most a byte more than a file may have; what follows is not read."""
    found = bytearray()
    async for part in parts:
        found += part
        if len(found) > LONGEST_FILE:
            break
    return bytes(found[: LONGEST_FILE + 1])
