"""Much at once: a feed that starts over tells nothing old, a day full of news loses nothing."""

import asyncio
import json
import sys
from datetime import timedelta

from bot.alerts.parcels import CARDS, MESSAGES
from tests.servers.newspaper import Story

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def stories(count, at, series="a", apart=timedelta(minutes=1)):
    return [
        Story(
            f"Number {number} of {series}: North Korean troops in Kursk",
            f"tag:{series}:{number}",
            f"https://example.org/{series}/{number}",
            f"Text {number} of {series}.",
            at - number * apart,
        )
        for number in range(count)
    ]


async def test_a_feed_that_starts_over_with_500_old_items_tells_nothing_and_says_so_once(press):
    press.paper.stories = stories(30, press.now - 10 * DAY)
    await press.turn()
    quiet = len(press.told)
    press.paper.stories = stories(500, press.now - 2 * DAY, "renamed")
    await press.turn()
    await press.turn()
    assert len(press.told) == quiet == 0
    assert press.notices == ["The feed “The Paper” started over"]
    held = await press.stage.bot.store.articles.held(press.stage.bot.home.id)
    assert held.count == 530


async def test_of_a_feed_that_starts_over_the_news_of_the_day_is_told(press):
    press.paper.stories = stories(3, press.now)
    await press.turn()
    press.paper.stories = [
        *stories(2, press.now, "fresh"),
        *stories(60, press.now - 2 * DAY, "renamed"),
    ]
    await press.turn()
    assert sorted(title for title in press.told if "fresh" in title) == sorted(
        story.title for story in press.paper.stories[:2]
    )
    assert not [title for title in press.told if "renamed" in title]


async def test_a_feed_that_starts_over_at_every_poll_is_reported_once_a_day(press):
    press.paper.stories = stories(3, press.now - 10 * DAY)
    await press.turn()
    for number in range(20):
        press.paper.stories = stories(40, press.now - 2 * DAY, f"wave {number}")
        await press.turn()
    assert press.told == []
    assert len(press.notices) == 1


async def test_what_was_held_back_says_why(press):
    press.paper.stories = stories(3, press.now)
    await press.turn()
    press.paper.stories = stories(40, press.now - 2 * DAY, "renamed")
    await press.turn()
    assert press.notices
    seen = await press.stage.bot.store.articles.newest(press.stage.bot.home.id, limit=1)
    assert seen[0].held_back


async def test_thirty_true_items_at_once_are_all_told_in_a_few_messages(press):
    press.paper.stories = stories(30, press.now)
    await press.turn()
    assert sorted(press.told) == sorted(story.title for story in press.paper.stories)
    assert len(press.stage.cards) == CARDS
    assert len(press.stage.posted) == CARDS + 3


async def test_six_are_six_cards_and_seven_are_five_and_a_list(press):
    press.paper.stories = stories(6, press.now)
    await press.turn()
    assert len(press.stage.posted) == len(press.stage.cards) == 6
    press.paper.stories = stories(7, press.now, "b")
    await press.turn()
    assert len(press.stage.posted) == 12
    assert len(press.told) == 13


async def test_no_poll_brings_more_than_ten_messages_and_what_has_no_room_is_counted(press):
    press.paper.stories = stories(400, press.now, apart=timedelta(seconds=1))
    await press.turn()
    assert len(press.stage.posted) == MESSAGES
    last = press.answers[-1]
    assert "345 more" in last.blocks[-1].line[0].text
    waiting = await press.stage.bot.store.articles.unprocessed(1)
    assert waiting == ()


async def test_the_first_poll_of_a_full_paper_is_silent(press):
    press.paper.stories = stories(40, press.now)
    url = press.server.tell("/other", press.paper)
    await press.stage.bot.store.feeds.subscribe(
        press.stage.bot.home.id, url, "Other", by="ann", at=press.now
    )
    first = (await press.stage.bot.store.feeds.of(press.stage.bot.home.id))[1]
    await press.stage.bot.store.feeds.unsubscribe(
        press.stage.bot.home.id, first.id, by="ann", at=press.now
    )
    await press.turn()
    assert (press.told, press.notices) == ([], [])


async def test_what_is_older_than_the_age_limit_is_stored_and_not_told(press):
    press.paper.stories = [
        *stories(1, press.now - 73 * HOUR, "old"),
        *stories(1, press.now - 71 * HOUR, "young"),
    ]
    await press.turn(timedelta(minutes=15))
    assert press.told == [press.paper.stories[1].title]


async def test_one_story_listed_twice_in_a_document_is_told_once(press):
    (one,) = stories(1, press.now)
    press.paper.stories = [one, Story(one.title, "tag:again", one.link, one.body, one.published)]
    await press.turn()
    assert len(press.told) == 1


async def test_the_demo_counts_what_was_listed_as_told(tmp_path):
    for number in range(20):
        text = f"Item {number} of the day. North Korean troops were seen in Kursk."
        (tmp_path / f"{number:03}.txt").write_text(text, "utf-8")
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--scenario", str(tmp_path)),
        *("--watch", "North Korea AND Kursk", "--json", "--speed", "1000000"),
        *("--stories", "off"),
        stdout=asyncio.subprocess.PIPE,
    )
    said = [json.loads(line) for line in (await demo.communicate())[0].splitlines()]
    alerts = [event for event in said if event["event"] == "alert"]
    assert sorted(event["article"] for event in alerts) == [f"{n:03}.txt" for n in range(20)]
    assert sum(event["summary"] == [] for event in alerts) == 20 - 2 * CARDS
