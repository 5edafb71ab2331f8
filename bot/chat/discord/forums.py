"""Forum channels: every message is a post of its own, named after it, whose thread is its story's.

Discord remembers no nonce for posts (https://docs.discord.com/developers/resources/channel), so one
is created with a single request that the library cannot repeat, and looked for afterwards.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import aiohttp
import discord
from discord.http import HTTPClient, Route

from bot.chat.discord import render
from bot.model import Destination, Platform, Receipt

Json = dict[str, Any]

FORUM, MEDIA = 15, 16
NOT_TEXT = 50008  # what Discord says of a message to a forum
LOOKED_AT = 20


def is_forum(channel: Json) -> bool:
    """Whether a channel as Discord returns it takes posts instead of messages."""
    return channel.get("type") in {FORUM, MEDIA}


async def post(token: str, channel: int, payload: Json) -> Receipt:
    """Begin a post with this message.

    The receipt's channel is the post, whose first message has its number: so edits and follow-ups
    go where they belong. Raises as discord.py does, or what aiohttp raises.
    """
    message = {key: value for key, value in payload.items() if "nonce" not in key}
    body: Json = {"json": {"name": render.thread_name(payload), "message": message}}
    headers = {"Authorization": f"Bot {token}"}
    address = f"{Route.BASE}/channels/{channel}/threads"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(address, **body) as answer,
    ):
        said = await _read(answer)
        if answer.status >= 300:
            raise discord.HTTPException(answer, said)
    number = str(said["id"]) if isinstance(said, dict) else ""
    return Receipt(Destination(Platform.DISCORD, number), number)


async def find(
    http: HTTPClient, channel: Json, mark: str, since: datetime, me: str
) -> Receipt | None:
    """The post since `since` whose first message bears the mark; None means that there is none."""
    route = Route("GET", "/guilds/{guild_id}/threads/active", guild_id=channel["guild_id"])
    active = await http.request(route)
    for number in _newest(active.get("threads") or [], channel, since, me):
        path = "/channels/{channel_id}/messages/{message_id}"
        first = Route("GET", path, channel_id=number, message_id=number)
        try:
            message = await http.request(first)
        except discord.NotFound:
            continue
        if render.is_marked(message, mark):
            return Receipt(Destination(Platform.DISCORD, str(number)), str(number))
    return None


def _newest(threads: list[Json], channel: Json, since: datetime, me: str) -> Iterator[int]:
    after = discord.utils.time_snowflake(since)
    ours = (
        int(thread["id"])
        for thread in threads
        if thread.get("parent_id") == channel["id"]
        and thread.get("owner_id") == me
        and int(thread["id"]) > after
    )
    yield from sorted(ours, reverse=True)[:LOOKED_AT]


async def _read(answer: aiohttp.ClientResponse) -> Json | str:
    if answer.content_type == "application/json":
        said: Json = await answer.json()
        return said
    return await answer.text()
