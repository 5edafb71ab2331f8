"""An article is found by the addresses of its page, behind those that a feed shows under them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.store.hindsight import MOST_ARTICLES
from bot.store.whereabouts import whereabouts

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)
CARRIED = "http://news.example/click/1"
REAL = "https://www.paper.example/war/kursk"


@pytest.fixture
def paged(store, hand, home, now):
    """Makes an article that is shown under one address, and whose page is known under others."""

    async def make(identity, *addresses, shown=""):
        article = await hand.article(
            home, identity, title=identity, url=shown or f"{CARRIED}{identity}"
        )
        await store.articles.settle(article.id, [], [], now)
        await store.pages.want({article.id: 1}, now)
        (page,) = await store.pages.claim(now, limit=1, per_hour=99, lease=LEASE)
        assert await store.pages.read(page, "Its text.", addresses)
        return article

    return make


async def at(store, workspace, address):
    found = await store.hindsight.articles_at(workspace.id, address)
    return [(each.article.title, each.by_page) for each in found]


@pytest.mark.parametrize(
    "typed",
    [REAL, f"{REAL}/", f"{REAL}?utm_source=x", f"{REAL}#top", "http://paper.example/war/kursk"],
)
async def test_it_is_found_however_the_address_is_written(store, home, other, paged, typed):
    await paged("1", REAL)
    assert await at(store, home, typed) == [("1", True)]
    assert await at(store, home, f"{CARRIED}1") == [("1", False)]
    assert await at(store, other, typed) == []


async def test_an_article_that_a_feed_shows_there_comes_first_and_none_hides_it(store, home, paged):
    await paged("own", shown=REAL)
    for number in range(2 * MOST_ARTICLES):
        await paged(f"claims {number}", REAL)
    found = await at(store, home, REAL)
    assert found == [("own", False), ("claims 0", True), ("claims 1", True)]


async def test_of_those_that_claim_an_address_the_first_comes_first(store, home, paged):
    for number in range(2 * MOST_ARTICLES):
        await paged(f"{number}", REAL)
    assert await at(store, home, REAL) == [("0", True), ("1", True), ("2", True)]


async def test_the_same_page_has_its_addresses_for_another_article_too(
    store, hand, home, now, paged
):
    await paged("1", REAL, shown=CARRIED)
    second = await hand.article(home, "2", title="2", url=CARRIED)
    await store.articles.settle(second.id, [], [], now)
    await store.pages.want({second.id: 1}, now)
    (page,) = await store.pages.claim(now, limit=1, per_hour=99, lease=LEASE)
    same = await store.pages.same_page(page, now - HOUR)
    assert await store.pages.read_already(page, same)
    assert await at(store, home, REAL) == [("1", True), ("2", True)]


async def test_a_claim_that_was_lost_leaves_no_address(store, hand, home, now):
    article = await hand.article(home, "1", url=CARRIED)
    await store.articles.settle(article.id, [], [], now)
    await store.pages.want({article.id: 1}, now)
    (page,) = await store.pages.claim(now, limit=1, per_hour=99, lease=LEASE)
    assert not await store.pages.read(replace(page, lease="lost"), "Its text.", [REAL])
    assert await at(store, home, REAL) == []


async def test_addresses_go_with_their_article(store, home, other, paged):
    await paged("1", REAL)
    await store.belongings.delete(home.id)
    async with store.database.reading() as connection:
        assert (await connection.execute(select(whereabouts))).all() == []
