"""The manifest that administrators paste in fits the command table and is enough for the bot."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bot.chat.slack
from bot.chat.slack.adapter import SlackAdapter
from bot.chat.slack.manifest import COMMAND, DESCRIPTION, NAME, SHORTCUT, as_yaml, manifest
from bot.commands.command import Commands
from bot.config import Managers, WhoManages
from bot.model import Destination, Platform
from tests.servers.slack import SlackServer

FILE = Path(bot.chat.slack.__file__).with_name("manifest.yaml")


def test_the_file_is_what_the_command_table_makes() -> None:
    assert FILE.read_text() == as_yaml(manifest(Commands.table)), (
        f"The command table changed: python -m bot.chat.slack.manifest > {FILE.name}"
    )


def test_every_family_is_one_command() -> None:
    commands = manifest(Commands.table)["features"]["slash_commands"]
    families = dict.fromkeys(spec.name.split()[0] for spec in Commands.table)
    assert [command["command"] for command in commands] == [f"/{family}" for family in families]


def test_a_prefix_stands_before_every_command() -> None:
    commands = manifest(Commands.table, "wf-")["features"]["slash_commands"]
    assert all(command["command"].startswith("/wf-") for command in commands)


def test_what_can_be_asked_of_a_message_is_a_shortcut() -> None:
    shortcuts = manifest(Commands.table)["features"]["shortcuts"]
    assert [(each["name"], each["callback_id"]) for each in shortcuts] == [
        (action.label, action.name) for action in Commands.message_actions
    ]
    assert all(len(each["name"]) <= SHORTCUT and each["type"] == "message" for each in shortcuts)


def test_it_keeps_to_slacks_limits() -> None:
    whole = manifest(Commands.table)
    about = whole["display_information"]
    assert len(about["name"]) <= NAME
    assert len(about["description"]) <= DESCRIPTION
    for command in whole["features"]["slash_commands"]:
        assert len(command["command"]) <= COMMAND
        assert len(command["description"]) <= DESCRIPTION
        assert len(command["usage_hint"]) <= DESCRIPTION


def test_yaml_is_written_as_yaml() -> None:
    data = {"a": {"b": ["x: y", True], "c": [{"d": "–", "e": {"f": 1}}]}}
    assert as_yaml(data) == (
        'a:\n  b:\n    - "x: y"\n    - true\n  c:\n    - d: "\\u2013"\n      e:\n        f: 1\n'
    )


async def test_the_rights_that_it_asks_for_are_enough(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    whole = manifest(Commands.table)
    slack.team.scopes = set(whole["oauth_config"]["scopes"]["bot"])
    slack.team.commands = {each["command"] for each in whole["features"]["slash_commands"]}
    slack.team.groups["S1"] = {slack.bob.id}
    async with running(make_adapter(managers=WhoManages(Managers.GROUP, "S1"))) as adapter:
        await slack.type_command(slack.bob, slack.alerts, "/watch", "add kursk Kursk")
        await slack.until(lambda: slack.ephemerals(slack.bob))
        await slack.click(slack.bob, slack.ephemerals(slack.bob)[0], "Save")
        await slack.until(lambda: slack.channel_messages(slack.alerts))
        place = Destination(Platform.SLACK, slack.alerts.id)
        await adapter.find(place, "d-1", datetime.now(UTC) - timedelta(minutes=1))
    assert slack.refusals == []


def test_over_http_everything_is_sent_to_our_address() -> None:
    made = manifest(Commands.table, url="https://bot.example.org/", http=True)
    requests = "https://bot.example.org/slack/events"
    assert {each["url"] for each in made["features"]["slash_commands"]} == {requests}
    assert made["settings"]["interactivity"]["request_url"] == requests
    assert made["settings"]["event_subscriptions"]["request_url"] == requests
    assert made["settings"]["socket_mode_enabled"] is False


def test_with_our_address_people_come_back_to_it_when_they_install() -> None:
    made = manifest(Commands.table, url="https://bot.example.org")
    back = ["https://bot.example.org/slack/oauth_redirect"]
    assert made["oauth_config"]["redirect_urls"] == back
    assert made["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in made["settings"]["interactivity"]
