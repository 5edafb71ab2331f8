"""A prompt in front of a local Discord: type commands, press buttons, fill in forms, look."""

import re
import shlex
from pathlib import Path
from typing import Any

from tests.servers import by_hand
from tests.servers.discord import DiscordServer
from tests.servers.discord_people import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    INTEGER,
    Impossible,
    Modal,
    Shown,
    Upload,
)
from tests.servers.discord_screen import modal_lines
from tests.servers.discord_world import Channel, Json, Posted

PORT = 8902
USAGE = """\
/watch add name: kursk query: Kursk    run a command   as bob       be somebody else
click LABEL        the newest such button               in general   go to another channel
submit LABEL=TEXT  send the open form                   show         look again
type watch show watch: ku    what is offered            help         this
menu LABEL         of the newest message; an option for a file takes its path
"""


async def main() -> None:
    """Serve until interrupted; read what the person does from standard input while there is any."""
    server = DiscordServer(port=by_hand.port(PORT))
    await by_hand.main(server, settings, Hand(server).does)


def settings(server: DiscordServer) -> str:
    """What a bot needs to know to come here."""
    return "\n".join(
        [
            f"export DISCORD_API_URL={server.api_url}",
            f"export DISCORD_BOT_TOKEN={server.token}",
            *(f"# #{each.name} is discord:{each.id}" for each in server.guild.channels),
            f"# the server {server.guild.name} is {server.guild.id}",
        ]
    )


class Hand:
    """One person's hand on a server: remembers who they are, where, and which form is open."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self._user = server.ann
        self._channel = server.alerts
        self._modal: Modal | None = None

    async def does(self, line: str) -> str:
        """Do what the line says; what the person sees then."""
        word, _, rest = line.partition(" ")
        try:
            if word.startswith("/"):
                return self._seen(await self._run(line[1:]))
            if word == "click":
                return self._seen(await self._click(rest))
            if word == "submit":
                return self._seen(await self._submit(rest))
            if word == "menu":
                newest = self._server.channel_messages(self._channel)[-1]
                return self._seen(await self._server.point(self._user, newest, rest))
            if word == "type":
                return await self._type(rest)
        except Impossible as refused:
            return f"Discord says: {refused}"
        return self._look() if self._goes(word, rest) else USAGE

    def _look(self) -> str:
        return self._server.show(self._channel, self._user)

    def _seen(self, shown: Shown) -> str:
        self._modal = shown.modal
        if shown.modal is not None:
            return "\n".join(modal_lines(shown.modal))
        return "\n".join(filter(None, (self._look(), shown.failed)))

    def _goes(self, word: str, rest: str) -> bool:
        people = {user.name: user for user in (self._server.ann, self._server.bob)}
        places = {channel.name: channel for channel in self._server.guild.channels}
        if word == "as":
            self._user = people.get(rest, self._user)
        elif word == "in":
            self._channel = places.get(rest.lstrip("#"), self._channel)
        return word in {"as", "in", "show", "reply"}

    async def _run(self, line: str) -> Shown:
        name, options = self._parsed(line)
        return await self._server.slash(self._user, self._channel, name, **options)

    async def _type(self, line: str) -> str:
        """The last option of the line is the one that is being typed."""
        name, options = self._parsed(line)
        option, typed = list(options.items())[-1]
        offered = await self._server.autocomplete(self._user, self._channel, name, option, typed)
        return "\n".join(offered) or "(nothing is offered)"

    def _parsed(self, line: str) -> tuple[str, dict[str, Any]]:
        """`watch add name: kursk query: Kursk`, as Discord shows a command that is being typed."""
        declared = {option["name"]: option for option in self._options(line)}
        names = "|".join(map(re.escape, declared)) or "(?!)"
        name, *pairs = re.split(rf"\s+({names}):\s*", line)
        typed = dict(zip(pairs[::2], pairs[1::2], strict=True))
        return name.strip(), {key: self._value(declared[key], typed[key]) for key in typed}

    def _options(self, line: str) -> list[Json]:
        place: Json = {"options": self._server.commands(self._channel)}
        for word in line.split():
            below = {option["name"]: option for option in place.get("options") or []}
            if word not in below:
                break
            place = below[word]
        return place.get("options") or []

    def _value(self, option: Json, text: str) -> Any:
        if option["type"] == INTEGER and text.lstrip("-").isdecimal():
            return int(text)
        if option["type"] == BOOLEAN:
            return text.lower() in {"true", "yes"}
        if option["type"] == CHANNEL:
            return self._channel_named(text)
        return _picked(Path(text)) if option["type"] == ATTACHMENT else text

    def _channel_named(self, text: str) -> Channel:
        for channel in self._server.guild.channels:
            if channel.name == text.lstrip("#"):
                return channel
        raise Impossible(f"there is no channel {text!r}")

    async def _click(self, label: str) -> Shown:
        for message in reversed(self._channel.messages):
            if self._sees(message) and label in message.labels:
                return await self._server.click(self._user, message, label)
        raise Impossible(f"there is no button {label!r}")

    def _sees(self, message: Posted) -> bool:
        return not message.deleted and message.only_for in (None, self._user)

    async def _submit(self, rest: str) -> Shown:
        if self._modal is None:
            raise Impossible("there is no form open")
        pairs = (word.partition("=") for word in shlex.split(rest))
        values = {key: self._with_ids(text) for key, _, text in pairs}
        return await self._server.submit(self._modal, values)

    def _with_ids(self, text: str) -> str:
        """`#general` as its id, which is what choosing a channel sends."""
        return re.sub(r"#(\w+)", lambda found: str(self._channel_named(found[1]).id), text)


def _picked(path: Path) -> Upload:
    """A file of this machine."""
    try:
        return Upload(path.name, path.read_bytes())
    except OSError as error:
        raise Impossible(f"{path}: {error.strerror}") from error
