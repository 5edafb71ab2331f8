"""Posting, finding and editing in Slack, on good days and bad ones."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.errors import SendError, SendKind
from bot.message import AlertCard, Answer, Button, Literal, Quote
from bot.model import Destination, Platform, Published, Receipt, Severity
from tests.servers.slack import SlackServer
from tests.servers.slack_faults import Fault

PUBLISHED = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
CARD = AlertCard(
    headline=Quote("PLA announces live-fire zone off Pingtan", ((14, 23),)),
    url="https://ex.test/a",
    severity=Severity.NOTABLE,
    source="Reuters",
    published=Published(PUBLISHED),
    first_seen=PUBLISHED,
    watch="Taiwan Strait",
    sentences=(Quote("The zone is 60 km from Taiwan.", ((23, 29),)),),
    left_out=(),
    why=(Literal("matched "), Literal("taiwan", bold=True), Literal(" · in body")),
    buttons=(
        Button("Open", "alert:open", url="https://ex.test/a"),
        Button("Why?", "alert:why", "01JD7Q"),
    ),
)


def place(slack: SlackServer) -> Destination:
    return Destination(Platform.SLACK, slack.alerts.id)


def longest_ago() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


async def test_an_alert_stands_in_the_channel_as_people_read_it(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    receipt = await adapter.send(place(slack), CARD, "d-1")
    (posted,) = slack.channel_messages(slack.alerts)
    assert receipt == Receipt(place(slack), posted.ts)
    assert posted.metadata == {"event_type": "alert", "event_payload": {"delivery_id": "d-1"}}
    assert posted.text == (
        "Taiwan Strait: PLA announces live-fire zone off Pingtan (Reuters, 14:31 UTC)"
    )
    shown = [line.strip() for line in slack.show(slack.alerts).splitlines()[3:]]
    assert shown == [
        "🟠 PLA announces live-fire zone off Pingtan -> https://ex.test/a",
        "Reuters · ex.test · 22 Nov 2026 14:31 · watch *Taiwan Strait*",
        "The zone is 60 km from *Taiwan*.",
        "matched *taiwan* · in body",
        "[Open]  [Why?]",
    ]


async def test_nothing_unfurls(slack: SlackServer, adapter: SlackAdapter) -> None:
    await adapter.send(place(slack), CARD, "d-1")
    (post,) = [arguments for method, arguments in slack.calls if method == "chat.postMessage"]
    assert post["unfurl_links"] is False
    assert post["unfurl_media"] is False
    assert not {"parse", "link_names"} & post.keys()


@pytest.mark.parametrize("stored", [True, False], ids=["after storing", "before storing"])
async def test_a_lost_answer_is_ambiguous_and_posts_once(
    slack: SlackServer, adapter: SlackAdapter, stored: bool
) -> None:
    (slack.faults.lose_answer if stored else slack.faults.break_before)()
    with pytest.raises(SendError) as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.AMBIGUOUS
    assert slack.count("chat.postMessage") == 1
    found = await adapter.find(place(slack), "d-1", longest_ago())
    assert (found is not None) is stored


async def test_an_answer_that_never_comes_is_ambiguous(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter]
) -> None:
    adapter = make_adapter(request_timeout=0.2)
    slack.faults.stay_silent(stored=True)
    with pytest.raises(SendError, match="did not answer in time") as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.AMBIGUOUS


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_page_instead_of_an_answer_is_ambiguous(
    slack: SlackServer, adapter: SlackAdapter, status: int
) -> None:
    slack.faults.fail(status)
    with pytest.raises(SendError) as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.AMBIGUOUS


async def test_a_limit_is_certainly_not_sent_and_says_how_long_to_wait(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.faults.limit(12)
    with pytest.raises(SendError) as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.NOT_SENT
    assert caught.value.retry_after == timedelta(seconds=12)
    assert slack.count("chat.postMessage") == 1


async def test_a_refused_connection_is_certainly_not_sent(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter]
) -> None:
    adapter = make_adapter()
    await slack.stop()
    with pytest.raises(SendError, match="cannot be reached") as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.NOT_SENT


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ("service_unavailable", 503, SendKind.NOT_SENT),
        ("internal_error", 500, SendKind.AMBIGUOUS),
        ("internal_error", 200, SendKind.AMBIGUOUS),
        ("fatal_error", 200, SendKind.AMBIGUOUS),
        ("channel_not_found", 200, SendKind.BLOCKED),
        ("not_in_channel", 200, SendKind.BLOCKED),
        ("is_archived", 200, SendKind.BLOCKED),
        ("restricted_action", 200, SendKind.BLOCKED),
        ("invalid_auth", 200, SendKind.PLATFORM_DOWN),
        ("token_revoked", 200, SendKind.PLATFORM_DOWN),
        ("account_inactive", 200, SendKind.PLATFORM_DOWN),
        ("missing_scope", 200, SendKind.PLATFORM_DOWN),
        ("msg_too_long", 200, SendKind.REJECTED),
        ("no_text", 200, SendKind.REJECTED),
        ("a_code_of_tomorrow", 200, SendKind.REJECTED),
    ],
)
async def test_each_of_slacks_errors_says_what_follows(
    slack: SlackServer, adapter: SlackAdapter, error: str, status: int, kind: SendKind
) -> None:
    slack.faults.refuse(error, status=status)
    with pytest.raises(SendError, match=error) as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is kind
    assert slack.channel_messages(slack.alerts) == []


async def test_a_channel_without_the_bot_is_blocked_and_the_remedy_is_named(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.alerts.members.clear()
    with pytest.raises(SendError, match="/invite @Watchfloor") as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.BLOCKED


async def test_a_scope_that_lacks_is_named(slack: SlackServer, adapter: SlackAdapter) -> None:
    slack.team.scopes.discard("chat:write")
    with pytest.raises(SendError, match="chat:write"):
        await adapter.send(place(slack), CARD, "d-1")


async def test_a_layout_that_slack_refuses_is_rejected_and_the_field_is_named(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    pointer = (
        "[ERROR] must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    )
    body = {
        "ok": False,
        "error": "invalid_blocks",
        "response_metadata": {"messages": [pointer]},
    }
    slack.faults.add(Fault("chat.postMessage", status=200, body=body))
    with pytest.raises(SendError, match="/blocks/0/elements/0/text/text") as caught:
        await adapter.send(place(slack), CARD, "d-1")
    assert caught.value.kind is SendKind.REJECTED


async def test_only_the_message_with_the_same_key_is_found(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    for key in ("d-1", "d-2", "d-3"):
        await adapter.send(place(slack), CARD, key)
    found = await adapter.find(place(slack), "d-2", longest_ago())
    assert found is not None
    assert found.message_id == slack.channel_messages(slack.alerts)[1].ts
    assert await adapter.find(place(slack), "d-9", longest_ago()) is None


async def test_a_message_is_found_behind_more_than_a_page_of_others(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    await adapter.send(place(slack), CARD, "d-1")
    for number in range(40):
        slack.team.keep(slack.alerts.id, f"chatter {number}", [])
    assert await adapter.find(place(slack), "d-1", longest_ago()) is not None
    assert slack.count("conversations.history") == 3


async def test_too_much_chatter_is_ambiguous_rather_than_read_for_ever(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    for number in range(100):
        slack.team.keep(slack.alerts.id, f"chatter {number}", [])
    with pytest.raises(SendError, match="Too much") as caught:
        await adapter.find(place(slack), "d-1", longest_ago())
    assert caught.value.kind is SendKind.AMBIGUOUS
    assert slack.count("conversations.history") == 4


async def test_without_the_right_to_read_history_nothing_can_be_told(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.team.scopes.discard("channels:history")
    with pytest.raises(SendError, match="channels:history") as caught:
        await adapter.find(place(slack), "d-1", longest_ago())
    assert caught.value.kind is SendKind.AMBIGUOUS


async def test_a_look_up_that_fails_can_be_made_again(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.faults.limit(7, "conversations.history")
    slack.faults.fail(500, "conversations.history")
    for wait in (timedelta(seconds=7), None):
        with pytest.raises(SendError) as caught:
            await adapter.find(place(slack), "d-1", longest_ago())
        assert caught.value.kind is SendKind.NOT_SENT
        assert caught.value.retry_after == wait


async def test_an_edit_puts_another_message_in_its_place(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    receipt = await adapter.send(place(slack), CARD, "d-1")
    await adapter.edit(receipt, Answer("Muted by ann."))
    (posted,) = slack.channel_messages(slack.alerts)
    assert posted.text == "Muted by ann."
    assert posted.buttons == []
    assert "Pingtan" not in slack.show(slack.alerts)


async def test_an_edit_of_a_deleted_message_says_that_it_is_gone(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    receipt = await adapter.send(place(slack), CARD, "d-1")
    slack.team.messages.clear()
    with pytest.raises(SendError, match="message_not_found") as caught:
        await adapter.edit(receipt, Answer("Muted."))
    assert caught.value.kind is SendKind.GONE
