"""Pictures go beside the words; the words arrive whatever becomes of the picture."""

import json

import pytest

from bot.chat.discord.pictures import DESCRIPTION, body
from bot.message import Picture
from tests.servers.discord_faults import Fault
from tests.servers.discord_world import ATTACH_FILES

ALT = "Bars per day, at most 30."
SEEN = (ALT, b"\x89PNG a picture")


async def test_a_private_answer_carries_its_picture(bot, server):
    shown = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")

    assert shown.message.only_for is server.bob
    assert shown.message.pictures == [SEEN]
    assert shown.message.embeds[0]["image"] == {"url": "attachment://trend.png"}
    assert shown.message.labels == ["Share here"]


async def test_it_needs_no_right_to_attach_files_in_private(bot, server):
    server.alerts.permissions &= ~ATTACH_FILES
    shown = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")
    assert shown.message.pictures == [SEEN]


async def test_a_press_shares_words_and_picture_with_the_channel(bot, server):
    private = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")
    await server.click(server.bob, private.message, "Share here")

    await server.until(lambda: server.channel_messages(server.alerts))
    [public] = server.channel_messages(server.alerts)
    assert public.pictures == [SEEN]
    assert "Trend" in public.text


async def test_without_the_right_to_attach_files_the_words_are_shared_alone(bot, server, caplog):
    server.alerts.permissions &= ~ATTACH_FILES
    private = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")
    await server.click(server.bob, private.message, "Share here")

    await server.until(lambda: server.channel_messages(server.alerts))
    [public] = server.channel_messages(server.alerts)
    assert public.pictures == []
    assert "Trend" in public.text
    assert "A picture could not be posted" in caplog.text


async def test_a_picture_that_discord_does_not_take_is_said_under_the_words(bot, server):
    refusal = {"message": "Request entity too large", "code": 40005}
    server.faults.add(Fault("PATCH", "@original", status=413, body=refusal))
    shown = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")

    assert shown.message.pictures == []
    assert "Trend" in shown.message.text
    assert "The picture could not be sent." in shown.message.text


async def test_a_picture_whose_answer_is_lost_is_there_once(bot, server):
    server.faults.lose_answer("@original", method="PATCH")
    shown = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")
    assert shown.message.pictures == [SEEN]


async def test_a_public_picture_whose_answer_is_lost_is_posted_once(bot, server):
    private = await server.slash(server.bob, server.alerts, "intel trend", query="Kursk")
    server.faults.lose_answer(f"/channels/{server.alerts.id}/messages")
    await server.click(server.bob, private.message, "Share here")

    path = f"/channels/{server.alerts.id}/messages"
    await server.until(lambda: server.count("POST", path) == 2)
    assert len(server.channel_messages(server.alerts)) == 1


@pytest.mark.parametrize("alt", ["", "x" * 5000, "a\nb"], ids=["none", "long", "lines"])
def test_what_a_picture_says_fits_into_its_description(alt):
    form = body({"embeds": [{}]}, Picture("a.png", b"png", alt))["form"]
    said = json.loads(form[0]["value"])["attachments"][0]["description"]
    assert len(said) <= DESCRIPTION
    assert "\n" not in said
