"""What waits for a digest, on both databases: held, renewed, let go, or joined, all or nothing."""

import asyncio
from datetime import UTC, datetime, time, timedelta

from bot.message import AlertCard, Answer, Literal, Quote, Update
from bot.model import Act, Alert, AlertReason, DeliveryState, Destination, Platform, Severity
from bot.store.deliveries import NewDelivery, put
from bot.store.retention import Keep, purge
from bot.stories.hours import USUAL, Hours

SLACK = Destination.parse("slack:C1")
HOUR = timedelta(hours=1)
CARD = AlertCard(
    Quote("A headline"),
    "https://a.example/1",
    Severity.NOTABLE,
    "A",
    None,
    datetime(2024, 11, 1, tzinfo=UTC),
    "kursk",
    (),
    (),
    (Literal("why"),),
)
UPDATE = Update(CARD.headline, CARD.url, "B", None, CARD.first_seen, (), (), CARD.why)


async def queue(store, hand, home, key, message=CARD, *, act=Act.POST, card="", held=None):
    """Settle an article whose only message this is."""
    article = await hand.article(home, key)
    watchlist = await store.watchlists.find(home.id, "Kursk") or await hand.watchlist(home)
    new = NewDelivery(home.id, 0, SLACK, key, message, act, card, held)
    alert = Alert(watchlist, article, AlertReason.MATCHED)
    await store.articles.settle(article.id, [alert], [new], hand.now)


async def due(store, when):
    """All that is due in all channels of Slack, oldest first."""
    found = []
    for queue in await store.digests.due(when, [Platform.SLACK], 100):
        found += await store.digests.waiting(queue, when, None, 100)
    return found


async def test_what_is_held_is_claimed_by_nobody_and_holds_up_nobody(store, home, hand, now):
    await queue(store, hand, home, "1", held=now + HOUR)
    await hand.post(home, "later")

    assert [each.dedup_key for each in await hand.claim(now + 2 * HOUR)] == ["later"]
    assert await due(store, now) == []
    members = await due(store, now + HOUR)
    assert [(each.dedup_key, each.state) for each in members] == [("1", DeliveryState.HELD)]


async def test_an_edit_of_a_card_that_is_held_renews_it_and_a_reply_waits_with_it(
    store, home, hand, now
):
    await queue(store, hand, home, "1", held=now + HOUR)
    newer = AlertCard(**{**{f: getattr(CARD, f) for f in CARD.__slots__}, "source": "B"})
    await queue(store, hand, home, "edit", newer, act=Act.EDIT, card="1")
    await queue(store, hand, home, "2", UPDATE, act=Act.REPLY, card="1", held=now + 5 * HOUR)

    members = await due(store, now + HOUR)
    assert [each.message for each in members] == [newer, UPDATE]
    assert await hand.claim() == ()


async def test_a_reply_that_must_go_at_once_takes_all_of_its_story_along(store, home, hand, now):
    await queue(store, hand, home, "1", held=now + HOUR)
    await queue(store, hand, home, "other", held=now + HOUR)
    await queue(store, hand, home, "2", UPDATE, act=Act.REPLY, card="1", held=now + HOUR)
    await queue(store, hand, home, "3", UPDATE, act=Act.REPLY, card="1")

    assert [each.dedup_key for each in await hand.claim()] == ["1", "2", "3"]
    members = await due(store, now + HOUR)
    assert [each.dedup_key for each in members] == ["other"]


async def test_a_digest_goes_out_once_in_the_place_of_its_members(store, home, hand, now):
    await queue(store, hand, home, "1", held=now + HOUR)
    await queue(store, hand, home, "2", held=now + HOUR)
    members = await due(store, now + HOUR)
    ids = [each.id for each in members]
    digest, then = Answer("Digest: 2 stories"), now + HOUR

    sent = await asyncio.gather(
        store.digests.send((home.id, SLACK), ids, digest, then),
        store.digests.send((home.id, SLACK), ids, digest, then),
    )

    assert sorted(sent) == [False, True]
    assert await due(store, then) == []
    (delivery,) = await hand.claim(then)
    assert delivery.message == digest
    counts = await store.outbox.counts(home.id)
    assert counts[DeliveryState.JOINED] == 2


