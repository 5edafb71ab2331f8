"""Threads in Discord: begun once, under the card; whatever is wrong with one costs no message."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import SendError, SendKind
from bot.message import Answer, Literal, Quote, Update
from tests.servers.discord_world import BOT_PERMISSIONS, CREATE_PUBLIC_THREADS

UPDATE = Update(
    Quote("More"), "https://example.com/b", "AP", None, datetime.now(UTC), (), (Quote("Said."),), ()
)
BEGIN = "/threads"


async def refused(doing) -> SendError:
    with pytest.raises(SendError) as caught:
        await doing
    return caught.value


@pytest.fixture
async def posted(make, server, card, place):
    """A card in the channel."""
    return await make().send(place(server.alerts), card, "the card")


def thread(server):
    """The only thread there is."""
    (thread,) = server.guild.threads
    return thread


async def test_the_first_reply_begins_a_thread_and_the_second_one_uses_it(
    make, server, place, posted
):
    adapter = make()
    first = await adapter.send(place(server.alerts), UPDATE, "1", posted)
    second = await adapter.send(place(server.alerts), UPDATE, "2", posted)

    assert thread(server).name == "PLA announces live-fire zone off Pingtan"
    assert [str(each.id) for each in thread(server).messages] == [
        first.message_id,
        second.message_id,
    ]
    assert first.destination == second.destination == place(thread(server))
    assert server.count("POST", BEGIN) == 1
    assert len(server.channel_messages(server.alerts)) == 1


async def test_a_reply_is_found_in_its_thread_and_nowhere_else(make, server, place, posted):
    adapter, since = make(), datetime.now(UTC)
    sent = await adapter.send(place(server.alerts), UPDATE, "1", posted)

    assert await adapter.find(place(server.alerts), "1", since, posted) == sent
    assert await adapter.find(place(server.alerts), "1", since) is None
    assert await adapter.find(place(server.alerts), "2", since, posted) is None


async def test_where_no_thread_was_begun_it_says_so(make, server, place, posted):
    error = await refused(make().find(place(server.alerts), "1", datetime.now(UTC), posted))

    assert error.kind is SendKind.GONE


async def test_a_reply_is_edited_in_its_thread(make, server, place, posted):
    adapter = make()
    sent = await adapter.send(place(server.alerts), UPDATE, "1", posted)
    await adapter.edit(sent, replace(UPDATE, why=(Literal("now otherwise"),)))

    assert "now otherwise" in thread(server).messages[0].text


async def test_an_archived_thread_wakes_up(make, server, place, posted):
    adapter = make()
    await adapter.send(place(server.alerts), UPDATE, "1", posted)
    thread(server).archived = True
    await adapter.send(place(server.alerts), UPDATE, "2", posted)

    assert len(thread(server).messages) == 2
    assert not thread(server).archived


async def test_a_locked_thread_is_closed_to_us(make, server, place, posted):
    adapter = make()
    await adapter.send(place(server.alerts), UPDATE, "1", posted)
    thread(server).locked = True

    error = await refused(adapter.send(place(server.alerts), UPDATE, "2", posted))

    assert error.kind is SendKind.GONE


async def test_a_thread_that_somebody_deleted_is_not_begun_again(make, server, place, posted):
    adapter = make()
    await adapter.send(place(server.alerts), UPDATE, "1", posted)
    server.guild.threads.clear()

    error = await refused(adapter.send(place(server.alerts), UPDATE, "2", posted))

    assert error.kind is SendKind.GONE


async def test_without_the_right_to_begin_threads_no_channel_is_given_up(
    make, server, place, posted
):
    server.alerts.permissions = BOT_PERMISSIONS & ~CREATE_PUBLIC_THREADS

    error = await refused(make().send(place(server.alerts), UPDATE, "1", posted))

    assert error.kind is SendKind.GONE


async def test_a_channel_that_is_itself_a_thread_has_none_below_it(
    make, server, place, posted, card
):
    adapter = make()
    inside = await adapter.send(place(server.alerts), card, "1", posted)

    error = await refused(adapter.send(inside.destination, UPDATE, "2", inside))

    assert error.kind is SendKind.GONE


async def test_a_thread_whose_beginning_was_not_answered_holds_nothing_yet(
    make, server, place, posted
):
    adapter = make()
    server.faults.lose_answer(BEGIN)

    error = await refused(adapter.send(place(server.alerts), UPDATE, "1", posted))
    assert error.kind is SendKind.NOT_SENT

    await adapter.send(place(server.alerts), UPDATE, "1", posted)
    assert len(thread(server).messages) == 1


async def test_a_message_without_a_headline_has_a_thread_all_the_same(make, server, place):
    adapter = make()
    bare = await adapter.send(place(server.alerts), Answer("discord:112233445566778899"), "1")
    await adapter.send(place(server.alerts), UPDATE, "2", bare)

    assert thread(server).name == "Updates"


@pytest.mark.parametrize(
    ("name", "status", "code"), [("x" * 100, 201, None), ("x" * 101, 400, 50035), ("", 400, 50035)]
)
async def test_the_local_discord_takes_a_name_of_up_to_a_hundred_characters(
    call, server, posted, name, status, code
):
    path = f"/channels/{server.alerts.id}/messages/{posted.message_id}/threads"
    answered = await call("POST", path, {"name": name})

    assert (answered[0], answered[1].get("code")) == (status, code)


async def test_the_local_discord_begins_a_thread_once(call, server, posted):
    path = f"/channels/{server.alerts.id}/messages/{posted.message_id}/threads"
    await call("POST", path, {"name": "x"})

    assert (await call("POST", path, {"name": "x"}))[1]["code"] == 160004
