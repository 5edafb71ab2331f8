"""A prompt in front of a local Slack: type commands, press buttons, fill in modals, look."""

import asyncio
import shlex
from pathlib import Path

from tests.servers import by_hand
from tests.servers.slack import SlackServer
from tests.servers.slack_people import Impossible, inputs
from tests.servers.slack_sockets import Unanswered

PORT = 8901
USAGE = """\
/watch list            run a command          as bob           be somebody else
click LABEL            the newest such button in general       go to another channel
submit LABEL=TEXT …    send the modal         show             look again
menu ACTION            of the newest message  help             this
A field for a file takes LABEL=PATH; ACTION is message:why or message:watch.
"""


async def main() -> None:
    """Serve until interrupted; read what the person does from standard input while there is any."""
    server = SlackServer(port=by_hand.port(PORT))
    await by_hand.main(server, settings, Hand(server).does)


def settings(server: SlackServer) -> str:
    """What a bot needs to know to come here."""
    return "\n".join(
        [
            f"export SLACK_API_URL={server.api_url}",
            f"export SLACK_BOT_TOKEN={server.tokens.bot}",
            f"export SLACK_APP_TOKEN={server.tokens.app}",
            *(f"# #{each.name} is slack:{each.id}" for each in server.team.channels.values()),
        ]
    )


class Hand:
    """One person's hand on a server: remembers who they are and where."""

    def __init__(self, server: SlackServer) -> None:
        self._server = server
        self._user = server.ann
        self._channel = server.alerts

    async def does(self, line: str) -> str:
        """Do what the line says; what the person sees then."""
        word, _, rest = line.partition(" ")
        try:
            if word.startswith("/"):
                await self._server.type_command(self._user, self._channel, word, rest)
            elif word == "click":
                await self._click(rest)
            elif word == "submit":
                await self._submit(rest)
            elif word == "menu":
                newest = self._server.channel_messages(self._channel)[-1:]
                for message in newest:
                    await self._server.point(self._user, message, rest)
            elif not self._goes(word, rest):
                return USAGE
        except (Impossible, Unanswered) as refused:
            return f"Slack says: {refused}"
        await asyncio.sleep(0.5)
        return self._server.show(self._channel, self._user)

    def _goes(self, word: str, rest: str) -> bool:
        team = self._server.team
        if word == "as":
            self._user = next((u for u in team.users.values() if u.name == rest), self._user)
        elif word == "in":
            self._channel = next(
                (c for c in team.channels.values() if c.name == rest), self._channel
            )
        return word in {"as", "in", "show"}

    async def _click(self, label: str) -> None:
        for message in reversed(self._server.team.messages):
            mine = message.only_for in (None, self._user.id)
            if mine and any(button["text"]["text"] == label for button in message.buttons):
                await self._server.click(self._user, message, label)
                return
        raise Impossible(f"There is no button '{label}'.")

    async def _submit(self, rest: str) -> None:
        view = self._server.open_modal(self._user)
        if view is None:
            raise Impossible("There is no modal open.")
        pairs = (word.partition("=") for word in shlex.split(rest))
        files = {
            label
            for key, block in inputs(view).items()
            if block["element"]["type"] == "file_input"
            for label in (key, block["label"]["text"])
        }
        typed = {key: text for key, _, text in pairs}
        for key in files & typed.keys():
            typed[key] = await self._given(Path(typed[key]))
        await self._server.submit(view, typed)

    async def _given(self, path: Path) -> str:
        """A file of this machine, as Slack knows it."""
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            raise Impossible(f"{path}: {error.strerror}") from error
        return self._server.give(self._user, path.name, data)