async def test_a_digest_leaves_out_nothing_that_was_due_before_the_last_of_it(
    store, home, hand, now
):
    await queue(store, hand, home, "1", held=now + HOUR)
    await queue(store, hand, home, "2", held=now + HOUR)
    first, second = await due(store, now + HOUR)
    digest, here = Answer("Digest: 1 story"), (home.id, SLACK)

    assert not await store.digests.send(here, [second.id], digest, now + HOUR)
    assert await store.digests.send(here, [first.id], digest, now + HOUR)
    assert [each.dedup_key for each in await due(store, now + HOUR)] == ["2"]


async def test_the_channel_that_is_due_longest_comes_first_and_none_of_a_platform_not_asked_for(
    store, home, now
):
    for minute, place in enumerate(("slack:C3", "slack:C1", "discord:7", "console", "slack:C2")):
        until = now + timedelta(minutes=minute)
        there = Destination.parse(place)
        new = NewDelivery(home.id, None, there, place, CARD, held_until=until)
        await store.database.write(lambda connection, new=new: put(connection, new, None, now))
    slack_and_console = [Platform.SLACK, Platform.CONSOLE]

    found = await store.digests.due(now + HOUR, slack_and_console, 3)
    assert [str(destination) for _, destination in found] == ["slack:C3", "slack:C1", "console"]
    found = await store.digests.due(now + timedelta(minutes=2), slack_and_console, 100)
    assert [str(destination) for _, destination in found] == ["slack:C3", "slack:C1"]
    assert await store.digests.due(now + HOUR, [], 100) == ()


async def test_what_waits_for_a_digest_is_read_a_few_at_a_time(store, home, hand, now):
    for number in range(5):
        await queue(store, hand, home, f"{number}", held=now + HOUR)
    pages, after = [], None
    while page := await store.digests.waiting((home.id, SLACK), now + HOUR, after, 2):
        pages.append([each.dedup_key for each in page])
        after = page[-1].id
    assert pages == [["0", "1"], ["2", "3"], ["4"]]


async def test_what_is_put_off_is_due_later_and_what_was_not_due_keeps_its_time(
    store, home, hand, now
):
    await queue(store, hand, home, "1", held=now + HOUR)
    await queue(store, hand, home, "2", held=now + 2 * HOUR)
    await store.digests.put_off((home.id, SLACK), now + HOUR, now + 3 * HOUR)
    assert await due(store, now + HOUR) == []
    assert [each.dedup_key for each in await due(store, now + 2 * HOUR)] == ["2"]
    assert [each.dedup_key for each in await due(store, now + 3 * HOUR)] == ["1", "2"]


async def test_what_waits_is_kept_however_short_messages_are_kept(store, home, hand, now):
    await queue(store, hand, home, "1", held=now + HOUR)
    await queue(store, hand, home, "gone")
    (gone,) = await hand.begin()
    await store.outbox.dead(gone, "gone")

    short = Keep(articles=HOUR, deliveries=HOUR, seen=HOUR)
    await purge(store.database, short, now + 5 * HOUR)
    assert (await store.outbox.counts())[DeliveryState.DEAD] == 0
    members = await due(store, now + HOUR)
    assert [each.dedup_key for each in members] == ["1"]


async def test_hours_read_back_as_they_were_chosen_and_changes_are_audited(store, home, now):
    chosen = Hours("Asia/Seoul", (time(22), time(7, 30)), time(9))
    await store.hours.choose(home.id, SLACK, Hours("Europe/Kyiv"), by="ann", at=now)
    await store.hours.choose(home.id, SLACK, chosen, by="ann", at=now)

    console = Destination.parse("console")
    assert await store.hours.of([SLACK, console]) == {SLACK: chosen, console: USUAL}
    assert await store.hours.of([]) == {}
    (change, _) = await store.audit.of(home.id, limit=2)
    assert (change.action, change.subject) == ("set hours", "slack:C1")
