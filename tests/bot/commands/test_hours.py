"""/watchfloor setup: a channel's hours are checked, kept, shown and announced."""

from collections.abc import AsyncIterator
from datetime import time

import pytest

from bot.commands.invocation import Invocation
from bot.message import Answer
from bot.model import Actor, Destination, Platform
from bot.stories.hours import USUAL, Hours
from tests.stage import CONSOLE, Stage, staged

CHANNEL = Destination(Platform.SLACK, "C1")


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged("north-korea-kursk", sqlite_url) as made:
        yield made


def said(reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


async def hours(stage: Stage, place: Destination = CONSOLE) -> Hours:
    return (await stage.bot.store.hours.of([place]))[place]


async def test_without_options_the_hours_are_shown_and_nothing_is_changed(stage):
    shown = said(await stage.ask("/watchfloor setup"))
    assert "no quiet hours" in shown
    assert "daily digests come at 08:00" in shown
    assert await hours(stage) == USUAL


async def test_what_is_given_changes_and_the_rest_stays(stage):
    asked = "/watchfloor setup --zone europe/kyiv --quiet 22:00-7:00 --digest 09:30"
    assert "quiet from 22:00 to 07:00" in said(await stage.ask(asked))
    assert await hours(stage) == Hours("Europe/Kyiv", (time(22), time(7)), time(9, 30))
    await stage.ask("/watchfloor setup --quiet off")
    assert await hours(stage) == Hours("Europe/Kyiv", None, time(9, 30))


@pytest.mark.parametrize(
    ("typed", "wrong", "instead"),
    [
        ("--zone Kyev", "no time zone 'Kyev'", "--zone Europe/"),
        ("--zone Europe/Berlim", "no time zone", "--zone Europe/Berlin"),
        ("--quiet 22:00", "from a time to a time", "--quiet 22:00-07:00"),
        ("--quiet 22:00-25:00", "'25:00' is no time of day", "--quiet 22:00-07:00"),
        ("--quiet 07:00-07:00", "would never end", "--quiet 22:00-07:00"),
        ("--digest noon", "'noon' is no time of day", "--digest 08:00"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_what_to_write(stage, typed, wrong, instead):
    refused = said(await stage.ask(f"/watchfloor setup {typed}"))
    assert wrong in refused
    assert instead in refused
    assert await hours(stage) == USUAL


async def test_only_managers_set_them_and_a_shared_channel_hears_of_it(stage):
    refused = await stage.ask("/watchfloor setup --quiet off", manager=False)
    assert "for the admins" in said(refused)
    actor = Actor(Platform.SLACK, "U1", "ann", manager=True)
    reply = await stage.bot.commands.answer(
        Invocation(
            "watchfloor setup",
            {"quiet": "23:00-06:00"},
            actor,
            stage.bot.home.id,
            stage.clock.now,
            CHANNEL,
        )
    )
    assert reply.public is not None
    assert "ann changed the hours of this channel: UTC, quiet from 23:00" in reply.public.title
    assert (await hours(stage, CHANNEL)).quiet == (time(23), time(6))
    assert await hours(stage) == USUAL
