"""After a clock was set back, nothing waits until it is there again."""

from dataclasses import replace
from datetime import timedelta

from bot.message import Answer
from bot.model import Destination, Platform
from bot.store.deliveries import NewDelivery

HOURS, TURN, SECONDS = timedelta(hours=5), timedelta(minutes=15), timedelta(seconds=30)
SLACK, OTHER = Destination.parse("slack:C1"), Destination.parse("slack:C2")


async def due(store, now):
    return [each.url for each in await store.feeds.claim_due(now, limit=9, lease=TURN)]


async def claimed(store, now):
    found = await store.outbox.claim(now, platforms=[Platform.SLACK], limit=9, lease=TURN)
    return [each.dedup_key for each in found]


async def polled(hand, at, url, home, again_after):
    then = replace(hand, now=at)
    await then.subscribe(home, url)
    (claimed,) = await then.claim_feeds()
    await then.poll(claimed, [], baseline=True, again_after=again_after)


async def test_feeds_that_were_polled_later_than_now_come_one_after_the_other_within_a_turn(
    store, home, hand, now
):
    urls = [f"http://feeds.example/{number}" for number in range(3)]
    for url in urls:
        await polled(hand, now + HOURS, url, home, again_after=TURN)
    assert await due(store, now + TURN) == []

    await store.timetable.bring_forward(now, TURN)
    await store.timetable.bring_forward(now, TURN)

    assert await due(store, now) == urls[:1]
    assert await due(store, now + TURN / 3) == urls[1:2]
    assert await due(store, now + TURN) == urls[2:]


async def test_a_feed_that_is_left_alone_for_long_by_the_right_clock_stays_so(
    store, home, hand, now
):
    await polled(hand, now - TURN, "http://feeds.example/a", home, again_after=HOURS)
    await store.timetable.bring_forward(now, TURN)
    assert await due(store, now + TURN) == []


async def test_a_delivery_that_was_planned_by_a_clock_that_was_ahead_is_due(store, home, now):
    await store.outbox.post(home.id, SLACK, Answer("ahead"), "ahead", now + HOURS)
    assert await claimed(store, now) == []
    await store.timetable.bring_forward(now, TURN)
    assert await claimed(store, now) == ["ahead"]


async def test_what_is_held_for_a_digest_and_what_waits_for_seconds_stays_as_it_is(
    store, home, hand, now
):
    article = await hand.article(home)
    held = NewDelivery(home.id, None, SLACK, "held", Answer("a"), held_until=now + HOURS)
    await store.articles.settle(article.id, [], [held], now)
    await store.outbox.post(home.id, OTHER, Answer("soon"), "soon", now + SECONDS)
    await store.timetable.bring_forward(now, TURN)
    assert await claimed(store, now) == []
    assert await claimed(store, now + SECONDS) == ["soon"]


async def test_the_last_poll_of_any_feed_is_known(store, home, hand, now):
    assert await store.timetable.last_poll() is None
    await polled(hand, now, "http://feeds.example/a", home, again_after=TURN)
    assert await store.timetable.last_poll() == now
