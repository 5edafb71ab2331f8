"""Command lines as Discord takes them, which knows options by their names. Pure.

`/watch add kursk Iran` is `/watch add name: kursk query: Iran` there. What is no command of ours,
such as a query, stays as it is.
"""

import re
from collections.abc import Sequence

from bot.commands import grammar, rewording
from bot.commands.invocation import Reply, Spec
from bot.errors import CommandError

ELSEWHERE = "watchfloor link"
"""Its line is taken to another chat, which may be any."""
_LAST = re.compile(r"(?<=more: )/\w+ .+$", re.IGNORECASE)
"""How lists end: `11 to 20 of 40. More: /watch list --page 3`."""
_OPTION = re.compile(r"--([\w-]+) (.+)")


def for_discord(reply: Reply, table: Sequence[Spec]) -> Reply:
    """A reply whose commands can be entered in Discord."""
    return rewording.reply(
        reply,
        lambda said: _LAST.sub(lambda found: by_name(found[0], table), said),
        lambda typed: by_name(typed, table),
    )


def by_name(line: str, table: Sequence[Spec]) -> str:
    """A typed line with its options by name; a lone option, too."""
    if option := _OPTION.fullmatch(line):
        return f"{option[1]}: {option[2]}"
    if not line.startswith("/"):
        return line
    try:
        name, values = grammar.read(line, table)
    except CommandError:
        return line
    if name == ELSEWHERE:
        return line
    return " ".join([f"/{name}", *(f"{option}: {value}" for option, value in values.items())])
