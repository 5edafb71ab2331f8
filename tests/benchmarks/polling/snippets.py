"""Feeds that show snippets: how many pages the real bot reads for it, and what they gain.

Each article becomes a feed's item with its title and first two sentences, and a page with all of
it; the library's watchlists watch. It counts; nothing here is timed.
"""

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import rules
from bot.app import Bot, Wiring, built
from bot.config import FeedEntry, WatchlistEntry, defaults
from bot.feeds.pagereader import PageReader
from bot.feeds.parse import Parser
from bot.model import Alert, Article, Decision
from bot.pipeline import poll_due_feeds, process_new_articles
from bot.second_look import look_again, read_pages
from tests.benchmarks.polling.ours import fetcher_for
from tests.benchmarks.rules import articles as corpus
from tests.servers.feeds import FeedServer
from tests.servers.newspaper import Newspaper, Story
from tests.servers.pages import article_page, html

SEED = 20_241_031
SHOWN = 2
"""Sentences that the feed shows."""
_TURN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Snippets:
    """What came of it. `shown`, `gained` and `whole` are alerts, one for each watchlist matched.

    `shown` come from title and snippet, `gained` from pages that were read beside them; `whole` is
    what title and snippet with the page of every article would match, read as perfectly as here.
    """

    source: str
    articles: int
    asked: int
    read: int
    shown: int
    gained: int
    whole: int

    @property
    def asked_per_hundred(self) -> float:
        """Pages asked for, for each hundred articles."""
        return 100 * self.asked / self.articles

    @property
    def reached(self) -> float:
        """The share of what whole articles would match that was told."""
        return (self.shown + self.gained) / self.whole if self.whole else 1.0


def snippets(data: Path | None, count: int, folder: Path) -> Snippets:
    """Run the bot over so many articles, of a folder that has articles.jsonl or invented."""
    data = data if data and (data / "articles.jsonl").exists() else None
    texts = corpus.load(data) if data else corpus.invent(SEED)
    step = max(1, len(texts) // count)
    return asyncio.run(_run(texts[::step][:count], data, folder))


async def _run(texts: Sequence[corpus.Article], data: Path | None, folder: Path) -> Snippets:
    told: list[Alert] = []

    def saw(article: Article, decisions: Sequence[Decision]) -> None:
        told.extend(each for each in decisions if isinstance(each, Alert))

    paper = Newspaper()
    async with FeedServer() as server:
        hosts = [f"paper-{number}.test:{server.port}" for number in range(len(texts))]
        settings = defaults(
            database={"url": f"sqlite:///{folder / 'snippets.db'}"},
            web={"bind": ""},
            stories={"enabled": False},
            full_text={"read": "near-miss", "pages_per_hour": 1_000},
            feeds=(FeedEntry(url=f"http://{hosts[0]}/feed", name="paper"),),
            watchlists=tuple(
                WatchlistEntry(name=entry.name, query=entry.query) for entry in rules.library()
            ),
        )
        server.tell("/feed", paper)
        wiring = Wiring(out=io.StringIO(), saw=saw)
        async with (
            built(settings, wiring) as bot,
            fetcher_for(hosts) as fetcher,
            Parser() as parser,
            PageReader(fetcher) as reader,
        ):
            flow = replace(bot.flow, fetcher=fetcher, parser=parser)
            second = replace(bot.second_look, flow=flow, reader=reader)
            now = datetime.now(UTC)
            await poll_due_feeds(flow, now)
            now += _TURN
            paper.stories = [
                _lay_out(server, host, number, text, now)
                for number, (host, text) in enumerate(zip(hosts, texts, strict=True))
            ]
            await poll_due_feeds(flow, now)
            while await process_new_articles(flow, now) or await look_again(second, now):
                pass
            shown = len(told)
            while await read_pages(second, now) or await look_again(second, now):
                pass
            asked = sum("/page/" in request.path for request in server.requests)
            return Snippets(
                source=data.name if data else "invented",
                articles=len(texts),
                asked=asked,
                read=await _pages_read(bot),
                shown=shown,
                gained=len(told) - shown,
                whole=_matches(texts),
            )


def _lay_out(
    server: FeedServer, host: str, number: int, text: corpus.Article, now: datetime
) -> Story:
    """The item of the feed; its page is put on the server."""
    spans = _sentences(text)
    path = f"/page/{number}"
    server.tell(path, html(article_page(text.title, *spans)))
    snippet = " ".join(spans[:SHOWN])
    return Story(text.title, f"tag:{number}", f"http://{host}{path}", snippet, now)


async def _pages_read(bot: Bot) -> int:
    held = await bot.store.articles.newest(bot.home.id, limit=10_000)
    return sum(bool(article.page) for article in held)


def _matches(texts: Sequence[corpus.Article]) -> int:
    ruleset = rules.Ruleset()
    for entry in rules.library():
        ruleset.add(rules.Rule(entry.name, rules.parse(entry.query)))
    return sum(
        len(ruleset.match(rules.Document(text.title, "\n\n".join(_sentences(text)))).matches)
        for text in texts
    )


def _sentences(text: corpus.Article) -> list[str]:
    return [text.body[start:end] for start, end in rules.sentences(text.body)]
