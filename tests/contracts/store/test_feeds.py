"""Feeds: who reads them, when they are due, and the commit that records a poll."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from bot.model import ArticleState, Entry, Published, SubscriptionId, Validators
from bot.store.feeds import PollRecorded

MINUTE = timedelta(minutes=1)


async def test_a_new_feed_is_due_at_once(store, home, hand, now):
    subscription = await hand.subscribe(home, "http://feeds.example/a", "A")

    (due,) = await hand.claim_feeds()

    assert (due.id, due.url, due.name) == (subscription.feed, "http://feeds.example/a", "A")
    assert (due.failures, due.polled_before, due.validators) == (0, False, Validators())


async def test_a_subscription_reads_back_as_it_was_made(store, home, now):
    made = await store.feeds.subscribe(
        home.id,
        "http://feeds.example/a",
        "Ünïted Nations ☮",
        tags=("war", "un"),
        interval=timedelta(minutes=7.5),
        by="ann",
        at=now,
    )

    assert await store.feeds.of(home.id) == (made,)
    assert made.name == "Ünïted Nations ☮"
    assert made.tags == ("war", "un")
    assert made.interval == timedelta(minutes=7.5)
    assert made.next_poll_at == now
    assert (made.last_polled_at, made.last_success_at, made.failures, made.error) == (
        None,
        None,
        0,
        None,
    )


async def test_subscribing_twice_is_one_subscription_and_one_line_of_audit(store, home, hand):
    first = await hand.subscribe(home)
    second = await hand.subscribe(home)

    assert first == second
    assert await store.feeds.of(home.id) == (first,)
    assert len(await store.audit.of(home.id, 10)) == 1


async def test_subscribing_again_under_another_name_renames(store, home, hand):
    first = await hand.subscribe(home, name="A")
    second = await hand.subscribe(home, name="B")

    assert (second.id, second.name) == (first.id, "B")
    assert [change.action for change in await store.audit.of(home.id, 10)] == [
        "changed feed",
        "subscribed to feed",
    ]


async def test_a_subscription_that_ended_comes_back_as_itself(store, home, hand, now):
    subscription = await hand.subscribe(home)

    assert await store.feeds.unsubscribe(home.id, subscription.id, by="bob", at=now)
    assert await store.feeds.of(home.id) == ()
    assert await hand.subscribe(home) == subscription
    assert await store.feeds.of(home.id) == (subscription,)


async def test_ending_a_subscription_that_is_not_there_says_so(store, home, other, hand, now):
    subscription = await hand.subscribe(home)

    assert not await store.feeds.unsubscribe(other.id, subscription.id, by="eve", at=now)
    assert not await store.feeds.unsubscribe(home.id, SubscriptionId(999), by="ann", at=now)
    assert await store.feeds.unsubscribe(home.id, subscription.id, by="ann", at=now)
    assert not await store.feeds.unsubscribe(home.id, subscription.id, by="ann", at=now)


async def test_feeds_are_listed_by_name_whatever_its_case(store, home, hand):
    for name in ("beta", "Alpha", "Éclair", "alpha 2", "Zulu"):
        await hand.subscribe(home, f"http://feeds.example/{name}", name)

    names = [subscription.name for subscription in await store.feeds.of(home.id)]

    assert names == ["Alpha", "alpha 2", "beta", "Zulu", "Éclair"]


async def test_a_feed_is_polled_once_however_many_workspaces_read_it(store, home, other, hand):
    mine, theirs = await hand.subscribe(home), await hand.subscribe(other)

    assert mine.feed == theirs.feed
    assert len(await hand.claim_feeds()) == 1


async def test_a_feed_that_nobody_reads_any_more_is_not_due(store, home, other, hand, now):
    mine, theirs = await hand.subscribe(home), await hand.subscribe(other)
    await store.feeds.unsubscribe(home.id, mine.id, by="ann", at=now)
    assert await store.feeds.earliest_due() == now

    await store.feeds.unsubscribe(other.id, theirs.id, by="bob", at=now)

    assert await store.feeds.earliest_due() is None
    assert await hand.claim_feeds() == ()


async def test_the_shortest_interval_that_a_reader_asks_for_counts(store, home, other, now):
    async def subscribe(workspace, interval):
        await store.feeds.subscribe(
            workspace.id, "http://feeds.example/a", "A", interval=interval, by="ann", at=now
        )

    async def claimed(usual):
        (due,) = await store.feeds.claim_due(now, limit=1, lease=MINUTE, usual=usual)
        await store.feeds.release(due)
        return due.interval

    await subscribe(home, None)
    assert await claimed(None) is None
    await subscribe(other, 60 * MINUTE)
    assert await claimed(None) == 60 * MINUTE
    assert await claimed(15 * MINUTE) == 15 * MINUTE  # what home gets, which asks for nothing
    await subscribe(other, 5 * MINUTE)
    assert await claimed(15 * MINUTE) == 5 * MINUTE


async def test_a_feed_is_due_from_its_instant_on(store, home, hand, now):
    await hand.subscribe(home)

    async def claim(at):
        return await store.feeds.claim_due(at, limit=10, lease=MINUTE)

    assert await claim(now - timedelta(microseconds=1)) == ()
    assert len(await claim(now)) == 1


async def test_an_instant_is_the_same_in_every_time_zone(store, home, hand, now):
    await hand.subscribe(home)
    anchorage = now.astimezone(timezone(timedelta(hours=-9)))

    assert len(await store.feeds.claim_due(anchorage, limit=10, lease=MINUTE)) == 1


async def test_the_feed_that_waits_longest_comes_first_and_the_limit_holds(store, home, now):
    for minutes in (3, 1, 2):
        await store.feeds.subscribe(
            home.id, f"http://feeds.example/{minutes}", "F", by="ann", at=now - minutes * MINUTE
        )

    first = await store.feeds.claim_due(now, limit=2, lease=MINUTE)
    rest = await store.feeds.claim_due(now, limit=2, lease=MINUTE)

    assert [due.url[-1] for due in first] == ["3", "2"]
    assert [due.url[-1] for due in rest] == ["1"]


async def test_a_claimed_feed_is_nobody_elses_whatever_the_injected_clock_says(
    store, home, hand, now
):
    await hand.subscribe(home)
    await hand.claim_feeds(lease=MINUTE)

    next_year = now + timedelta(days=365)
    assert await store.feeds.claim_due(next_year, limit=10, lease=MINUTE) == ()
    assert await store.feeds.earliest_due() is None


async def test_a_feed_whose_worker_died_is_due_again_when_the_lease_ends(
    store, home, hand, eventually
):
    await hand.subscribe(home)
    (lost,) = await hand.claim_feeds(lease=timedelta(seconds=0.2))
    assert await hand.claim_feeds() == ()

    (found,) = await eventually(hand.claim_feeds)

    assert found.id == lost.id
    assert found.lease != lost.lease


async def test_a_released_feed_is_due_at_once(store, home, hand):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()

    await store.feeds.release(due)

    assert [again.id for again in await hand.claim_feeds()] == [due.id]


async def test_a_poll_is_recorded_with_everything_that_goes_with_it(store, home, hand, now):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    validators = Validators('W/"é"', "Sat, 26 Oct 2024 12:00:00 GMT", "ab" * 32)

    recorded = await store.feeds.record_poll(
        due,
        at=now,
        next_poll_at=now + 15 * MINUTE,
        validators=validators,
        entries=[Entry("1", "One", "Body"), Entry("2", "Two", "Body")],
        error=None,
        baseline=False,
    )

    assert recorded == PollRecorded(new=2, known=0)
    (subscription,) = await store.feeds.of(home.id)
    assert subscription.last_polled_at == subscription.last_success_at == now
    assert subscription.next_poll_at == now + 15 * MINUTE == await store.feeds.earliest_due()
    assert await hand.claim_feeds() == ()
    (again,) = await store.feeds.claim_due(now + 15 * MINUTE, limit=1, lease=MINUTE)
    assert again.validators == validators
    assert again.polled_before


async def test_entries_that_a_feed_had_before_are_known(store, home, hand):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    one, two = Entry("1", "One", "Body"), Entry("2", "Two", "Body")
    assert await hand.poll(due, [one, one]) == PollRecorded(new=1, known=1)

    (due,) = await store.feeds.claim_due(hand.now + 15 * MINUTE, limit=1, lease=MINUTE)

    assert await hand.poll(due, [two, one]) == PollRecorded(new=1, known=1)
    assert {article.title for article, _ in await store.articles.unprocessed(10)} == {"One", "Two"}


async def test_the_same_entry_in_another_feed_is_new(store, home, hand):
    await hand.subscribe(home, "http://feeds.example/a")
    await hand.subscribe(home, "http://feeds.example/b")

    recorded = [await hand.poll(due, [Entry("1", "T", "B")]) for due in await hand.claim_feeds()]

    assert recorded == [PollRecorded(new=1, known=0)] * 2


async def test_what_the_first_poll_finds_is_known_but_never_waits_for_a_decision(store, home, hand):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()

    await hand.poll(due, [Entry("1", "Old news", "Body")], baseline=True)

    assert await store.articles.unprocessed(10) == ()
    (article,) = await store.articles.newest(home.id, limit=10)
    assert article.baseline
    assert article.state is ArticleState.PROCESSED


async def test_a_failed_poll_counts_and_keeps_what_was_known(store, home, hand, now):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    validators = Validators("etag", "modified", "hash")

    async def record(due, at, *, validators, error):
        await store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=validators,
            entries=[],
            error=error,
            baseline=False,
        )
        return (await store.feeds.claim_due(at, limit=1, lease=MINUTE))[0]

    due = await record(due, now, validators=validators, error=None)
    due = await record(due, now + MINUTE, validators=None, error="503")
    due = await record(due, now + 2 * MINUTE, validators=None, error="no answer")

    assert (due.failures, due.validators, due.polled_before) == (2, validators, True)
    (subscription,) = await store.feeds.of(home.id)
    assert (subscription.failures, subscription.error) == (2, "no answer")
    assert subscription.last_polled_at == now + 2 * MINUTE
    assert subscription.last_success_at == now

    due = await record(due, now + 3 * MINUTE, validators=None, error=None)

    assert (due.failures, due.validators) == (0, validators)
    (subscription,) = await store.feeds.of(home.id)
    assert (subscription.failures, subscription.error) == (0, None)


async def test_a_poll_whose_lease_was_lost_writes_nothing(store, home, hand, eventually):
    await hand.subscribe(home)
    (frozen,) = await hand.claim_feeds(lease=timedelta(0))
    (holder,) = await eventually(hand.claim_feeds)

    assert await hand.poll(frozen, [Entry("1", "From the frozen worker", "B")]) is None
    await store.feeds.release(frozen)
    assert await hand.claim_feeds() == ()  # the holder still holds it
    assert await store.articles.unprocessed(10) == ()
    assert await hand.poll(holder, [Entry("1", "From the holder", "B")]) == PollRecorded(1, 0)


async def test_a_poll_is_recorded_whole_or_not_at_all(store, home, hand, now):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    naive = Published(datetime(2024, 10, 26))  # noqa: DTZ001 -- the fault that the store refuses

    with pytest.raises(StatementError, match="has no time zone"):
        await hand.poll(due, [Entry("1", "T", "B"), Entry("2", "T", "B", published=naive)])

    (subscription,) = await store.feeds.of(home.id)
    assert subscription.last_polled_at is None
    assert await store.articles.unprocessed(10) == ()
    assert await hand.poll(due, [Entry("1", "T", "B")]) == PollRecorded(1, 0)  # the lease stands


async def test_an_article_reads_back_as_its_entry_said(store, home, hand, now):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    entry = Entry(
        identity="1",
        title="Курск: «удар» 🇺🇦",
        body="First.\n\nSecond\u2028line, 100 % 'quoted' \\ {braces}.",
        url="http://news.example/1?a=b&c=d",
        source="The Source",
        source_url="https://www.source.example/",
        language="uk",
        published=Published(datetime(2024, 10, 25, tzinfo=UTC), day_only=True),
        author="A. Author",
        tags=("war", "Kursk, region"),
    )

    await hand.poll(due, [entry])

    (article,) = await store.articles.newest(home.id, limit=1)
    assert (article.title, article.body, article.url) == (entry.title, entry.body, entry.url)
    assert (article.source, article.source_host) == ("The Source", "www.source.example")
    assert (article.language, article.author, article.tags) == ("uk", "A. Author", entry.tags)
    assert article.published == entry.published
    assert (article.first_seen_at, article.state, article.baseline) == (
        now,
        ArticleState.NEW,
        False,
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [("https://News.Example:8443/1", "news.example"), ("http://[broken", None), (None, None)],
)
async def test_an_article_without_a_publisher_is_kept_by_its_host_never_by_a_readers_name_for_it(
    store, home, hand, url, host
):
    await hand.subscribe(home, "http://feeds.example/a", "Our secret source")
    (due,) = await hand.claim_feeds()

    await hand.poll(due, [Entry("1", "T", "B", url=url)])

    ((article, _),) = await store.articles.unprocessed(1)
    assert article.source_host == host
    assert article.source == (host or "feeds.example")
    (seen,) = await store.articles.newest(home.id, limit=1)
    assert seen.source == "Our secret source"


async def test_characters_that_no_database_takes_become_one_replacement_each(store, home, hand):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()

    await hand.poll(due, [Entry("1", "a\x00b", "x\ud800y\udfffz \U0001f600", tags=("\ud800",))])

    (article,) = await store.articles.newest(home.id, limit=1)
    assert article.title == "a\ufffdb"
    assert article.body == "x\ufffdy\ufffdz \U0001f600"
    assert article.tags == ("\ufffd",)


async def test_a_poll_may_bring_hundreds_of_long_articles(store, home, hand):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    entries = [
        Entry(
            str(number), f"Title {number}", "word " * 4000, f"http://x.example/{'y' * 4000}{number}"
        )
        for number in range(500)
    ]

    assert await hand.poll(due, entries) == PollRecorded(new=500, known=0)
    assert (await store.articles.held(home.id)).count == 500
