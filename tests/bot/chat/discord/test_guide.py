"""docs/discord.md says what is so."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.chat.discord import adapter, failures, posts
from tests.servers.discord_by_hand import Hand

ROOT = Path(__file__).parents[4]
GUIDE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")
INVITED = int(re.findall(r"permissions=(\d+)", GUIDE)[0])


def test_the_rights_in_the_table_are_those_in_the_link():
    bits = [int(bit) for bit in re.findall(r"^\| [A-Z][\w ]+ \| (\d+) \|", GUIDE, re.MULTILINE)]

    assert sum(bits) == INVITED


async def test_the_rights_in_the_link_are_enough(server, make, card, place):
    server.alerts.permissions = INVITED
    since = datetime.now(UTC)

    sent = await make().send(place(server.alerts), card, "delivery 1")

    assert await make().find(place(server.alerts), "delivery 1", since) == sent
    reply = await make().send(place(server.alerts), card, "delivery 2", sent)
    assert reply.destination == place(server.guild.threads[0])


def test_every_complaint_in_the_guide_is_one_that_the_bot_makes():
    said = "\n".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (adapter, failures, posts)
    )
    table = GUIDE.split("## When something is wrong")[1]
    complaints = [
        words
        for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
        for words in re.findall(r"`([^`]+)`", row)
    ]

    assert len(complaints) == 8
    assert [words for words in complaints if words not in said] == []


async def test_the_first_command_of_the_guide_is_taken(bot, server, notebook):
    await Hand(server).does(re.findall(r"^/watch add name: .*$", GUIDE, re.MULTILINE)[0])

    assert notebook.asked[0].values == {"name": "kursk", "query": "North Korea AND Kursk"}
