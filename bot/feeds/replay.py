"""Serves a scenario over loopback HTTP: feeds that fill on a time line, and article pages.

It is a web site like any other to whoever polls it. It invents nothing: what is not known of an
article is not said, and an article without an address of its own links to its page here.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.feeds.identity import identity_of
from bot.feeds.links import clean_link
from bot.feeds.markup import Item, article_page, as_html, atom_document, rss_document
from bot.feeds.scenario import Scenario, ScenarioArticle

MOST_ITEMS = 100
# Leaves a feed well under what a fetch reads, whatever script its articles are written in.
MOST_BYTES = 2 * 2**20


@dataclass(frozen=True, slots=True)
class _Feed:
    path: str
    name: str
    atom: bool
    articles: tuple[ScenarioArticle, ...]


class Replay:
    """A scenario as a web site. Use it as an async context manager; `host` and `feeds` hold inside.

    Args:
        scenario: What to serve.
        now: The scenario's clock. An article is in its feed, and has its page, only once the clock
            has reached its `release_at`.

    The articles go in turn into RSS and Atom feeds of at most a hundred items. ETag and
    Last-Modified change when an article is released, and conditional requests are answered by 304.
    """

    def __init__(self, scenario: Scenario, now: Callable[[], datetime]) -> None:
        self._scenario = scenario
        self._now = now
        self._site = ""
        self._runner: web.AppRunner | None = None
        self._layout = _layout(scenario)
        self._files: dict[str, str] = {}
        self._by_page = {f"/articles/{article.file}": article for article in scenario.articles}

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self._site = f"http://127.0.0.1:{port}"
        for article in self._scenario.articles:
            self._files[self._link(article)] = article.file
            self._files[identity_of(self._guid(article))] = article.file
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def host(self) -> str:
        """Host and port, as the allow-list writes them."""
        return self._site.removeprefix("http://")

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]:
        """Address and name of every feed."""
        return tuple((self._site + feed.path, feed.name) for feed in self._layout)

    def file_for(self, url_or_identity: str) -> str | None:
        """Tell from an article's address, or an entry's identity, which file it was."""
        return self._files.get(url_or_identity)

    def _link(self, article: ScenarioArticle) -> str:
        known = clean_link(article.link) if article.link else None
        return known or f"{self._site}/articles/{quote(article.file)}"

    def _guid(self, article: ScenarioArticle) -> str:
        # A tag URI (RFC 4151) of the file's name: the same in every run, whatever the port.
        return f"tag:watchfloor.invalid,2024:{quote(self._scenario.name)}/{quote(article.file)}"

    def _item(self, article: ScenarioArticle) -> Item:
        known = urlsplit(article.link) if article.link else None
        return Item(
            guid=self._guid(article),
            link=self._link(article),
            text=article.text,
            changed_at=article.release_at,
            title=article.title,
            source=article.source,
            source_url=f"{known.scheme}://{known.netloc}/" if known else None,
            published=article.published,
        )

    async def _serve(self, request: web.Request) -> web.Response:
        now = self._now()
        for feed in self._layout:
            if feed.path == request.path:
                return self._serve_feed(feed, request, now)
        article = self._by_page.get(request.path)
        if article is None or article.release_at > now:
            raise web.HTTPNotFound(text="No such page.")
        return web.Response(text=article_page(self._item(article)), content_type="text/html")

    def _serve_feed(self, feed: _Feed, request: web.Request, now: datetime) -> web.Response:
        out = [article for article in feed.articles if article.release_at <= now]
        changed_at = max((article.release_at for article in out), default=self._scenario.starts_at)
        names = "\n".join([feed.path, *(article.file for article in out)])
        headers = {
            "ETag": f'"{hashlib.sha256(names.encode()).hexdigest()[:20]}"',
            "Last-Modified": format_datetime(changed_at, usegmt=True),
        }
        if _is_known(request, headers):
            return web.Response(status=304, headers=headers)
        items = [self._item(article) for article in reversed(out)]
        if feed.atom:
            text = atom_document(feed.name, self._site + feed.path, changed_at, items)
            return web.Response(text=text, headers=headers, content_type="application/atom+xml")
        text = rss_document(feed.name, self._site, items)
        return web.Response(text=text, headers=headers, content_type="application/rss+xml")


def _is_known(request: web.Request, headers: dict[str, str]) -> bool:
    """RFC 9110: If-None-Match decides alone where it is sent."""
    asked = request.headers.get("If-None-Match")
    if asked is not None:
        return asked == headers["ETag"]
    return request.headers.get("If-Modified-Since") == headers["Last-Modified"]


def _layout(scenario: Scenario) -> tuple[_Feed, ...]:
    """Put the articles in turn into RSS and Atom feeds, in the order of their release."""
    order = sorted(scenario.articles, key=lambda article: (article.release_at, article.file))
    feeds = []
    for atom, articles in ((False, order[0::2]), (True, order[1::2])):
        kind = "atom" if atom else "rss"
        for number, part in enumerate(_parts(articles), start=1):
            name = f"{scenario.name} {number} ({'Atom' if atom else 'RSS'})"
            feeds.append(_Feed(f"/feeds/{number}.{kind}", name, atom, part))
    return tuple(feeds)


def _parts(articles: Sequence[ScenarioArticle]) -> Iterator[tuple[ScenarioArticle, ...]]:
    part: list[ScenarioArticle] = []
    filled = 0
    for article in articles:
        size = len(as_html(article.text).encode())
        if part and (len(part) == MOST_ITEMS or filled + size > MOST_BYTES):
            yield tuple(part)
            part, filled = [], 0
        part.append(article)
        filled += size
    if part:
        yield tuple(part)
