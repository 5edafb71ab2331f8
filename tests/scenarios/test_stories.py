"""One event, one card: what later articles change on it, and what they may say in its thread."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.invocation import Reply
from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Answer, Tone, Update
from bot.model import DecisionId, Severity, StoryId
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.stage import SEEDS, HandClock, Stage, stage, staged

START = datetime(2024, 11, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)

WIRE = (
    "Seoul's spy agency said on Friday that some 3,000 North Korean soldiers were deployed to the"
    " Kursk region in western Russia. The agency told lawmakers that the troops wore Russian"
    " uniforms and carried Russian weapons when they left the port of Vladivostok. Kyiv condemned"
    " the deployment and asked its partners for long-range missiles."
)
OTHERS = (
    "North Korean soldiers have been seen near the front in Kursk, a Ukrainian brigade reported."
    " Ukrainian soldiers captured two of them at dawn on Saturday near the village of Plekhovo, its"
    " commander said. Moscow has not confirmed that North Korean troops are in the Kursk region."
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
# What happened on five further days; each is told in words of its own.
MORE = (
    "North Korean soldiers attacked Sudzha in the Kursk region with two armoured columns, officers"
    " of a Ukrainian brigade told reporters on Sunday.",
    "A Ukrainian missile struck a barracks in Kursk where North Korean officers slept, and killed"
    " at least forty of them, Kyiv's general staff announced today.",
    "Pyongyang's foreign minister flew to Moscow and confirmed for the first time that her country"
    " sent North Korean soldiers to Kursk under the mutual defence treaty.",
    "Prisoners from North Korea said in Kursk that they were told they would train with drones, and"
    " South Korea's intelligence service urged Kyiv to hand them over.",
    "The United Nations warned that fighters from North Korea will enter Kharkiv and Zaporizhzhia"
    " from Kursk within weeks, according to satellite pictures of railway wagons.",
)


@dataclass(slots=True)
class Desk:
    """Papers that a bot reads, and what it posts of them."""

    papers: dict[str, Newspaper]
    stage: Stage
    now: datetime = START

    async def prints(self, paper: str, title: str, body: str, after: timedelta = QUARTER) -> None:
        """A paper brings an article, and the bot sees it."""
        self.now += after
        number = sum(len(each.stories) for each in self.papers.values())
        link = f"https://{paper}.example/{number}"
        self.papers[paper].stories.append(Story(title, link, link, body, self.now))
        await self.stage.tick(self.now)

    @property
    def cards(self) -> list[AlertCard]:
        return self.stage.cards

    @property
    def updates(self) -> list[Update]:
        return [message for message in self.stage.posted if isinstance(message, Update)]

    async def says(self) -> str:
        """The line on sources that the card of the first story bears now."""
        standings = await self.stage.bot.store.stories.standings(set(map(StoryId, range(1, 100))))
        standing = min(standings, key=lambda standing: abs(standing.story))
        return "".join(getattr(piece, "text", "") for piece in standing.card.corroboration)

    async def reasons(self) -> list[tuple[str, str]]:
        """Every decision's reason and its numbers, oldest first."""
        outbox = self.stage.bot.store.outbox
        found = []
        for number in range(1, 100):
            why = await outbox.decision(self.stage.bot.home.id, DecisionId(number))
            if why is not None:
                found.append((why.reason, why.detail))
        return found


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
async def open_desk(database_url: str) -> AsyncIterator[Opening]:
    """Opens a desk; a second one goes on with the same papers and the same database."""
    async with FeedServer() as server, AsyncExitStack():
        papers = {name: Newspaper() for name in ("alpha", "beta", "gamma", "delta")}
        addresses = {name: server.tell(f"/{name}", paper) for name, paper in papers.items()}

        @asynccontextmanager
        async def opened(*watchlists: WatchlistEntry, at: datetime = START) -> AsyncIterator[Desk]:
            settings = defaults(
                database={"url": database_url},
                web={"bind": ""},
                fetch={"allow": (server.host,)},
                polling={"interval_seconds": 60, "floor_seconds": 60},
                full_text={"read": "never"},  # links lead to example domains
                feeds=tuple(FeedEntry(url=url, name=name) for name, url in addresses.items()),
                watchlists=watchlists
                or (WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
            )
            async with stage(settings, HandClock(at)) as made:
                await made.tick(at)
                yield Desk(papers, made, at)

        yield opened


@pytest.fixture
async def desk(open_desk: Opening) -> AsyncIterator[Desk]:
    async with open_desk() as desk:
        yield desk


async def test_a_copy_adds_an_outlet_and_says_nothing(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
    await desk.prints("gamma", "North Koreans sent to Russia's Kursk", f"{WIRE} Read more here.")
    assert len(desk.cards) == 1
    assert desk.updates == []
    assert (await desk.says()).startswith("1 source so far (The Paper) · 3 outlets")
    copy = "its story was told, and it carries the text of another article"
    assert [reason for reason, _ in await desk.reasons()][1:] == [copy] * 2


async def test_an_independent_report_counts_as_a_source_and_tells_what_is_new(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    assert len(desk.cards) == 1
    (update,) = desk.updates
    assert all(quote.text in OTHERS for quote in update.sentences)
    assert any("captured two of them" in quote.text for quote in update.sentences)
    assert (await desk.says()).startswith("2 independent sources")


async def test_a_figure_that_changed_is_told_with_the_sentence_that_says_so(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    (update,) = desk.updates
    (figure,) = update.figures
    assert (figure.before, figure.after) == ("some 3,000", "around 10,000")
    assert figure.quote.text in RISEN


async def test_the_same_article_again_in_other_words_says_nothing(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    again = OTHERS.replace("at dawn on Saturday", "on Saturday at dawn")
    await desk.prints("gamma", "Kursk: North Korean soldiers captured, Ukraine says", again)
    assert len(desk.updates) == 1


async def test_another_event_is_a_card_of_its_own(open_desk):
    both = WatchlistEntry(name="russia", query="Russia")
    async with open_desk(both) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert [card.headline.text for card in desk.cards] == [
            "North Korean soldiers sent to Kursk, Seoul says",
            "Denmark seizes shadow fleet tanker of Russia",
        ]
        assert desk.updates == []


async def test_a_story_speaks_up_three_times_in_an_hour_and_goes_on_in_the_next(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    for number, body in enumerate(MORE):
        title = f"North Korean soldiers in Kursk: what is known, {number}"
        await desk.prints("beta", title, body, timedelta(minutes=5))
    assert len(desk.cards) == 1
    assert len(desk.updates) == 3
    assert "its story was told, and has spoken enough for this hour" in dict(await desk.reasons())
    await desk.prints("gamma", "NATO: 10,000 troops in Kursk", RISEN, timedelta(hours=1))
    assert len(desk.updates) == 4


async def test_two_watchlists_of_a_channel_share_a_card_that_names_both(open_desk):
    kursk = WatchlistEntry(name="kursk", query="Kursk")
    north = WatchlistEntry(name="pyongyang", query="North Korea")
    async with open_desk(kursk, north) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        (card,) = desk.cards
        assert card.watch == "kursk, pyongyang"


async def test_a_louder_watchlist_posts_the_story_anew_and_closes_the_old_card(open_desk):
    kursk = WatchlistEntry(name="kursk", query="Kursk")
    captured = WatchlistEntry(
        name="captured", query="captured AND Kursk", severity=Severity.CRITICAL
    )
    async with open_desk(kursk, captured) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        first, second = desk.cards
        assert (first.severity, second.severity) == ("notable", "critical")
        assert "now critical (was notable)" in "".join(piece.text for piece in second.why)
        assert "The story goes on below: now critical." in desk.stage.screen


async def test_news_of_the_story_that_matches_nothing_is_told_in_the_thread_as_that(open_desk):
    seoul = WatchlistEntry(name="seoul", query="Seoul AND Kursk")
    async with open_desk(seoul) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (update,) = desk.updates
        assert "though no watchlist here matches it" in "".join(p.text for p in update.why)
        assert len(await desk.reasons()) == 1  # nobody decided anything on the second article


async def test_after_a_restart_the_story_goes_on_where_it_stood(open_desk):
    async with open_desk() as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        before, now = len(desk.cards), desk.now
    async with open_desk(at=now) as desk:
        await desk.prints("beta", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert (before, len(desk.cards)) == (1, 0)
        (update,) = desk.updates
        assert [figure.before for figure in update.figures] == ["some 3,000"]
        assert (await desk.says()).startswith(
            "2 independent sources (The Paper; The Paper) · 3 outlets"
        )


async def test_every_decision_keeps_its_numbers(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    (_, founded), (_, joined) = await desk.reasons()
    assert founded == "no live story is near it"
    assert joined.startswith("joined by its wording: 0.")
    assert "of its word pairs are new to a thread of" in joined


async def test_the_seeds_read_like_the_work_of_one_desk(database_url):
    async with staged("north-korea-kursk", database_url, stories={"enabled": True}) as stage:
        await stage.play(stage.scenario)
        (card,) = stage.cards
        assert any("as early as Sunday" in quote.text for quote in card.sentences)
        updates = [message for message in stage.posted if isinstance(message, Update)]
        figures = [(f.before, f.after) for update in updates for f in update.figures]
        assert figures == [("3,000", "around 10,000")]
        quotes = [quote.text for update in updates for quote in update.sentences]
        assert any("concerns to China" in quote for quote in quotes)
        assert any("may have already entered Ukraine" in quote for quote in quotes)
        texts = [file.read_text("utf-8") for file in (SEEDS / "north-korea-kursk").glob("*.txt")]
        assert all(any(quote in text for text in texts) for quote in quotes)
        assert len(updates) == 3


async def press(desk: Desk, reply: Reply, label: str, *, manager: bool = True) -> Reply:
    """Press a button of an answer."""
    assert isinstance(reply.message, Answer)
    (button,) = [each for each in reply.message.buttons if each.label == label]
    return await desk.stage.invoke(button.action, {"value": button.value}, manager=manager)


async def test_a_person_makes_two_stories_one_and_it_stays_so(open_desk):
    async with open_desk(WatchlistEntry(name="russia", query="Russia")) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert len(desk.cards) == 2
        asked = await desk.stage.ask("/watch story-merge 2 1")
        done = await press(desk, asked, "Do it")
        await desk.stage.tick()
        assert "2 independent sources" in await desk.says()
        await desk.prints("gamma", "Denmark: master of shadow fleet tanker is charged", SHIPS)
        assert "· 3 outlets" in await desk.says()
        assert len(desk.cards) == 2
        await press(desk, done, "Undo")
        assert (await desk.says()).startswith("1 source so far")


async def test_an_article_that_does_not_belong_is_split_off_or_moved(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    link = desk.papers["beta"].stories[0].link
    asked = await desk.stage.ask(f"/watch story-split {link}")
    done = await press(desk, asked, "Do it")
    assert isinstance(done.message, Answer)
    assert "It is story -1 now." in done.message.title
    assert (await desk.says()).startswith("1 source so far")
    shown = await desk.stage.ask(f"/intel story {link}")
    assert isinstance(shown.message, Answer)
    assert shown.message.title == "North Korean soldiers seen in Kursk, Ukraine says"
    back = await desk.stage.ask(f"/watch story-move {link} 1")
    await press(desk, back, "Do it")
    assert (await desk.says()).startswith("2 independent sources")


async def test_only_a_manager_rules_and_only_what_is_known_here(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    link = str(desk.papers["alpha"].stories[0].link)

    async def refused(name: str, value: dict[str, str], *, manager: bool) -> str:
        reply = await desk.stage.invoke(name, value, manager=manager)
        assert isinstance(reply.message, Answer)
        assert reply.message.tone is Tone.FAULT
        return reply.message.title

    assert "manager" in await refused("watch story-split", {"links": link}, manager=False)
    asked = await desk.stage.ask(f"/watch story-split {link}")
    assert isinstance(asked.message, Answer)
    draft = asked.message.buttons[0].value
    assert "manager" in await refused("draft:save", {"value": draft}, manager=False)
    assert "not known here" in await refused("story:undo", {"value": "7"}, manager=True)


@pytest.mark.parametrize(
    "headline",
    [
        "Chess: a girl of twelve wins the open tournament of Kursk",
        "Kursk mourns its poet",
        "Refinery near Kursk shut",
    ],
)
async def test_a_headline_that_got_into_the_wrong_story_is_told_all_the_same(open_desk, headline):
    async with open_desk(WatchlistEntry(name="kursk", query="Kursk")) as desk:
        await desk.prints("alpha", "Refinery in Kursk burns after a drone attack at night", "")
        await desk.prints("beta", headline, "")
        told = [card.headline.text for card in desk.cards]
        told += [update.headline.text for update in desk.updates]
        assert headline in told


async def test_a_watchlist_that_asks_for_two_sources_waits_for_the_second(open_desk):
    careful = WatchlistEntry(name="kursk", query="North Korea AND Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
        assert desk.cards == []
        assert all("fewer independent sources" in reason for reason, _ in await desk.reasons())
        await desk.prints("gamma", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (card,) = desk.cards
        assert card.headline.text == "North Korean soldiers seen in Kursk, Ukraine says"
        assert (await desk.says()).startswith("2 independent sources")


async def test_what_waited_is_told_when_an_article_that_matches_nothing_backs_it(open_desk):
    careful = WatchlistEntry(name="seoul", query="Seoul AND Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        assert desk.cards == []
        now = desk.now
    async with open_desk(careful, at=now) as desk:
        await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        (card,) = desk.cards
        assert card.headline.text == "North Korean soldiers sent to Kursk, Seoul says"
        ((reason, _),) = await desk.reasons()
        assert reason.startswith("its story has as many independent sources now")
        await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
        assert len(desk.cards) == 1


@pytest.mark.timeout(60)  # two pictures are drawn
async def test_a_story_is_shown_whole_by_its_number_or_by_any_of_its_links(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "Seoul: North Korean troops deployed to Kursk region", WIRE)
    await desk.prints("gamma", "NATO: North Korea has 10,000 troops in Kursk", RISEN)
    link = desk.papers["beta"].stories[0].link
    by_number = (await desk.stage.ask("/intel story 1")).message
    by_link = (await desk.stage.ask(f"/intel story {link}")).message
    assert isinstance(by_number, Answer)
    assert isinstance(by_link, Answer)
    assert (by_number.title, by_number.blocks) == (by_link.title, by_link.blocks)
    shown = f"{by_number.blocks}"
    for part in ("2 independent sources", "First reports", "around 10,000", "Told since"):
        assert part in shown
    assert "carries the text of another article" in shown
    assert by_number.picture is not None
    newest = (await desk.stage.ask("/intel story")).message
    assert isinstance(newest, Answer)
    assert "3 articles" in f"{newest.blocks}"


async def test_a_flood_that_no_second_source_backs_is_not_listed_either(open_desk):
    careful = WatchlistEntry(name="kursk", query="Kursk", min_sources=2)
    async with open_desk(careful) as desk:
        for number, body in enumerate((WIRE, OTHERS, RISEN, *MORE)):
            link = f"https://alpha.example/{number}"
            desk.papers["alpha"].stories.append(Story(body[:60], link, link, body, desk.now))
        await desk.stage.tick(desk.now + QUARTER)
        assert desk.stage.posted == []
