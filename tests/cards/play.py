"""Plays the seeds' scenario on the local Slack and Discord, and keeps what lies there then."""

import json
import re
from contextlib import AsyncExitStack
from typing import Any

from bot.config import WatchlistEntry
from bot.model import Destination, Platform
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.stage import both_chats, connected, staged

Json = dict[str, Any]
SCENARIO = "north-korea-kursk"
QUERY = "North Korea AND Kursk"
SHOWN = 2
"""The card, and the first message in its thread."""


async def cards(database_url: str) -> dict[str, list[Any]]:
    """By platform the card, as it reads in the end, and what went into its thread."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(SlackServer())
        discord = await stack.enter_async_context(DiscordServer())
        places = (
            Destination(Platform.SLACK, slack.alerts.id),
            Destination(Platform.DISCORD, str(discord.alerts.id)),
        )
        settings: Json = {
            **both_chats(slack, discord),
            "stories": {"enabled": True},
            "watchlists": (WatchlistEntry(name="kursk", query=QUERY, destinations=places),),
        }
        stage = await stack.enter_async_context(staged(SCENARIO, database_url, **settings))
        await stack.enter_async_context(connected(stage))
        await stage.play(stage.scenario)
        messages = slack.channel_messages(slack.alerts)
        (thread,) = discord.guild.threads
        posted = [*discord.channel_messages(discord.alerts), *discord.channel_messages(thread)]
        return {
            "slack": [_lasting(message.blocks) for message in messages[:SHOWN]],
            "discord": [
                _lasting({part: message.payload[part] for part in ("embeds", "components")})
                for message in posted[:SHOWN]
            ],
        }


def timeless(words: str) -> str:
    """Cards in JSON without the minute of first sight, which hangs on when a feed was asked."""
    words = re.sub(r"(\^|<t:)\d{10}(\^|:f)", r"\1\2", words)
    return re.sub(r"\d\d:\d\d UTC", "", words)


def _lasting(payload: Any) -> Any:
    """A payload without what is another each time: ports, and the numbers that buttons carry."""
    words = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", json.dumps(payload))
    words = re.sub(r'"(custom_id|value|action_id)": "[^"]*"', r'"\1": ""', words)
    return json.loads(words)
