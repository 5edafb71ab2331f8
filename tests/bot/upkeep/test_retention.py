"""What is old is deleted a little at a time; what is waited for stays, and so does the memory."""

from datetime import timedelta

import pytest

from bot.model import DeliveryState
from bot.pipeline import poll_due_feeds, process_new_articles
from bot.store.retention import Keep, purge
from tests.servers.newspaper import Story
from tests.stage import HandClock, stage

DAY = timedelta(days=1)
KEEP = Keep(articles=90 * DAY, deliveries=90 * DAY, seen=400 * DAY)


@pytest.fixture
async def play(settings, paper, now):
    async with stage(settings, HandClock(now)) as play:
        await play.tick(now)
        paper.stories.insert(0, Story("Kursk one", guid="1", published=now))
        await play.tick(now + timedelta(hours=1))
        assert len(play.posted) == 1
        yield play


async def test_nothing_goes_before_its_time(play, now):
    gone = await purge(play.bot.store.database, KEEP, now + 89 * DAY)
    assert set(gone.values()) == {0}


async def test_old_articles_go_with_what_was_decided_and_sent_of_them(play, paper, now):
    store = play.bot.store
    gone = await purge(store.database, KEEP, now + 91 * DAY)
    assert gone["articles"] == 2
    assert (await store.outbox.counts())[DeliveryState.SENT] == 0
    assert await store.articles.newest(play.bot.home.id, limit=5) == ()
    assert set((await purge(store.database, KEEP, now + 91 * DAY)).values()) == {0}


async def test_an_item_whose_article_was_deleted_is_still_known(play, paper, now):
    await purge(play.bot.store.database, KEEP, now + 91 * DAY)
    paper.headers["X-Changed"] = "yes"
    paper.head = "<description>shown again</description>"
    await play.tick(now + 91 * DAY)
    assert len(play.posted) == 1
    gone = await purge(play.bot.store.database, KEEP, now + 900 * DAY)
    assert gone["names"] > 0


async def test_an_article_whose_message_still_waits_is_kept(settings, paper, now):
    clock = HandClock(now)
    async with stage(settings, clock) as play:
        await play.tick(now)
        paper.stories.insert(0, Story("Kursk one", guid="1", published=now))
        clock.now = now + timedelta(hours=1)
        await poll_due_feeds(play.bot.flow, clock.now)
        while await process_new_articles(play.bot.flow, clock.now):
            pass
        gone = await purge(play.bot.store.database, KEEP, now + 91 * DAY)
        assert (gone["articles"], gone["messages"]) == (1, 0)
        assert await play.bot.store.outbox.pending() == 1


async def test_a_removed_watchlist_goes_after_a_week_with_the_last_alert_that_it_sent(play, now):
    store, home = play.bot.store, play.bot.home.id
    kursk = await store.watchlists.find(home, "kursk")
    never = await store.watchlists.add(
        home, "never", "Sumy", severity=kursk.severity, destinations=(), by="ann", at=now
    )
    for each in (kursk, never):
        await store.watchlists.remove(home, each.id, by="ann", at=now)
    gone = [await purge(store.database, KEEP, now + days * DAY) for days in (6, 7, 91)]
    assert [each["watchlists"] for each in gone] == [0, 1, 1]
    assert await store.watchlists.ever(home) == ()
    assert await store.watchlists.history(home, kursk.id) == ()
