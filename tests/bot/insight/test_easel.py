"""A picture is drawn elsewhere; whatever happens to it there, the bot and the answer go on."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.insight.charts import StoryPoint, story_chart
from bot.insight.easel import PNG, Easel

START = datetime(2026, 11, 22, tzinfo=UTC)


def hangs() -> bytes:
    time.sleep(60)
    return PNG


def dies() -> bytes:
    os.abort()


def draws_nonsense() -> bytes:
    return b"GIF89a"


def shows_its_surroundings() -> bytes:
    return PNG + repr(sorted(os.environ)).encode()


async def test_a_chart_comes_back_as_a_picture_and_the_loop_never_waits():
    longest = 0.0

    async def watch():
        nonlocal longest
        while True:
            before = time.process_time()
            await asyncio.sleep(0)
            # Processor time of this process alone: others on the machine do not count.
            longest = max(longest, time.process_time() - before)
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    chart = partial(story_chart, [StoryPoint(START, "AP")], [], "Kursk")
    picture = await Easel().draw("kursk.png", "one report", chart)
    watching.cancel()
    assert picture is not None
    assert (picture.name, picture.alt) == ("kursk.png", "one report")
    assert picture.png.startswith(PNG)
    assert longest < 0.1


async def test_a_chart_that_cannot_be_drawn_is_none_and_says_why(caplog):
    assert await Easel().draw("empty.png", "", partial(story_chart, [], [], "")) is None
    assert "a story without a report has no picture" in caplog.text


async def test_a_child_that_hangs_is_killed_in_time(caplog):
    began = time.monotonic()
    assert await Easel(timedelta(seconds=1)).draw("late.png", "", hangs) is None
    assert time.monotonic() - began < 10
    assert "given up" in caplog.text


async def test_a_child_that_dies_or_talks_nonsense_costs_only_its_picture():
    easel = Easel()
    assert await easel.draw("dead.png", "", dies) is None
    assert await easel.draw("gif.png", "", draws_nonsense) is None


async def test_the_child_sees_no_secret(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    picture = await Easel().draw("env.png", "", shows_its_surroundings)
    assert picture is not None
    assert b"SLACK" not in picture.png
