"""The Home tab shows what is watched, muted and not delivered, and nothing of private channels."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.chat.adapter import Health
from bot.model import Destination, Platform, Severity
from bot.store.mutes import By
from bot.stories.handled import Muted
from tests.servers.slack import SlackServer
from tests.stage import Stage, staged


@pytest.fixture
async def stage(slack: SlackServer, sqlite_url: str) -> AsyncIterator[Stage]:
    """A bot in Slack, whose two channels are known: one for everybody, one private."""
    section = {
        "enabled": True,
        "api_url": slack.api_url,
        "bot_token": slack.tokens.bot,
        "app_token": slack.tokens.app,
    }
    async with staged("north-korea-kursk", sqlite_url, slack=section) as made:
        adapter = made.bot.adapters[Platform.SLACK]
        task = asyncio.create_task(adapter.run())
        await slack.until(lambda: adapter.readiness.health is Health.READY)
        yield made
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def watch(stage: Stage, slack: SlackServer, name: str, by: str, place: str) -> None:
    await stage.bot.store.watchlists.add(
        stage.bot.home.id,
        name,
        f"{name} AND Kursk",
        severity=Severity.NOTABLE,
        destinations=(Destination(Platform.SLACK, place),),
        by=by,
        at=stage.clock.now,
    )


async def test_somebodys_own_watches_come_first_and_private_ones_not_at_all(
    slack: SlackServer, stage: Stage
) -> None:
    team = slack.team.id
    alerts = Destination(Platform.SLACK, slack.alerts.id)
    await stage.bot.store.places.note_owner(alerts, team)
    await stage.bot.store.places.note_privacy(alerts, False, stage.clock.now)
    await stage.bot.store.workspaces.take_seat(stage.bot.home.id, Platform.SLACK, team)
    await watch(stage, slack, "mine", f"ann ({Platform.SLACK}:{slack.ann.id})", slack.alerts.id)
    await watch(stage, slack, "theirs", f"bob ({Platform.SLACK}:{slack.bob.id})", slack.alerts.id)
    await watch(stage, slack, "secret", "bob (slack:U9)", "C0PRIVATE")
    await stage.bot.store.mutes.mute(
        stage.bot.home.id,
        alerts,
        Muted.TERM,
        "football",
        until=stage.clock.now + timedelta(hours=8),
        by=By("ann", "ann"),
        at=stage.clock.now,
    )
    shown = await slack.open_home(slack.ann)
    assert "Yours: 1" in shown
    assert shown.index("mine") < shown.index("theirs")
    assert "term football" in shown
    assert "secret" not in shown
    assert "No watchlists yet" not in shown


async def test_an_empty_page_says_how_to_begin_and_another_tab_is_no_page(
    slack: SlackServer, stage: Stage
) -> None:
    kept = await stage.bot.store.watchlists.of(stage.bot.home.id)
    for each in kept:
        await stage.bot.store.watchlists.remove(
            stage.bot.home.id, each.id, by="ann", at=stage.clock.now
        )
    await slack.tell(
        slack.team, {"type": "app_home_opened", "user": slack.ann.id, "tab": "messages"}
    )
    assert "Make the first one" in await slack.open_home(slack.ann)
    assert slack.count("views.publish") == 1
