"""Papers that a bot reads, for plays of stories: what they print, and what the bot makes of it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.message import AlertCard, Answer, Extract, Message, Quote, Update
from bot.model import DecisionId, StoryId
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.stage import HandClock, Stage, stage

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
        self.brings(paper, title, body)
        await self.stage.tick(self.now)

    def brings(self, paper: str, title: str, body: str) -> None:
        """A paper brings an article now, which nobody looks at yet."""
        number = sum(len(each.stories) for each in self.papers.values())
        link = f"https://{paper}.example/{number}"
        self.papers[paper].stories.append(Story(title, link, link, body, self.now))

    def borrowed(self) -> list[tuple[str | None, str]]:
        """What was quoted below a link whose article does not say it, in these very words."""
        printed = {
            each.link: f"{each.title}\n{each.body}"
            for paper in self.papers.values()
            for each in paper.stories
        }
        return [
            (url, quote.text)
            for message in self.posted
            for url, quote in _quoted(message)
            if quote.text not in printed[url]
        ]

    async def until(self, moment: datetime) -> None:
        """Nothing happens but the time."""
        self.now = moment
        await self.stage.tick(moment)

    @property
    def posted(self) -> list[Message]:
        return self.stage.posted

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


def _quoted(message: Message) -> Iterator[tuple[str | None, Quote]]:
    """Every quotation of a message, with the link that stands with it."""
    if isinstance(message, Answer):
        extracts = [block for block in message.blocks if isinstance(block, Extract)]
        for one in extracts:
            yield from ((one.url, quote) for quote in (one.headline, *one.sentences))
        return
    figures = message.figures if isinstance(message, Update) else ()
    quotes = (message.headline, *message.sentences, *(figure.quote for figure in figures))
    yield from ((message.url, quote) for quote in quotes)


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


def opening(server: FeedServer, database_url: str) -> Opening:
    """Opens a desk; a second one goes on with the same papers and the same database."""
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
            watchlists=watchlists or (WatchlistEntry(name="kursk", query="North Korea AND Kursk"),),
        )
        async with stage(settings, HandClock(at)) as made:
            await made.tick(at)
            desk = Desk(papers, made, at)
            yield desk
            # Whatever the play was about: nobody's words were put under another's name.
            assert desk.borrowed() == []

    return opened
