"""Both local chats at once, to point a bot at: `./run.sh chat-servers`.

It prints the settings that the bot needs, then does by hand what a line says:
`slack /watch list`, `discord click Save`.
"""

import asyncio
import contextlib

from tests.servers import discord_by_hand, slack_by_hand
from tests.servers.by_hand import say, serve
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
        say(slack_by_hand.settings(slack))
        say(discord_by_hand.settings(discord))
        say(HOW)
        hands: dict[str, slack_by_hand.Hand | discord_by_hand.Hand] = {
            "slack": slack_by_hand.Hand(slack),
            "discord": discord_by_hand.Hand(discord),
        }

        async def does(line: str) -> str:
            chat, _, deed = line.partition(" ")
            return await hands[chat].does(deed or "help") if chat in hands else HOW

        await serve(does)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
