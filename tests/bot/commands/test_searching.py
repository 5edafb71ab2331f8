"""Searching the stored articles: newest or best first, page by page, shown to all if wished."""

from collections.abc import AsyncIterator

import pytest

from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


async def test_search_shows_the_newest_first_with_the_words_that_matched(stage):
    shown = await stage.type("/intel search North Korea AND Kursk")
    assert "3 articles, newest first" in shown
    assert shown.index("31 Oct 2024") < shown.index("29 Oct 2024") < shown.index("26 Oct 2024")


async def test_search_shows_the_best_first_and_why(stage):
    shown = await stage.type("/intel search --order best North Korea AND Kursk")
    assert "3 articles, best first" in shown
    assert "the best of 3 matches, words in the title count most" in shown
    assert "1. in the title: North Korea; 2 terms, " in shown


async def test_search_finds_what_no_watchlist_asked_for(stage):
    assert "1 article" in await stage.type("/intel search Deschauer")


async def test_search_that_finds_nothing_says_how_much_there_is(stage):
    shown = await stage.type("/intel search Patagonia")
    assert "Nothing found" in shown
    assert "of 5 articles" in shown


async def test_search_stops_at_its_limit_and_says_how_to_see_more(stage):
    first = await stage.type("/intel search --limit 2 North Korea")
    assert "Articles 1 to 2, newest first" in first
    assert "/intel search --page 2 --limit 2 North Korea" in first
    last = await stage.type("/intel search --page 2 --limit 3 North Korea")
    assert "Articles 4 to 5, newest first" in last
    assert "There are more" not in last
    assert "Nothing more found" in await stage.type("/intel search --page 9 North Korea")


async def test_pages_of_the_best_do_not_repeat_themselves(stage):
    pages = [
        await stage.type(f"/intel search --order best --limit 2 --page {page} North Korea")
        for page in (1, 2, 3)
    ]
    headlines = [line for page in pages for line in page.splitlines() if "Oct 2024" in line]
    assert len(set(headlines)) == 5
    assert "Articles 5 to 5, best first" in pages[2]


async def test_search_stops_at_its_hours(stage):
    assert "1 article," in await stage.type("/intel search --hours 20 North Korea")


async def test_a_similar_word_is_looked_for_article_by_article(stage):
    assert "3 articles" in await stage.type("/intel search Kurskk~ AND North Korea")


async def test_a_wrong_query_gets_a_caret_and_a_repair(stage):
    shown = await stage.type('/intel search "North Korea AND Kursk')
    assert "^" in shown
    assert "Did you mean" in shown
