"""A picture reaches the one who asked on every platform, and the channel when it is shared."""

import asyncio
from datetime import timedelta

import pytest

from bot.insight.easel import Easel
from bot.message import Picture
from bot.model import Entry, Platform, Published, Validators

DAYS = 12


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """The console puts its pictures where it was started; they are drawn here, which is quicker."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Easel, "draw", draw_here)


async def draw_here(_easel, name, alt, chart):
    return Picture(name, chart(), alt)


async def read_news(bot):
    """Two articles a day name Hormuz."""
    store, home, now = bot.store, bot.home, bot.wiring.clock()
    began = now - timedelta(days=DAYS)
    await store.feeds.subscribe(home.id, "https://example.org/feed", "Feed", by="x", at=began)
    for day in range(DAYS):
        at = began + timedelta(days=day)
        (due,) = await store.feeds.claim_due(at, limit=1, lease=timedelta(seconds=60))
        await store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=Validators(),
            entries=[
                Entry(f"{day}-{number}", f"Hormuz {number}", "", published=Published(at))
                for number in range(2)
            ],
            error=None,
            baseline=False,
        )


async def test_a_trend_is_told_in_words_and_shown_to_the_one_who_asked(seat):
    await read_news(seat.bot)
    seen = await seat.type("intel trend Hormuz")
    assert "Trend of a query" in seen
    assert "Usual: 2 in a day" in seen
    shown = {
        Platform.CONSOLE: "-trend.png",
        Platform.DISCORD: "(picture: Bars per day",
        Platform.SLACK: "The picture is in our own conversation",
    }
    assert shown[seat.here.platform] in seen


async def test_share_here_shows_words_and_picture_to_everyone(far_seat):
    await read_news(far_seat.bot)
    await far_seat.type("intel trend Hormuz")
    assert "Trend of a query" not in far_seat.channel()
    await far_seat.press("Share here")
    for _ in range(1000):
        if "(picture: Bars per day" in far_seat.channel():
            break
        await asyncio.sleep(0.01)
    assert "(picture: Bars per day" in far_seat.channel()
    assert "Trend of a query" in far_seat.channel()
    assert "Shared by ann" in far_seat.channel()
