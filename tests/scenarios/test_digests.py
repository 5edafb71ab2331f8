"""Alerts that wait: for a digest, or for quiet hours to end; none is lost and none comes alone."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from bot.config import WatchlistEntry
from bot.message import AlertCard, Answer, Extract, Message, Update
from bot.model import Cadence, DeliveryState, Severity
from bot.pipeline import poll_due_feeds, process_new_articles
from bot.stories.hours import Hours
from tests.newsdesk import QUARTER, RISEN, SHIPS, START, WIRE, Desk
from tests.stage import CONSOLE

EVENTS = (
    *("flood", "fire", "storm", "quake", "drought", "famine"),
    *("strike", "vote", "trial", "coup", "riot"),
)


async def states(desk: Desk) -> dict[DeliveryState, int]:
    counts = await desk.stage.bot.store.outbox.counts()
    return {state: many for state, many in counts.items() if many}


async def sleeps(desk: Desk, begins: time, ends: time) -> None:
    """The console wants to be left alone at these hours."""
    store, home = desk.stage.bot.store, desk.stage.bot.home.id
    hours = Hours("UTC", (begins, ends))
    await store.hours.choose(home, CONSOLE, hours, by="ann", at=desk.now)


def kursk(**changes: Any) -> WatchlistEntry:
    return WatchlistEntry(name="kursk", query="North Korea AND Kursk", **changes)


def ships(**changes: Any) -> WatchlistEntry:
    return WatchlistEntry(name="ships", query="tanker", **changes)


def rows(message: Message) -> list[Extract]:
    """The stories of a digest."""
    assert isinstance(message, Answer)
    return [block for block in message.blocks if isinstance(block, Extract)]


async def test_an_hour_is_one_digest_with_the_most_corroborated_story_first(open_desk):
    hourly = (kursk(delivery=Cadence.HOURLY), ships(delivery=Cadence.HOURLY))
    async with open_desk(*hourly) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await desk.prints("beta", "10,000 North Koreans in Kursk, NATO says", RISEN)
        await desk.prints("alpha", "Denmark seizes a tanker", SHIPS)
        assert desk.posted == []
        assert set(await states(desk)) == {DeliveryState.HELD}
        await desk.until(START + 4 * QUARTER)
        (digest,) = desk.posted
        assert isinstance(digest, Answer)
        assert digest.title == "Digest: 2 stories for kursk, ships"
        first, second = rows(digest)
        assert "10,000" in first.headline.text
        assert "2 independent sources" in first.source
        assert second.source.endswith("1 source")
        assert second.url is not None
        (quote,) = second.sentences
        assert quote.text in SHIPS
        assert set(await states(desk)) == {DeliveryState.JOINED, DeliveryState.SENT}


async def test_a_digest_names_each_watchlist_once(open_desk):
    russia = WatchlistEntry(name="russia", query="Russia", delivery=Cadence.HOURLY)
    async with open_desk(kursk(delivery=Cadence.HOURLY), russia) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await desk.prints("alpha", "Denmark seizes a tanker of Russia", SHIPS)
        await desk.until(START + 4 * QUARTER)
        (digest,) = desk.posted
        assert digest.title == "Digest: 2 stories for russia, kursk"


async def test_what_waits_is_in_a_brief_and_marked_as_not_sent(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY), ships()) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await desk.prints("alpha", "Denmark seizes a tanker", SHIPS)
        sent, waiting = rows((await desk.stage.ask("/intel brief")).message)
        assert "Kursk" not in sent.headline.text
        assert sent.source.endswith("1 source")
        assert waiting.source.endswith("1 source, not sent yet")
        await desk.until(START + 4 * QUARTER)
        for row in rows((await desk.stage.ask("/intel brief")).message):
            assert row.source.endswith("1 source")
        await desk.prints("beta", "10,000 North Koreans in Kursk, NATO says", RISEN)
        first, _ = rows((await desk.stage.ask("/intel brief")).message)
        assert first.source.endswith("2 reports, 1 of them not sent yet")


async def test_what_waits_is_counted_alike_wherever_it_is_counted(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY)) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        said = "0 messages sent, 1 waiting to be sent, for a digest or the end of quiet hours"
        assert said in await desk.stage.type("/intel status")
        assert said in await desk.stage.type("/watchfloor status")
        await desk.until(START + 4 * QUARTER)
        said = "1 message sent, 0 waiting to be sent"
        assert said in await desk.stage.type("/intel status")
        assert said in await desk.stage.type("/watchfloor status")


async def test_what_waits_is_not_called_told(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY)) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        shown = await desk.stage.type("/intel why https://alpha.example/0")
        assert "not sent yet, the article matches the watchlist" in shown
        assert "waits for a digest, or for quiet hours to end, to console" in shown
        assert "told" not in shown
        await desk.until(START + 4 * QUARTER)
        shown = await desk.stage.type("/intel why https://alpha.example/0")
        assert "told, the article matches the watchlist" in shown


async def test_an_update_that_waits_is_not_among_what_was_told_of_its_story(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY)) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await desk.until(START + 4 * QUARTER)
        await desk.prints("beta", "10,000 North Koreans in Kursk, NATO says", RISEN)
        assert "Told since" not in f"{(await desk.stage.ask('/intel story 1')).message}"
        await desk.until(START + 8 * QUARTER)
        assert "Told since" in f"{(await desk.stage.ask('/intel story 1')).message}"


async def test_an_update_of_a_story_that_was_in_a_digest_is_in_the_next_one(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY)) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await desk.until(START + 4 * QUARTER)
        await desk.prints("beta", "10,000 North Koreans in Kursk, NATO says", RISEN)
        assert len(desk.posted) == 1
        await desk.until(START + 8 * QUARTER)
        _, second = desk.posted
        (row,) = rows(second)
        assert "10,000" in row.headline.text
        assert "kursk" in second.title
        await desk.until(START + timedelta(days=1))
        assert len(desk.posted) == 2


async def test_what_is_held_is_not_lost_with_the_process(open_desk):
    daily = kursk(delivery=Cadence.DAILY)
    async with open_desk(daily) as desk:
        desk.brings("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        await poll_due_feeds(desk.stage.bot.flow, START + QUARTER)
        await process_new_articles(desk.stage.bot.flow, START + QUARTER)
    async with open_desk(daily, at=START + 2 * QUARTER) as desk:
        assert desk.posted == []
    async with open_desk(daily, at=datetime(2024, 11, 2, 8, tzinfo=UTC)) as desk:
        (digest,) = desk.posted
        assert digest.title == "Digest: 1 story for kursk"


async def test_quiet_hours_hold_back_what_is_not_critical_until_they_end(open_desk):
    loud = ships(severity=Severity.CRITICAL)
    async with open_desk(kursk(), loud) as desk:
        await sleeps(desk, time(22), time(7))
        night = datetime(2024, 11, 1, 23, tzinfo=UTC) - START
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE, night)
        assert desk.posted == []
        await desk.prints("beta", "Denmark seizes a tanker", SHIPS)
        (card,) = desk.posted
        assert isinstance(card, AlertCard)
        assert card.watch == "ships"
        await desk.until(datetime(2024, 11, 2, 7, tzinfo=UTC))
        assert desk.posted[1].title == "Digest: 1 story for kursk"
        await desk.prints("beta", "10,000 in Kursk", RISEN, timedelta(hours=2))
        assert isinstance(desk.posted[2], Update)


async def test_an_update_that_must_not_wait_takes_its_card_along(open_desk):
    daily = WatchlistEntry(name="korea", query='"spy agency"', delivery=Cadence.DAILY)
    at_once = WatchlistEntry(name="nato", query="NATO AND North Korea")
    async with open_desk(daily, at_once) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE)
        assert desk.posted == []
        await desk.prints("beta", "10,000 North Koreans in Kursk", RISEN)
        assert [type(message) for message in desk.posted] == [AlertCard, Update]
        await desk.until(START + timedelta(days=1))
        assert len(desk.posted) == 2


async def test_many_stories_are_cut_and_how_many_is_said(open_desk):
    watch = WatchlistEntry(name="all", query="town*", delivery=Cadence.HOURLY)
    async with open_desk(watch) as desk:
        for number, word in enumerate(EVENTS):
            body = f"The {word} of number {number} came to the towns of {word}land on {word} day."
            desk.brings("alpha", f"{word.title()} in {word}land", body)
        await desk.until(START + QUARTER)
        await desk.until(START + 4 * QUARTER)
        (digest,) = desk.posted
        assert len(rows(digest)) == 10
        assert "1 more story that had no room here. /intel brief" in f"{digest.blocks[-1]}"
