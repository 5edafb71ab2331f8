"""The line to Slack: tokens tried first, lost lines renewed, and how it stands said once."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.chat.adapter import Health
from bot.chat.slack.adapter import SlackAdapter
from tests.servers.slack import SlackServer


async def answers(slack: SlackServer) -> None:
    """See that a command is answered."""
    before = len(slack.ephemerals(slack.bob))
    await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
    await slack.until(lambda: len(slack.ephemerals(slack.bob)) > before)


async def stands(slack: SlackServer, adapter: SlackAdapter, health: Health) -> str:
    """Wait until the line stands so; what is said about it."""
    await slack.until(lambda: adapter.readiness.health is health)
    return adapter.readiness.detail


async def test_before_it_runs_and_after_it_the_platform_is_off(
    make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    adapter = make_adapter()
    stood = [adapter.readiness.health]
    async with running(adapter):
        stood.append(adapter.readiness.health)
    stood.append(adapter.readiness.health)
    assert stood == [Health.OFF, Health.READY, Health.OFF]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"bot_token": "xoxb-wrong"}, "invalid_auth. Check the tokens"),
        ({"app_token": "xapp-wrong"}, "invalid_auth. Check the tokens"),
        ({"bot_token": "xapp-local-watchfloor"}, "swapped"),
        ({"app_token": "xoxb-local-watchfloor"}, "swapped"),
    ],
    ids=["bot token", "app token", "swapped bot", "swapped app"],
)
async def test_a_wrong_token_is_refused_said_once_and_tried_again(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    settings: dict[str, str],
    told: str,
) -> None:
    async with running(make_adapter(**settings), ready=False) as adapter:
        assert told in await stands(slack, adapter, Health.REFUSED)
        await slack.until(lambda: slack.count("auth.test") >= 4)
        assert adapter.readiness.health is Health.REFUSED
    (record,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert told in record.getMessage()


async def test_a_token_that_becomes_good_is_taken(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    slack.tokens.bot_error = "account_inactive"
    async with running(make_adapter(), ready=False) as adapter:
        await stands(slack, adapter, Health.REFUSED)
        slack.tokens.bot_error = ""
        await stands(slack, adapter, Health.READY)
        await answers(slack)


async def test_slack_may_be_down_at_the_start(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    await slack.stop()
    async with running(make_adapter(), ready=False) as adapter:
        await slack.until(lambda: adapter.readiness.detail)
        assert adapter.readiness.health is Health.CONNECTING
        assert "cannot be reached" in adapter.readiness.detail
        await slack.listen()
        await stands(slack, adapter, Health.READY)
        await answers(slack)


async def test_slack_may_go_away_and_come_back(slack: SlackServer, adapter: SlackAdapter) -> None:
    await slack.stop()
    await stands(slack, adapter, Health.CONNECTING)
    await slack.listen()
    await stands(slack, adapter, Health.READY)
    await slack.until_connected()
    await answers(slack)


async def test_a_token_revoked_while_it_runs_is_noticed_when_the_line_breaks(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.tokens.bot_error = slack.tokens.app_error = "token_revoked"
    slack.sockets.drop()
    assert "install it again" in await stands(slack, adapter, Health.REFUSED)


async def test_a_refresh_loses_nothing(slack: SlackServer, adapter: SlackAdapter) -> None:
    await slack.sockets.refresh()
    await slack.until(lambda: slack.sockets.opened == 2)
    await slack.until_connected()
    await answers(slack)
    assert adapter.readiness.health is Health.READY


async def test_a_line_cut_without_a_word_is_renewed(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.sockets.drop()
    await slack.until(lambda: slack.sockets.opened == 2)
    await stands(slack, adapter, Health.READY)
    await answers(slack)


async def test_a_line_that_is_dead_but_open_is_renewed(
    slack: SlackServer, adapter: SlackAdapter
) -> None:
    slack.sockets.frozen = True
    await slack.until(lambda: slack.sockets.opened >= 2)
    slack.sockets.frozen = False
    await stands(slack, adapter, Health.READY)
    await answers(slack)


async def test_a_ticket_that_no_longer_opens_a_line_is_replaced(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    slack.sockets.refuse = True
    async with running(make_adapter(), ready=False) as adapter:
        await slack.until(lambda: slack.count("apps.connections.open") >= 2)
        assert adapter.readiness.health is Health.CONNECTING
        slack.sockets.refuse = False
        await stands(slack, adapter, Health.READY)


async def test_it_stops_at_once_even_when_the_other_side_says_nothing(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    before = asyncio.all_tasks()
    async with running(make_adapter(ping_interval=10.0)):
        slack.sockets.frozen = True
        began = time.monotonic()
    assert time.monotonic() - began < 4
    await slack.stop()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_proxy_of_the_environment_does_not_apply_to_another_address(
    monkeypatch: pytest.MonkeyPatch,
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with running(make_adapter()):
        await answers(slack)


async def test_tokens_never_reach_the_log(
    slack: SlackServer,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(make_adapter(bot_token="xoxb-planted-secret"), ready=False) as adapter:
        await stands(slack, adapter, Health.REFUSED)
    async with running(make_adapter()):
        await answers(slack)
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "planted-secret" not in logged
    assert slack.tokens.bot not in logged
    assert slack.tokens.app not in logged
