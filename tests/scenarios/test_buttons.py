"""What people do with a card: they mute its story, call it not relevant, and take it back."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.commands.invocation import Invocation
from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Answer, Update
from bot.model import Actor, DecisionId, Destination, Platform, Severity
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.stage import HandClock, Stage, stage

START = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CONSOLE = Destination(Platform.CONSOLE)

WIRE = (
    "Seoul's spy agency said on Friday that some 3,000 North Korean soldiers were deployed to the"
    " Kursk region in western Russia. The agency told lawmakers that the troops wore Russian"
    " uniforms and carried Russian weapons when they left the port of Vladivostok."
)
RISEN = (
    "NATO said that North Korea has now deployed around 10,000 troops to Kursk. Its secretary"
    " general warned of a dangerous expansion of the war and called the deployment of North Korean"
    " soldiers a breach of international law."
)
MORE = (
    "North Korean soldiers attacked Sudzha in the Kursk region with two armoured columns, officers"
    " of a Ukrainian brigade told reporters on Sunday."
)
SHIPS = (
    "Denmark seized a tanker of Russia's shadow fleet in the Kattegat on Saturday, its coast guard"
    " said. The crew of twenty was questioned in Aarhus about a severed cable, and the ship's"
    " master was arrested on suspicion of sabotage."
)
SENT = "North Korean soldiers sent to Kursk, Seoul says"


@dataclass(slots=True)
class Room:
    """Papers that a bot reads, and people in front of what it posts."""

    papers: dict[str, Newspaper]
    stage: Stage
    now: datetime

    async def prints(self, paper: str, title: str, body: str, after: timedelta = HOUR / 4) -> None:
        self.now += after
        number = sum(len(each.stories) for each in self.papers.values())
        link = f"https://{paper}.example/{number}"
        self.papers[paper].stories.append(Story(title, link, link, body, self.now))
        await self.stage.tick(self.now)

    async def passes(self, time: timedelta) -> None:
        self.now += time
        await self.stage.tick(self.now)

    async def presses(
        self, action: str, value: str = "1", who: str = "ann", *, manager: bool = False
    ) -> Answer:
        """Somebody presses a button, and what it queues goes out."""
        reply = await self.stage.invoke(action, {"value": value}, who=who, manager=manager)
        await self.stage.tick(self.now)
        assert isinstance(reply.message, Answer)
        return reply.message

    async def types(self, line: str, *, manager: bool = False) -> str:
        reply = await self.stage.ask(line, manager=manager)
        await self.stage.tick(self.now)
        assert isinstance(reply.message, Answer)
        return words(reply.message)

    @property
    def posts(self) -> list[str]:
        """The headlines of cards and updates, without what was edited."""
        shown = [each for each in self.stage.posted if isinstance(each, AlertCard | Update)]
        return [each.headline.text for each in shown]

    async def card(self) -> AlertCard:
        """The first story's card as it reads now."""
        (row, *_) = await self.stage.bot.store.telling.newest(self.stage.bot.home.id, 5)
        return row.standing.card

    async def last_reason(self) -> tuple[str, str]:
        outbox, found = self.stage.bot.store.outbox, None
        for number in range(1, 50):
            why = await outbox.decision(self.stage.bot.home.id, DecisionId(number))
            found = why or found
        assert found is not None
        return found.reason, found.detail

    async def audited(self) -> list[tuple[str, str]]:
        changes = await self.stage.bot.store.audit.of(self.stage.bot.home.id, 50)
        deeds = {"muted", "unmuted", "called an alert not relevant", "took back: not relevant"}
        return [(each.actor, each.action) for each in reversed(changes) if each.action in deeds]


def words(answer: Answer) -> str:
    return f"{answer.title} {answer.blocks}"


def note(card: AlertCard) -> str:
    return "".join(getattr(piece, "text", "") or str(piece) for piece in card.note)


def labels(message: Any) -> list[str]:
    return [button.label for button in message.buttons]


Opening = Callable[..., AbstractAsyncContextManager[Room]]


