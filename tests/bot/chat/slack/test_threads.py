"""Threads in Slack: replies go to the root, and what became of the root costs no message."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.errors import SendError, SendKind
from bot.message import Answer, Quote, Update
from bot.model import Destination, Platform, Receipt
from tests.servers.slack import SlackServer

UPDATE = Update(
    Quote("More"), "https://ex.test/b", "AP", None, datetime.now(UTC), (), (Quote("Said."),), ()
)


def place(slack: SlackServer) -> Destination:
    return Destination(Platform.SLACK, slack.alerts.id)


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


@pytest.fixture
async def root(slack: SlackServer, adapter: SlackAdapter) -> Receipt:
    """A message that may have a thread."""
    return await adapter.send(place(slack), Answer("A card"), "d-1")


async def test_a_reply_stands_in_the_thread_and_not_in_the_channel(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    await adapter.send(place(slack), UPDATE, "d-2", root)
    card, reply = slack.channel_messages(slack.alerts)
    assert (card.thread_ts, reply.thread_ts) == (None, root.message_id)
    sent = [arguments for method, arguments in slack.calls if method == "chat.postMessage"]
    assert "reply_broadcast" not in sent[-1]
    assert sent[-1]["thread_ts"] == root.message_id
    assert "thread_ts" not in sent[0]


async def test_a_reply_is_found_in_its_thread_and_nowhere_else(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    sent = await adapter.send(place(slack), UPDATE, "d-2", root)
    assert await adapter.find(place(slack), "d-2", lately(), root) == sent
    assert await adapter.find(place(slack), "d-2", lately()) is None
    assert await adapter.find(place(slack), "d-3", lately(), root) is None


async def test_a_reply_is_found_on_a_later_page_of_its_thread(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    for number in range(40):
        slack.team.keep(slack.alerts.id, str(number), [], thread_ts=root.message_id)
    sent = await adapter.send(place(slack), UPDATE, "d-2", root)
    assert await adapter.find(place(slack), "d-2", lately(), root) == sent
    assert slack.count("conversations.replies") == 3


async def test_a_thread_that_is_too_long_to_look_through_cannot_be_told(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    for number in range(80):
        slack.team.keep(slack.alerts.id, str(number), [], thread_ts=root.message_id)
    with pytest.raises(SendError) as caught:
        await adapter.find(place(slack), "d-2", lately(), root)
    assert caught.value.kind is SendKind.AMBIGUOUS


async def test_a_reply_to_a_deleted_message_stands_in_the_channel(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    slack.team.delete(slack.channel_messages(slack.alerts)[0])
    sent = await adapter.send(place(slack), UPDATE, "d-2", root)
    (alone,) = slack.channel_messages(slack.alerts)
    assert alone.thread_ts is None
    assert await adapter.find(place(slack), "d-2", lately()) == sent


async def test_the_thread_of_a_deleted_message_is_not_there(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    slack.team.delete(slack.channel_messages(slack.alerts)[0])
    with pytest.raises(SendError, match="thread_not_found") as caught:
        await adapter.find(place(slack), "d-2", lately(), root)
    assert caught.value.kind is SendKind.GONE


async def test_a_thread_lives_on_under_a_deleted_message_that_nobody_can_edit(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    await adapter.send(place(slack), UPDATE, "d-2", root)
    slack.team.delete(slack.channel_messages(slack.alerts)[0])
    sent = await adapter.send(place(slack), UPDATE, "d-3", root)
    assert await adapter.find(place(slack), "d-3", lately(), root) == sent
    with pytest.raises(SendError) as caught:
        await adapter.edit(root, Answer("A card, edited"))
    assert caught.value.kind is SendKind.GONE


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("restricted_action_thread_locked", SendKind.GONE),
        ("restricted_action_non_threadable_channel", SendKind.GONE),
        ("restricted_action", SendKind.BLOCKED),
    ],
)
async def test_a_closed_thread_is_no_closed_channel(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt, error: str, kind: SendKind
) -> None:
    slack.faults.refuse(error)
    with pytest.raises(SendError) as caught:
        await adapter.send(place(slack), UPDATE, "d-2", root)
    assert caught.value.kind is kind


async def test_the_channel_shows_a_thread_below_its_message(
    slack: SlackServer, adapter: SlackAdapter, root: Receipt
) -> None:
    await adapter.send(place(slack), UPDATE, "d-2", root)
    await adapter.send(place(slack), Answer("Another card"), "d-3")
    lines = [line for line in slack.show(slack.alerts).splitlines() if line]
    places = [
        next(number for number, line in enumerate(lines) if words in line)
        for words in ("A card", "↳   ▎ Said.", "Another card")
    ]
    assert places == sorted(places)
