"""Posts: one message per delivery key, and every failure sorted into what follows from it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.discord.adapter import DiscordAdapter
from bot.errors import SendError, SendKind
from bot.message import Answer
from bot.model import Destination, Platform, Receipt
from tests.servers.discord_faults import Fault
from tests.servers.discord_world import READ_HISTORY, SEND_MESSAGES, VIEW_CHANNEL, Posted


async def refused(sending) -> SendError:
    with pytest.raises(SendError) as caught:
        await sending
    return caught.value


async def test_an_alert_is_posted_once_and_looks_as_designed(server, make, card, place):
    receipt = await make().send(place(server.alerts), card, "delivery 1")

    [posted] = server.channel_messages(server.alerts)
    assert receipt == Receipt(place(server.alerts), str(posted.id))
    assert posted.labels == ["Open", "Why?"]
    assert not posted.pings
    assert server.show(server.alerts).splitlines()[3:] == [
        "  ┃ 🟠 Taiwan Strait",
        "  ┃ PLA announces live-fire zone off Pingtan  ->  https://example.com/a",
        "  ┃ The zone lies 60 km from *Taiwan*.",
        "  ┃ also: blockade",
        "  ┃ matched *taiwan* · in body",
        "  ┃ Reuters · example.com • 22 Nov 2026 14:31",
        "  [ Open ↗ ]  [ Why? ]",
    ]


async def test_the_same_key_posts_no_second_message(server, make, card, place):
    first = await make().send(place(server.alerts), card, "delivery 1")
    again = await make().send(place(server.alerts), card, "delivery 1")

    assert again == first
    assert len(server.channel_messages(server.alerts)) == 1


async def test_another_key_posts_another_message(server, make, card, place):
    adapter = make()
    await adapter.send(place(server.alerts), card, "delivery 1")
    await adapter.send(place(server.alerts), card, "delivery 2")

    assert len(server.channel_messages(server.alerts)) == 2


async def test_a_lost_answer_is_ambiguous_and_sending_again_yields_the_stored_message(
    server, make, card, place
):
    adapter = make()
    server.faults.lose_answer()

    error = await refused(adapter.send(place(server.alerts), card, "delivery 1"))
    assert error.kind is SendKind.AMBIGUOUS

    await adapter.send(place(server.alerts), card, "delivery 1")
    assert len(server.channel_messages(server.alerts)) == 1


async def test_a_500_after_storing_is_repeated_by_the_library_without_a_second_message(
    server, make, card, place
):
    server.faults.fail(500, stored=True)

    await make(send_seconds=5).send(place(server.alerts), card, "delivery 1")

    assert server.count("POST", "/messages") == 2
    assert len(server.channel_messages(server.alerts)) == 1


@pytest.mark.parametrize("stored", [True, False])
async def test_a_server_error_is_ambiguous(server, make, card, place, stored):
    server.faults.fail(503, stored=stored)

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.AMBIGUOUS


async def test_silence_is_ambiguous(server, make, card, place):
    server.faults.stay_silent(stored=True)

    error = await refused(make(send_seconds=0.3).send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.AMBIGUOUS


async def test_a_long_limit_is_certainly_not_sent_and_says_how_long(server, make, card, place):
    server.faults.limit(12)

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert (error.kind, error.retry_after) == (SendKind.NOT_SENT, timedelta(seconds=12))


async def test_a_ban_by_cloudflare_is_certainly_not_sent(server, make, card, place):
    server.faults.limit(30, via=False)

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert (error.kind, error.retry_after) == (SendKind.NOT_SENT, timedelta(seconds=30))


async def test_a_short_limit_is_waited_for(server, make, card, place):
    server.faults.limit(0.1)

    await make().send(place(server.alerts), card, "delivery 1")

    assert len(server.channel_messages(server.alerts)) == 1


async def test_a_refused_connection_is_certainly_not_sent(server, make, card, place):
    await server.stop()

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.NOT_SENT


async def test_whatever_fails_before_the_first_post_is_certainly_not_sent(
    server, make, card, place
):
    server.faults.fail(503, "/users/@me", method="GET")

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.NOT_SENT


@pytest.mark.parametrize("permissions", [0, VIEW_CHANNEL])
async def test_a_channel_where_the_bot_may_not_post_is_blocked(
    server, make, card, place, permissions
):
    server.alerts.permissions = permissions

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.BLOCKED


async def test_a_deleted_channel_is_blocked(server, make, card, place):
    server.remove_channel(server.alerts)

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.BLOCKED
    assert "gone" in str(error)


async def test_an_address_that_is_no_channel_is_blocked(make, card):
    error = await refused(make().send(Destination(Platform.DISCORD, "#news"), card, "delivery 1"))

    assert error.kind is SendKind.BLOCKED


async def test_a_wrong_token_means_that_the_platform_is_down(server, make, card, place):
    error = await refused(make(token="wrong").send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.PLATFORM_DOWN


async def test_a_token_that_is_revoked_later_means_the_same(server, make, card, place):
    adapter = make()
    await adapter.send(place(server.alerts), card, "delivery 1")
    server.token = "new"

    error = await refused(adapter.send(place(server.alerts), card, "delivery 2"))

    assert error.kind is SendKind.PLATFORM_DOWN


async def test_a_message_that_discord_will_never_take_is_rejected(server, make, card, place):
    adapter = make()
    posted = await adapter.send(place(server.alerts), card, "delivery 1")

    server.faults.fail(400, method="PATCH")
    error = await refused(adapter.edit(posted, card))

    assert error.kind is SendKind.REJECTED


async def test_an_edit_of_a_deleted_message_says_that_it_is_gone(server, make, card, place):
    adapter = make()
    posted = await adapter.send(place(server.alerts), card, "delivery 1")
    server.channel_messages(server.alerts)[0].deleted = True

    error = await refused(adapter.edit(posted, card))

    assert error.kind is SendKind.GONE


async def test_a_posted_alert_is_found_by_its_key(server, make, card, place):
    since = datetime.now(UTC)
    adapter = make()
    for number in range(3):
        await adapter.send(place(server.alerts), card, f"delivery {number}")

    found = await make().find(place(server.alerts), "delivery 1", since)

    assert found == Receipt(place(server.alerts), str(server.channel_messages(server.alerts)[1].id))


async def test_a_message_without_buttons_is_found_as_well(server, make, place):
    since = datetime.now(UTC)
    sent = await make().send(place(server.alerts), Answer("The channel is quiet."), "delivery 1")

    assert await make().find(place(server.alerts), "delivery 1", since) == sent


async def test_what_was_never_posted_is_not_found(server, make, card, place):
    await make().send(place(server.alerts), card, "delivery 1")

    assert await make().find(place(server.alerts), "delivery 2", datetime.now(UTC)) is None


async def test_a_message_deep_in_the_history_is_found(server, make, card, place):
    since = datetime.now(UTC)
    adapter = make()
    sent = await adapter.send(place(server.alerts), card, "delivery 1")
    for number in range(150):
        await adapter.send(place(server.alerts), Answer(str(number)), f"other {number}")

    assert await adapter.find(place(server.alerts), "delivery 1", since) == sent


async def test_a_history_too_long_to_look_through_leaves_it_uncertain(server, make, card, place):
    since = datetime.now(UTC)
    for number in range(1001):
        server.alerts.messages.append(Posted(server.alerts, server.bot, {"content": str(number)}))

    error = await refused(make().find(place(server.alerts), "delivery 1", since))

    assert error.kind is SendKind.AMBIGUOUS
    assert "Too much" in str(error)


async def test_something_before_discord_that_refuses_us_means_that_it_is_down(
    server, make, card, place
):
    server.faults.add(Fault("POST", "/messages", status=403, body="blocked by a proxy"))

    error = await refused(make().send(place(server.alerts), card, "delivery 1"))

    assert error.kind is SendKind.PLATFORM_DOWN


async def test_without_the_right_to_read_history_nothing_is_certain(server, make, card, place):
    since = datetime.now(UTC) - timedelta(minutes=10)
    await make().send(place(server.alerts), card, "delivery 1")
    server.alerts.permissions &= ~READ_HISTORY

    error = await refused(make().find(place(server.alerts), "delivery 1", since))

    assert error.kind is SendKind.AMBIGUOUS


async def test_while_the_nonce_holds_no_history_is_needed(server, make, card, place):
    server.alerts.permissions = VIEW_CHANNEL | SEND_MESSAGES

    assert await make().find(place(server.alerts), "delivery 1", datetime.now(UTC)) is None


async def test_a_message_is_edited_in_place(server, make, card, place):
    adapter = make()
    receipt = await adapter.send(place(server.alerts), card, "delivery 1")

    await adapter.edit(receipt, replace(card, watch="Renamed"))

    [posted] = server.channel_messages(server.alerts)
    assert "Renamed" in posted.text
    assert posted.edits == 1


async def test_many_posts_at_once_arrive_each_once(server, make, place):
    adapter: DiscordAdapter = make()
    sends = [
        adapter.send(place(server.alerts), Answer(f"number {n}"), f"key {n}") for n in range(20)
    ]

    receipts = await asyncio.gather(*sends)

    assert len({receipt.message_id for receipt in receipts}) == 20
    assert len(server.channel_messages(server.alerts)) == 20
