"""Files that people send along: an option of a command, or a field of a form.

https://docs.discord.com/developers/resources/message#attachment-object; what stands in one is read
by the command layer.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.chat.uploads import bounded
from bot.commands.invocation import Attached
from bot.errors import CommandError
from bot.message import File

SECONDS = 15.0
CHUNK = 65_536
LOST = "Discord did not hand over the file. Please send it once more."


def attached(data: Mapping[str, Any]) -> Attached | None:
    """The first file that came with an interaction."""
    files = list(((data.get("resolved") or {}).get("attachments") or {}).values())
    if not files:
        return None
    url, name = str(files[0].get("url") or ""), str(files[0].get("filename") or "file")

    async def file() -> File:
        try:
            return File(name, await _read(url), "")
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise CommandError(LOST) from error

    return file


async def _read(url: str) -> bytes:
    """At most a byte more than a file may have."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(url) as answer,
    ):
        return await bounded(answer.content.iter_chunked(CHUNK))
