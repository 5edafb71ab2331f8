"""What people do in Slack and what they get to see, through the real slack_bolt."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.commands.invocation import Invocation
from bot.model import Destination, Platform
from tests.servers.slack import SlackServer
from tests.servers.slack_world import Message, User


class Notebook(Protocol):
    notebook: dict[str, str]
    asked: list[Invocation]
    slow: asyncio.Event


def said(slack: SlackServer, user: User) -> str:
    return slack.show(slack.alerts, user)


async def preview(slack: SlackServer) -> Message:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk North Korea AND Kursk")
    return await slack.whispered(slack.ann)


@pytest.mark.usefixtures("adapter")
async def test_a_command_is_answered_privately(slack: SlackServer, commands: Notebook) -> None:
    commands.notebook["kursk"] = "North Korea AND Kursk"
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.whispered(slack.bob)
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
    await slack.whispered(slack.bob)
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
    await slack.whispered(slack.bob)
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
    await slack.whispered(slack.ann)


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
    await slack.whispered(slack.ann)
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
        await slack.whispered(slack.bob)
    assert commands.asked[0].values == {"value": "17"}
    assert "Because of 17." in said(slack, slack.bob)
    assert not message.edited


@pytest.mark.usefixtures("adapter")
async def test_a_form_that_was_not_announced_opens_all_the_same(slack: SlackServer) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "ask")
    await slack.until(lambda: "[Preview]" in said(slack, slack.ann))


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
    await slack.whispered(slack.bob)
    assert commands.asked[0].channel is None


@pytest.mark.usefixtures("adapter")
async def test_a_workspace_may_have_given_the_families_a_prefix(slack: SlackServer) -> None:
    slack.team.commands = {"/wf-watch"}
    await slack.type_command(slack.bob, slack.alerts, "/wf-watch", "list")
    await slack.whispered(slack.bob)
    assert "Watchlists" in said(slack, slack.bob)


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
