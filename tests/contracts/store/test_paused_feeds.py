"""A paused subscription: no poll, no alert, everything kept; and what each feed brings."""

from datetime import timedelta

from bot.model import Entry

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


async def test_a_paused_feed_is_polled_no_more_and_still_listed(store, home, hand, now):
    subscription = await hand.subscribe(home)

    assert await store.feeds.pause(home.id, subscription.id, by="ann", at=now)

    assert await hand.claim_feeds() == ()
    assert await store.feeds.earliest_due() is None
    (listed,) = await store.feeds.of(home.id)
    assert (listed.id, listed.paused_at) == (subscription.id, now)


async def test_a_resumed_feed_is_due_again(store, home, hand, now):
    subscription = await hand.subscribe(home)
    await store.feeds.pause(home.id, subscription.id, by="ann", at=now)

    assert await store.feeds.resume(home.id, subscription.id, by="ann", at=now)

    assert await store.feeds.of(home.id) == (subscription,)
    assert len(await hand.claim_feeds()) == 1


async def test_pausing_and_resuming_twice_says_that_nothing_was_to_do(store, home, hand, now):
    subscription = await hand.subscribe(home)

    assert not await store.feeds.resume(home.id, subscription.id, by="ann", at=now)
    assert await store.feeds.pause(home.id, subscription.id, by="ann", at=now)
    assert not await store.feeds.pause(home.id, subscription.id, by="ann", at=now)
    actions = [change.action for change in await store.audit.of(home.id, 10)]
    assert actions == ["paused feed", "subscribed to feed"]


async def test_nobody_pauses_the_feed_of_another_workspace(store, home, other, hand, now):
    subscription = await hand.subscribe(home)

    assert not await store.feeds.pause(other.id, subscription.id, by="eve", at=now)
    assert await store.feeds.of(home.id) == (subscription,)


async def test_a_feed_that_one_paused_is_polled_for_the_other(store, home, other, hand, now):
    ours, theirs = await hand.subscribe(home), await hand.subscribe(other, name="Theirs")
    await store.feeds.pause(home.id, ours.id, by="ann", at=now)

    (due,) = await hand.claim_feeds()

    assert (due.id, due.name) == (theirs.feed, "Theirs")


async def test_a_feed_that_was_removed_while_paused_comes_back_awake(store, home, hand, now):
    subscription = await hand.subscribe(home)
    await store.feeds.pause(home.id, subscription.id, by="ann", at=now)
    await store.feeds.unsubscribe(home.id, subscription.id, by="ann", at=now)

    assert (await hand.subscribe(home)).paused_at is None


async def test_a_new_name_leaves_a_paused_feed_paused(store, home, hand, now):
    subscription = await hand.subscribe(home)
    await store.feeds.pause(home.id, subscription.id, by="ann", at=now)

    assert (await hand.subscribe(home, name="B")).paused_at == now


async def test_what_a_feed_brings_is_counted_without_what_its_first_poll_found(
    store, home, other, hand, now
):
    subscription = await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    await hand.poll(due, [Entry("old", "Old", "")], baseline=True)
    (due,) = await store.feeds.claim_due(now + HOUR, limit=1, lease=HOUR)
    await hand.poll(due, [Entry("1", "One", ""), Entry("2", "Two", "")])

    assert await store.feeds.arrivals(home.id, now - WEEK) == {subscription.feed: 2}
    assert await store.feeds.arrivals(home.id, now + WEEK) == {}
    assert await store.feeds.arrivals(other.id, now - WEEK) == {}


async def test_what_came_before_a_workspace_took_a_feed_up_is_not_counted_for_it(
    store, home, other, hand, now
):
    subscription = await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    await hand.poll(due, [Entry("1", "One", "")])
    url, later = "http://feeds.example/a", now + HOUR
    await store.feeds.subscribe(other.id, url, "A", by="bob", at=later)

    assert await store.feeds.arrivals(home.id, now - WEEK) == {subscription.feed: 1}
    assert await store.feeds.arrivals(other.id, now - WEEK) == {}
