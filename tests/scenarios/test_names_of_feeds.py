"""A feed has the name that people gave it, its own title and a site; each is understood."""

from datetime import timedelta

import pytest

from bot.config import WatchlistEntry
from tests.newsdesk import OTHERS, WIRE
from tests.servers.newspaper import Story

# Every paper's own title is "The Paper"; that of alpha is read as "alpha", at alpha.example.
NAMES = ("alpha", "The Paper", "the paper", "alpha.example")


@pytest.mark.parametrize("name", NAMES)
async def test_a_source_that_is_muted_by_any_of_its_names_is_heard_no_more(desk, name):
    await desk.prints("alpha", "Football in Sumy", "Two goals were scored.")
    said = await desk.stage.type(f'/watch mute "{name}"')
    assert f"The source “{name}” is muted here." in said

    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)

    assert desk.cards == []


async def test_a_source_that_is_muted_by_the_feeds_name_leaves_the_others(desk):
    await desk.stage.type("/watch mute alpha")
    await desk.prints("beta", "North Korean soldiers sent to Kursk, Seoul says", WIRE)

    (card,) = desk.cards
    assert card.source == "beta"


async def test_a_card_a_search_and_a_story_call_a_source_as_people_do(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers captured in Kursk", OTHERS)

    assert desk.cards[0].source == "alpha"
    assert (await desk.says()).startswith("2 independent sources (alpha; beta)")
    story = await desk.stage.type("/intel story 1")
    assert "alpha: " in story
    for typed in ("/intel search Kursk", "/intel brief", "/feeds show beta", "/intel story 1"):
        shown = await desk.stage.type(typed)
        assert "beta" in shown, typed
        assert "The Paper" not in shown.replace("Its own title: The Paper.", ""), typed


@pytest.mark.parametrize("name", NAMES)
async def test_a_watchlist_and_a_search_find_a_source_by_any_of_its_names(open_desk, name):
    query = f'Kursk AND source:"{name}"'
    async with open_desk(WatchlistEntry(name="of-alpha", query=query)) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)

        assert [card.source for card in desk.cards] == ["alpha"]
        assert "1 article" in await desk.stage.type(f"/intel search {query}")
        assert "Nothing found" in await desk.stage.type('/intel search Kursk source:"gamma"')


@pytest.mark.parametrize("name", ["alpha", "alpha.example"])
async def test_a_feed_is_shown_by_any_name_that_is_its_own(desk, name):
    await desk.prints("alpha", "Football in Sumy", "Two goals were scored.")

    shown = await desk.stage.type(f"/feeds show {name}")

    assert "Feed “alpha”" in shown
    assert "Its own title: The Paper." in shown


async def test_a_title_that_many_feeds_have_asks_for_an_address(desk):
    assert "4 feeds are called 'The Paper'" in await desk.stage.type("/feeds show The Paper")
    assert "4 feeds" in await desk.stage.type("/feeds list the paper")


async def test_one_feed_is_one_source_whatever_its_items_link_to(open_desk):
    waits = WatchlistEntry(name="two", query="North Korea AND Kursk", min_sources=2)
    async with open_desk(waits) as desk:
        links = ("https://gamma.example/1", None, "https://gamma-tv.example/3", "https://t.me/g/4")
        for number, link in enumerate(links):
            desk.now += timedelta(minutes=15)
            title = f"North Korean soldiers sent to Kursk, {number}"
            story = Story(title, f"g{number}", link, WIRE[number * 9 :], desk.now)
            desk.papers["gamma"].stories.append(story)
            await desk.until(desk.now)
        assert desk.cards == []

        await desk.prints("beta", "North Korean soldiers captured in Kursk", OTHERS)

        assert len(desk.cards) == 1
        assert (await desk.says()).startswith("2 independent sources (gamma; beta)")


async def test_a_feed_of_many_publishers_counts_each_of_them(desk):
    bodies = (WIRE, OTHERS)
    for number, host in enumerate(("reuters.com", "bbc.com")):
        desk.now += timedelta(minutes=15)
        title = f"North Korean soldiers sent to Kursk, {number}"
        link = f"https://www.{host}/{number}"
        desk.papers["gamma"].stories.append(Story(title, link, link, bodies[number], desk.now))
        await desk.until(desk.now)

    assert (await desk.says()).startswith("2 independent sources (gamma; gamma)")
