"""Pages of articles: wanted once, claimed by rank within a budget, kept beside the feed's text."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.feeds.sifting import Edit, Sifted
from bot.feeds.wanted import PageState
from bot.model import Alert, AlertReason, ArticleState, Entry, FeedNames, FullText, Reader
from bot.store.pages import PageTally, SamePage
from bot.store.settling import Settlement

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
TEXT = "The page tells it all.\n\nTroops were seen in Kursk."


@pytest.fixture
def settled(hand, home):
    """Makes an article and lets its first look pass."""

    async def make(identity="1", **entry):
        article = await hand.article(home, identity, **entry)
        await hand.store.articles.settle(article.id, [], [], hand.now)
        return replace(article, state=ArticleState.AWAITING_TEXT)

    return make


@pytest.fixture
def claim(store, now):
    async def take(at=now, limit=10, per_hour=10, lease=LEASE):
        return await store.pages.claim(at, limit=limit, per_hour=per_hour, lease=lease)

    return take


async def test_a_settled_article_waits_for_a_look_at_its_page(store, home, settled):
    article = await settled()
    (awaiting,) = await store.pages.awaiting(10)
    assert awaiting.article.id == article.id
    assert awaiting.readers == (Reader(home.id, feed=FeedNames("A")),)
    assert awaiting.page is None
    await store.pages.finish([article])
    assert await store.pages.awaiting(10) == ()
    assert (await store.articles.get(home.id, article.id)).state is ArticleState.PROCESSED


async def test_what_has_no_page_or_is_never_told_waits_for_none(store, home, hand, now):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    entries = [_entry(number, url) for number, url in enumerate([None, "http://news.example/x"])]
    await store.feeds.record_poll(
        due,
        at=now,
        next_poll_at=now + HOUR,
        validators=None,
        entries=entries,
        error=None,
        baseline=False,
        held_back={entries[1].identity},
    )
    for article, _ in await store.articles.unprocessed(10):
        await store.articles.settle(article.id, [], [], now)
    assert await store.pages.awaiting(10) == ()


def _entry(number, url):
    return Entry(str(number), f"Title {number}", "Body.", url)


async def test_a_wanted_page_is_out_of_sight_until_something_comes_of_it(
    store, home, settled, claim, now
):
    article = await settled()
    await store.pages.want({article.id: 3}, now)
    assert await store.pages.awaiting(10) == ()
    (page,) = await claim()
    assert (page.article, page.url, page.title) == (article.id, article.url, article.title)
    assert page.attempts == 1
    assert await store.pages.awaiting(10) == ()
    assert await store.pages.read(page, TEXT)
    (awaiting,) = await store.pages.awaiting(10)
    assert awaiting.page is PageState.READ
    assert (awaiting.article.id, awaiting.article.page) == (article.id, TEXT)


async def test_a_refused_page_says_why(store, settled, claim, now):
    article = await settled()
    await store.pages.want({article.id: 3}, now)
    (page,) = await claim()
    assert await store.pages.refused(page, "It wants a password.")
    (awaiting,) = await store.pages.awaiting(10)
    assert (awaiting.page, awaiting.article.page) == (PageState.REFUSED, "")
    tally = await store.pages.tally(article.feed, now - HOUR)
    assert tally == PageTally({PageState.REFUSED: 1}, "It wants a password.")


async def test_a_page_is_wanted_once(store, settled, claim, now):
    article = await settled()
    await store.pages.want({article.id: 3}, now)
    (page,) = await claim()
    await store.pages.read(page, TEXT)
    await store.pages.want({article.id: 1}, now)
    assert await claim() == ()


async def test_the_rarest_come_first_and_of_equals_the_newest(store, settled, claim, now):
    made = [await settled(str(number)) for number in range(4)]
    for number, rank in enumerate((50, 7, 50, 900)):
        await store.pages.want({made[number].id: rank}, now + number * timedelta(seconds=1))
    order = [page.article for page in await claim(now + HOUR)]
    assert order == [made[1].id, made[2].id, made[0].id, made[3].id]


async def test_a_feed_has_a_budget_of_pages_for_each_hour(store, home, hand, now, claim):
    await hand.subscribe(home)
    (due,) = await hand.claim_feeds()
    await hand.poll(due, [_entry(n, f"http://news.example/{n}") for n in range(5)])
    waiting = await store.articles.unprocessed(10)
    for article, _ in waiting:
        await store.articles.settle(article.id, [], [], now)
    await store.pages.want({article.id: article.id for article, _ in waiting}, now)
    assert len(await claim(per_hour=3)) == 3
    assert await claim(now + timedelta(minutes=59), per_hour=3) == ()
    assert len(await claim(now + timedelta(minutes=61), per_hour=3)) == 2


async def test_two_workers_never_read_the_same_page(store, settled, claim, now):
    for number in range(6):
        await store.pages.want({(await settled(str(number))).id: 1}, now)
    first, second = await claim(limit=3), await claim(limit=10)
    assert len(first) == len(second) == 3
    assert not {page.article for page in first} & {page.article for page in second}


async def test_a_claim_that_ran_out_is_taken_over_and_the_first_counts_no_more(
    store, settled, claim, now, eventually
):
    article = await settled()
    await store.pages.want({article.id: 1}, now)
    (lost,) = await claim(lease=timedelta(milliseconds=1))
    (taken,) = await eventually(claim)
    assert taken.attempts == 2
    assert not await store.pages.read(lost, "Too late.")
    assert await store.pages.read(taken, TEXT)


async def test_a_postponed_page_waits_for_its_time(store, settled, claim, now):
    article = await settled()
    await store.pages.want({article.id: 1}, now)
    (page,) = await claim()
    await store.pages.postpone(page, now + HOUR, "It is overloaded.")
    assert not await store.pages.any_waits(now + HOUR / 2)
    assert await claim(now + HOUR / 2) == ()
    assert await store.pages.any_waits(now + HOUR)
    (again,) = await claim(now + HOUR)
    assert again.attempts == 2


async def test_what_waited_too_long_is_given_up_with_a_reason(store, settled, now):
    article = await settled()
    await store.pages.want({article.id: 1}, now)
    assert await store.pages.give_up(now - HOUR, "Too late.") == 0
    assert await store.pages.give_up(now + HOUR, "Too late.") == 1
    (awaiting,) = await store.pages.awaiting(10)
    assert awaiting.page is PageState.REFUSED
    assert (await store.pages.tally(article.feed, now - HOUR)).refusal == "Too late."


async def test_an_address_read_for_one_feed_need_not_be_asked_for_another(
    store, settled, claim, now
):
    first = await settled("1", url="http://news.example/same")
    second = await settled("2", url="http://news.example/same")
    await store.pages.want({first.id: 1}, now)
    (page,) = await claim()
    await store.pages.read(page, TEXT)
    await store.pages.want({second.id: 1}, now)
    (other,) = await claim()
    assert await store.pages.same_page(other, now - HOUR) == SamePage(first.id, TEXT)
    assert await store.pages.same_page(other, now + HOUR) is None


async def test_the_second_decision_finds_the_article_as_the_first_left_it(
    store, home, hand, settled, claim, now
):
    article = await settled()
    await store.pages.want({article.id: 1}, now)
    (page,) = await claim()
    await store.pages.read(page, TEXT)
    watchlist = await hand.watchlist(home)
    second = Settlement(
        article.id,
        [Alert(watchlist, article, AlertReason.MATCHED)],
        [],
        was=ArticleState.AWAITING_TEXT,
    )
    first = replace(second, was=ArticleState.NEW)
    assert not await store.articles.settle_together([first], now)
    assert await store.articles.settle_together([second], now)
    assert not await store.articles.settle_together([second], now)
    assert (await store.articles.decided([article.id]))[article.id] == {watchlist.id}
    assert await store.pages.awaiting(10) == ()


async def test_an_edit_keeps_the_page_and_is_told_from_the_feeds_text_alone(
    store, home, hand, settled, claim, now
):
    article = await settled()
    await store.pages.want({article.id: 1}, now)
    (page,) = await claim()
    await store.pages.read(page, TEXT)
    store_now = now + HOUR
    (due,) = await store.feeds.claim_due(store_now, limit=1, lease=LEASE)
    remembered = await store.feeds.remembered(article.feed, {"1"})
    assert remembered["1"].body == article.body
    await store.feeds.record_poll(
        due,
        at=store_now,
        next_poll_at=store_now + HOUR,
        validators=None,
        entries=[],
        error=None,
        baseline=False,
        sifted=Sifted(edits=(Edit(article.id, "Another title", article.body),)),
    )
    ((edited, _),) = await store.articles.unprocessed(10)
    assert (edited.title, edited.page) == ("Another title", TEXT)
    assert edited.before is not None
    assert await store.pages.awaiting(10) == ()


async def test_a_page_goes_with_its_article(store, settled, claim, now):
    article = await settled()
    await store.pages.want({article.id: 1}, now)

    async def work(connection):
        await connection.execute(text("delete from articles"))

    await store.database.write(work)
    assert not await store.pages.any_waits(now)
    assert (await store.pages.tally(article.feed, now - HOUR)).states == {}


async def test_each_workspace_chooses_for_itself(store, hand, home, other, now):
    mine, theirs = await hand.subscribe(home), await hand.subscribe(other)
    assert mine.full_text is None
    by = {"by": "ann", "at": now}
    assert await store.feeds.choose_full_text(home.id, mine.id, FullText.ALWAYS, **by)
    assert not await store.feeds.choose_full_text(home.id, theirs.id, FullText.NEVER, **by)
    assert [each.full_text for each in await store.feeds.of(home.id)] == [FullText.ALWAYS]
    assert [each.full_text for each in await store.feeds.of(other.id)] == [None]
    (due,) = await hand.claim_feeds()
    await hand.poll(due, [_entry(1, "http://news.example/1")])
    ((_, readers),) = await store.articles.unprocessed(10)
    assert [reader.full_text for reader in readers] == [FullText.ALWAYS, None]
    assert await store.feeds.choose_full_text(home.id, mine.id, None, **by)
    assert [each.full_text for each in await store.feeds.of(home.id)] == [None]
