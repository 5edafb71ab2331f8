"""Both local chats at once, to point a bot at: `./run.sh chat-servers`.

It prints the settings that the bot needs, then does by hand what a line says:
`slack /watch list`, `discord click Save`.
"""

import asyncio
import contextlib
import sys

from tests.servers import discord_by_hand, slack_by_hand
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer

HOW = """\

In another terminal: put the lines above into its environment, set enabled = true under [slack] and
[discord] in config.toml, and type ./run.sh run. Then come back and talk to the bot from here:
slack /watch list · discord /watch list · slack help · discord help
"""


async def main() -> None:
    """Serve both until interrupted; carry out what is typed, while anybody types."""
    async with (
        SlackServer(port=slack_by_hand.PORT) as slack,
        DiscordServer(port=discord_by_hand.PORT) as discord,
    ):
        print(slack_by_hand.settings(slack))  # noqa: T201 - this program talks to a person
        print(discord_by_hand.settings(discord))  # noqa: T201 - the same
        print(HOW, flush=True)  # noqa: T201 - the same
        hands: dict[str, slack_by_hand.Hand | discord_by_hand.Hand] = {
            "slack": slack_by_hand.Hand(slack),
            "discord": discord_by_hand.Hand(discord),
        }
        typed = asyncio.StreamReader()
        with contextlib.suppress(OSError, ValueError):  # nobody can type: servers in the background
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(typed), sys.stdin
            )
            while line := (await typed.readline()).decode():
                chat, _, deed = line.strip().partition(" ")
                if hand := hands.get(chat):
                    print(await hand.does(deed or "help"), flush=True)  # noqa: T201 - the same
                elif chat:
                    print(HOW, flush=True)  # noqa: T201 - the same
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
