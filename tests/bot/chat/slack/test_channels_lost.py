"""What Slack tells of channels is heard once, acknowledged, and passed on."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.chat.slack.happenings import EVENTS, ChannelBack, ChannelLost, TeamLost, happening
from bot.chat.slack.manifest import manifest
from bot.commands.command import Commands
from bot.commands.invocation import Invocation
from tests.servers.diary import Diary
from tests.servers.slack import SlackServer
from tests.servers.slack_sockets import Unanswered
from tests.servers.slack_world import BOT_USER


class Notebook:
    """As the fixture makes it."""

    notebook: dict[str, str]
    asked: list[Invocation]


@pytest.mark.parametrize(
    ("event", "meaning"),
    [
        ({"type": "channel_archive", "channel": "C1"}, "archived"),
        ({"type": "group_archive", "channel": "G1"}, "archived"),
        ({"type": "channel_deleted", "channel": "C1"}, "deleted"),
        ({"type": "group_deleted", "channel": "G1"}, "deleted"),
        ({"type": "channel_left", "channel": "C1"}, "removed from the channel"),
        ({"type": "group_left", "channel": "G1"}, "removed from the channel"),
        ({"type": "member_left_channel", "channel": "C1", "user": "UBOT"}, "removed from"),
        ({"type": "member_left_channel", "channel": "C1", "user": "UANN"}, None),
        ({"type": "channel_unarchive", "channel": "C1"}, ChannelBack("C1")),
        ({"type": "group_unarchive", "channel": "G1"}, ChannelBack("G1")),
        ({"type": "member_joined_channel", "channel": "C1", "user": "UBOT"}, ChannelBack("C1")),
        ({"type": "member_joined_channel", "channel": "C1", "user": "UANN"}, None),
        ({"type": "app_uninstalled"}, TeamLost),
        ({"type": "tokens_revoked", "tokens": {"bot": ["UBOT"]}}, TeamLost),
        ({"type": "tokens_revoked", "tokens": {"oauth": ["UANN"]}}, None),
        ({"type": "channel_rename", "channel": {"id": "C1", "name": "new"}}, None),
        ({"type": "message", "channel": "C1", "text": "hello"}, None),
        ({}, None),
    ],
    ids=str,
)
def test_each_event_means_what_it_means(event: dict[str, Any], meaning: Any) -> None:
    found = happening(event, "UBOT")
    if isinstance(meaning, str):
        assert isinstance(found, ChannelLost)
        assert found.channel == event["channel"]
        assert meaning in found.why
    elif meaning is TeamLost:
        assert isinstance(found, TeamLost)
    else:
        assert found == meaning


def test_whoever_the_bot_is_not_known_to_be_loses_nothing() -> None:
    assert happening({"type": "member_left_channel", "channel": "C1", "user": ""}, "") is None


def test_the_manifest_subscribes_to_what_is_heard_and_to_nothing_else() -> None:
    subscribed = manifest(Commands.table)["settings"]["event_subscriptions"]["bot_events"]
    assert subscribed == ["app_home_opened", *EVENTS]


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_channel_that_is_archived_is_told_of_once_however_often_slack_says_it(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    over_http: Callable[..., Any],
    diary: Diary,
    http: bool,
) -> None:
    async with over_http() if http else running(make_adapter()):
        await slack.tell(slack.team, {"type": "channel_archive", "channel": slack.alerts.id})
        await slack.line.again()
        await slack.line.again()
        await slack.tell(slack.team, {"type": "channel_unarchive", "channel": slack.alerts.id})
        await slack.until(lambda: len(diary.heard) == 2)
    here = f"slack:{slack.alerts.id}"
    assert diary.heard == [("lost", here, "The channel was archived."), ("back", here, "")]


@pytest.mark.usefixtures("adapter")
async def test_the_bot_hears_when_it_is_sent_out_of_a_channel_or_let_in(
    slack: SlackServer, diary: Diary
) -> None:
    for kind, user in (
        ("member_left_channel", slack.bob.id),
        ("member_left_channel", BOT_USER),
        ("member_joined_channel", BOT_USER),
    ):
        await slack.tell(slack.team, {"type": kind, "channel": slack.alerts.id, "user": user})
    await slack.until(lambda: len(diary.heard) == 2)
    assert [heard[0] for heard in diary.heard] == ["lost", "back"]


@pytest.mark.usefixtures("adapter")
async def test_events_that_mean_nothing_to_us_are_acknowledged(
    slack: SlackServer, diary: Diary
) -> None:
    await slack.tell(slack.team, {"type": "channel_rename", "channel": {"id": "C1", "name": "x"}})
    await slack.tell(slack.team, {"type": "an_event_of_tomorrow"})
    assert diary.heard == []


@pytest.mark.usefixtures("adapter")
async def test_a_command_a_click_and_a_form_that_are_delivered_twice_are_carried_out_once(
    slack: SlackServer, commands: Notebook
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk Kursk")
    await slack.line.again()
    preview = await slack.whispered(slack.ann)
    await slack.click(slack.ann, preview, "Save")
    await slack.line.again()
    await slack.until(lambda: slack.channel_messages(slack.alerts))
    assert [each.name for each in commands.asked] == ["watch add", "draft:save"]
    assert len(slack.channel_messages(slack.alerts)) == 1
    assert len(slack.ephemerals(slack.ann)) == 1


async def test_what_was_under_way_when_the_line_froze_is_delivered_again_and_done_once(
    slack: SlackServer, adapter: SlackAdapter, commands: Notebook, diary: Diary
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
    await slack.until(lambda: commands.asked)
    slack.sockets.frozen = True
    await slack.until(lambda: slack.sockets.opened >= 2)
    slack.sockets.frozen = False
    await slack.until(lambda: adapter.readiness.health == "ready" and slack.sockets.connected)
    for _ in range(20):
        try:
            await slack.line.again(0)
            break
        except Unanswered:
            continue
    await slack.tell(slack.team, {"type": "channel_archive", "channel": slack.alerts.id})
    await slack.until(lambda: diary.heard)
    assert len(commands.asked) == 1
