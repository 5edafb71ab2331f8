"""Articles: what waits for a decision, what a workspace sees, and the commit that settles one."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.message import Answer
from bot.model import (
    Alert,
    AlertReason,
    ArticleId,
    ArticleState,
    DecisionId,
    DeliveryState,
    Destination,
    Entry,
    FeedNames,
    Finding,
    Quiet,
    QuietReason,
    Reader,
)
from bot.store.articles import Held
from bot.store.deliveries import NewDelivery

EVIDENCE = (
    Finding("North Korea", "body", 4, 15, "as written", "North Korea"),
    Finding("Kursk", "title", 0, 5, "similar", "Kürsk"),
)


async def fill(store, hand, workspace, number, *, apart=timedelta(minutes=1)):
    """As many articles of one feed, each first seen `apart` later; the first one oldest."""
    await hand.subscribe(workspace)
    for place in range(number):
        at = hand.now + place * apart
        (due,) = await store.feeds.claim_due(at, limit=1, lease=timedelta(seconds=60))
        await store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=None,
            entries=[Entry(str(place), str(place), "Body", f"http://news.example/{place}")],
            error=None,
            baseline=False,
        )


async def test_the_oldest_wait_first_with_everyone_who_reads_them(store, home, other, hand):
    await fill(store, hand, home, 3)
    await hand.subscribe(other)

    waiting = await store.articles.unprocessed(2)

    assert [article.title for article, _ in waiting] == ["0", "1"]
    called = FeedNames("A")
    readers = (Reader(home.id, feed=called), Reader(other.id, feed=called))
    assert [each for _, each in waiting] == [readers] * 2


async def test_an_article_that_nobody_reads_any_more_still_waits_to_be_settled(
    store, home, hand, now
):
    await hand.article(home)
    (subscription,) = await store.feeds.of(home.id)
    await store.feeds.unsubscribe(home.id, subscription.id, by="ann", at=now)

    ((article, readers),) = await store.articles.unprocessed(10)

    assert readers == ()
    assert await store.articles.settle(article.id, [], [], now)
    assert await store.articles.unprocessed(10) == ()


async def test_settling_writes_decisions_deliveries_and_state_together(store, home, hand, now):
    article = await hand.article(home)
    told, kept = await hand.watchlist(home, "told"), await hand.watchlist(home, "kept")
    decisions = [
        Quiet(kept, article, QuietReason.TOO_OLD, EVIDENCE[:1]),
        Alert(told, article, AlertReason.MATCHED, EVIDENCE),
    ]
    places = (Destination.parse("slack:C1"), Destination.parse("console"))
    deliveries = [NewDelivery(home.id, 1, place, "key", Answer("An alert")) for place in places]

    assert await store.articles.settle(article.id, decisions, deliveries, now)

    assert await store.articles.unprocessed(10) == ()
    settled = await store.articles.get(home.id, article.id)
    assert settled == replace(article, state=ArticleState.AWAITING_TEXT)
    claimed = await hand.claim()
    assert [delivery.destination for delivery in claimed] == list(places)
    why = await store.outbox.decision(home.id, claimed[0].decision)
    assert (why.name, why.told, why.reason) == ("told", True, AlertReason.MATCHED)
    assert why.evidence == EVIDENCE
    assert (why.article, why.decided_at) == (settled, now)


async def test_a_quiet_decision_is_kept_with_its_reason(store, home, hand, now):
    article = await hand.article(home)
    watchlist = await hand.watchlist(home)
    quiet = Quiet(watchlist, article, QuietReason.TOO_OLD, EVIDENCE)

    await store.articles.settle(article.id, [quiet], [], now)

    why = await store.outbox.decision(home.id, DecisionId(1))
    assert (why.told, why.reason, why.evidence) == (False, QuietReason.TOO_OLD, EVIDENCE)
    assert await store.outbox.pending() == 0


async def test_a_decision_shows_the_watchlist_as_it_read_then(store, home, hand, now):
    article = await hand.article(home)
    watchlist = await hand.watchlist(home, "Kursk", "North Korea AND Kursk")
    await hand.alert(home, article, watchlist)
    (delivery,) = await hand.claim()

    await store.watchlists.revise(
        home.id, watchlist.id, query="something else", name="Renamed", by="bob", at=now
    )
    await store.watchlists.remove(home.id, watchlist.id, by="bob", at=now)

    why = await store.outbox.decision(home.id, delivery.decision)
    assert (why.name, why.revision, why.query) == ("Kursk", 1, "North Korea AND Kursk")


async def test_an_article_is_settled_once(store, home, hand):
    article = await hand.article(home)
    watchlist = await hand.watchlist(home)

    assert await hand.alert(home, article, watchlist)
    assert not await hand.alert(home, article, watchlist, to="console")
    assert len(await hand.claim()) == 1


async def test_of_many_who_settle_an_article_at_once_one_does(store, home, hand):
    article = await hand.article(home)
    watchlist = await hand.watchlist(home)

    settled = await asyncio.gather(*(hand.alert(home, article, watchlist) for _ in range(8)))

    assert sorted(settled) == [False] * 7 + [True]
    assert len(await hand.claim()) == 1


async def test_a_delivery_that_cannot_be_written_undoes_the_whole_commit(
    store, home, other, hand, now
):
    article = await hand.article(home)
    watchlist = await hand.watchlist(home)
    decision = Alert(watchlist, article, AlertReason.MATCHED)
    slack = Destination.parse("slack:C1")
    good = NewDelivery(home.id, 0, slack, "good", Answer("An alert"))
    foreign = NewDelivery(other.id, 0, slack, "foreign", Answer("Another workspace's"))

    with pytest.raises(IntegrityError):
        await store.articles.settle(article.id, [decision], [good, foreign], now)

    assert [waiting.id for waiting, _ in await store.articles.unprocessed(10)] == [article.id]
    assert await store.outbox.pending() == 0
    assert await store.outbox.decision(home.id, DecisionId(1)) is None
    assert await store.articles.settle(article.id, [decision], [good], now)


async def test_a_watchlist_of_another_workspace_cannot_be_named_in_a_decision(
    store, home, other, hand, now
):
    article = await hand.article(home)
    forged = replace(await hand.watchlist(other), workspace=home.id)

    with pytest.raises(IntegrityError):
        await store.articles.settle(
            article.id, [Alert(forged, article, AlertReason.MATCHED)], [], now
        )


async def test_a_destination_gets_one_delivery_per_key(store, home, hand, now):
    first, second = await hand.article(home, "1"), await hand.article(home, "2")
    watchlist = await hand.watchlist(home)
    delivery = NewDelivery(home.id, 0, Destination.parse("slack:C1"), "same", Answer("An alert"))

    for article in (first, second):
        decision = Alert(watchlist, article, AlertReason.MATCHED)
        assert await store.articles.settle(article.id, [decision], [delivery, delivery], now)

    assert (await store.outbox.counts())[DeliveryState.PENDING] == 1


async def test_a_watchlist_knows_what_it_told_of_under_the_same_address(store, home, hand, now):
    first = await hand.article(home, "1", url="http://news.example/same")
    copy = await hand.article(home, "2", url="http://news.example/same")
    elsewhere = await hand.article(home, "3", url="http://news.example/other")
    nowhere = await hand.article(home, "4", url=None)
    watchlist, another = await hand.watchlist(home, "a"), await hand.watchlist(home, "b")
    quiet = Quiet(another, first, QuietReason.TOO_OLD)

    async def told(which, article):
        return (which, article.id) in await store.articles.told([article, elsewhere])

    assert not await told(watchlist.id, copy)

    await store.articles.settle(
        first.id, [Alert(watchlist, first, AlertReason.MATCHED), quiet], [], now
    )

    assert await told(watchlist.id, copy)
    assert not await told(watchlist.id, first)  # it is itself what was told
    assert not await told(watchlist.id, elsewhere)
    assert not await told(watchlist.id, nowhere)
    assert not await told(another.id, copy)


async def test_the_newest_come_first_page_by_page_without_gap_or_repeat(store, home, hand):
    await fill(store, hand, home, 7, apart=timedelta(0))  # all seen at the same instant

    pages, before = [], None
    while page := await store.articles.newest(home.id, before=before, limit=3):
        pages.append([article.title for article in page])
        before = (page[-1].first_seen_at, page[-1].id)

    assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


async def test_the_newest_can_be_asked_for_since_an_instant(store, home, hand, now):
    await fill(store, hand, home, 4)

    found = await store.articles.newest(home.id, limit=10, since=now + timedelta(minutes=2))

    assert [article.title for article in found] == ["3", "2"]


async def test_a_workspace_sees_only_the_articles_of_feeds_that_it_reads(
    store, home, other, hand, now
):
    mine, theirs = await hand.article(home, "1"), await hand.article(other, "2")

    assert await store.articles.newest(home.id, limit=10) == (mine,)
    assert await store.articles.newest(other.id, limit=10) == (theirs,)
    assert await store.articles.get(home.id, mine.id) == mine
    assert await store.articles.get(home.id, theirs.id) is None
    assert await store.articles.by_url(home.id, mine.url) == mine
    assert await store.articles.by_url(home.id, theirs.url) is None
    assert await store.articles.held(home.id) == Held(1, now)

    (subscription,) = await store.feeds.of(home.id)
    await store.feeds.unsubscribe(home.id, subscription.id, by="ann", at=now)

    assert await store.articles.newest(home.id, limit=10) == ()
    assert await store.articles.get(home.id, mine.id) is None
    assert await store.articles.held(home.id) == Held(0, None)


async def test_what_is_held_is_counted_from_the_oldest_on(store, home, hand, now):
    await fill(store, hand, home, 3)

    assert await store.articles.held(home.id) == Held(3, now)


async def test_an_address_finds_its_newest_article(store, home, hand):
    await hand.article(home, "1", url="http://news.example/same", title="older")
    await hand.article(home, "2", url="http://news.example/same", title="newer")

    found = await store.articles.by_url(home.id, "http://news.example/same")

    assert found.title == "newer"
    assert await store.articles.by_url(home.id, "http://news.example/SAME") is None
    assert await store.articles.get(home.id, ArticleId(999)) is None
