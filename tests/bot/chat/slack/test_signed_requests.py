"""Slack over HTTP: signed requests are answered, everything else is turned away unread."""

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.chat.adapter import Health
from bot.chat.slack.adapter import Front, SlackAdapter
from bot.commands.invocation import Invocation
from tests.servers.slack import SlackServer
from tests.servers.slack_line import SIGNING_SECRET, as_request
from tests.servers.slack_sockets import Unanswered


class Notebook:
    """As the fixture makes it."""

    notebook: dict[str, str]
    asked: list[Invocation]


COMMAND = {
    "team_id": "T0LOCAL",
    "channel_id": "C1",
    "user_id": "U1",
    "user_name": "eve",
    "command": "/watch",
    "text": "list",
    "trigger_id": "1.2.3",
    "response_url": "http://127.0.0.1:9/reply/1",
}


async def test_a_whole_dialogue_goes_over_signed_requests(
    slack: SlackServer, over_http: Callable[..., Any], commands: Notebook
) -> None:
    async with over_http():
        await slack.type_command(slack.ann, slack.alerts, "/watch", "add kursk Kursk AND Korea")
        preview = await slack.whispered(slack.ann)
        await slack.click(slack.ann, preview, "Save")
        await slack.until(lambda: commands.notebook)
        await slack.type_command(slack.ann, slack.alerts, "/watch", "add")
        await slack.until(lambda: "[Preview]" in slack.show(slack.alerts, slack.ann))
        view = slack.open_modal(slack.ann)
        assert view is not None
        stays = await slack.submit(view, {"Name": "x", "Query": "Kursk AND"})
        assert stays is not None
        assert stays.errors == {"query": "'AND' needs a word after it."}
        assert await slack.submit(stays, {"Name": "x", "Query": "Kursk"}) is None
    assert commands.notebook == {"kursk": "Kursk AND Korea"}
    assert slack.sockets.opened == 0
    assert slack.count("apps.connections.open") == 0


@pytest.mark.parametrize("what", ["no signature", "bad signature", "old", "early", "other body"])
async def test_what_slack_did_not_sign_just_now_is_refused(
    slack: SlackServer, over_http: Callable[..., Any], commands: Notebook, what: str
) -> None:
    body, form = as_request("slash_commands", COMMAND)
    async with over_http():
        at = time.time() + {"old": -301, "early": 301}.get(what, 0)
        headers = slack.line.signed(b"another" if what == "other body" else body, at)
        if what == "no signature":
            headers = {}
        if what == "bad signature":
            slack.line.signing_secret = "guessed"
            headers = slack.line.signed(body)
        status, answer = await slack.line.post(body, headers | {"Content-Type": form})
    assert status == 401
    assert b"secret" not in answer
    assert commands.asked == []


async def test_an_empty_secret_opens_no_door(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    front = Front(("127.0.0.1", 0), "")
    async with running(make_adapter(front=front)) as adapter:
        slack.line.request_url = f"http://127.0.0.1:{adapter.door.port}/slack/events"
        slack.line.signing_secret = ""
        with pytest.raises(Unanswered, match="404"):
            await slack.type_command(slack.bob, slack.alerts, "/watch", "list")


async def test_a_request_that_is_sent_again_within_its_five_minutes_does_nothing_more(
    slack: SlackServer, over_http: Callable[..., Any], commands: Notebook
) -> None:
    body, form = as_request("slash_commands", COMMAND)
    async with over_http():
        headers = slack.line.signed(body) | {"Content-Type": form}
        answers = [await slack.line.post(body, headers) for _ in range(3)]
        await slack.until(lambda: commands.asked)
    assert [status for status, _ in answers] == [200, 200, 200]
    assert len(commands.asked) == 1


async def test_slack_checks_the_address_before_it_uses_it(
    slack: SlackServer, over_http: Callable[..., Any]
) -> None:
    async with over_http():
        body = json.dumps({"type": "url_verification", "challenge": "c-1", "token": "x"}).encode()
        headers = slack.line.signed(body) | {"Content-Type": "application/json"}
        assert await slack.line.post(body, headers) == (200, b'{"challenge": "c-1"}')


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"payload=", b"payload=%7B", b"[]", b"5"])
async def test_signed_nonsense_harms_nobody(
    slack: SlackServer, over_http: Callable[..., Any], body: bytes
) -> None:
    async with over_http():
        for form in ("application/json", "application/x-www-form-urlencoded", "text/plain"):
            headers = slack.line.signed(body) | {"Content-Type": form}
            status, _ = await slack.line.post(body, headers)
            assert status in {200, 400, 401, 404, 500}
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        await slack.whispered(slack.bob)


async def test_a_port_that_is_taken_is_said_and_tried_again(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    port = int(slack.address.rpartition(":")[2])
    front = Front(("127.0.0.1", port), SIGNING_SECRET)
    async with running(make_adapter(front=front), ready=False) as adapter:
        await slack.until(lambda: adapter.readiness.detail)
        assert "cannot be used" in adapter.readiness.detail
        assert "http_bind" in adapter.readiness.detail
        await slack.stop()
        await slack.until(lambda: adapter.door.port == port)


async def test_a_refused_token_shows_and_commands_are_acknowledged_all_the_same(
    slack: SlackServer, make_adapter: Callable[..., SlackAdapter], running: Callable[..., Any]
) -> None:
    slack.tokens.bot_error = "token_revoked"
    front = Front(("127.0.0.1", 0), SIGNING_SECRET)
    async with running(make_adapter(front=front), ready=False) as adapter:
        await slack.until(lambda: adapter.readiness.health is Health.REFUSED)
        slack.line.request_url = f"http://127.0.0.1:{adapter.door.port}/slack/events"
        await slack.type_command(slack.bob, slack.alerts, "/watch", "list")
        slack.tokens.bot_error = ""
        await slack.until(lambda: adapter.readiness.health is Health.READY)


async def test_only_its_own_address_is_served(
    slack: SlackServer, over_http: Callable[..., Any]
) -> None:
    async with over_http(), aiohttp.ClientSession() as session:
        for path in ("/", "/slack/install", "/slack/oauth_redirect?code=1"):
            async with session.get(slack.line.request_url.replace("/slack/events", path)) as page:
                assert page.status == 404


async def test_bodies_and_secrets_of_refused_requests_stay_out_of_the_log(
    slack: SlackServer, over_http: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with over_http():
        await slack.line.post(b"command=planted-body", {"X-Slack-Signature": "v0=planted-mark"})
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert "planted" not in logged
    assert SIGNING_SECRET not in logged
