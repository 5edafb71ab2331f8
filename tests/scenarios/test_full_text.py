"""A feed shows a snippet and the page says the rest: who is told, of what, and how often."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.feeds.wanted import PageState
from bot.message import Answer as Said
from bot.model import Severity
from bot.second_look import look_again, read_pages
from tests.servers.feeds import Answer, break_off
from tests.servers.newspaper import Story
from tests.servers.pages import FILLER, article_page, html, long_read

TITLE = "North Korea sends more soldiers"
SNIPPET = "Pyongyang has sent another three thousand soldiers abroad, officials said."
NINTH = "Two brigades were seen in Kursk on Friday, an official said. They wait for orders."
PAGE = "/news/1"


@pytest.fixture
async def press(sqlite_url, pressing_with):
    async with pressing_with(sqlite_url, full_text={"read": "near-miss"}) as press:
        yield press


def story(press, **changes) -> Story:
    plain = Story(TITLE, "tag:1", press.server.url(PAGE), SNIPPET, press.now)
    return replace(plain, **changes)


def asked(press) -> list[str]:
    """What was asked of the server besides its feed."""
    return [
        each.path for each in press.server.requests if each.path not in ("/feed", "/robots.txt")
    ]


async def article(press):
    home = press.stage.bot.home.id
    return (await press.stage.bot.store.articles.newest(home, limit=1))[0]


async def test_what_stands_in_the_ninth_paragraph_is_told_once_and_quoted(press):
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [story(press)]
    await press.turn()
    (card,) = press.stage.cards
    assert card.headline.text == TITLE
    assert card.url == press.server.url(PAGE)
    assert "Two brigades were seen in Kursk on Friday, an official said." in [
        quote.text for quote in card.sentences
    ]
    assert len(card.sentences) <= 2
    why = "".join(piece.text for piece in card.why)
    assert why == "matched North Korea, Kursk · in title, the article's page"
    for _ in range(3):
        press.paper.stories = [story(press), *press.paper.stories[1:]]
        await press.turn()
    assert len(press.told) == 1
    assert asked(press) == [PAGE]


async def test_why_shows_the_words_around_what_the_page_says(press):
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [story(press)]
    await press.turn()
    reply = await press.stage.invoke("alert:why", {"value": "1"})
    said = str(reply.message)
    assert "Kursk (exact, page)" in said
    assert "Two brigades were seen in " in said


async def test_a_search_finds_what_only_the_page_says(press):
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [story(press)]
    await press.turn()
    reply = await press.stage.ask("/intel search brigades AND Pyongyang")
    assert isinstance(reply.message, Said)
    assert reply.message.title == "1 article, newest first"
    assert "Two brigades were seen in Kursk" in str(reply.message)


async def test_what_the_feed_shows_is_decided_before_the_page_is_asked_for(press):
    await add(press, "soldiers", "soldiers")
    press.paper.stories = [story(press)]
    waiting: list[int] = []

    async def page(request, writer):
        waiting.append(await press.stage.bot.store.outbox.pending())
        await long_read(TITLE, NINTH)(request, writer)

    press.server.tell(PAGE, page)
    await press.turn()
    assert waiting == [1]
    assert [card.watch for card in press.stage.cards] == ["soldiers", "kursk"]


async def add(press, name, query):
    await press.stage.bot.store.watchlists.add(
        press.stage.bot.home.id,
        name,
        query,
        severity=Severity.NOTABLE,
        destinations=press.stage.bot.settings.watchlists[0].destinations,
        by="ann",
        at=press.now,
    )


async def test_a_watchlist_that_was_told_by_the_feeds_text_is_not_told_by_the_page(press):
    await add(press, "soldiers", "soldiers")
    press.server.tell(PAGE, long_read(TITLE, NINTH + " The soldiers are many."))
    press.paper.stories = [story(press)]
    await press.turn()
    assert sorted(card.watch for card in press.stage.cards) == ["kursk", "soldiers"]


async def test_a_word_that_a_watchlist_forbids_counts_on_the_page_too(press):
    await add(press, "peaceful", "North Korea AND Kursk NOT brigades")
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [story(press)]
    await press.turn()
    assert [card.watch for card in press.stage.cards] == ["kursk"]


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Minister opens a bridge", "It took three years to build."),
        ("North Korea in Kursk", "All of it stands in the title."),
    ],
)
async def test_no_page_is_asked_for_where_nothing_or_everything_is_met(press, title, body):
    press.server.tell(PAGE, long_read(title, NINTH))
    press.paper.stories = [story(press, title=title, body=body)]
    await press.turn()
    assert asked(press) == []


async def test_a_clause_that_no_page_can_meet_asks_for_none(press):
    press.server.tell(PAGE, long_read(TITLE, "Nothing."))
    await add(press, "tass", "Pyongyang AND source:tass.com")
    press.paper.stories = [story(press, title="Soldiers leave")]
    await press.turn()
    assert asked(press) == []


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b"no", 403),
        Answer(b"%PDF", headers={"Content-Type": "application/pdf"}),
        html(article_page("We value your privacy", *FILLER)),
        html(article_page(TITLE, "Subscribe to read on.")),
    ],
)
async def test_a_page_that_gives_nothing_is_not_asked_for_again(press, answer):
    press.server.tell(PAGE, answer)
    press.paper.stories = [story(press)]
    await press.turn()
    await press.turn(timedelta(hours=2))
    assert press.told == []
    assert asked(press) == [PAGE]
    shown = str((await press.stage.ask("/feeds show The Paper")).message)
    assert "1 refused. The last refusal: The " in shown


async def test_a_page_that_fails_for_now_is_tried_again_three_times_at_most(press):
    press.server.tell(PAGE, break_off)
    press.paper.stories = [story(press)]
    for _ in range(6):
        await press.turn()
    assert asked(press) == [PAGE] * 3
    assert press.told == []


async def test_a_page_that_recovers_is_told(press):
    press.server.tell(PAGE, Answer(b"busy", 503))
    press.paper.stories = [story(press)]
    await press.turn()
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    await press.turn()
    assert press.told == [TITLE]


async def test_an_edit_of_the_snippet_is_told_by_the_feed_and_reads_no_page_again(press):
    press.server.tell(PAGE, long_read(TITLE, "Nothing of that place."))
    press.paper.stories = [story(press)]
    await press.turn()
    assert (press.told, asked(press)) == ([], [PAGE])
    press.paper.stories = [story(press, body=SNIPPET + " They are in Kursk.")]
    await press.turn()
    assert press.told == [TITLE]
    kept = await article(press)
    assert kept.body == SNIPPET + " They are in Kursk."
    assert "Nothing of that place." in kept.page
    assert asked(press) == [PAGE]


async def test_a_feed_that_shows_the_same_snippet_again_has_not_edited_it(press):
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [story(press)]
    await press.turn()
    press.paper.stories = [story(press), Story("Another", "tag:2", press.server.url("/2"))]
    await press.turn()
    home = press.stage.bot.home.id
    kept = (await press.stage.bot.store.articles.by_url(home, press.server.url(PAGE))).revised_at
    assert kept is None


@pytest.mark.parametrize("when", ["never", "near-miss", "always"])
async def test_a_feed_has_its_pages_read_when_it_was_told_to(press, when):
    press.server.tell(PAGE, long_read("Minister opens a bridge", NINTH))
    press.server.tell("/news/2", long_read(TITLE, NINTH))
    await press.stage.ask(f"/feeds text {when} The Paper")
    press.paper.stories = [
        story(press, title="Minister opens a bridge", body="It took long."),
        Story(TITLE, "tag:2", press.server.url("/news/2"), SNIPPET, press.now),
    ]
    await press.turn()
    pages = {"never": [], "near-miss": ["/news/2"], "always": ["/news/2", PAGE]}
    assert asked(press) == pages[when]
    assert press.told == ([] if when == "never" else [TITLE])


async def test_old_news_is_not_looked_up(press):
    press.server.tell(PAGE, long_read(TITLE, NINTH))
    press.paper.stories = [replace(story(press), published=press.now - timedelta(days=9))]
    await press.turn()
    assert asked(press) == []


async def test_the_budget_of_a_feed_goes_to_what_is_nearest_to_the_rarest_term(
    sqlite_url, pressing_with
):
    budget = {"read": "near-miss", "pages_per_hour": 2}
    async with pressing_with(sqlite_url, full_text=budget) as press:
        await add(press, "rare", "Ouagadougou AND uranium")
        stories = []
        for number in range(5):
            rare = number >= 3
            title = f"Ouagadougou meeting {number}" if rare else f"North Korea meeting {number}"
            path = f"/news/{number}"
            press.server.tell(path, long_read(title, NINTH))
            stories.append(Story(title, f"tag:{number}", press.server.url(path), "", press.now))
        press.paper.stories = stories
        await press.turn()
        assert sorted(asked(press)) == ["/news/3", "/news/4"]
        await press.turn(timedelta(minutes=50))
        assert len(asked(press)) == 2
        await press.turn(timedelta(minutes=15))
        assert len(asked(press)) == 4
        assert len(press.told) == 2


async def test_what_never_had_its_turn_is_let_go(sqlite_url, pressing_with):
    async with pressing_with(
        sqlite_url, full_text={"read": "near-miss", "pages_per_hour": 1}
    ) as press:
        stories = []
        for number in range(3):
            path = f"/news/{number}"
            press.server.tell(path, long_read(TITLE, "Nothing."))
            guid, url = f"tag:{number}", press.server.url(path)
            stories.append(Story(f"{TITLE} {number}", guid, url, "", press.now))
        press.paper.stories = stories
        await press.turn()
        await press.turn(timedelta(hours=7))
        await press.turn()
        assert len(asked(press)) == 1
        feed = (await article(press)).feed
        tally = await press.stage.bot.store.pages.tally(feed, press.now - timedelta(days=1))
        assert tally.states == {PageState.READ: 1, PageState.REFUSED: 2}


async def test_a_page_that_was_fetched_and_not_recorded_is_fetched_once_more(press):
    """A crash between the two: the claim runs out, and somebody reads the page again."""
    press.paper.stories = [story(press)]
    store, second = press.stage.bot.store, press.stage.bot.second_look
    answered = asyncio.Event()

    async def page(request, writer):
        await long_read(TITLE, NINTH)(request, writer)
        answered.set()

    press.server.tell(PAGE, page)
    reading = asyncio.create_task(press.turn())
    await answered.wait()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)

    async def forget_the_lease(connection):
        await connection.exec_driver_sql("update pages set leased_until = 0")

    await store.database.write(forget_the_lease)
    assert await read_pages(second, press.now) == 1
    assert await look_again(second, press.now) == 1
    assert len(asked(press)) == 2
    await press.turn()
    assert press.told == [TITLE]
    assert len(asked(press)) == 2


async def test_an_edit_while_the_page_is_read_loses_neither(press):
    press.paper.stories = [story(press)]

    async def edit(request, writer):
        press.paper.stories = [story(press, title=TITLE + ", again")]
        await long_read(TITLE, NINTH)(request, writer)

    press.server.tell(PAGE, edit)
    await press.turn()
    await press.turn()
    assert len(press.told) == 1
    assert (await article(press)).title == TITLE + ", again"
    assert await press.stage.bot.store.pages.awaiting(10) == ()


async def test_a_story_takes_what_its_articles_pages_say(sqlite_url, pressing_with):
    """With stories on, a page's match opens the card, and a second source's joins it."""
    pages = {"read": "near-miss"}
    async with pressing_with(sqlite_url, full_text=pages, stories={"enabled": True}) as press:
        press.server.tell(PAGE, long_read(TITLE, NINTH))
        press.server.tell("/news/2", long_read(TITLE + " to Russia", NINTH))
        press.paper.stories = [story(press)]
        await press.turn()
        assert [card.headline.text for card in press.stage.cards] == [TITLE]
        second = Story(
            TITLE + " to Russia", "tag:2", press.server.url("/news/2"), SNIPPET, press.now
        )
        press.paper.stories = [second, story(press)]
        await press.turn()
        assert asked(press) == [PAGE, "/news/2"]
        assert len(press.stage.cards) == 1
        assert await press.stage.bot.store.pages.awaiting(10) == ()
