"""What has no date is never said to have been published when it reached us."""

from datetime import UTC, datetime

import pytest

from bot.chat.discord import render as discord
from bot.chat.slack import render as slack
from bot.message import Answer, Extract, Quote
from bot.model import Published
from tests.servers.rss import rss

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_look_ups_say_that_an_undated_article_was_seen(made, server):
    address = server.tell("/rss", rss("Example News", ("Tanker seized", None)))
    preview = (await made.ask(f"/feeds add {address}")).message
    await made.invoke(preview.buttons[0].action, {"value": preview.buttons[0].value})
    await made.tick(AT)
    for line in ("/intel search Tanker", "/watch test Tanker", "/watch add ships Tanker"):
        shown = await made.type(line)
        assert "Example News · seen 22 Nov 2026 12:00 UTC" in shown, line
    assert "By day of arrival: 22 Nov: 1." in shown
    assert "Example News · undated" in await made.type("/feeds test Example News")


@pytest.mark.parametrize(
    ("published", "says"),
    [
        (Published(AT, seen=True), "seen "),
        (None, "undated"),
    ],
)
def test_every_chat_says_it(published, says):
    answer = Answer("1 hit", (Extract(Quote("Tanker seized"), None, "AP", published, ()),))
    assert says in str(discord.message(answer))
    assert says in str(slack.render(answer).blocks)


def test_what_is_dated_is_not_said_to_be_seen():
    row = Extract(Quote("Tanker taken"), None, "AP", Published(AT), ())
    answer = Answer("1 hit", (row,))
    assert "seen" not in str(discord.message(answer))
    assert "seen" not in str(slack.render(answer).blocks)
