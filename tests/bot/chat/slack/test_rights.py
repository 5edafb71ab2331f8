"""Who counts as a manager in Slack."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from bot.chat.slack.adapter import SlackAdapter
from bot.commands.invocation import Invocation
from bot.config import Managers, WhoManages
from tests.servers.slack import SlackServer


class Notebook(Protocol):
    notebook: dict[str, str]
    asked: list[Invocation]
    slow: asyncio.Event


@pytest.mark.parametrize(
    ("settings", "managers"),
    [
        ({}, {"ann", "olga"}),
        ({"managers": WhoManages(Managers.ANYONE)}, {"ann", "bob", "olga"}),
        ({"managers": WhoManages(Managers.GROUP, "S1")}, {"bob"}),
        ({"managers": WhoManages(Managers.GROUP, "S404")}, set()),
    ],
    ids=["admins", "anyone", "group", "no such group"],
)
async def test_the_setting_says_who_is_a_manager(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
    settings: dict[str, WhoManages],
    managers: set[str],
) -> None:
    olga = slack.team.add_user("olga", owner=True)
    slack.alerts.members.add(olga.id)
    slack.team.groups["S1"] = {slack.bob.id}
    async with running(make_adapter(**settings)):
        for user in (slack.ann, slack.bob, olga):
            await slack.type_command(user, slack.alerts, "/watch", "list")
            await slack.whispered(user)
    assert {asked.actor.name for asked in commands.asked if asked.actor.manager} == managers


@pytest.mark.usefixtures("adapter")
async def test_who_is_an_admin_is_asked_once_a_minute(
    slack: SlackServer, commands: Notebook
) -> None:
    for number in range(3):
        await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
        await slack.whispered(slack.ann, number + 1)
    assert slack.count("users.info") == 1


@pytest.mark.usefixtures("adapter")
async def test_where_slack_cannot_tell_nobody_is_a_manager(
    slack: SlackServer, commands: Notebook
) -> None:
    slack.team.scopes.discard("users:read")
    await slack.type_command(slack.ann, slack.alerts, "/watch", "list")
    await slack.whispered(slack.ann)
    assert not commands.asked[0].actor.manager


async def choose_for_everyone(_workspace: object) -> WhoManages:
    return WhoManages(Managers.ANYONE)


async def test_what_a_workspace_chose_counts_and_makes_nobody_an_admin(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    commands: Notebook,
) -> None:
    async with running(make_adapter(chosen=choose_for_everyone)):
        for user in (slack.ann, slack.bob):
            await slack.type_command(user, slack.alerts, "/watch", "list")
            await slack.whispered(user)
    actors = [asked.actor for asked in commands.asked]
    assert [(each.name, each.manager, each.is_admin) for each in actors] == [
        ("ann", True, True),
        ("bob", True, False),
    ]
