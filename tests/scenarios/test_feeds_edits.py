"""Feeds rename, edit, drop and repeat what they show; people are told once, and of what matters."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.newspaper import Story

NEWS = "North Korean troops have arrived in Kursk, officials say."
STORY = Story("North Korean troops seen in Kursk", "tag:1", "https://example.org/1", NEWS)
STORY_AT, HOUR = datetime(2024, 11, 1, 12, tzinfo=UTC), timedelta(hours=1)

Disguise = Callable[[Story, int], Story]
DISGUISES: dict[str, Disguise] = {
    "another guid each time": lambda story, n: replace(story, guid=f"tag:1-{n}"),
    "no guid": lambda story, n: replace(story, guid=None),
    "a guid that comes and goes": lambda story, n: replace(story, guid="tag:1" if n % 2 else None),
    "a guid that counts places": lambda story, n: replace(story, guid=str(n % 3)),
    "another campaign in the link": lambda story, n: replace(
        story, link=f"https://example.org/1?utm_source=rss&utm_id={n}"
    ),
    "another session in the link": lambda story, n: replace(
        story, link=f"https://example.org/1?session={n}"
    ),
    "a link with and without www": lambda story, n: replace(
        story, link=f"http{'s' * (n % 2)}://{'www.' * (n % 3)}example.org/1/"
    ),
    "no link": lambda story, n: replace(story, link=None),
    "another slug and another guid": lambda story, n: replace(
        story, guid=f"tag:1-{n}", link=f"https://example.org/{n}/troops"
    ),
    "another date": lambda story, n: replace(story, published=STORY_AT + n * HOUR),
    "another date, slug and guid": lambda story, n: replace(
        story, guid=f"{n:04}", link=f"https://example.org/n/{n}", published=STORY_AT + n * HOUR
    ),
    "a title in other letters": lambda story, n: replace(
        story, title=(str.upper if n % 2 else str.title)(story.title), guid=f"tag:1-{n}"
    ),
    "another title": lambda story, n: replace(story, title=f"Update {n}: North Korea in Kursk"),
    "another text": lambda story, n: replace(story, body=f"{NEWS} It was update {n}."),
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES.keys())
async def test_one_story_is_told_once_in_fifty_polls_whatever_its_feed_changes(press, disguise):
    for number in range(50):
        press.paper.stories = [disguise(STORY, number)]
        await press.turn()
    assert len(press.told) == 1


async def test_an_item_that_vanished_and_returned_is_not_told_again(press):
    press.paper.stories = [STORY]
    await press.turn()
    press.paper.stories = [Story("Something else entirely", "tag:2")]
    await press.turn()
    press.paper.stories = [STORY, Story("Something else entirely", "tag:2")]
    await press.turn(timedelta(days=200))
    assert len(press.told) == 1


async def test_two_stories_that_share_all_but_the_text_are_both_told(press):
    """A live page: one address for all, and the same guid written on every item."""
    page, guid = "https://example.org/live", "https://example.org/live"
    press.paper.stories = [
        Story("North Korea sends more to Kursk", guid, page, NEWS),
        Story("North Korea denies it is in Kursk", guid, page, NEWS),
    ]
    await press.turn()
    assert len(press.told) == 2


async def test_an_edit_that_makes_a_story_match_is_told(press):
    press.paper.stories = [replace(STORY, title="Troops on the move", body="Somewhere.")]
    await press.turn()
    assert press.told == []
    press.paper.stories = [replace(STORY, title="Troops on the move", body=NEWS)]
    await press.turn()
    assert press.told == ["Troops on the move"]
    article = await press.stage.bot.store.articles.by_url(press.stage.bot.home.id, STORY.link)
    assert article.body == NEWS


async def test_an_edit_of_what_matched_before_is_stored_and_not_told(press):
    press.paper.stories = [STORY]
    await press.turn()
    for text in ("", "More.", "Still more.", ""):
        press.paper.stories = [replace(STORY, body=f"{NEWS} {text}".strip())]
        await press.turn()
    assert len(press.told) == 1
    article = await press.stage.bot.store.articles.by_url(press.stage.bot.home.id, STORY.link)
    assert article.body == NEWS
    assert article.revised_at == press.now


async def test_an_edit_that_no_longer_matches_and_then_does_is_told_once(press):
    for body in (NEWS, "Withdrawn.", NEWS, "Withdrawn.", NEWS):
        press.paper.stories = [replace(STORY, title="Troops on the move", body=body)]
        await press.turn()
    assert len(press.told) == 1


async def test_a_watchlist_made_after_an_article_is_not_told_of_its_edit(press):
    press.paper.stories = [replace(STORY, title="Troops on the move", body="Trains, 1 November.")]
    await press.turn()
    await press.stage.bot.store.watchlists.add(
        press.stage.bot.home.id,
        "trains",
        "trains",
        severity=press.stage.bot.settings.watchlists[0].severity,
        destinations=press.stage.bot.settings.watchlists[0].destinations,
        by="ann",
        at=press.now,
    )
    press.paper.stories = [replace(STORY, title="Troops on the move", body="Trains, 2 November.")]
    await press.turn()
    assert press.told == []


async def test_an_old_story_that_is_edited_is_not_news(press):
    old = press.now - timedelta(days=9)
    press.paper.stories = [replace(STORY, title="Troops move", body="Trains.", published=old)]
    await press.turn()
    press.paper.stories = [replace(STORY, title="Troops move", body=NEWS, published=old)]
    await press.turn()
    assert press.told == []


async def test_what_stood_in_the_paper_before_is_told_when_an_edit_makes_it_news(press):
    before = replace(STORY, title="Live: the war", body="Nothing new.")
    press.paper.stories = [before]
    subscription = (await press.stage.bot.store.feeds.of(press.stage.bot.home.id))[0]
    url = press.server.tell("/other", press.paper)
    await press.stage.bot.store.feeds.subscribe(
        press.stage.bot.home.id, url, "Other", by="ann", at=press.now
    )
    await press.stage.bot.store.feeds.unsubscribe(
        press.stage.bot.home.id, subscription.id, by="ann", at=press.now
    )
    await press.turn()
    assert press.told == []
    press.paper.stories = [replace(before, body=NEWS)]
    await press.turn()
    assert len(press.told) == 1
