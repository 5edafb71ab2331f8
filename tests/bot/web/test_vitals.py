"""A running bot's signs of life: readiness, metrics, the ping, and what is said of silence."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import WatchlistEntry, defaults
from bot.message import Answer
from bot.schedule import Job, Schedule
from bot.web.health import Ready
from tests.servers.feeds import Answer as Page
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.stage import HandClock, stage

NAMES = {
    "fetch_total",
    "fetch_seconds",
    "feed_last_success_timestamp_seconds",
    "articles_new_total",
    "last_article_timestamp_seconds",
    "matches_total",
    "outbox_pending",
    "outbox_oldest_age_seconds",
    "deliveries_total",
    "delivery_latency_seconds",
    "suppressed_total",
}
HOUR = timedelta(hours=1)


@pytest.fixture
async def server():
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def play(sqlite_url, server, start):
    paper = Newspaper(Story("Old news", guid="0"))
    settings = defaults(
        database={"url": sqlite_url},
        web={"bind": ""},
        fetch={"allow": (server.host,)},
        stories={"enabled": False},
        operations={"ping_url": server.tell("/ping", Page(b"OK"))},
        feeds=({"url": server.tell("/feed?token=hush", paper), "name": "The Paper"},),
        watchlists=(WatchlistEntry(name="kursk", query="Kursk"),),
    )
    async with stage(settings, HandClock(start)) as play:
        await play.tick(start)
        paper.stories = [
            Story("Kursk burns", guid="1", published=start),
            Story("Kursk of long ago", guid="2", published=start - timedelta(days=30)),
        ]
        await play.tick(start + 2 * HOUR)
        yield play


async def test_the_metrics_have_the_names_that_are_promised_and_no_address(play):
    page = (await play.bot.vitals().page()).decode()
    found = set(re.findall(r"^# TYPE watchfloor_(\w+)", page, re.MULTILINE))
    assert found >= NAMES
    assert 'watchfloor_fetch_total{result="ok"}' in page
    assert 'watchfloor_deliveries_total{platform="console",result="sent"} 1.0' in page
    assert "watchfloor_matches_total 2.0" in page
    assert "127.0.0.1" not in page
    assert "hush" not in page


async def test_faults_of_the_database_are_counted_by_kind(play):
    play.bot.store.database.faults["OperationalError"] += 3
    for _ in range(2):
        page = (await play.bot.vitals().page()).decode()
    assert 'watchfloor_db_errors_total{kind="OperationalError"} 3.0' in page


async def test_how_late_the_loop_is_stands_in_the_metrics(play):
    task = asyncio.create_task(play.bot.flow.metrics.sample_loop())
    await asyncio.sleep(0.7)
    task.cancel()
    page = (await play.bot.vitals().page()).decode()
    assert "watchfloor_event_loop_lag_seconds" in page


@pytest.mark.parametrize(
    ("ready", "ok"),
    [
        (Ready(True, {"slack": "ready", "discord": "standby"}, 3, 10.0), True),
        (Ready(False, {}, 0), False),
        (Ready(True, {"slack": "connecting"}, 0), False),
        (Ready(True, {}, 1, 301.0), False),
        (Ready(True, {}, 0, 0.0, ("poll",)), False),
    ],
)
def test_ready_means_all_of_it(ready, ok):
    assert ready.ok is ok


async def test_a_job_that_hangs_is_late(monkeypatch):
    async def hang() -> int:
        await asyncio.sleep(60)
        return 0

    schedule = Schedule((Job("stuck", timedelta(milliseconds=20), hang),))
    schedule.start()
    await asyncio.sleep(0.1)
    assert schedule.late() == ()
    monkeypatch.setattr("bot.schedule.SHORTEST", timedelta(milliseconds=20))
    assert schedule.late() == ("stuck",)
    await schedule.stop(timedelta(0))


async def test_the_service_outside_is_asked_only_while_all_is_well(play, server):
    vitals = play.bot.vitals()
    assert (await vitals.ready()).ok
    await vitals.ping()
    assert [each.path for each in server.requests].count("/ping") == 1
    await play.bot.vitals(late=lambda: ("poll",)).ping()
    assert [each.path for each in server.requests].count("/ping") == 1


async def test_a_service_outside_that_is_gone_does_no_harm(play, server):
    server.tell("/ping", Page(b"", 500))
    assert await play.bot.vitals().ping() == 0


async def test_silence_of_all_feeds_is_told_once(play, start):
    vitals = play.bot.vitals()
    play.clock.now = start + 3 * HOUR
    await vitals.listen_for_silence()
    await play.tick()
    before = len(play.posted)
    play.clock.now = start + 4 * HOUR + timedelta(minutes=5)
    for _ in range(3):
        await vitals.listen_for_silence()
        await play.tick()
    told = [each for each in play.posted[before:] if isinstance(each, Answer)]
    assert [each.title for each in told] == [
        "No feed has brought anything since 2026-03-01 14:00 UTC"
    ]


async def test_a_disk_that_is_almost_full_is_told_once_a_day_and_measured(play):
    vitals = replace(play.bot.vitals(), disk=lambda: 0.93)
    told = len(play.posted)
    for hours in (0, 1, 25):
        play.clock.now += hours * HOUR
        await vitals.look_at_disk()
        await play.tick()
    notices = [each for each in play.posted[told:] if isinstance(each, Answer)]
    assert [each.title for each in notices] == ["93% of the database's disk are used"] * 2
    assert "watchfloor_disk_used_ratio 0.93" in (await vitals.page()).decode()


async def test_a_disk_with_room_is_no_news_and_that_of_another_machine_is_not_known(play):
    told = len(play.posted)
    for share in (0.5, None):
        await replace(play.bot.vitals(), disk=lambda share=share: share).look_at_disk()
    await play.tick()
    assert len(play.posted) == told
    assert 0 < play.bot.vitals().disk() < 1
