"""/intel trend counts what the archive holds, says what is usual, and shares it when asked to."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.invocation import Invocation
from bot.commands.trend import sparks
from bot.insight.easel import Easel
from bot.insight.trend import Mention, trend
from bot.message import Answer, Picture
from bot.model import Actor, Destination, Entry, Platform, Published, Validators
from tests.stage import Stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CHANNEL = Destination(Platform.SLACK, "C1")


@pytest.fixture
async def stage(made: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Twenty days of three articles on the Taiwan Strait a day, and thirty on the 18th."""
    monkeypatch.chdir(tmp_path)  # the console puts its pictures where it was started
    monkeypatch.setattr(Easel, "draw", draw_here)
    store, home = made.bot.store, made.bot.home
    began = NOW - timedelta(days=20)
    await store.feeds.subscribe(home.id, "https://example.org/feed", "Feed", by="x", at=began)
    for day in range(21):
        at = NOW - timedelta(days=20 - day)
        many = 30 if at.day == 18 else 3
        entries = [
            Entry(
                f"{day}-{number}",
                "Live-fire zone off Pingtan" if many == 30 else f"Talks on the strait, {number}",
                "Taiwan and China",
                url=f"https://example.org/{day}/{number}",
                source="Example News",
                published=Published(at - timedelta(minutes=number)),
            )
            for number in range(many)
        ]
        (due,) = await store.feeds.claim_due(at, limit=1, lease=timedelta(seconds=60))
        await store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=Validators(),
            entries=entries,
            error=None,
            baseline=False,
        )
    return made


async def draw_here(_easel: Easel, name: str, alt: str, chart: Callable[[], bytes]) -> Picture:
    """In this process, which is quicker; `tests/bot/insight/test_easel.py` has the other one."""
    return Picture(name, chart(), alt)


async def asked(stage: Stage, name: str, channel: Destination | None = CHANNEL, **values: str):
    actor = Actor(Platform.SLACK, "U1", "ann", manager=False)
    invocation = Invocation(name, values, actor, stage.bot.home.id, NOW, channel)
    return await stage.bot.commands.answer(invocation)


def said(answer):
    assert isinstance(answer, Answer)
    return repr(answer.blocks)


async def test_a_trend_tells_the_count_the_usual_and_the_spike_with_its_headline(stage):
    shown = await stage.type("/intel trend Taiwan")
    assert "69 articles in 14 days, of 72 articles looked at" in shown
    assert "Usual: 3 in a day, up to 8 (median of 14 whole days" in shown
    assert "1  18 Nov: 30 articles. Live-fire zone off Pingtan" in shown
    assert "Times are UTC; the last day is not over." in shown


async def test_the_picture_comes_with_the_words_and_says_the_same_to_those_who_hear_it(stage):
    answer = (await asked(stage, "intel trend", query="Taiwan")).message
    assert isinstance(answer, Answer)
    assert answer.picture is not None
    assert answer.picture.png.startswith(b"\x89PNG")
    assert "at most 30 (18 Nov). Up to 8 are usual. Above that: 18 Nov." in answer.picture.alt


async def test_the_console_says_where_the_picture_is_and_writes_over_none(stage, tmp_path):
    for name in ("20261122-120000-trend.png", "20261122-120000-trend-2.png"):
        path = tmp_path / "pictures" / name
        assert f"Picture: {path}" in await stage.type("/intel trend Taiwan")
        assert path.read_bytes().startswith(b"\x89PNG")


async def test_a_folder_that_cannot_be_written_costs_only_the_picture(stage, tmp_path):
    (tmp_path / "pictures").write_text("in the way")
    shown = await stage.type("/intel trend Taiwan")
    assert "Live-fire zone" in shown
    assert f"could not be written into {tmp_path / 'pictures'}" in shown


async def test_when_no_picture_can_be_drawn_the_words_come_all_the_same(stage, monkeypatch):
    monkeypatch.setattr(Easel, "draw", _draws_nothing)
    answer = (await asked(stage, "intel trend", query="Taiwan")).message
    assert isinstance(answer, Answer)
    assert answer.picture is None
    assert "Live-fire zone" in said(answer)
    assert "could not be drawn" in said(answer)


async def _draws_nothing(self, name, alt, chart):
    return None


async def test_a_watchlists_name_stands_for_its_query(stage):
    preview = (await stage.ask('/watch add "the strait" Taiwan AND China')).message
    assert isinstance(preview, Answer)
    await stage.invoke(preview.buttons[0].action, {"value": preview.buttons[0].value})
    shown = await stage.type("/intel trend --days 3 The Strait")
    assert "Trend of “the strait”" in shown
    assert "Taiwan AND China" in shown


async def test_what_is_not_found_has_no_picture_and_says_how_much_was_looked_at(stage):
    reply = await asked(stage, "intel trend", query="Patagonia")
    assert isinstance(reply.message, Answer)
    assert reply.message.picture is None
    assert "of 72 articles looked at" in await stage.type("/intel trend Patagonia")


async def test_too_little_to_call_anything_usual_is_said(stage):
    quiet = await stage.type('/intel trend --days 1 "Talks on the strait"')
    assert "It is too early to say what is usual: that takes 12 whole hours" in quiet


@pytest.mark.parametrize("days", ["0", "91", "999999"])
async def test_days_out_of_range_are_refused_with_what_to_type(stage, days):
    assert "days is from 1 to 90" in await stage.type(f"/intel trend --days {days} Taiwan")


async def test_a_wrong_query_gets_a_caret(stage):
    assert "^" in await stage.type("/intel trend Taiwan AND (China")


async def test_a_press_shares_what_was_seen_with_everyone_once(stage):
    private = (await asked(stage, "intel trend", query="Taiwan")).message
    assert isinstance(private, Answer)
    (button,) = private.buttons
    reply = await asked(stage, button.action, value=button.value)
    assert reply.public is not None
    assert reply.public.title == private.title
    assert reply.public.picture is not None
    assert private.picture is not None
    assert reply.public.picture.alt == private.picture.alt
    assert "Shared by ann" in said(reply.public)
    again = await asked(stage, button.action, value=button.value)
    assert again.public is None


async def test_where_nobody_listens_there_is_nothing_to_share(stage):
    for nowhere in (None, Destination(Platform.CONSOLE)):
        reply = await asked(stage, "intel trend", nowhere, query="Taiwan")
        assert isinstance(reply.message, Answer)
        assert reply.message.buttons == ()


async def test_nobody_shares_a_draft_of_another_kind(stage):
    preview = (await stage.ask("/watch add kursk Kursk")).message
    assert isinstance(preview, Answer)
    reply = await asked(stage, "trend:share", value=preview.buttons[0].value)
    assert reply.public is None


def test_sparks_have_a_row_per_week_with_its_sum():
    mentions = [Mention(NOW - timedelta(days=ago), "x", "S") for ago in (1, 1, 1, 1, 3)]
    shown = trend(mentions, now=NOW, days=14, known_since=NOW - timedelta(days=10))
    assert sparks(shown).splitlines() == [
        " 9 Nov ????···     0",
        "16 Nov ···▂·█·     5",
    ]


def test_sparks_of_hours_have_a_row_per_day_with_equal_hours_below_each_other():
    mentions = [Mention(NOW, "x", "S"), Mention(NOW - timedelta(hours=14), "x", "S")]
    shown = trend(mentions, now=NOW, days=1, known_since=NOW - timedelta(days=10))
    assert sparks(shown).splitlines() == [
        "21 Nov " + 13 * " " + "·········█·     1",
        "22 Nov ············█" + 11 * " " + "     1",
    ]
