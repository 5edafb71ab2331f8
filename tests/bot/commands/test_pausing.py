"""A pause may end by itself, and everybody sees until when it lasts."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.app import Role
from bot.commands.invocation import Reply
from bot.commands.pausing import instant
from bot.errors import CommandError
from bot.message import Answer, Tone, When
from bot.model import Destination, Severity
from bot.upkeep.pauses import end_pauses
from tests.stage import Stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KYIV = ZoneInfo("Europe/Kyiv")
SLACK = Destination.parse("slack:C1")


@pytest.fixture
async def stage(made: Stage) -> Stage:
    for name, place in (("kursk", "console"), ("sumy", "slack:C1")):
        await made.bot.store.watchlists.add(
            made.bot.home.id,
            name,
            "Kursk",
            severity=Severity.NOTABLE,
            destinations=(Destination.parse(place),),
            by="ann",
            at=NOW,
        )
    return made


async def find(stage: Stage, name: str = "kursk"):
    return await stage.bot.store.watchlists.find(stage.bot.home.id, name)


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


async def test_a_pause_says_when_it_ends_and_so_do_list_show_and_history(stage):
    until = When(NOW + timedelta(hours=8))
    assert repr(until) in said(await stage.ask("/watch pause kursk --for 8h"))
    assert (await find(stage)).paused_until == until.at
    for line in ("/watch list", "/watch show kursk", "/watch history kursk"):
        shown = said(await stage.ask(line))
        assert "paused until " in shown
        assert repr(until) in shown


async def test_it_ends_by_the_clock_and_not_before(stage):
    await stage.ask("/watch pause kursk --for 1h")
    await end_pauses(stage.bot.store, NOW + timedelta(minutes=59))
    assert not (await find(stage)).enabled
    await end_pauses(stage.bot.store, NOW + timedelta(hours=1))
    resumed = await find(stage)
    assert (resumed.enabled, resumed.paused_until, resumed.revision) == (True, None, 3)
    assert "the clock" in said(await stage.ask("/watch history kursk"))
    await end_pauses(stage.bot.store, NOW + timedelta(hours=2))
    assert (await find(stage)).revision == 3


async def test_a_bot_at_work_ends_what_is_over(stage):
    await stage.ask("/watch pause kursk --for 1h")
    stage.clock.now += timedelta(hours=1)
    async with stage.bot.working(frozenset({Role.PROCESS})):
        for _ in range(200):
            if (await find(stage)).enabled:
                return
            await asyncio.sleep(0.05)
    raise AssertionError("the pause did not end")


async def test_where_it_alerts_people_are_told_that_it_is_over(stage):
    await stage.ask("/watch pause sumy --for 1w")
    await end_pauses(stage.bot.store, NOW + timedelta(days=8))
    told = await stage.bot.store.outbox.claim(
        NOW + timedelta(days=8),
        platforms=(SLACK.platform,),
        limit=5,
        lease=timedelta(seconds=60),
    )
    assert [(each.destination, each.message.title) for each in told] == [
        (SLACK, "ann paused the watchlist “sumy”."),
        (SLACK, "The pause of “sumy” is over: it alerts here again."),
    ]


async def test_a_pause_can_be_made_longer_endless_or_ended_by_hand(stage):
    await stage.ask("/watch pause kursk --for 1h")
    await stage.ask("/watch pause kursk --for 1d")
    assert (await find(stage)).paused_until == NOW + timedelta(days=1)
    assert "paused already" in said(await stage.ask("/watch pause kursk --for 1d"))
    await stage.ask("/watch pause kursk")
    assert (await find(stage)).paused_until is None
    await end_pauses(stage.bot.store, NOW + timedelta(days=400))
    assert not (await find(stage)).enabled
    await stage.ask("/watch pause kursk --for 1h")
    assert "on again" in said(await stage.ask("/watch resume kursk"))
    assert (await find(stage)).paused_until is None
    assert "on already" in said(await stage.ask("/watch resume kursk"))


async def test_a_removed_watchlist_stays_removed_when_its_pause_is_over(stage):
    await stage.ask("/watch pause kursk --for 1h")
    kursk = await find(stage)
    await stage.bot.store.watchlists.remove(stage.bot.home.id, kursk.id, by="ann", at=NOW)
    await end_pauses(stage.bot.store, NOW + timedelta(hours=2))
    assert await find(stage) is None


async def test_until_when_is_typed_in_the_time_of_the_channel(stage):
    await stage.ask("/watchfloor setup --zone Europe/Kyiv")
    await stage.ask('/watch pause kursk --until "18:00"')
    assert (await find(stage)).paused_until == datetime(2026, 11, 22, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("18:00", (22, 16, 0)),
        ("9:30", (23, 7, 30)),
        ("2026-11-25", (24, 22, 0)),
        ("2026-11-25 18:00", (25, 16, 0)),
        ("2026-11-25T18:00", (25, 16, 0)),
    ],
)
def test_a_time_is_read_as_the_next_one(text, found):
    day, hour, minute = found
    assert instant(text, NOW, KYIV) == datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "18:60", "2026-02-30", "2026-11-22 13:00", "2031-01-01"]
)
def test_what_is_no_time_or_over_or_far_away_is_refused(text):
    with pytest.raises(CommandError):
        instant(text, NOW, KYIV)


async def test_one_says_either_how_long_or_until_when(stage):
    refused = await stage.ask("/watch pause kursk --for 1h --until 18:00")
    assert refused.message.tone is Tone.FAULT
    assert (await find(stage)).enabled
    forged = await stage.invoke("watch pause", {"watch": "kursk", "for": "2y"})
    assert forged.message.tone is Tone.FAULT


async def test_undo_of_a_resume_is_the_pause_as_it_was(stage):
    await stage.ask("/watch pause kursk --for 1d")
    await stage.ask("/watch resume kursk")
    await stage.ask("/watch undo kursk")
    assert (await find(stage)).paused_until == NOW + timedelta(days=1)
