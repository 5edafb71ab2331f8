"""What a poll leaves behind: names that outlive their articles, edits, feeds that are gone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.feeds.sifting import Edit, Sifted, Sighting
from bot.message import Answer
from bot.model import (
    Alert,
    AlertReason,
    ArticleState,
    Destination,
    Entry,
    FeedId,
    Habits,
    Quiet,
    QuietReason,
    Validators,
    Wording,
)
from bot.store import retention
from bot.store.deliveries import NewDelivery
from bot.store.polls import MOST_EDITS, QuietPoll
from bot.store.retention import Keep, purge
from bot.store.settling import Settlement

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
KEEP = Keep(articles=9_000 * DAY, deliveries=9_000 * DAY, seen=400 * DAY)


@pytest.fixture
def record(store, hand):
    """Record a poll of the one feed at a moment."""

    async def record(at, entries=(), **what):
        (due,) = await store.feeds.claim_due(at, limit=1, lease=MINUTE)
        told = {"validators": None, "error": None, "baseline": False} | what
        await store.feeds.record_poll(due, at=at, next_poll_at=at, entries=entries, **told)
        return due

    return record


async def test_an_item_is_remembered_under_all_its_names(store, home, hand, now, record):
    await hand.subscribe(home)
    entry = Entry("guid", "T", "B", "http://x.example/1", names=("guid", "link"), title_name="t")
    feed = (await record(now, [entry])).id
    (article,) = await store.articles.newest(home.id, limit=1)

    memory = await store.feeds.remembered(feed, {"guid", "link", "t", "unknown"})

    assert set(memory) == {"guid", "link", "t"}
    (held,) = set(memory.values())
    assert (held.article, held.title, held.body, held.seen_at) == (article.id, "T", "B", now)
    assert await store.feeds.has_shown(feed)


async def test_names_are_a_feeds_own(store, home, hand, now, record):
    await hand.subscribe(home, "http://feeds.example/a")
    first = (await record(now, [Entry("guid", "T", "B")])).id
    other = await hand.subscribe(home, "http://feeds.example/b")

    assert await store.feeds.remembered(other.feed, {"guid"}) == {}
    assert not await store.feeds.has_shown(other.feed)
    assert await store.feeds.has_shown(first)


async def test_thousands_of_names_are_asked_for_at_once(store, home, hand, now, record):
    await hand.subscribe(home)
    entries = [Entry(f"{n}", f"T{n}", "B", names=(f"{n}", f"l{n}")) for n in range(500)]
    feed = (await record(now, entries)).id
    wanted = {name for entry in entries for name in entry.names} | {f"no{n}" for n in range(3000)}

    assert len(await store.feeds.remembered(feed, wanted)) == 1000


async def test_a_name_outlives_its_article_by_far_and_is_forgotten_at_last(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    feed = (await record(now, [Entry("guid", "T", "B")])).id
    await store.database.write(lambda connection: connection.execute(text("delete from articles")))

    assert (await store.feeds.remembered(feed, {"guid"}))["guid"].article is None
    await record(now + 399 * DAY, [Entry("other", "T", "B")])
    await purge(store.database, KEEP, now + 399 * DAY)
    assert "guid" in await store.feeds.remembered(feed, {"guid"})
    gone = await purge(store.database, KEEP, now + 401 * DAY)
    assert gone["names"] == 1
    assert set(await store.feeds.remembered(feed, {"guid", "other"})) == {"other"}


async def test_a_poll_forgets_no_name_however_old_since_the_settings_say_when(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    feed = (await record(now, [Entry("guid", "T", "B")])).id
    await record(now + 4_000 * DAY, [Entry("other", "T", "B")])
    long = replace(KEEP, seen=36_500 * DAY)
    assert (await purge(store.database, long, now + 4_000 * DAY))["names"] == 0
    assert set(await store.feeds.remembered(feed, {"guid", "other"})) == {"guid", "other"}


async def test_many_names_are_forgotten_a_part_at_a_time(
    store, home, hand, now, record, monkeypatch, asked
):
    monkeypatch.setattr(retention, "NAMES_AT_ONCE", 4)
    await hand.subscribe(home)
    await record(now, [Entry(f"{number}", "T", "B") for number in range(10)])
    asked.clear()
    assert (await purge(store.database, KEEP, now + 401 * DAY))["names"] == 10
    assert sum(each[0].lower().startswith("delete from names") for each in asked) == 3


async def test_a_name_seen_again_is_kept_on(store, home, hand, now, record):
    await hand.subscribe(home)
    feed = (await record(now, [Entry("guid", "T", "B")])).id
    (article,) = await store.articles.newest(home.id, limit=1)
    seen = Sifted(sightings=(Sighting("guid", article.id), Sighting("new", article.id)))
    await record(now + 300 * DAY, sifted=seen)
    await record(now + 500 * DAY, [Entry("other", "T", "B")])

    assert set(await store.feeds.remembered(feed, {"guid", "new"})) == {"guid", "new"}


async def test_an_edit_waits_for_a_decision_with_the_text_that_it_replaced(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    await record(now, [Entry("1", "Old title", "Old text")])
    (article,) = await store.articles.newest(home.id, limit=1)
    await store.articles.settle(article.id, [], [], now)
    await record(now + MINUTE, sifted=Sifted(edits=(Edit(article.id, "New title", "New text"),)))

    ((edited, _),) = await store.articles.unprocessed(10)

    assert (edited.title, edited.body) == ("New title", "New text")
    assert edited.before == Wording("Old title", "Old text")
    assert edited.revised_at == now + MINUTE
    assert await store.articles.settle_together(
        [Settlement(edited.id, [], [], edited.revised_at)], now
    )
    settled = await store.articles.get(home.id, article.id)
    assert (settled.state, settled.before) == (ArticleState.PROCESSED, None)


async def test_edits_before_the_decision_keep_the_text_that_was_judged_last(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    await record(now, [Entry("1", "T", "one")])
    (article,) = await store.articles.newest(home.id, limit=1)

    async def edit(at, body):
        await record(at, sifted=Sifted(edits=(Edit(article.id, "T", body),)))
        return (await store.articles.unprocessed(10))[0][0]

    assert (await edit(now + MINUTE, "two")).before is None  # it was never judged
    current = await edit(now + 2 * MINUTE, "three")
    await store.articles.settle_together([Settlement(article.id, [], [], current.revised_at)], now)
    await edit(now + 3 * MINUTE, "four")
    assert (await edit(now + 4 * MINUTE, "five")).before == Wording("T", "three")


async def test_a_decision_on_a_text_that_was_edited_meanwhile_is_not_committed(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    await record(now, [Entry("1", "T", "one")])
    (article,) = await store.articles.newest(home.id, limit=1)
    await record(now + MINUTE, sifted=Sifted(edits=(Edit(article.id, "T", "two"),)))

    assert not await store.articles.settle(article.id, [], [], now)
    assert len(await store.articles.unprocessed(10)) == 1


async def test_a_text_that_changes_for_ever_is_followed_so_far_and_no_further(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    await record(now, [Entry("1", "T", "0")])
    (article,) = await store.articles.newest(home.id, limit=1)
    for number in range(1, MOST_EDITS + 5):
        edit = Edit(article.id, "T", str(number))
        await record(now + number * MINUTE, sifted=Sifted(edits=(edit,)))

    assert (await store.articles.get(home.id, article.id)).body == str(MOST_EDITS)


async def test_a_feed_that_is_gone_is_paused_for_all_its_readers(
    store, home, other, hand, now, record
):
    await hand.subscribe(home)
    await hand.subscribe(other)
    await record(now, error="gone", retired=True)

    for workspace in (home, other):
        (subscription,) = await store.feeds.of(workspace.id)
        assert subscription.paused_at == now
    assert await store.feeds.claim_due(now + DAY, limit=1, lease=MINUTE) == ()


async def test_a_feeds_habits_read_back_as_they_were(store, home, hand, now, record):
    await hand.subscribe(home)
    habits = Habits(
        pace=timedelta(minutes=7.5), newest_at=now, address="http://new.example/", moved_times=2
    )
    await record(now, habits=habits)
    due = await record(now + MINUTE)

    assert (due.habits, due.address) == (habits, "http://new.example/")
    assert (await record(now + 2 * MINUTE)).habits == habits


async def test_articles_told_of_in_one_message_are_settled_together_or_not_at_all(
    store, home, hand, now
):
    articles = [await hand.article(home, str(number)) for number in range(3)]
    watchlist = await hand.watchlist(home)

    def settlement(article):
        alert = Alert(watchlist, article, AlertReason.MATCHED)
        send = NewDelivery(home.id, 0, Destination.parse("slack:C1"), "group", Answer("Three"))
        return Settlement(article.id, [alert], [send] if article is articles[0] else [])

    quiet = Quiet(watchlist, articles[2], QuietReason.TOO_OLD)
    assert await store.articles.settle(articles[2].id, [quiet], [], now)
    assert not await store.articles.settle_together([settlement(one) for one in articles], now)
    assert await hand.claim() == ()
    assert not await store.articles.decided([articles[0].id])

    assert await store.articles.settle_together([settlement(one) for one in articles[:2]], now)
    assert len(await hand.claim()) == 1
    assert (await store.articles.decided([articles[1].id]))[articles[1].id] == {watchlist.id}


async def test_what_one_poll_brought_waits_as_one(store, home, hand, now, record):
    await hand.subscribe(home)
    await record(now, [Entry("0", "T", "B")])
    await record(now + MINUTE, [Entry(f"{n}", "T", "B") for n in range(1, 10)])
    await record(now + 2 * MINUTE, [Entry("10", "T", "B")])

    assert len(await store.articles.waiting(1)) == 1
    assert len(await store.articles.waiting(4)) == 10
    assert len(await store.articles.waiting(50)) == 11


async def test_a_claim_that_is_renewed_outlives_its_lease(store, home, hand, now, eventually):
    await hand.subscribe(home)
    (held,) = await hand.claim_feeds(lease=timedelta(0))
    await store.feeds.renew([held], MINUTE)
    assert await hand.claim_feeds() == ()

    await store.feeds.renew([held], timedelta(0))
    (taken,) = await eventually(hand.claim_feeds)
    await store.feeds.renew([held], MINUTE)  # lost: this changes nothing
    assert await hand.poll(held, []) is None
    assert await hand.poll(taken, []) is not None


async def test_feeds_that_missed_a_turn_are_spread_and_no_others(store, home, hand, now, record):
    for number in range(4):
        await hand.subscribe(home, f"http://feeds.example/{number}")
    claimed = await store.feeds.claim_due(now, limit=3, lease=MINUTE)
    for due in claimed:
        await hand.poll(due, [])  # due again 15 minutes later; the fourth was never polled

    assert await store.feeds.spread(now + 20 * MINUTE, 15 * MINUTE) == 0
    assert await store.feeds.spread(now + 40 * MINUTE, 15 * MINUTE) == 3
    due = {each.url[-1]: each.next_poll_at - now for each in await store.feeds.of(home.id)}
    assert sorted(due.values()) == [timedelta(0), 40 * MINUTE, 45 * MINUTE, 50 * MINUTE]


async def test_an_article_that_was_held_back_says_so(store, home, hand, now, record):
    await hand.subscribe(home)
    await record(now, [Entry("1", "T", "B"), Entry("2", "T", "B")], held_back={"2"})
    waiting = [article for article, _ in await store.articles.unprocessed(10)]

    assert [article.held_back for article in waiting] == [False, True]


async def test_polls_that_brought_nothing_are_recorded_together(store, home, hand, now):
    for name in "abc":
        await hand.subscribe(home, f"http://feeds.example/{name}", name)
    later, ways = now + timedelta(minutes=5), Habits(pace=MINUTE)
    first, second, lost = await hand.claim_feeds()
    await store.feeds.release(lost)

    await store.feeds.record_quiet(
        [
            QuietPoll(due, now, later, Validators("tag", "yesterday", "digest"), ways)
            for due in (first, second, lost)
        ]
    )

    assert [each.next_poll_at for each in await store.feeds.of(home.id)] == [later, later, now]
    again = await store.feeds.claim_due(later, limit=9, lease=MINUTE)
    asked = [due for due in again if due.id != lost.id]
    assert [due.validators for due in asked] == [Validators("tag", "yesterday", "digest")] * 2
    assert all(due.polled_before and due.habits == ways and not due.failures for due in asked)
    (left,) = (due for due in again if due.id == lost.id)
    assert (left.validators, left.polled_before) == (Validators(), False)


async def test_what_the_parser_wants_to_see_again_is_kept_until_there_is_more(
    store, home, hand, now, record
):
    await hand.subscribe(home)
    feed = (await record(now, shown=b"\0first")).id
    assert await store.feeds.shown(feed) == b"\0first"
    await record(now, shown=b"second")
    await record(now)
    assert await store.feeds.shown(feed) == b"second"
    assert await store.feeds.shown(FeedId(99)) == b""
