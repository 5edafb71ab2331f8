"""Posts over REST, whether the gateway is up or not: send once, find again, edit.

It owns its own HTTP client, so that a lost gateway connection never stops an alert. It draws
nothing, and repeats no post beyond what discord.py does under the same nonce.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.chat.adapter import Room
from bot.chat.discord import failures, forums, pictures, privacy, render
from bot.errors import SendError, SendKind
from bot.message import Answer, Message, Picture
from bot.model import Destination, Platform, Receipt

log = logging.getLogger(__name__)

Json = dict[str, Any]
Sort = Callable[[Exception], SendError]

MESSAGE = "/channels/{channel_id}/messages/{message_id}"
# Discord says "the past few minutes"; two of them are sure. Within it, sending again is safe.
NONCE_WINDOW = timedelta(seconds=120)
PAGE = 100
MOST_PAGES = 10
# discord.py raises anything lower to 30 s, but an attempt lasts 10 s; long waits are the outbox's.
LONGEST_WAIT = 5.0
CLOCK_SKEW = timedelta(seconds=60)


class Posts:
    """The messages of one bot."""

    def __init__(self, token: str, *, seconds: float, allow: frozenset[str]) -> None:
        """`seconds` is how long one attempt may last; `allow` as for `render.message`."""
        self._token = token
        self._seconds = seconds
        self._allow = allow
        self._http: HTTPClient | None = None
        self._me = ""
        self._door = asyncio.Lock()
        self._forums: set[Destination] = set()
        self._conversations: dict[Destination, Destination] = {}

    async def owner(self, destination: Destination) -> str:
        """The guild of a channel. Raises SendError."""
        http = await self._logged_in()
        async with self._one_attempt():
            route = Route("GET", "/channels/{channel_id}", channel_id=channel_of(destination))
            channel: Json = await http.request(route)
        return str(channel.get("guild_id") or "")

    async def room(self, destination: Destination) -> Room:
        """A channel, or a thread, which is seen by those who see its channel. Raises SendError."""
        http = await self._logged_in()
        async with self._one_attempt():
            path = "/channels/{channel_id}"
            channel: Json = await http.request(
                Route("GET", path, channel_id=channel_of(destination))
            )
            name = str(channel.get("name") or "")
            if channel.get("guild_id") is None:
                return Room(private=True, name=name)
            about = Route("GET", "/guilds/{guild_id}", guild_id=int(channel["guild_id"]))
            guild: Json = await http.request(about)
            if channel["type"] in privacy.PUBLIC_THREADS:
                above = int(channel["parent_id"])
                channel = await http.request(Route("GET", path, channel_id=above))
        return Room(privacy.is_private(channel, guild), name)

    async def send(
        self,
        destination: Destination,
        content: Message,
        delivery_key: str,
        thread: Receipt | None = None,
        *,
        findable: bool = True,
    ) -> Receipt:
        """Post once, marked so that `find` sees it if `findable`.

        With `thread` it goes into that message's thread, which begins if there is none yet. Raises
        SendError, GONE where no message can go into that thread.
        """
        mark = render.mark_of(delivery_key) if findable else ""
        payload = render.message(content, mark=mark, allow=self._allow)
        payload |= {"nonce": render.nonce_of(delivery_key, payload), "enforce_nonce": True}
        http = await self._logged_in()
        destination = await self._open(http, destination)
        if isinstance(content, Answer) and content.picture is not None and thread is None:
            try:
                return await self._post(http, destination, payload, picture=content.picture)
            except SendError as error:
                # The nonce is the same: if it did arrive, the words alone change nothing.
                log.warning("A picture could not be posted in %s: %s", destination, error)
        if thread is None:
            return await self._post(http, destination, payload)
        place = thread_of(thread)
        try:
            return await self._post(http, place, payload, failures.sort_in_thread)
        except SendError as error:
            if error.kind is not SendKind.GONE:
                raise
        await self._begin_thread(http, thread)
        return await self._post(http, place, payload, failures.sort_in_thread)

    async def _open(self, http: HTTPClient, destination: Destination) -> Destination:
        """Somebody's conversation with the bot, by `@` and the person's id; a channel as it is."""
        if not destination.address.startswith("@"):
            return destination
        if destination not in self._conversations:
            async with self._one_attempt(failures.sort_before_post):
                person = {"recipient_id": destination.address.removeprefix("@")}
                opened = await http.request(Route("POST", "/users/@me/channels"), json=person)
            place = Destination(Platform.DISCORD, str(opened["id"]))
            self._conversations[destination] = place
        return self._conversations[destination]

    async def _post(
        self,
        http: HTTPClient,
        place: Destination,
        payload: Json,
        sort: Sort = failures.sort,
        *,
        picture: Picture | None = None,
    ) -> Receipt:
        async with self._one_attempt(sort):
            if place in self._forums:
                return await forums.post(self._token, channel_of(place), payload)
            route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel_of(place))
            try:
                stored = await http.request(route, **pictures.body(payload, picture))
            except discord.HTTPException as error:
                if error.code != forums.NOT_TEXT:
                    raise
                self._forums.add(place)
                return await forums.post(self._token, channel_of(place), payload)
        return Receipt(place, str(stored["id"]))

    async def _begin_thread(self, http: HTTPClient, message: Receipt) -> None:
        """Begin a message's thread, named after it.

        Raises SendError: GONE where none can begin; the message was deleted, the thread is locked.
        """
        channel, path = channel_of(message.destination), MESSAGE + "/threads"
        look = Route("GET", MESSAGE, channel_id=channel, message_id=message.message_id)
        begin = Route("POST", path, channel_id=channel, message_id=message.message_id)
        async with self._one_attempt(failures.sort_thread_begin):
            about = await http.request(look)
            await http.request(begin, json={"name": render.thread_name(about)})

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        now: datetime,
        *,
        in_thread: bool = False,
    ) -> Receipt | None:
        """Look for a marked message among those since `since`. Raises SendError.

        Discord shows an empty history to a bot without the right to read it, so an empty one proves
        nothing. While the nonce is remembered that does not matter: None then means "send again".
        """
        http = await self._logged_in()
        destination = await self._open(http, destination)
        mark = render.mark_of(delivery_key)
        looked = False
        if not in_thread:
            async with self._one_attempt():
                path = Route("GET", "/channels/{channel_id}", channel_id=channel_of(destination))
                channel: Json = await http.request(path)
                if forums.is_forum(channel):
                    return await forums.find(http, channel, mark, since - CLOCK_SKEW, self._me)
        async with self._one_attempt(failures.sort_in_thread if in_thread else failures.sort):
            async for page in self._history(http, destination, since - CLOCK_SKEW):
                looked = True
                for stored in page:
                    if stored["author"]["id"] == self._me and render.is_marked(stored, mark):
                        return Receipt(destination, str(stored["id"]))
            if not looked:
                looked = bool(await self._page(http, destination, {"limit": 1}))
        if looked or now - since < NONCE_WINDOW:
            return None
        message = "Discord shows no messages there. Let the bot read the message history."
        raise SendError(SendKind.AMBIGUOUS, message)

    async def edit(self, receipt: Receipt, content: Message) -> None:
        """Put other words into a message of ours. Raises SendError."""
        http = await self._logged_in()
        async with self._one_attempt():
            route = Route(
                "PATCH",
                MESSAGE,
                channel_id=channel_of(receipt.destination),
                message_id=receipt.message_id,
            )
            await http.request(route, json=render.message(content, allow=self._allow))

    async def close(self) -> None:
        """End the connection; a later call opens it again."""
        async with self._door:
            if self._http is not None:
                await self._http.close()
                self._http = None

    async def _history(
        self, http: HTTPClient, destination: Destination, since: datetime
    ) -> AsyncIterator[list[Json]]:
        after = discord.utils.time_snowflake(since)
        for _ in range(MOST_PAGES):
            page = await self._page(http, destination, {"limit": PAGE, "after": after})
            if not page:
                return
            yield page
            if len(page) < PAGE:
                return
            after = max(int(stored["id"]) for stored in page)
        message = "Too much was written in the channel since to look through it."
        raise SendError(SendKind.AMBIGUOUS, message)

    async def _page(
        self, http: HTTPClient, destination: Destination, query: dict[str, int]
    ) -> list[Json]:
        route = Route("GET", "/channels/{channel_id}/messages", channel_id=channel_of(destination))
        page: list[Json] = await http.request(route, params=query)
        return page

    @contextlib.asynccontextmanager
    async def _one_attempt(self, sort: Sort = failures.sort) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise sort(error) from error

    async def _logged_in(self) -> HTTPClient:
        """The HTTP client, once its token was taken. Raises SendError: nothing was posted."""
        async with self._door:
            if self._http is not None:
                return self._http
            http = HTTPClient(asyncio.get_running_loop(), max_ratelimit_timeout=30)
            http.max_ratelimit_timeout = LONGEST_WAIT
            try:
                async with asyncio.timeout(self._seconds):
                    me = await http.static_login(self._token)
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                await http.close()
                sorted_ = failures.sort(error)
                certain = {SendKind.AMBIGUOUS: SendKind.NOT_SENT}
                kind = certain.get(sorted_.kind, sorted_.kind)
                raise SendError(kind, str(sorted_), retry_after=sorted_.retry_after) from error
            self._http, self._me = http, str(me["id"])
            return http


def channel_of(destination: Destination) -> int:
    """The channel's id. Raises SendError(BLOCKED) for an address that is none."""
    if not destination.address.isdecimal():
        said = f"'{destination}' is no Discord channel."
        raise SendError(SendKind.BLOCKED, said, for_good=True)
    return int(destination.address)


def thread_of(message: Receipt) -> Destination:
    """Where a message's thread is: it is a channel, and its id is the message's."""
    return replace(message.destination, address=message.message_id)
