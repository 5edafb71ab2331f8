"""The world around the program: feeds, a Slack, a Discord, and what each of them saw.

It strikes nobody; it publishes, and says afterwards what arrived, how often and when.
"""

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.crashes.gate import Gate, GatedDiscord, GatedPaper, GatedSlack, words_of
from tests.servers import discord_world, slack_world
from tests.servers.feeds import FeedServer

NUMBER = re.compile(r"Item (\d+)\b")
FEEDS = 3
# Several channels of each kind, so that none gets more than the bot holds to be readable.
DESKS = ("amber", "cobalt", "crimson", "emerald", "indigo", "saffron")


class Place(StrEnum):
    """Where every alert has to arrive."""

    SLACK = "Slack"
    CLOSED = "Slack, history closed"
    DISCORD = "Discord"


@dataclass(eq=False)
class World:
    """All servers, and what was published when."""

    gate: Gate
    slack: GatedSlack
    discord: GatedDiscord
    server: FeedServer
    papers: list[GatedPaper]
    open: list[slack_world.Channel]
    closed: list[slack_world.Channel]
    guild: list[discord_world.Channel]
    dice: random.Random
    published: dict[int, float] = field(default_factory=dict)

    def publish(self, how_many: int) -> list[int]:
        """Print new articles; their numbers. No two are alike, so that none is another's copy."""
        numbers = range(len(self.published), len(self.published) + how_many)
        for number in numbers:
            desk = self.dice.choice(DESKS)
            title = f"Item {number} from Kursk for {desk}: {_words(self.dice, 8)}"
            body = ". ".join(_words(self.dice, 12) for _ in range(10))
            self.papers[number % FEEDS].publish(number, title, body)
            self.published[number] = time.time()
        return list(numbers)

    def arrived(self) -> dict[Place, dict[int, list[float]]]:
        """By place and article, when each message that tells of it came."""
        slack = [
            (place, float(each.ts), words_of([each.text, each.blocks]))
            for place, channels in ((Place.SLACK, self.open), (Place.CLOSED, self.closed))
            for channel in channels
            for each in self.slack.channel_messages(channel)
        ]
        discord = [
            (Place.DISCORD, discord_world.instant(each.id).timestamp(), words_of(each.payload))
            for channel in self.guild
            for each in self.discord.channel_messages(channel)
        ]
        found: dict[Place, dict[int, list[float]]] = {place: {} for place in Place}
        for place, at, words in [*slack, *discord]:
            for number in {int(each) for each in NUMBER.findall(words)}:
                found[place].setdefault(number, []).append(at)
        return found

    def missing(self) -> int:
        """How many alerts have not arrived yet."""
        arrived = self.arrived()
        return sum(number not in arrived[place] for place in Place for number in self.published)

    def repeats(self) -> Counter[Place]:
        """How many messages too many each place got."""
        return Counter(
            {
                place: sum(len(times) - 1 for times in by_number.values())
                for place, by_number in self.arrived().items()
            }
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the program has to know to come here."""
        return {
            "SLACK_API_URL": self.slack.api_url,
            "SLACK_BOT_TOKEN": self.slack.tokens.bot,
            "SLACK_APP_TOKEN": self.slack.tokens.app,
            "DISCORD_API_URL": self.discord.api_url,
            "DISCORD_BOT_TOKEN": self.discord.token,
        }

    def configure(self, file: Path, database: str, lease_seconds: float) -> Path:
        """Write the program's configuration."""
        feeds = "".join(
            f'[[feeds]]\nurl = "{self.server.url(f"/{place}")}"\nname = "Paper {place}"\n'
            "interval_seconds = 1\n"
            for place in range(FEEDS)
        )
        watchlists = "".join(
            f'[[watchlists]]\nname = "{desk}"\nquery = "Kursk AND {desk}"\n'
            f'destinations = ["slack:{slack.id}", "slack:{closed.id}", "discord:{discord.id}"]\n'
            for desk, slack, closed, discord in zip(
                DESKS, self.open, self.closed, self.guild, strict=True
            )
        )
        file.write_text(
            f"""
[database]
url = "{database}"
[web]
bind = ""
[polling]
interval_seconds = 1
floor_seconds = 1
[fetch]
allow = ["{self.server.host}"]
[full_text]
read = "never"
[delivery]
lease_seconds = {lease_seconds}
retry_base_seconds = 0.5
[console]
enabled = false
[operations]
notices = "slack:{self.slack.general.id}"
[slack]
enabled = true
[discord]
enabled = true
{feeds}
{watchlists}
""",
            "utf-8",
        )
        return file


@asynccontextmanager
async def world(seed: int) -> AsyncIterator[World]:
    """All servers, listening."""
    gate = Gate()
    slack = GatedSlack()
    slack.gate = gate
    open_ = [slack.team.add_channel(desk, slack.ann) for desk in DESKS]
    closed = [slack.team.add_channel(f"{desk}-closed", slack.ann, private=True) for desk in DESKS]
    slack.team.scopes.discard("groups:history")
    papers = [GatedPaper(gate) for _ in range(FEEDS)]
    discord = GatedDiscord(gate)
    guild = [discord.add_channel(desk) for desk in DESKS]
    async with FeedServer() as server, slack, discord:
        for place, paper in enumerate(papers):
            server.tell(f"/{place}", paper)
        yield World(gate, slack, discord, server, papers, open_, closed, guild, random.Random(seed))


def _words(dice: random.Random, how_many: int) -> str:
    return " ".join(
        "".join(dice.choice("bdfgklmnprstvz") + dice.choice("aeiou") for _ in range(3))
        for _ in range(how_many)
    )


async def until(true: Callable[[], object], seconds: float, pause: float = 0.3) -> bool:
    """Wait until `true()` is so; whether it came about."""
    end = time.monotonic() + seconds
    while not (answer := true()):
        if time.monotonic() > end:
            return False
        await asyncio.sleep(pause)
    return bool(answer)
