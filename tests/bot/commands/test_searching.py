"""Searching the stored articles: newest or best first, page by page, shown to all if wished."""

from collections.abc import AsyncIterator

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer
from bot.model import Actor, Destination, Platform
from tests.stage import Stage, staged

CHANNEL = Destination(Platform.SLACK, "C1")


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


async def test_a_search_for_the_name_of_a_watchlist_says_how_to_see_what_that_finds(stage):
    await stage.type("/watch add red-sea Patagonia")
    await stage.type("save")
    shown = await stage.type("/intel search --hours 50 red-sea")
    assert "“red-sea” is a watchlist, and a search looks for the word." in shown
    assert "/watch test --hours 50 red-sea" in shown
    assert "is a watchlist" not in await stage.type("/intel search Patagonia")


async def test_a_window_claims_nothing_from_before_the_archive_begins(stage):
    shown = await stage.type("/intel search --hours 100000 Kursk")
    assert "of 5 articles held since 25 Oct 2024" in shown
    assert "of the articles since 30 Oct 2024" in await stage.type("/intel search --hours 50 Kursk")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--hours 0", "hours counts from 1, not 0."),
        ("--hours 1000000", "hours is at most 999999, not 1000000."),
        ("--limit 50", "limit is from 1 to 10, not 50."),
        ("--limit 0", "limit is from 1 to 10, not 0."),
    ],
)
async def test_a_number_that_cannot_be_is_refused_with_what_can(stage, options, said):
    assert said in await stage.type(f"/intel search {options} North Korea")


async def test_search_stops_at_its_limit_and_says_how_to_see_more(stage):
    first = await stage.type("/intel search --limit 2 North Korea")
    assert "Articles 1 to 2, newest first" in first
    assert "/intel search --page 2 --limit 2 North Korea" in first
    lately = await stage.type("/intel search --limit 2 --hours 9999 North Korea")
    assert "/intel search --page 2 --hours 9999 --limit 2 North Korea" in lately
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


async def asked(stage: Stage, name: str, **values: str) -> Reply:
    """The reply to somebody in a channel."""
    actor = Actor(Platform.SLACK, "U1", "ann", False)
    home, now = stage.bot.home.id, stage.clock.now
    return await stage.bot.commands.answer(Invocation(name, values, actor, home, now, CHANNEL))


async def press(stage: Stage, answer: Answer, label: str) -> Reply:
    (button,) = [each for each in answer.buttons if each.label == label]
    return await asked(stage, button.action, value=button.value)


def an_answer(message: object) -> Answer:
    assert isinstance(message, Answer)
    return message


async def test_a_press_shows_the_next_page_in_the_place_of_this_one(stage):
    first = an_answer((await asked(stage, "intel search", query="North Korea", limit="2")).message)
    reply = await press(stage, first, "More")
    second = an_answer(reply.message)
    assert reply.replaces
    assert second.title == "Articles 3 to 4, newest first"
    last = an_answer((await press(stage, second, "More")).message)
    assert last.title == "Articles 5 to 5, newest first"
    assert [button.label for button in last.buttons] == ["Share here"]


async def test_a_press_shares_the_page_with_everyone_once_and_it_may_still_be_turned(stage):
    private = an_answer((await asked(stage, "intel search", query="Kursk", limit="2")).message)
    shared = (await press(stage, private, "Share here")).public
    assert shared is not None
    assert shared.title == private.title
    assert shared.buttons == ()
    assert "Shared by ann" in str(shared.blocks)
    assert (await press(stage, private, "Share here")).public is None
    assert an_answer((await press(stage, private, "More")).message).title.startswith("Articles 3")


async def test_nobody_turns_or_shares_a_draft_of_another_kind(stage):
    private = an_answer((await asked(stage, "intel search", query="Kursk", limit="2")).message)
    more, share = private.buttons
    assert (await asked(stage, share.action, value=more.value)).public is None
    turned = an_answer((await asked(stage, more.action, value=share.value)).message)
    assert "too old to be turned" in str(turned)
