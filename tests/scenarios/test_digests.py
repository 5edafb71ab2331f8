"""Alerts that wait: for a digest, or for quiet hours to end; none is lost and none comes alone."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Answer, Extract, Message, Update
from bot.model import Cadence, DeliveryState, Severity
from bot.pipeline import poll_due_feeds, process_new_articles
from bot.stories.hours import Hours
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.stage import CONSOLE, HandClock, Stage, stage

NOON = datetime(2024, 11, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
WIRE = (
    "Seoul's spy agency said on Friday that some 3,000 North Korean soldiers were deployed to the"
    " Kursk region in western Russia. The agency told lawmakers that the troops wore Russian"
    " uniforms and carried Russian weapons when they left the port of Vladivostok. Kyiv condemned"
    " the deployment and asked its partners for long-range missiles."
)
RISEN = (
    "NATO said that North Korea has now deployed around 10,000 troops to Kursk. Its secretary"
    " general warned of a dangerous expansion of the war and called the deployment of North Korean"
    " soldiers a breach of international law."
)
SHIPS = (
    "Denmark seized a tanker of Russia's shadow fleet in the Kattegat on Saturday, its coast guard"
    " said. The crew of twenty was questioned in Aarhus about a severed cable, and the ship's"
    " master was arrested on suspicion of sabotage."
)

EVENTS = (
    *("flood", "fire", "storm", "quake", "drought", "famine"),
    *("strike", "vote", "trial", "coup", "riot"),
)


@dataclass(slots=True)
class Desk:
    """Papers that a bot reads, and what it posts of them."""

    papers: dict[str, Newspaper]
    stage: Stage

    async def prints(self, paper: str, title: str, body: str, at: datetime) -> None:
        """A paper brings an article, and the bot sees it."""
        self.brings(paper, title, body, at)
        await self.stage.tick(at)

    def brings(self, paper: str, title: str, body: str, at: datetime) -> None:
        number = sum(len(each.stories) for each in self.papers.values())
        link = f"https://{paper}.example/{number}"
        self.papers[paper].stories.append(Story(title, link, link, body, at))

    @property
    def posted(self) -> list[Message]:
        return self.stage.posted

    async def states(self) -> dict[DeliveryState, int]:
        counts = await self.stage.bot.store.outbox.counts()
        return {state: many for state, many in counts.items() if many}

    async def sleeps(self, begins: time, ends: time) -> None:
        """The console wants to be left alone at these hours."""
        store, home = self.stage.bot.store, self.stage.bot.home.id
        hours = Hours("UTC", (begins, ends))
        await store.hours.choose(home, CONSOLE, hours, by="ann", at=self.stage.clock.now)


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
async def open_desk(sqlite_url: str) -> AsyncIterator[Opening]:
    """Opens a desk; a second one goes on with the same papers and the same database."""
    async with FeedServer() as server:
        papers = {name: Newspaper() for name in ("alpha", "beta")}
        addresses = {name: server.tell(f"/{name}", paper) for name, paper in papers.items()}

        @asynccontextmanager
        async def opened(*watchlists: WatchlistEntry, at: datetime = NOON) -> AsyncIterator[Desk]:
            settings = defaults(
                database={"url": sqlite_url},
                web={"bind": ""},
                fetch={"allow": (server.host,)},
                polling={"interval_seconds": 60, "floor_seconds": 60},
                full_text={"read": "never"},  # links lead to example domains
                feeds=tuple(FeedEntry(url=url, name=name) for name, url in addresses.items()),
                watchlists=watchlists,
            )
            async with stage(settings, HandClock(at)) as made:
                await made.tick()
                yield Desk(papers, made)

        yield opened


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
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE, NOON + QUARTER)
        await desk.prints(
            "beta", "10,000 North Koreans in Kursk, NATO says", RISEN, NOON + 2 * QUARTER
        )
        await desk.prints("alpha", "Denmark seizes a tanker", SHIPS, NOON + 3 * QUARTER)
        assert desk.posted == []
        assert set(await desk.states()) == {DeliveryState.HELD}
        await desk.stage.tick(NOON + 4 * QUARTER)
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
        assert set(await desk.states()) == {DeliveryState.JOINED, DeliveryState.SENT}


async def test_an_update_of_a_story_that_was_in_a_digest_is_in_the_next_one(open_desk):
    async with open_desk(kursk(delivery=Cadence.HOURLY)) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE, NOON + QUARTER)
        await desk.stage.tick(NOON + 4 * QUARTER)
        later = NOON + 5 * QUARTER
        await desk.prints("beta", "10,000 North Koreans in Kursk, NATO says", RISEN, later)
        assert len(desk.posted) == 1
        await desk.stage.tick(NOON + 8 * QUARTER)
        _, second = desk.posted
        (row,) = rows(second)
        assert "10,000" in row.headline.text
        assert "kursk" in second.title
        await desk.stage.tick(NOON + timedelta(days=1))
        assert len(desk.posted) == 2


async def test_what_is_held_is_not_lost_with_the_process(open_desk):
    daily = kursk(delivery=Cadence.DAILY)
    async with open_desk(daily) as desk:
        desk.brings("alpha", "3,000 North Koreans sent to Kursk", WIRE, NOON + QUARTER)
        await poll_due_feeds(desk.stage.bot.flow, NOON + QUARTER)
        await process_new_articles(desk.stage.bot.flow, NOON + QUARTER)
    async with open_desk(daily, at=NOON + 2 * QUARTER) as desk:
        assert desk.posted == []
    async with open_desk(daily, at=datetime(2024, 11, 2, 8, tzinfo=UTC)) as desk:
        (digest,) = desk.posted
        assert digest.title == "Digest: 1 story for kursk"


async def test_quiet_hours_hold_back_what_is_not_critical_until_they_end(open_desk):
    loud = ships(severity=Severity.CRITICAL)
    async with open_desk(kursk(), loud) as desk:
        await desk.sleeps(time(22), time(7))
        night = datetime(2024, 11, 1, 23, tzinfo=UTC)
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE, night)
        assert desk.posted == []
        await desk.prints("beta", "Denmark seizes a tanker", SHIPS, night + QUARTER)
        (card,) = desk.posted
        assert isinstance(card, AlertCard)
        assert card.watch == "ships"
        await desk.stage.tick(datetime(2024, 11, 2, 7, tzinfo=UTC))
        assert desk.posted[1].title == "Digest: 1 story for kursk"
        await desk.prints("beta", "10,000 in Kursk", RISEN, datetime(2024, 11, 2, 9, tzinfo=UTC))
        assert isinstance(desk.posted[2], Update)


async def test_an_update_that_must_not_wait_takes_its_card_along(open_desk):
    daily = WatchlistEntry(name="korea", query='"spy agency"', delivery=Cadence.DAILY)
    at_once = WatchlistEntry(name="nato", query="NATO AND North Korea")
    async with open_desk(daily, at_once) as desk:
        await desk.prints("alpha", "3,000 North Koreans sent to Kursk", WIRE, NOON + QUARTER)
        assert desk.posted == []
        await desk.prints("beta", "10,000 North Koreans in Kursk", RISEN, NOON + 2 * QUARTER)
        assert [type(message) for message in desk.posted] == [AlertCard, Update]
        await desk.stage.tick(NOON + timedelta(days=1))
        assert len(desk.posted) == 2


async def test_many_stories_are_cut_and_how_many_is_said(open_desk):
    watch = WatchlistEntry(name="all", query="town*", delivery=Cadence.HOURLY)
    async with open_desk(watch) as desk:
        for number, word in enumerate(EVENTS):
            body = f"The {word} of number {number} came to the towns of {word}land on {word} day."
            desk.brings("alpha", f"{word.title()} in {word}land", body, NOON + QUARTER)
        await desk.stage.tick(NOON + QUARTER)
        await desk.stage.tick(NOON + 4 * QUARTER)
        (digest,) = desk.posted
        assert len(rows(digest)) == 10
        assert "1 more story that had no room here. /intel brief" in f"{digest.blocks[-1]}"
