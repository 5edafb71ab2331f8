"""Discord: keeps a gateway connection for what people ask, and posts over REST.

It asks for the intent `guilds` alone. It knows no command by name and keeps no state of a dialogue.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.chat.adapter import ChannelNews, Health, Readiness, Room, nobody_chose
from bot.chat.discord import failures, render, tree
from bot.chat.discord.interactions import Asked, Commands, Conversations
from bot.chat.discord.posts import Posts, thread_of
from bot.config import WhoManages
from bot.errors import SendError, WatchfloorError
from bot.message import Answer, Message
from bot.model import Destination, Platform, Receipt, WorkspaceId

log = logging.getLogger(__name__)

API = "https://discord.com/api/v10"
# A gateway takes 1,000 identifications a day; one every two minutes stays below it.
LONGEST_PAUSE = 120
# Waiting does not mend a wrong token; somebody may mend it elsewhere, though.
REFUSED_PAUSE = 300
REFUSED = "Discord refuses the token. Set DISCORD_BOT_TOKEN anew."
# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-close-event-codes
FATAL = {
    4004: REFUSED,
    4011: "Discord wants this bot sharded: it is in too many servers for one connection.",
    4014: "Discord refuses our intents.",
}
# When the bot stops, answers under way are let out.
LAST_WORDS_SECONDS = 2


class SyncedCommands(Protocol):
    """Remembers between starts which commands Discord was last given."""

    async def load(self) -> str | None:
        """The fingerprint of the last synced commands."""

    async def save(self, fingerprint: str) -> None:
        """Remember it."""


class DiscordAdapter:
    """A Discord bot.

    Args:
        token: the bot's token.
        commands: the command layer.
        workspace_of: the workspace that a guild, by its id, has a seat in.
        clock: says what time it is.
        news: hears of channels and guilds that are lost or back.
        synced: remembers the commands that Discord was given, so that they are sent once.
        api_url: where the REST API is.
        gateway_url: where the gateway is; if empty, the API is asked.
        managers: who may change things, besides those with Manage Server, unless a workspace chose.
        chosen: what a workspace chose.
        retry_seconds: the first pause after a lost connection; it doubles.
        send_seconds: how long one attempt to post may last.
        allow: hosts (`host:port`) that may be linked to though they are not public.
    """

    platform = Platform.DISCORD
    limits = render.LIMITS

    def __init__(
        self,
        token: str,
        *,
        commands: Commands,
        workspace_of: Callable[[str], Awaitable[WorkspaceId | None]],
        clock: Callable[[], datetime],
        news: ChannelNews,
        synced: SyncedCommands,
        api_url: str | None = None,
        gateway_url: str | None = None,
        managers: WhoManages = WhoManages(),  # noqa: B008 -- it is frozen
        chosen: Callable[[WorkspaceId], Awaitable[WhoManages | None]] = nobody_chose,
        retry_seconds: float = 1.0,
        send_seconds: float = 10.0,
        allow: frozenset[str] = frozenset(),
    ) -> None:
        self._token = token
        self._commands = commands
        self._clock = clock
        self._news = news
        self._synced = synced
        self._api_url = (api_url or API).rstrip("/")
        self._gateway_url = gateway_url
        self._retry_seconds = self._pause = retry_seconds
        self._posts = Posts(token, seconds=send_seconds, allow=allow)
        self._readiness = Readiness(Health.OFF)
        self._conversations = Conversations(
            commands,
            workspace_of,
            managers,
            chosen,
            self._announce,
            clock,
            allow,
        )

    @property
    def readiness(self) -> Readiness:
        """How the connection stands now."""
        return self._readiness

    async def run(self) -> None:
        """Connect and answer until cancelled; see `ChatAdapter.run`."""
        # Two lines about voice, which this bot does not have.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        self.stand(Health.CONNECTING)
        try:
            while True:
                health, detail = await self._connect_once()
                self.stand(health, detail)
                if health is Health.REFUSED:
                    self._pause = self._retry_seconds * REFUSED_PAUSE
                await asyncio.sleep(self._pause)
                self._pause = min(self._pause * 2, self._retry_seconds * LONGEST_PAUSE)
        finally:
            await self.close()
            self._readiness = Readiness(Health.OFF)

    async def close(self) -> None:
        """Close the connection for posts; `run` does it at its end. A later post opens it again."""
        await self._posts.close()

    async def _connect_once(self) -> tuple[Health, str]:
        """Serve one connection to its end, and say why it ended.

        discord.py resumes dropped sockets by itself in there; what it gives up comes back here, and
        starts from the beginning.
        """
        self._point_library()
        connection = _Connection(
            self._conversations.take, self._set_up, self.stand, self._news, self._clock
        )
        try:
            async with connection:
                await self._serve(connection)
        except discord.LoginFailure:
            return Health.REFUSED, REFUSED
        except discord.ConnectionClosed as error:
            if error.code in FATAL:
                return Health.REFUSED, FATAL[error.code]
            return Health.CONNECTING, f"Discord closed the connection ({error.code})."
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            return Health.CONNECTING, str(failures.sort(error))
        finally:
            # discord.py leaves its session open where closing the socket before it fails.
            await connection.http.close()
        return Health.CONNECTING, "Discord closed the connection."

    async def _serve(self, connection: discord.Client) -> None:
        """Run discord.py's loop in a task of its own, and see it end.

        On Python 3.11 `asyncio.wait_for`, which that loop dials with, can swallow a cancellation
        (python/cpython#86296), so a single one is not enough to stop it.
        """
        serving = asyncio.create_task(connection.start(self._token, reconnect=False))
        try:
            await asyncio.wait({serving})
        finally:
            await self._conversations.finish(LAST_WORDS_SECONDS)
            while not serving.done():
                serving.cancel()
                await asyncio.wait({serving}, timeout=0.1)
            failed = None if serving.cancelled() else serving.exception()
        if failed is not None:
            raise failed

    def _point_library(self) -> None:
        """Aim discord.py, which keeps these as constants of its classes."""
        Route.BASE = self._api_url
        if self._gateway_url:
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(self._gateway_url)

    async def _set_up(self, connection: discord.Client) -> None:
        """Before the gateway is dialled: ask where it is, and hand over changed commands."""
        if not self._gateway_url:
            _, url, _ = await connection.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        known = self._commands
        commands = tree.build(known.table, known.message_actions, known.prefix)
        application = int(connection.application_id or 0)
        fingerprint = tree.fingerprint(application, commands)
        if await self._synced.load() == fingerprint:
            return
        try:
            route = Route(
                "PUT", "/applications/{application_id}/commands", application_id=application
            )
            await connection.http.request(route, json=commands)
        except discord.HTTPException as error:
            # Those that Discord knows from before still work, so go on; the next start tries again.
            log.error("Discord did not take the commands: %s", error)
            return
        await self._synced.save(fingerprint)
        log.info("Discord was given %d families of commands.", len(commands))

    def stand(self, health: Health, detail: str = "", level: int = logging.WARNING) -> None:
        """Show and, when it is news, log how the connection stands."""
        new = Readiness(health, detail)
        if new == self._readiness:
            return
        self._readiness = new
        if health is Health.READY:
            self._pause = self._retry_seconds
            log.info("Discord is ready.")
        elif detail:
            log.log(level, "Discord is not ready: %s", detail)

    async def owner(self, destination: Destination) -> str:
        """The guild of a channel that the bot can see. Raises SendError."""
        self._point_library()
        return await self._posts.owner(destination)

    async def room(self, destination: Destination) -> Room:
        """A channel is private if not everybody of its guild may see it. Raises SendError."""
        self._point_library()
        return await self._posts.room(destination)

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        """Post once; for two minutes a second post under the same key yields the first message."""
        self._point_library()
        return await self._posts.send(destination, message, delivery_key, thread)

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        """Look for the message in the history of the channel or thread.

        None means "send again": the message is not there, or the nonce of the first attempt still
        holds, so that sending again cannot double it.
        """
        self._point_library()
        place = thread_of(thread) if thread else destination
        return await self._posts.find(
            place, delivery_key, since, self._clock(), in_thread=thread is not None
        )

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Put another message in the place of one that we posted."""
        self._point_library()
        await self._posts.edit(receipt, message)

    async def _announce(self, place: Destination, content: Answer, key: str) -> None:
        try:
            await self._posts.send(place, content, key, findable=False)
        except SendError as error:
            log.warning("A change could not be announced in %s: %s", place, error)


class _Connection(discord.Client):
    """discord.py's client, handing everything on."""

    def __init__(
        self,
        take: Callable[[Asked], Awaitable[None]],
        set_up: Callable[[discord.Client], Awaitable[None]],
        stand: Callable[[Health, str, int], None],
        news: ChannelNews,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=30,
            max_messages=None,
            guild_ready_timeout=0,  # nothing here waits for guilds; waiting outlives the connection
        )
        self._take = take
        self._set_up = set_up
        self._stand = stand
        self._news = news
        self._now = clock

    async def setup_hook(self) -> None:
        """Run between login and gateway."""
        await self._set_up(self)

    async def on_connect(self) -> None:
        """A new session is up; `ready` would only wait for guilds, which nobody here needs."""
        self._stand(Health.READY, "", logging.INFO)

    async def on_resumed(self) -> None:
        """The old session goes on."""
        self._stand(Health.READY, "", logging.INFO)

    async def on_disconnect(self) -> None:
        """Several times a day Discord asks for this; discord.py resumes or gives up."""
        self._stand(Health.CONNECTING, "The connection dropped.", logging.INFO)

    async def on_interaction(self, asked: Asked) -> None:
        """Somebody asks for something."""
        await self._take(asked)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Nothing can be posted there any more."""
        why = "The channel was deleted."
        await self._tell(self._news.lose(_place(channel), why, self._now(), for_good=True))

    async def on_guild_channel_update(
        self, _before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """Rights in a channel may have changed: see soon whether it is back."""
        await self._tell(self._news.find_team(Platform.DISCORD, str(after.guild.id)))

    async def on_guild_role_update(self, _before: discord.Role, after: discord.Role) -> None:
        """The bot's own rights may have changed."""
        await self._tell(self._news.find_team(Platform.DISCORD, str(after.guild.id)))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody invited the bot, perhaps again."""
        await self._tell(self._news.find_team(Platform.DISCORD, str(guild.id)))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was sent away; a guild that is only out of reach is not told here."""
        why = "The bot was removed from the Discord server. Invite it again."
        await self._tell(self._news.lose_team(Platform.DISCORD, str(guild.id), why, self._now()))

    async def _tell(self, telling: Awaitable[None]) -> None:
        """Pass news on; if they cannot be kept, the next post finds out by itself."""
        try:
            await telling
        except WatchfloorError as error:
            log.warning("What Discord told of a channel was not taken in: %s", error)


def _place(channel: discord.abc.GuildChannel) -> Destination:
    return Destination(Platform.DISCORD, str(channel.id))
