"""No planted secret gets through the log filter, whatever it stands in; ordinary words do."""

import io
import json
import logging
import time

import pytest
from pydantic import SecretStr

from bot.config import Database, Discord, LogFormat, Operations, Slack, defaults
from bot.redaction import RedactingFormatter, redacted, secrets_of

SLACK_BOT = "xoxb-" + "123456789012-abcdefGHIJKL"
SLACK_APP = "xapp-" + "1-A0123456789-987654321-deadbeef"
DISCORD = ".".join(("MTA1" + "x" * 22, "GhIjKl", "m" * 38))
PASSWORD = "p4ss/w0rd@home"
PING = "https://ping.example.org/0a1b2c3d"
SETTINGS = defaults(
    slack=Slack(enabled=True, bot_token=SecretStr(SLACK_BOT), app_token=SecretStr(SLACK_APP)),
    discord=Discord(enabled=True, bot_token=SecretStr(DISCORD)),
    database=Database(url=f"postgresql://bot:{PASSWORD}@db.example/watchfloor"),
    operations=Operations(ping_url=PING),
)


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize(
    "secret",
    [SLACK_BOT, SLACK_APP, DISCORD, PASSWORD, PING],
    ids=["bot", "app", "dc", "pw", "ping"],
)
def test_what_the_settings_hold_is_in_no_line_and_no_traceback(form, secret):
    screen = io.StringIO()
    handler = logging.StreamHandler(screen)
    handler.setFormatter(RedactingFormatter(form, secrets_of(SETTINGS)))
    log = logging.getLogger("test of redaction")
    log.addHandler(handler)
    log.propagate = False
    try:
        log.error("the request to %s failed", secret)
        try:
            raise ValueError(f"with {secret} in it")
        except ValueError:
            log.exception("it broke")
    finally:
        log.removeHandler(handler)
    said = screen.getvalue()
    assert secret not in said
    assert "it broke" in said
    assert "ValueError" in said
    if form is LogFormat.JSON:
        lines = [json.loads(line) for line in said.splitlines()]
        assert [line["level"] for line in lines] == ["error", "error"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"token {SLACK_BOT} refused", "token [secret] refused"),
        (f"Authorization: Bot {DISCORD}", "Authorization: Bot [secret]"),
        ("Bearer abcdefghijklmnop", "Bearer [secret]"),
        ("https://ann:hunter2@feeds.example/a", "https://[secret]@feeds.example/a"),
        ("https://ann:p@ss@feeds.example/a", "https://[secret]@feeds.example/a"),
        (f"{'x.' * 40}y://ann:hunter2@host", f"{'x.' * 40}y://[secret]@host"),
        ("https://feeds.example/a?token=abc&x=1", "https://feeds.example/a?token=[secret]&x=1"),
        ("https://feeds.example/a?api_key=abc", "https://feeds.example/a?api_key=[secret]"),
        ("https://hooks.slack.com/services/T0/B0/xyz", "https://hooks.slack.com/[secret]"),
        (
            "https://discord.com/api/v10/webhooks/12/abc-def",
            "https://discord.com/api/webhooks/[secret]",
        ),
        ("GET /cb?code=4711.0815&state=x", "GET /cb?code=[secret]&state=x"),
        ("v0=" + "a" * 64, "v0=[secret]"),
    ],
)
def test_the_shapes_of_secrets_are_known(text, left):
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "North Korea AND Kursk",
        "A bot posted in slack:C0123456789 at 12:00",
        "https://feeds.example/world.xml?format=rss",
        "mail ops@example.org",
        "delivery 12 to discord:112233445566778899 is over",
    ],
)
def test_ordinary_words_stay(text):
    assert redacted(text, secrets_of(SETTINGS)) == text


@pytest.mark.parametrize(
    "words", ["a.", "a-", "a://", "a://b", "@a", "?key", "?key=", "Bot ", "xoxb"]
)
def test_a_long_and_hostile_line_is_read_in_an_instant(words):
    started = time.thread_time()
    redacted(words * 50_000)
    assert time.thread_time() - started < 2
