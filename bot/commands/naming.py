"""Names for those who read: commands under the prefix of this place, channels of other chats. Pure.

Where another app owns /watch, ours is /wf-watch, say; `discord:1234` is #news for those on Slack.
Only our own words are changed, never what a source wrote.
"""

import re
from collections.abc import Mapping
from functools import partial

from bot.commands import rewording
from bot.commands.invocation import Reply
from bot.message import Answer, Message
from bot.model import Destination, Platform

FAMILIES = ("watch", "feeds", "intel", "watchfloor")
_NAMED = re.compile(rf"(?<![\w/.:-])/(?=(?:{'|'.join(FAMILIES)})(?:[\s.,;:!?)”\"']|$))")

_CHANNEL = re.compile(r"\b(?:slack:[CG][A-Z0-9]{2,}|discord:\d{15,20})\b")


def without(line: str, prefix: str) -> str:
    """A typed line as if there were no prefix; the bare names are understood, too."""
    return f"/{line[len(prefix) + 1 :]}" if prefix and line.startswith(f"/{prefix}") else line


def prefixed(reply: Reply, prefix: str) -> Reply:
    """A reply whose commands can be typed as they stand there."""
    change = partial(text, prefix=prefix)
    return rewording.reply(reply, change, change) if prefix else reply


def text(said: str, prefix: str) -> str:
    """A text of ours with the commands in it under their names."""
    return _NAMED.sub(f"/{prefix}", said)


def message(said: Message, prefix: str) -> Message:
    """What the bot says unasked, such as a digest; cards and updates name no commands."""
    change = partial(text, prefix=prefix)
    return rewording.answer(said, change, change) if prefix and isinstance(said, Answer) else said


def channels_elsewhere(reply: Reply, here: Platform) -> frozenset[Destination]:
    """The channels of other chats that a reply tells of; at the console all of them are its own."""
    found: set[Destination] = set()

    def note(said: str) -> str:
        found.update(Destination.parse(each[0]) for each in _CHANNEL.finditer(said))
        return said

    if here is not Platform.CONSOLE:
        rewording.reply(reply, note, str)
    return frozenset(each for each in found if each.platform is not here)


def with_channels(reply: Reply, names: Mapping[Destination, str]) -> Reply:
    """A reply in which these channels have their names, but where a line is to be typed."""

    def name(found: re.Match[str]) -> str:
        place = Destination.parse(found[0])
        known = names.get(place)
        return f"#{known} on {place.platform.title()}" if known else found[0]

    return rewording.reply(reply, lambda said: _CHANNEL.sub(name, said), str)
