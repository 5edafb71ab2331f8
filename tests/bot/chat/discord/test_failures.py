"""What each of Discord's answers means, in one table."""

from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp
import discord
import pytest

from bot.chat.discord.failures import sort, sort_before_post, sort_in_thread
from bot.errors import SendKind


@dataclass
class Answer:
    """As much of an HTTP response as discord.py's errors look at."""

    status: int
    reason: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def answered(status: int, code: int = 0, *, wait: str = "") -> discord.HTTPException:
    response = Answer(status, headers={"Retry-After": wait} if wait else {})
    return discord.HTTPException(response, {"code": code, "message": "m"})


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, 10003, SendKind.BLOCKED),
        (404, 10004, SendKind.BLOCKED),
        (403, 50001, SendKind.BLOCKED),
        (403, 50013, SendKind.BLOCKED),
        (403, 50007, SendKind.BLOCKED),
        (400, 40067, SendKind.BLOCKED),
        (404, 10008, SendKind.GONE),
        (400, 50083, SendKind.GONE),
        (400, 160005, SendKind.GONE),
        (401, 0, SendKind.PLATFORM_DOWN),
        (403, 0, SendKind.PLATFORM_DOWN),
        (400, 50035, SendKind.REJECTED),
        (400, 50006, SendKind.REJECTED),
        (413, 40005, SendKind.REJECTED),
        (400, 200000, SendKind.REJECTED),
        (408, 0, SendKind.AMBIGUOUS),
        (500, 0, SendKind.AMBIGUOUS),
        (502, 0, SendKind.AMBIGUOUS),
        (503, 0, SendKind.AMBIGUOUS),
        (504, 0, SendKind.AMBIGUOUS),
        (429, 0, SendKind.NOT_SENT),
    ],
)
def test_each_code_has_its_class(status, code, kind):
    assert sort(answered(status, code)).kind is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (discord.LoginFailure(), SendKind.PLATFORM_DOWN),
        (TimeoutError(), SendKind.AMBIGUOUS),
        (ConnectionResetError(104, "reset"), SendKind.AMBIGUOUS),
        (aiohttp.ServerDisconnectedError(), SendKind.AMBIGUOUS),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_broken_connection_proves_nothing(error, kind):
    assert sort(error).kind is kind


def test_both_kinds_of_limit_say_how_long_to_wait():
    assert sort(discord.RateLimited(7.5)).retry_after == timedelta(seconds=7.5)
    assert sort(answered(429, wait="30")).retry_after == timedelta(seconds=30)
    assert sort(answered(429, wait="soon")).retry_after is None


def test_a_lost_thread_says_nothing_of_its_channel():
    assert sort_in_thread(answered(404, 10003)).kind is SendKind.GONE


def test_what_fails_before_the_post_has_posted_nothing():
    assert sort_before_post(answered(502)).kind is SendKind.NOT_SENT
    assert sort_before_post(answered(400, 50033)).kind is SendKind.BLOCKED
    assert sort_before_post(answered(401)).kind is SendKind.PLATFORM_DOWN
