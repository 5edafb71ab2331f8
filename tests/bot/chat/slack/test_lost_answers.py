"""What people and others see when an answer cannot be given as it should be."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.commands.invocation import Invocation
from bot.errors import StoreError
from tests.servers.slack import SlackServer
from tests.servers.slack_faults import Fault
from tests.servers.slack_sockets import Unanswered
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
async def test_a_channel_without_the_bot_hears_of_a_change_all_the_same(
    slack: SlackServer,
) -> None:
    message = await preview(slack)
    slack.alerts.members -= {"U0BOT"}
    await slack.click(slack.ann, message, "Save")
    await slack.until(lambda: slack.channel_messages(slack.alerts))


@pytest.mark.usefixtures("adapter")
async def test_a_form_that_slack_would_not_open_is_explained(
    slack: SlackServer, commands: Notebook
) -> None:
    slack.faults.refuse("expired_trigger_id", "views.open")
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    await slack.whispered(slack.ann)
    assert "did not open the form in time" in said(slack, slack.ann)
    assert commands.asked == []


@pytest.mark.usefixtures("adapter")
async def test_what_breaks_inside_is_told_without_its_secrets(slack: SlackServer) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "crash")
    await slack.whispered(slack.bob)
    assert "went wrong on our side" in said(slack, slack.bob)
    assert "secret" not in said(slack, slack.bob)


@pytest.mark.usefixtures("adapter")
@pytest.mark.parametrize("status", [404, 500, None])
async def test_an_answer_takes_the_other_way_when_the_response_url_no_longer_serves(
    slack: SlackServer, status: int | None
) -> None:
    slack.faults.add(Fault("response_url", status=status))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.whispered(slack.bob)
    assert slack.count("chat.postEphemeral") == 1


@pytest.mark.usefixtures("adapter")
async def test_an_answer_that_finds_no_way_harms_nobody_else(slack: SlackServer) -> None:
    slack.faults.fail(500, "response_url")
    slack.faults.refuse("user_not_in_channel", "chat.postEphemeral")
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.until(lambda: slack.count("chat.postEphemeral"))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.whispered(slack.bob)


@pytest.mark.usefixtures("adapter")
async def test_a_mistake_of_ours_harms_nobody_else(
    slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "explode")
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.whispered(slack.bob)
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
        await slack.whispered(slack.bob)
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


async def test_a_team_that_nobody_knows_is_told_so(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    async def nowhere(_team: str) -> None:
        return None

    async with running(make_adapter(workspace_of=nowhere)):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await slack.whispered(slack.bob)
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


async def test_nobody_answers_when_no_bot_is_there(slack: SlackServer) -> None:
    with pytest.raises(Unanswered, match="dispatch_failed"):
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
