"""Files that somebody at the terminal sends along: they name a path on this machine.

Whoever types here runs the bot, so any path that the process may read will do.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.commands.invocation import LONGEST_FILE, Attached, Spec
from bot.errors import CommandError
from bot.message import File


def named(table: Sequence[Spec], name: str, values: Mapping[str, str]) -> Attached | None:
    """The file that a typed command names, if it takes one."""
    options = next((spec.options for spec in table if spec.name == name), ())
    paths = [values.get(option.name, "") for option in options if option.file]
    return at(paths[0]) if paths and paths[0] else None


def at(path: str) -> Attached:
    """The file at a path, read when it is asked for."""

    async def file() -> File:
        return await asyncio.to_thread(_read, path.strip().strip("\"'"))

    return file


def _read(name: str) -> File:
    """Read a file, at most a byte more than it may have. Raises CommandError."""
    path = Path(name)
    try:
        path = path.expanduser()
        if path.exists() and not path.is_file():
            raise CommandError(f"{path} is no file.")
        with path.open("rb") as stream:
            return File(path.name, stream.read(LONGEST_FILE + 1), "")
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", "") or error
        raise CommandError(f"{path} cannot be read: {reason}.") from None
