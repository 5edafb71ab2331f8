"""Politeness, measured in the server's own log; and feeds that move, fail, recover and end."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tests.servers.feeds import Answer, redirect
from tests.servers.newspaper import Newspaper, Story

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def pass_time(press, span: timedelta, step: timedelta = 5 * MINUTE) -> list[datetime]:
    """Let time pass in steps; the moments at which the server was asked."""
    moments = []
    end = press.now + span
    while press.now < end:
        before = len(press.server.requests)
        await press.turn(step)
        moments += [press.now] * (len(press.server.requests) - before)
    return moments


def gaps(moments: list[datetime]) -> set[timedelta]:
    return {later - earlier for earlier, later in pairwise(moments)}


async def test_nine_of_ten_requests_are_conditional_and_none_brings_a_cookie_or_a_referer(press):
    press.paper.headers["Set-Cookie"] = "id=7; Path=/"
    for number in range(200):
        if number % 10 == 0:
            press.paper.stories.insert(
                0, Story(f"News of the day, number {number}", f"tag:{number}")
            )
        await press.turn(15 * MINUTE)
    requests = press.server.requests[1:]
    conditional = [request for request in requests if "if-none-match" in request.headers]
    assert len(requests) >= 150
    assert len(conditional) / len(requests) >= 0.9
    assert not [request for request in requests if {"cookie", "referer"} & request.headers.keys()]
    assert len({request.headers["user-agent"] for request in requests}) == 1


async def test_once_a_day_a_feed_is_asked_in_full(press):
    press.paper.stories = [Story("A story of some length", "tag:1")]
    await pass_time(press, 3 * DAY, HOUR)
    full = [one for one in press.server.requests[1:] if "if-none-match" not in one.headers]
    assert 2 <= len(full) <= 3


@pytest.mark.parametrize("status", [429, 503])
async def test_nothing_is_asked_before_retry_after(press, status):
    press.server.tell("/feed", Answer(b"", status, {"Retry-After": "7200"}))
    await press.turn()
    assert await pass_time(press, 2 * HOUR - 5 * MINUTE) == []
    assert len(await pass_time(press, 10 * MINUTE)) == 1


async def test_max_age_is_waited_for(press):
    press.paper.headers["Cache-Control"] = "public, max-age=3600"
    await press.turn()
    assert gaps(await pass_time(press, 6 * HOUR)) == {HOUR}


async def test_a_quick_feed_that_allows_it_is_asked_every_minute(press):
    press.paper.head = "<ttl>1</ttl>"
    for number in range(30):
        at = press.now - number * 2 * MINUTE
        press.paper.stories.append(Story(f"Number {number} of many", f"tag:{number}", published=at))
    await press.turn()
    assert gaps(await pass_time(press, 20 * MINUTE, timedelta(seconds=20))) == {MINUTE}


async def test_a_quick_feed_that_says_nothing_is_asked_every_five_minutes(press):
    for number in range(30):
        at = press.now - number * 2 * MINUTE
        press.paper.stories.append(Story(f"Number {number} of many", f"tag:{number}", published=at))
    await press.turn()
    assert gaps(await pass_time(press, HOUR, MINUTE)) == {5 * MINUTE}


async def test_a_feed_that_sleeps_is_asked_hourly_and_awakes(press):
    press.paper.stories = [Story("A story of some length", "tag:1")]
    await press.turn()
    await pass_time(press, 3 * DAY, HOUR)
    assert gaps(await pass_time(press, 6 * HOUR)) == {HOUR}
    press.paper.stories.insert(0, Story("Another story at last", "tag:2"))
    await pass_time(press, HOUR)
    assert gaps(await pass_time(press, 3 * HOUR)) == {15 * MINUTE}


async def test_a_feed_that_moved_is_read_at_its_new_address_after_three_answers_over_a_day(press):
    press.server.tell("/new", press.paper)
    press.server.tell("/feed", redirect("/new", 301))
    await pass_time(press, 23 * HOUR, HOUR)
    assert press.notices == []
    await pass_time(press, 4 * HOUR, HOUR)
    assert press.notices == ["The feed “The Paper” has moved"]
    before = len(press.server.requests)
    await pass_time(press, 4 * HOUR, HOUR)
    assert {request.path for request in press.server.requests[before:]} == {"/new"}


async def test_a_feed_that_moved_for_an_hour_is_read_where_it_was(press):
    press.server.tell("/new", press.paper)
    press.server.tell("/feed", redirect("/new", 308))
    await pass_time(press, 3 * HOUR)
    press.server.tell("/feed", press.paper)
    await pass_time(press, 30 * HOUR, HOUR)
    assert press.server.requests[-1].path == "/feed"
    assert press.notices == []


async def test_a_temporary_redirect_is_followed_for_ever(press):
    press.server.tell("/new", press.paper)
    press.server.tell("/feed", redirect("/new", 302))
    await pass_time(press, 40 * HOUR, HOUR)
    assert [request.path for request in press.server.requests[-2:]] == ["/feed", "/new"]


async def test_a_feed_that_is_gone_is_paused_and_said_so_once(press):
    press.server.tell("/feed", Answer(b"", 410))
    await press.turn()
    assert await pass_time(press, 10 * DAY, 6 * HOUR) == []
    assert press.notices == ["The feed “The Paper” is gone"]
    (subscription,) = await press.stage.bot.store.feeds.of(press.stage.bot.home.id)
    assert subscription.paused_at is not None
    assert "410" in (subscription.error or "")


async def test_a_feed_that_is_gone_is_tried_again_when_somebody_resumes_it(press):
    press.server.tell("/feed", Answer(b"", 410))
    await press.turn()
    store, home = press.stage.bot.store, press.stage.bot.home.id
    (subscription,) = await store.feeds.of(home)
    await store.feeds.resume(home, subscription.id, by="ann", at=press.now)
    press.server.tell("/feed", press.paper)
    press.paper.stories = [Story("North Korea sends troops to Kursk", "tag:1")]
    await press.turn()
    assert len(press.told) == 1


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (Answer(b"", 404), "404"),
        (Answer(b"", 403), "403"),
        (Answer(b"", 403, {"cf-mitigated": "challenge"}), "Cloudflare"),
        (Answer(b"<html></html>"), "web page"),
        (Answer(b""), "empty"),
    ],
    ids=["404", "403", "cloudflare", "page", "empty"],
)
async def test_a_failure_is_named_for_what_it_is_and_told_once_down_once_back(press, answer, named):
    sound = press.paper
    press.server.tell("/feed", answer)
    await pass_time(press, 20 * DAY, 6 * HOUR)
    assert press.notices == ["The feed “The Paper” is down"]
    (subscription,) = await press.stage.bot.store.feeds.of(press.stage.bot.home.id)
    assert named in (subscription.error or "")
    press.server.tell("/feed", sound)
    await pass_time(press, 2 * DAY, HOUR)
    assert press.notices == ["The feed “The Paper” is down", "The feed “The Paper” is back"]


async def test_a_dead_feed_is_left_more_and_more_alone_and_after_a_week_asked_daily(press):
    press.server.tell("/feed", Answer(b"", 500))
    first_day = await pass_time(press, DAY, 15 * MINUTE)
    await pass_time(press, 6 * DAY, HOUR)
    later = await pass_time(press, 10 * DAY, HOUR)
    assert 8 <= len(first_day) <= 12
    assert 8 <= len(later) <= 11
    assert min(gaps(later)) >= DAY


async def test_a_start_after_a_long_rest_spreads_the_feeds_over_an_interval(press):
    store, home = press.stage.bot.store, press.stage.bot.home.id
    for number in range(9):
        url = press.server.tell(f"/{number}", Newspaper())
        await store.feeds.subscribe(home, url, str(number), by="ann", at=press.now)
    await press.turn(HOUR)
    fresh = press.server.tell("/fresh", Newspaper())
    await store.feeds.subscribe(home, fresh, "fresh", by="ann", at=press.now)
    press.now += DAY
    assert await store.feeds.spread(press.now, 15 * MINUTE) == 10
    before = len(press.server.requests)
    moments = await pass_time(press, 15 * MINUTE, MINUTE)
    first: dict[str, datetime] = {}
    for request, moment in zip(press.server.requests[before:], moments, strict=True):
        first.setdefault(request.path, moment)
    at_once = Counter(first.values())
    assert len(first) == 11
    assert max(at_once.values()) <= 2
    assert first["/fresh"] == min(moments)


async def test_a_restart_within_the_interval_asks_nobody_twice(press):
    store = press.stage.bot.store
    await press.turn()
    assert await store.feeds.spread(press.now + MINUTE, 15 * MINUTE) == 0
    before = len(press.server.requests)
    await press.turn(5 * MINUTE)
    assert len(press.server.requests) == before
