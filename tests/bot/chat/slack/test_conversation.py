"""What people do in Slack and what they get to see, through the real slack_bolt."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.commands.invocation import Invocation
from bot.errors import StoreError
from bot.model import Destination, Platform
from tests.servers.slack import SlackServer
from tests.servers.slack_faults import Fault
from tests.servers.slack_sockets import Unanswered
from tests.servers.slack_world import Message, User


class Notebook(Protocol):
    notebook: dict[str, str]
    asked: list[Invocation]
    slow: asyncio.Event


async def whispered(slack: SlackServer, user: User, number: int = 1) -> Message:
    """The newest of `number` messages that only this person sees."""
    await slack.until(lambda: len(slack.ephemerals(user)) >= number)
    return slack.ephemerals(user)[number - 1]


def said(slack: SlackServer, user: User) -> str:
    return slack.show(slack.alerts, user)


async def preview(slack: SlackServer) -> Message:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk North Korea AND Kursk")
    return await whispered(slack, slack.ann)


@pytest.mark.usefixtures("adapter")
async def test_a_command_is_answered_privately(slack: SlackServer, commands: Notebook) -> None:
    commands.notebook["kursk"] = "North Korea AND Kursk"
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await whispered(slack, slack.bob)
    assert "kursk: North Korea AND Kursk" in said(slack, slack.bob)
    assert "kursk" not in said(slack, slack.ann)


@pytest.mark.usefixtures("adapter")
async def test_the_command_layer_learns_who_asked_what_and_where(
    slack: SlackServer, commands: Notebook
) -> None:
    await preview(slack)
    (asked,) = commands.asked
    assert asked.name == "watch add"
    assert asked.values == {"name": "kursk", "query": "North Korea AND Kursk"}
    assert (asked.actor.name, asked.actor.id) == ("ann", slack.ann.id)
    assert asked.actor.manager
    assert asked.channel == Destination(Platform.SLACK, slack.alerts.id)


@pytest.mark.usefixtures("adapter")
async def test_a_line_arrives_as_it_was_typed_whatever_slack_made_of_it(
    slack: SlackServer, commands: Notebook
) -> None:
    line = "why https://ex.test/a?b=1&c=<2> & #alerts"
    await slack.type_command(slack.bob, slack.alerts, "/intel", line)
    await whispered(slack, slack.bob)
    assert commands.asked[0].values["link"] == (
        f"https://ex.test/a?b=1&c=<2> & <#{slack.alerts.id}|alerts>"
    )


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "/watch needs a word after it."),
        ("lst", "/watch list"),
        ("list everything", "has no use for"),
    ],
)
async def test_a_line_that_cannot_be_read_gets_a_remedy(
    slack: SlackServer, line: str, told: str
) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", line)
    await whispered(slack, slack.bob)
    assert told in said(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
async def test_everything_is_acknowledged_while_the_answer_takes_longer_than_slack_waits(
    slack: SlackServer, commands: Notebook
) -> None:
    slack.sockets.patience = 1.0
    commands.slow.clear()
    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
    await slack.until(lambda: commands.asked)
    assert slack.ephemerals(slack.ann) == []
    commands.slow.set()
    await whispered(slack, slack.ann)


@pytest.mark.usefixtures("adapter")
async def test_nothing_is_asked_of_slack_before_a_command_is_acknowledged(
    slack: SlackServer,
) -> None:
    slack.sockets.patience = 0.5
    for method in ("users.info", "auth.test", "views.open", "conversations.info"):
        slack.faults.stay_silent(method)
    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")


@pytest.mark.usefixtures("adapter")
async def test_saving_replaces_the_preview_and_tells_the_channel(
    slack: SlackServer, commands: Notebook
) -> None:
    message = await preview(slack)
    assert [button["text"]["text"] for button in message.buttons] == ["Save", "Edit"]
    await slack.click(slack.ann, message, "Save")
    await slack.until(lambda: slack.channel_messages(slack.alerts))
    assert commands.notebook == {"kursk": "North Korea AND Kursk"}
    assert [each.text for each in slack.ephemerals(slack.ann)] == ["✅ Saved “kursk”."]
    assert [each.text for each in slack.channel_messages(slack.alerts)] == [
        "ann made the watchlist “kursk”."
    ]


@pytest.mark.usefixtures("adapter")
async def test_a_channel_without_the_bot_hears_of_a_change_all_the_same(
    slack: SlackServer,
) -> None:
    message = await preview(slack)
    slack.alerts.members -= {"U0BOT"}
    await slack.click(slack.ann, message, "Save")
    await slack.until(lambda: slack.channel_messages(slack.alerts))


@pytest.mark.usefixtures("adapter")
async def test_a_command_without_its_query_opens_a_form(slack: SlackServer) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk")
    await slack.until(lambda: "[Preview]" in said(slack, slack.ann))
    shown = said(slack, slack.ann)
    assert "┌ New watchlist" in shown
    assert "Name: [kursk]" in shown
    assert "Severity: [notable]" in shown


@pytest.mark.usefixtures("adapter")
async def test_the_form_stands_open_before_its_data_is_looked_up(
    slack: SlackServer, commands: Notebook
) -> None:
    commands.slow.clear()
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    await slack.until(lambda: slack.open_modal(slack.ann))
    assert "One moment" in said(slack, slack.ann)
    slack.team.advance(10)
    commands.slow.set()
    await slack.until(lambda: "┌ New watchlist" in said(slack, slack.ann))


@pytest.mark.usefixtures("adapter")
async def test_a_wrong_query_keeps_the_form_open_with_what_was_typed(
    slack: SlackServer, commands: Notebook
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    await slack.until(lambda: "[Preview]" in said(slack, slack.ann))
    view = slack.open_modal(slack.ann)
    assert view is not None
    kept = await slack.submit(view, {"Name": "kursk", "Query": "North Korea AND"})
    assert kept is not None
    assert kept.errors == {"query": "'AND' needs a word after it."}
    assert "Query: [North Korea AND]" in said(slack, slack.ann)
    assert await slack.submit(kept, {"Query": "North Korea AND Kursk"}) is None
    await whispered(slack, slack.ann)
    assert commands.asked[-1].values == {
        "name": "kursk",
        "query": "North Korea AND Kursk",
        "severity": "notable",
        "value": "",
    }


@pytest.mark.usefixtures("adapter")
async def test_edit_reopens_the_form_filled_and_its_preview_replaces_the_old_one(
    slack: SlackServer,
) -> None:
    await slack.click(slack.ann, await preview(slack), "Edit")
    await slack.until(lambda: "[Preview]" in said(slack, slack.ann))
    assert "Query: [North Korea AND Kursk]" in said(slack, slack.ann)
    view = slack.open_modal(slack.ann)
    assert view is not None
    await slack.submit(view, {"Query": "Kursk"})
    await slack.until(lambda: slack.ephemerals(slack.ann)[0].edited)
    (message,) = slack.ephemerals(slack.ann)
    assert "North Korea" not in str(message.blocks)


@pytest.mark.usefixtures("adapter")
async def test_who_may_not_is_told_in_the_form_s_place(slack: SlackServer) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "add")
    await slack.until(lambda: "for managers" in said(slack, slack.bob))
    assert "[Preview]" not in said(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
async def test_a_form_that_slack_would_not_open_is_explained(
    slack: SlackServer, commands: Notebook
) -> None:
    slack.faults.refuse("expired_trigger_id", "views.open")
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    await whispered(slack, slack.ann)
    assert "did not open the form in time" in said(slack, slack.ann)
    assert commands.asked == []


@pytest.mark.usefixtures("adapter")
async def test_a_button_that_opens_an_address_is_only_acknowledged(
    slack: SlackServer, commands: Notebook
) -> None:
    message = alert(slack)
    await slack.click(slack.bob, message, "Open")
    assert slack.people.opened == ["https://ex.test/a"]
    assert commands.asked == []


async def test_a_button_of_an_alert_works_after_a_restart(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
) -> None:
    async with running(make_adapter()):
        message = alert(slack)
    async with running(make_adapter()):
        await slack.click(slack.bob, message, "Why?")
        await whispered(slack, slack.bob)
    assert commands.asked[0].values == {"value": "17"}
    assert "Because of 17." in said(slack, slack.bob)
    assert not message.edited


@pytest.mark.usefixtures("adapter")
async def test_what_breaks_inside_is_told_without_its_secrets(slack: SlackServer) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "crash")
    await whispered(slack, slack.bob)
    assert "went wrong on our side" in said(slack, slack.bob)
    assert "secret" not in said(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize("status", [404, 500, None])
async def test_an_answer_takes_the_other_way_when_the_response_url_no_longer_serves(
    slack: SlackServer, status: int | None
) -> None:
    slack.faults.add(Fault("response_url", status=status))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await whispered(slack, slack.bob)
    assert slack.count("chat.postEphemeral") == 1


@pytest.mark.usefixtures("adapter")
async def test_an_answer_that_finds_no_way_harms_nobody_else(slack: SlackServer) -> None:
    slack.faults.fail(500, "response_url")
    slack.faults.refuse("user_not_in_channel", "chat.postEphemeral")
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.until(lambda: slack.count("chat.postEphemeral"))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await whispered(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
async def test_a_mistake_of_ours_harms_nobody_else(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "explode")
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await whispered(slack, slack.bob)
    assert "A request from Slack was not finished." in caplog.text


@pytest.mark.usefixtures("adapter")
async def test_a_change_that_cannot_be_announced_is_made_all_the_same(
    slack: SlackServer, commands: Notebook
) -> None:
    message = await preview(slack)
    slack.faults.refuse("internal_error")
    slack.faults.add(Fault("response_url", stored=True, status=200))
    slack.faults.fail(404, "response_url")
    await slack.click(slack.ann, message, "Save")
    await slack.until(lambda: slack.count("response_url") == 3)
    assert commands.notebook == {"kursk": "North Korea AND Kursk"}
    assert slack.channel_messages(slack.alerts) == []


async def test_trouble_with_the_store_is_told(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    async def troubled(_team: str) -> None:
        raise StoreError("The database is full: make room on its disk.")

    async with running(make_adapter(workspace_of=troubled)):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await whispered(slack, slack.bob)
    assert "The database is full: make room on its disk." in said(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
async def test_a_form_too_large_to_carry_is_explained(slack: SlackServer) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "ask-much")
    await slack.until(lambda: "too large for Slack" in said(slack, slack.ann))


@pytest.mark.usefixtures("adapter")
async def test_an_answer_to_a_form_of_nowhere_is_dropped_with_a_word_in_the_log(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "ask")
    await slack.until(lambda: slack.open_modal(slack.ann))
    view = slack.open_modal(slack.ann)
    assert view is not None
    view.shown["private_metadata"] = ""
    await slack.submit(view, {"Name": "kursk", "Query": "Kursk"})
    await slack.until(lambda: "had nowhere to go" in caplog.text)


async def test_a_question_without_end_does_not_hold_the_stop(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.chat.slack.adapter.FINISH_SECONDS", 0.1)
    commands.slow.clear()
    async with running(make_adapter()):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await slack.until(lambda: commands.asked)
        began = time.monotonic()
    assert time.monotonic() - began < 3
    assert slack.ephemerals(slack.bob) == []


@pytest.mark.usefixtures("adapter")
async def test_a_form_that_was_not_announced_opens_all_the_same(slack: SlackServer) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "ask")
    await slack.until(lambda: "[Preview]" in said(slack, slack.ann))


@pytest.mark.usefixtures("adapter")
async def test_a_form_that_changed_under_the_bot_is_left_alone(
    slack: SlackServer, commands: Notebook
) -> None:
    commands.slow.clear()
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    await slack.until(lambda: slack.open_modal(slack.ann))
    view = slack.open_modal(slack.ann)
    assert view is not None
    view.hash = "another"
    commands.slow.set()
    await slack.until(lambda: slack.count("views.update"))
    assert "One moment" in said(slack, slack.ann)


@pytest.mark.usefixtures("adapter")
async def test_faults_of_no_field_stand_under_the_first(
    slack: SlackServer, commands: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"whole": "It cannot be so.", "name": "It is taken."}
    monkeypatch.setattr(commands, "faults", lambda _action, _values: found)
    await slack.type_command(slack.ann, slack.alerts, "/watch", "ask")
    await slack.until(lambda: slack.open_modal(slack.ann))
    view = slack.open_modal(slack.ann)
    assert view is not None
    kept = await slack.submit(view, {"Name": "kursk", "Query": "Kursk"})
    assert kept is not None
    assert kept.errors == {"name": "It cannot be so. It is taken."}


@pytest.mark.usefixtures("adapter")
async def test_a_conversation_of_two_is_no_place_for_alerts(
    slack: SlackServer, commands: Notebook
) -> None:
    direct = slack.team.add_channel("directmessage", slack.bob)
    direct.id = "D0DIRECT"
    slack.team.channels = {direct.id: direct}
    await slack.type_command(slack.bob, direct, "/watch", "list")
    await whispered(slack, slack.bob)
    assert commands.asked[0].channel is None


async def test_a_team_that_nobody_knows_is_told_so(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    async def nowhere(_team: str) -> None:
        return None

    async with running(make_adapter(workspace_of=nowhere)):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await whispered(slack, slack.bob)
    assert "not known to the bot" in said(slack, slack.bob)


async def test_what_was_asked_last_is_still_answered_when_the_bot_stops(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
) -> None:
    commands.slow.clear()
    async with running(make_adapter()):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await slack.until(lambda: commands.asked)
        asyncio.get_running_loop().call_later(0.1, commands.slow.set)
    assert len(slack.ephemerals(slack.bob)) == 1


async def test_with_a_prefix_the_families_have_other_names(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    slack.team.commands = {"/wf-watch"}
    async with running(make_adapter(prefix="wf-")):
        await slack.type_command(slack.bob, slack.alerts, "/wf-watch", "list")
        await whispered(slack, slack.bob)
    assert "Watchlists" in said(slack, slack.bob)


async def test_nobody_answers_when_no_bot_is_there(slack: SlackServer) -> None:
    with pytest.raises(Unanswered, match="dispatch_failed"):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")


@pytest.mark.parametrize(
    ("settings", "managers"),
    [
        ({}, {"ann", "olga"}),
        ({"managers": "anyone"}, {"ann", "bob", "olga"}),
        ({"managers": "group", "manager_group": "S1"}, {"bob"}),
        ({"managers": "group", "manager_group": "S404"}, set()),
    ],
    ids=["admins", "anyone", "group", "no such group"],
)
async def test_the_setting_says_who_is_a_manager(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
    settings: dict[str, str],
    managers: set[str],
) -> None:
    olga = slack.team.add_user("olga", owner=True)
    slack.alerts.members.add(olga.id)
    slack.team.groups["S1"] = {slack.bob.id}
    async with running(make_adapter(**settings)):
        for user in (slack.ann, slack.bob, olga):
            await slack.type_command(user, slack.alerts, "/watch", "list")
            await whispered(slack, user)
    assert {asked.actor.name for asked in commands.asked if asked.actor.manager} == managers


@pytest.mark.usefixtures("adapter")
async def test_who_is_an_admin_is_asked_once_a_minute(
    slack: SlackServer, commands: Notebook
) -> None:
    for number in range(3):
        await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
        await whispered(slack, slack.ann, number + 1)
    assert slack.count("users.info") == 1


@pytest.mark.usefixtures("adapter")
async def test_where_slack_cannot_tell_nobody_is_a_manager(
    slack: SlackServer, commands: Notebook
) -> None:
    slack.team.scopes.discard("users:read")
    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
    await whispered(slack, slack.ann)
    assert not commands.asked[0].actor.manager


def alert(slack: SlackServer) -> Message:
    """An alert as an earlier run posted it."""
    buttons = [
        {"action_id": "open", "url": "https://ex.test/a", "text": "Open"},
        {"action_id": "alert:why", "value": "17", "text": "Why?"},
    ]
    elements = [
        {**button, "type": "button", "text": {"type": "plain_text", "text": button["text"]}}
        for button in buttons
    ]
    blocks = [{"type": "actions", "elements": elements}]
    return slack.team.keep(slack.alerts.id, "an alert", blocks)