@pytest.fixture
async def open_room(database_url: str) -> AsyncIterator[Opening]:
    """Opens a room; a second one goes on with the same papers and the same database."""
    async with FeedServer() as server:
        papers = {name: Newspaper() for name in ("alpha", "beta", "gamma")}
        addresses = {name: server.tell(f"/{name}", paper) for name, paper in papers.items()}

        @asynccontextmanager
        async def opened(
            *watchlists: WatchlistEntry, at: datetime = START, stories: bool = True
        ) -> AsyncIterator[Room]:
            settings = defaults(
                database={"url": database_url},
                web={"bind": ""},
                fetch={"allow": (server.host,)},
                polling={"interval_seconds": 60, "floor_seconds": 60},
                full_text={"read": "never"},  # links lead to example domains
                stories={"enabled": stories},
                feeds=tuple(FeedEntry(url=url, name=name) for name, url in addresses.items()),
                watchlists=watchlists
                or (WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
            )
            async with stage(settings, HandClock(at)) as made:
                await made.tick(at)
                yield Room(papers, made, at)

        yield opened


@pytest.fixture
async def room(open_room: Opening) -> AsyncIterator[Room]:
    async with open_room() as room:
        yield room


async def test_a_card_has_four_buttons(room):
    await room.prints("alpha", SENT, WIRE)
    (card,) = room.stage.cards
    assert labels(card) == ["Open", "Mute story", "Not relevant", "Why?"]


async def test_where_stories_are_off_no_card_offers_to_mute_its_story(open_room):
    async with open_room(stories=False) as room:
        await room.prints("alpha", SENT, WIRE)
        (card,) = room.stage.cards
        assert labels(card) == ["Open", "Not relevant", "Why?"]
        said = await room.presses("alert:mute")
        assert "belongs to no story" in said.title


async def test_a_muted_story_says_nothing_more_and_its_card_says_by_whom_until_when(room):
    await room.prints("alpha", SENT, WIRE)
    said = await room.presses("alert:mute")
    assert said.title == "The story 1 is muted here."
    assert labels(said) == ["1 h", "8 h", "Until it ends", "Undo"]
    card = await room.card()
    assert note(card).startswith("muted by ann until ")
    assert str((room.now + 24 * HOUR).year) in note(card)
    assert labels(card) == ["Undo", "Why?"]
    assert "muted by ann until 2 Nov 2024 12:15 UTC" in room.stage.screen
    before = room.stage.screen
    await room.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    assert room.stage.screen == before
    assert room.posts == [SENT]
    reason, detail = await room.last_reason()
    assert reason == "it is muted where it would be told"
    assert detail.endswith("story 1 is muted here by ann until 2 Nov 2024 12:15 UTC")
    assert "joined by its wording" in detail


async def test_a_mute_ends_by_itself_and_the_card_is_whole_again(room):
    await room.prints("alpha", SENT, WIRE)
    said = await room.presses("alert:mute")
    one_hour = next(button for button in said.buttons if button.label == "1 h")
    await room.presses(one_hour.action, one_hour.value)
    assert "until 1 Nov 2024 13:15 UTC" in room.stage.screen
    await room.prints("beta", "North Korean soldiers attack Sudzha in Kursk", MORE)
    assert room.posts == [SENT]
    await room.passes(HOUR)
    card = await room.card()
    assert (card.note, labels(card)) == ((), ["Open", "Mute story", "Not relevant", "Why?"])
    await room.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    assert len(room.posts) == 2


async def test_a_louder_watchlist_does_not_break_a_mute(open_room):
    quiet = WatchlistEntry(name="kursk", query="North Korea AND Kursk")
    loud = WatchlistEntry(name="nato", query="NATO AND Kursk", severity=Severity.CRITICAL)
    async with open_room(quiet, loud) as room:
        await room.prints("alpha", SENT, WIRE)
        await room.presses("alert:mute")
        await room.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert room.posts == [SENT]


async def test_other_stories_are_told_while_one_is_muted(open_room):
    async with open_room(WatchlistEntry(name="russia", query="Russia")) as room:
        await room.prints("alpha", SENT, WIRE)
        await room.presses("alert:mute")
        await room.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert len(room.posts) == 2


async def test_undo_works_after_a_restart_and_only_once(open_room):
    async with open_room() as room:
        await room.prints("alpha", SENT, WIRE)
        await room.presses("alert:mute")
        now = room.now
    async with open_room(at=now) as room:
        await room.prints("beta", "North Korean soldiers attack Sudzha in Kursk", MORE)
        assert room.posts == []
        said = await room.presses("alert:undo", who="bob")
        assert said.title == "Undone. Its story is heard again here."
        card = await room.card()
        assert (card.note, labels(card)[1]) == ((), "Mute story")
        again = await room.presses("alert:undo", who="bob")
        assert "nothing to undo" in again.title
        await room.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert len(room.posts) == 1
        assert await room.audited() == [
            ("ann (console:ann)", "muted"),
            ("bob (console:bob)", "unmuted"),
        ]


async def test_a_card_called_not_relevant_says_by_whom_and_counts_until_it_is_taken_back(room):
    await room.prints("alpha", SENT, WIRE)
    assert "called not relevant" not in await room.types("/watch show kursk")
    said = await room.presses("alert:irrelevant", who="bob")
    assert labels(said) == ["Undo"]
    card = await room.card()
    assert (note(card), labels(card)) == ("bob called it not relevant", ["Undo", "Why?"])
    assert "bob called it not relevant" in room.stage.screen
    shown = await room.types("/watch show kursk")
    assert "Of 1 alert 1 was called not relevant: precision 0 %." in shown
    why = await room.presses("alert:why")
    assert "Called not relevant by bob." in words(why)
    again = await room.presses("alert:irrelevant", who="bob")
    assert "said so before" in again.title
    await room.presses("alert:undo")
    assert (await room.card()).note == ()
    assert "called not relevant" not in await room.types("/watch show kursk")
    assert "nothing to undo" in (await room.presses("alert:undo")).title


async def test_the_story_of_a_card_that_was_not_relevant_is_told_on_and_the_card_stays_folded(room):
    await room.prints("alpha", SENT, WIRE)
    await room.presses("alert:irrelevant")
    await room.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    assert len(room.posts) == 2
    assert note(await room.card()) == "ann called it not relevant"


async def test_a_card_without_a_story_folds_and_unfolds(open_room):
    async with open_room(stories=False) as room:
        await room.prints("alpha", SENT, WIRE)
        await room.presses("alert:irrelevant")
        assert "ann called it not relevant" in room.stage.screen
        said = await room.presses("alert:undo")
        assert said.title == "Undone."
        assert room.stage.screen.count("▸ updated: ") == 2


async def test_precision_is_that_of_the_query_as_it_reads_now(open_room):
    async with open_room(WatchlistEntry(name="russia", query="Russia")) as room:
        await room.prints("alpha", SENT, WIRE)
        await room.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        await room.presses("alert:irrelevant", "1")
        shown = await room.types("/watch show russia")
        assert "Of 2 alerts 1 was called not relevant: precision 50 %." in shown


async def test_a_story_is_muted_by_its_number_until_it_ends_by_everyone(room):
    await room.prints("alpha", SENT, WIRE)
    said = await room.types("/watch mute 1 --for end")
    assert "The story 1 is muted here." in said
    assert note(await room.card()) == "muted by ann until the story ends"
    await room.passes(timedelta(days=5))
    await room.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    assert room.posts == [SENT]
    assert "until the story ends" in await room.types("/watch unmute")
    assert "is heard again here" in await room.types("/watch unmute 1")
    assert "not muted here" in await room.types("/watch unmute 1")


async def test_a_source_and_a_term_are_muted_by_managers_for_a_time(open_room):
    async with open_room(WatchlistEntry(name="russia", query="Russia")) as room:
        assert "for managers" in await room.types("/watch mute Denmark")
        assert "has no end" in await room.types("/watch mute Denmark --for end", manager=True)
        said = await room.types("/watch mute Denmark --for 8h", manager=True)
        assert "The term “Denmark” is muted here." in said
        await room.prints("alpha", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert room.posts == []
        assert (await room.last_reason())[1].startswith("no live story is near it; term Denmark")
        await room.prints("beta", SENT, WIRE)
        assert room.posts == [SENT]
        await room.types('/watch mute "source:The Paper" --for 1h', manager=True)
        await room.prints("gamma", "Moscow's envoy leaves Baku", "Russia recalled its envoy.")
        assert room.posts == [SENT]
        assert "2 muted here" in await room.types("/watch mute")


async def test_a_muted_term_silences_single_cards_where_stories_are_off(open_room):
    async with open_room(WatchlistEntry(name="r", query="Russia"), stories=False) as room:
        await room.types("/watch mute Denmark --for 1h", manager=True)
        await room.prints("alpha", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert room.posts == []
        assert (await room.last_reason())[0] == "it is muted where it would be told"
        await room.prints("beta", SENT, WIRE)
        assert room.posts == [SENT]


@pytest.mark.parametrize(
    "action",
    ["alert:mute", "alert:irrelevant", "alert:undo", "alert:why", "vote:undo"],
)
@pytest.mark.parametrize("value", ["1", "77", "", "x", "1:1h", "９", "9" * 40])
async def test_a_button_of_another_workspace_is_not_known_here(room, action, value):
    await room.prints("alpha", SENT, WIRE)
    other = await room.stage.bot.store.workspaces.found("another team")
    eve = Actor(Platform.SLACK, "U6", "eve", manager=True)
    asked = Invocation(action, {"value": value}, eve, other.id, room.now)
    reply = await room.stage.bot.commands.answer(asked)
    assert isinstance(reply.message, Answer)
    assert "not known here" in reply.message.title


@pytest.mark.parametrize("action", ["mute:for", "mute:undo"])
async def test_a_mute_of_another_workspace_is_not_known_here(room, action):
    await room.prints("alpha", SENT, WIRE)
    await room.presses("alert:mute")
    other = await room.stage.bot.store.workspaces.found("another team")
    eve = Actor(Platform.SLACK, "U6", "eve", manager=True)
    for value in ("1", "1:8h", "1:end", "", ":", "x:y"):
        asked = Invocation(action, {"value": value}, eve, other.id, room.now)
        reply = await room.stage.bot.commands.answer(asked)
        assert isinstance(reply.message, Answer)
        assert "not known here" in reply.message.title
    assert note(await room.card()).startswith("muted by ann")
