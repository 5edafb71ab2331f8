"""Plays the seeds' scenario on the local Slack and Discord, and keeps what lies there then."""

import asyncio
import json
import re
from contextlib import AsyncExitStack, suppress
from typing import Any

from pydantic import SecretStr

from bot.chat.adapter import Health
from bot.config import Discord, Slack, WatchlistEntry
from bot.model import Destination, Platform
from tests.servers.discord import DiscordServer
from tests.servers.slack import SlackServer
from tests.stage import staged

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
            "stories": {"enabled": True},
            "slack": Slack(
                enabled=True,
                api_url=slack.api_url,
                bot_token=SecretStr(slack.tokens.bot),
                app_token=SecretStr(slack.tokens.app),
            ),
            "discord": Discord(
                enabled=True, api_url=discord.api_url, bot_token=SecretStr(discord.token)
            ),
            "watchlists": (WatchlistEntry(name="kursk", query=QUERY, destinations=places),),
        }
        stage = await stack.enter_async_context(staged(SCENARIO, database_url, **settings))
        adapters = stage.bot.adapters.values()
        tasks = [asyncio.create_task(each.run()) for each in adapters]
        await slack.until(lambda: all(each.readiness.health is Health.READY for each in adapters))
        await stage.play(stage.scenario)
        messages = slack.channel_messages(slack.alerts)
        (thread,) = discord.guild.threads
        posted = [*discord.channel_messages(discord.alerts), *discord.channel_messages(thread)]
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
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
