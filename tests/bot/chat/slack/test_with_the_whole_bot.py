"""A conversation with the whole bot: real commands, real store, real slack_bolt, a local Slack."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.chat.adapter import Health
from bot.model import Destination, Platform, Severity
from tests.servers.slack import SlackServer
from tests.servers.slack_world import View
from tests.stage import Stage, staged


@pytest.fixture
async def stage(slack: SlackServer, sqlite_url: str) -> AsyncIterator[Stage]:
    """The seeds' scenario, its watchlist told to the console, and Slack switched on beside it."""
    section = {
        "enabled": True,
        "api_url": slack.api_url,
        "bot_token": slack.tokens.bot,
        "app_token": slack.tokens.app,
        "ping_interval": 1,
    }
    async with staged("north-korea-kursk", sqlite_url, slack=section) as made:
        adapter = made.bot.adapters[Platform.SLACK]
        task = asyncio.create_task(adapter.run())
        await slack.until(lambda: adapter.readiness.health is Health.READY)
        yield made
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def seen(slack: SlackServer) -> str:
    return slack.show(slack.alerts, slack.ann)


async def modal(slack: SlackServer) -> View:
    await slack.until(lambda: "[Preview]" in seen(slack))
    view = slack.open_modal(slack.ann)
    assert view is not None
    return view


async def test_a_place_that_can_be_none_is_said_within_the_form(
    slack: SlackServer, stage: Stage
) -> None:
    """Channels of another chat are no choice in Slack's list, so they are typed."""
    await stage.bot.store.watchlists.add(
        stage.bot.home.id,
        "dprk",
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(Destination(Platform.SLACK, slack.alerts.id), Destination(Platform.CONSOLE)),
        by="ann",
        at=stage.clock.now,
    )
    await slack.type_command(slack.ann, slack.alerts, "/watch", "edit dprk")
    form = await modal(slack)
    kept = await slack.submit(form, {"Alerts go to": f"slack:{slack.alerts.id} #general"})
    assert kept is not None
    assert "'#general' names no chat" in kept.errors["channel"]
    await slack.submit(kept, {"Alerts go to": f"<#{slack.general.id}|general>"})
    await slack.until(lambda: "Alerts go to #general" in seen(slack))


async def test_where_alerts_go_is_chosen_from_the_channels(
    slack: SlackServer, stage: Stage
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    form = await modal(slack)
    assert "Alerts go to: [#alerts]" in seen(slack)
    filled = {"Name": "dprk", "Query": "(Kursk", "Alerts go to": "#general #alerts"}
    kept = await slack.submit(form, filled)
    assert kept is not None
    assert "Alerts go to: [#general #alerts]" in seen(slack)
    await slack.submit(kept, {"Query": "Kursk"})
    await slack.until(lambda: "Alerts go to #general, #alerts" in seen(slack))


async def test_a_watchlist_made_in_slack_alerts_there_and_explains_itself(
    slack: SlackServer, stage: Stage
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
    kept = await slack.submit(await modal(slack), {"Name": "dprk", "Query": "(North Korea AND"})
    assert kept is not None
    assert "query" in kept.errors
    await slack.submit(kept, {"Query": "North Korea AND Kursk", "Severity": "critical"})
    await slack.until(
        lambda: "Alerts go to #alerts as critical: each alert at once." in seen(slack)
    )
    await slack.click(slack.ann, slack.ephemerals(slack.ann)[0], "Save")
    await slack.until(lambda: "ann made the watchlist “dprk”." in seen(slack))

    await stage.play(stage.scenario)
    alerts = [message for message in slack.channel_messages(slack.alerts) if message.metadata]
    assert len(alerts) == 3, f"{slack.refusals} {stage.screen}"
    assert seen(slack).count("🔴") == 3
    assert "-> http" in seen(slack)

    await slack.click(slack.bob, alerts[0], "Why?")
    await slack.until(lambda: slack.ephemerals(slack.bob))
    why = slack.show(slack.alerts, slack.bob)
    assert "Why this alert" in why
    assert "Watchlist “dprk”, revision 1" in why
    assert slack.team.mentions() == []
    assert slack.refusals == []


async def test_everyone_may_look_and_only_managers_may_change(
    slack: SlackServer, stage: Stage
) -> None:
    await slack.type_command(slack.bob, slack.alerts, "/watch", "add kursk Kursk")
    await slack.until(lambda: "for managers" in slack.show(slack.alerts, slack.bob))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.until(lambda: "1 watchlist" in slack.show(slack.alerts, slack.bob))


async def test_another_channel_is_named_as_people_name_it(slack: SlackServer, stage: Stage) -> None:
    await slack.type_command(
        slack.ann, slack.alerts, "/watch", "add kursk --channel #general Kursk"
    )
    await slack.until(lambda: "Alerts go to #general" in seen(slack))
    await slack.click(slack.ann, slack.ephemerals(slack.ann)[0], "Save")
    await slack.until(lambda: "Saved." in seen(slack))
    saved = await stage.bot.store.watchlists.find(stage.bot.home.id, "kursk")
    assert saved is not None
    assert saved.destinations == (Destination(Platform.SLACK, slack.general.id),)
    assert "#general" in seen(slack)
    assert slack.general.id not in seen(slack)


async def test_a_wrong_query_shows_a_caret_where_it_is_wrong(
    slack: SlackServer, stage: Stage
) -> None:
    await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk Kursk AND OR Belgorod")
    await slack.until(lambda: slack.ephemerals(slack.ann))
    lines = seen(slack).splitlines()
    caret = next(number for number, line in enumerate(lines) if line.strip().startswith("^"))
    assert "Kursk AND OR Belgorod" in lines[caret - 1]
    assert lines[caret].index("^") >= lines[caret - 1].index("Kursk")
