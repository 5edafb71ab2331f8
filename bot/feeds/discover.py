"""Looks at an address before anybody subscribes: it is a feed, or a page that names one.

One page is read, once, and a few of the places that it names or that are usual; every address goes
past the guard like any other. Nothing is stored and no link in an article is ever followed.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from yarl import URL

from bot.errors import AddressRefused, FetchError, ParseError
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.guard import Guard
from bot.feeds.links import clean_link
from bot.feeds.pages import Offer, is_page, offers_of
from bot.feeds.parse import Parser
from bot.feeds.wire import ParsedFeed
from bot.model import Validators

USUAL_PLACES = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml")
PROBES = 5
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A feed that was read just now, with the address to subscribe to."""

    url: str
    feed: ParsedFeed


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an address leads to. `page` is the web page that led there, `others` what else it names.

    `page` is None where the address is the feed itself.
    """

    found: Sighting
    page: str | None = None
    others: tuple[Offer, ...] = ()


class Scout:
    """Reads feeds for people who are about to decide. It raises the feeds room's errors."""

    def __init__(
        self, guard: Guard, fetcher: Fetcher, parser: Parser, clock: Callable[[], datetime]
    ) -> None:
        self._guard = guard
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock

    def check(self, url: str) -> None:
        """See that an address may be asked at all. Raises AddressRefused."""
        self._guard.check_url(url)

    async def read(self, url: str) -> Sighting:
        """Fetch and read one feed.

        Its address is the one that the server moved it to for good, if it did. Raises
        AddressRefused, FetchError and ParseError.
        """
        return await self._parse(await self._fetch(url), url)

    async def discover(self, url: str) -> Discovery:
        """Find the feed behind an address that somebody typed.

        A page's own `<link rel=alternate>` is followed; only where it has none are a few usual
        places of the same site tried. Raises AddressRefused, FetchError and ParseError, each with
        a sentence for people.
        """
        self._guard.check_url(url)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await self._discover(clean_link(url) or url)
        except TimeoutError:
            raise FetchError(
                f"No feed was found there within {PATIENCE.total_seconds():g} seconds. Give the"
                " address of the feed itself."
            ) from None

    async def _discover(self, url: str) -> Discovery:
        answer = await self._fetch(url)
        try:
            return Discovery(await self._parse(answer, url))
        except ParseError:
            if not is_page(answer.body, answer.content_type):
                raise
        named = self._fit(offers_of(answer.body, answer.content_type, answer.url), answer.url)
        offers = named or self._fit(_usual(answer.url), answer.url)
        trouble = ""
        for offer in offers[:PROBES]:
            try:
                found = await self.read(offer.url)
            except (AddressRefused, FetchError, ParseError) as error:
                trouble = str(error)
                continue
            others = tuple(other for other in named if other.url not in {offer.url, found.url})
            return Discovery(found, answer.url, others)
        raise ParseError(_nothing(named, trouble))

    def _fit(self, offers: tuple[Offer, ...], page: str) -> tuple[Offer, ...]:
        """What may be tried: a public page cannot send us to what only we can reach."""
        if self._private(page):
            return offers
        return tuple(offer for offer in offers if not self._private(offer.url))

    def _private(self, url: str) -> bool:
        try:
            return self._guard.allows(URL(url))
        except ValueError:  # the guard will say so when it is fetched
            return False

    async def _fetch(self, url: str) -> Fetched:
        answer = await self._fetcher.fetch(url, Validators())
        if not isinstance(answer, Fetched):
            raise FetchError("The server says that nothing changed, though nothing was known yet.")
        return answer

    async def _parse(self, answer: Fetched, url: str) -> Sighting:
        feed = await self._parser.parse(
            answer.body, url=answer.url, content_type=answer.content_type, now=self._clock()
        )
        return Sighting(answer.moved_to or url, feed)


def _usual(page: str) -> tuple[Offer, ...]:
    places = (clean_link(place, page) for place in USUAL_PLACES)
    return tuple(Offer(place, "") for place in places if place and place != page)


def _nothing(named: tuple[Offer, ...], trouble: str) -> str:
    if named:
        many = "a feed" if len(named) == 1 else f"{len(named)} feeds"
        return f"That web page names {many}, but none could be read. {trouble}"
    return (
        "That address is a web page that names no feed, and none is in the usual places. Look on"
        " the page for a link named RSS, Atom or feed."
    )
