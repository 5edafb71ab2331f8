"""A Discord on this machine: REST API v10 and gateway for the unmodified discord.py.

    server = await DiscordServer.start()
    shown = await server.slash(server.ann, server.alerts, "watch list")

`python -m tests.servers.discord` starts one to talk to by hand. It keeps everything in memory and
knows nothing of our bot.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.servers.discord_faults import Faults
from tests.servers.discord_gateway import Gateway
from tests.servers.discord_interactions import Desk
from tests.servers.discord_people import Modal, People, Shown, Upload
from tests.servers.discord_rest import API, REQUEST_BYTES, Rest
from tests.servers.discord_screen import screen
from tests.servers.discord_world import (
    MANAGE_GUILD,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    Channel,
    Forum,
    Guild,
    Json,
    Posted,
    Thread,
    User,
    guild_wire,
)
from tests.servers.listening import Listening

TOKEN = "local-discord-token"


class DiscordServer(Listening):
    """One guild, two channels, Ann who manages the server and Bob who does not."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, token: str = TOKEN) -> None:
        super().__init__(host, port)
        self.token = token
        self.bot = User("Watchfloor", bot=True)
        self.guild = Guild("Newsroom")
        self.guilds = [self.guild]
        self.alerts = self.add_channel("alerts")
        self.general = self.add_channel("general")
        self.ann = User("ann", VIEW_CHANNEL | SEND_MESSAGES | MANAGE_GUILD)
        self.bob = User("bob")
        self.faults = Faults()
        self.desk = Desk(self.bot)
        self.gateway = Gateway(lambda: self.token, self.bot, self.guilds)
        self.rest = Rest(
            lambda: self.token,
            self.bot,
            self.guilds,
            self.faults,
            self.desk,
            lambda: self.gateway_url,
        )
        self.people = People(self.bot, self.gateway, self.desk, self.commands)
        self.people.address_of = lambda file: f"{self.address}/attachments/{file.id}/{file.name}"

    def app(self) -> web.Application:
        app = web.Application(client_max_size=REQUEST_BYTES + 65536)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/attachments/{file}/{name}", self._attachment)
        self.rest.add_to(app)
        return app

    async def _attachment(self, request: web.Request) -> web.Response:
        """What somebody sent along, for everyone who knows the address."""
        file = self.people.uploads.get(request.match_info["file"])
        return web.Response(status=404) if file is None else web.Response(body=file.data)

    async def listen(self) -> None:
        """Open the port, and let resumed sessions come back to it."""
        await super().listen()
        self.gateway.url = self.gateway_url

    async def hang_up(self) -> None:
        self.faults.end_silences()
        await self.gateway.close_sockets()

    @property
    def api_url(self) -> str:
        return f"{self.address}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._host}:{self._port}/gateway"

    def add_channel(
        self, name: str, guild: Guild | None = None, *, private: bool = False
    ) -> Channel:
        """A further channel; not everybody sees a private one."""
        guild = guild or self.guild
        channel = Channel(name, guild, private=private)
        guild.channels.append(channel)
        return channel

    def add_forum(self, name: str) -> Forum:
        """A channel of posts."""
        forum = Forum(name, self.guild)
        self.guild.channels.append(forum)
        return forum

    def posts(self, forum: Forum) -> list[Thread]:
        """The posts of a forum, oldest first."""
        return [thread for thread in self.guild.threads if thread.parent is forum]

    def add_guild(self, name: str) -> Guild:
        """A further guild with one channel; a connected bot hears of it on its next READY."""
        guild = Guild(name)
        self.guilds.append(guild)
        self.add_channel("general", guild)
        return guild

    def add_role(self, number: int, guild: Guild | None = None) -> None:
        """A role that members may hold; a connected bot hears of it on its next READY."""
        (guild or self.guild).roles.append(number)

    async def delete_channel(self, channel: Channel) -> None:
        """Delete a channel, and tell the bot."""
        self.remove_channel(channel)
        await self.gateway.dispatch("CHANNEL_DELETE", channel.wire())

    async def send_away(self, guild: Guild) -> None:
        """Remove the bot from a guild."""
        self.guilds.remove(guild)
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild.id)})

    async def invite(self, guild: Guild) -> None:
        """Let the bot into a guild, perhaps again."""
        self.guilds.append(guild)
        wire = guild_wire(guild, self.bot)
        del wire["unavailable"]  # which a guild has that was there before
        await self.gateway.dispatch("GUILD_CREATE", wire)

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel: 10003 from now on."""
        channel.guild.channels.remove(channel)

    def commands(self, channel: Channel) -> list[Json]:
        """The commands that people in this channel are offered."""
        own = self.rest.commands.get(channel.guild.id, [])
        return [*self.rest.commands.get(None, []), *own]

    async def slash(self, user: User, channel: Channel, command: str, /, **options: Any) -> Shown:
        """Run a command."""
        return await self.people.slash(user, channel, command, options)

    async def autocomplete(
        self, user: User, channel: Channel, name: str, option: str, typed: str
    ) -> list[str]:
        """Type into an option and read what is offered."""
        return await self.people.autocomplete(user, channel, name, option, typed)

    async def click(self, user: User, message: Posted, label: str) -> Shown:
        """Press a button."""
        return await self.people.click(user, message, label)

    async def point(self, user: User, message: Posted, label: str) -> Shown:
        """Use a command of a message's menu."""
        return await self.people.point(user, message, label)

    async def submit(self, modal: Modal, values: Mapping[str, str | Upload] | None = None) -> Shown:
        """Send a form."""
        return await self.people.submit(modal, values)

    def channel_messages(self, channel: Channel) -> list[Posted]:
        """What everybody sees in a channel, oldest first."""
        return [each for each in channel.messages if each.only_for is None and not each.deleted]

    def ephemerals(self, user: User) -> list[Posted]:
        """What only this person sees, oldest first."""
        private = [
            posted
            for guild in self.guilds
            for channel in guild.channels
            for posted in channel.messages
            if posted.only_for is user and not posted.deleted
        ]
        return sorted(private, key=lambda posted: posted.id)

    def show(self, channel: Channel, user: User | None = None) -> str:
        """The channel as a person would see it."""
        return screen(channel, user)

    def count(self, method: str, path: str) -> int:
        """How many requests came for a path that holds `path`."""
        return sum(1 for verb, place in self.rest.requests if verb == method and path in place)

    async def until_connected(self, seconds: float = 5.0) -> None:
        """Wait for a bot at the gateway."""
        await self.until(lambda: self.gateway.connected, seconds)


if __name__ == "__main__":
    from tests.servers.discord_by_hand import main

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
