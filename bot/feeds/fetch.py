"""Fetches feeds over HTTP: conditional, bounded in time and size, every address past the guard.

It does not look into what it fetched; a web page is as good to it as a feed. It keeps nothing
between two fetches but open connections.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.connector import SocketFactoryType
from yarl import URL

from bot.errors import AddressRefused, FetchError
from bot.feeds.answers import conditions, explained, max_age, refuse_status, validators_of
from bot.feeds.decoding import Decoder
from bot.feeds.guard import Guard, shown
from bot.feeds.openfiles import LONGEST_KEPT
from bot.feeds.turns import Turns
from bot.model import Validators

ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9,"
    " text/xml;q=0.9, */*;q=0.5"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT_REDIRECTS = frozenset({301, 308})
# After each redirect its host is left alone for so long: feeds that forward in circles, however
# many, cost it fewer than 12 requests a second.
_AFTER_REDIRECT = 0.12


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much one fetch may cost. The numbers are those of the limits sheet (reliability)."""

    connect: timedelta = timedelta(seconds=10)
    total: timedelta = timedelta(seconds=30)
    decoded_bytes: int = 10 * 2**20
    wire_bytes: int = 5 * 2**20
    redirects: int = 5
    at_once: int = 20
    kept: timedelta = LONGEST_KEPT  # how long a connection outlives its answer; 0 for not at all


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body that differs from the last one we saw.

    `url` is where it came from in the end; `moved_to` is set when the server said that the address
    has changed for good (301 or 308 at every step to there). `content_type` is the whole header,
    its charset included. `max_age` is how long the answer stays fresh from now on.
    """

    body: bytes
    content_type: str
    validators: Validators
    url: str
    moved_to: str | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing new: the server said so, or (`full`) it sent the body that we know."""

    validators: Validators
    moved_to: str | None = None
    max_age: timedelta | None = None
    full: bool = False


@dataclass(slots=True)
class _Journey:
    """What is known of one fetch on its way through redirects."""

    asked: str
    url: URL
    deadline_left: float
    hops: int = 0
    moved_for_good: bool = True
    rank: int = 0
    accept: str = ACCEPT
    seen: set[str] = field(default_factory=set)


class Fetcher:
    """The one HTTP client for feeds. Use it as an async context manager.

    Args:
        guard: Decides what may be dialled.
        user_agent: One honest name with a contact, sent with every request.
        limits: What a fetch may cost.
        resolver: Looks names up; the system's own if none is given.

    No cookies, no proxies from the environment, no Referer. At most one request at a time goes to
    any host and `limits.at_once` overall; waiting for a turn does not count against the deadline.
    """

    def __init__(
        self,
        guard: Guard,
        *,
        user_agent: str,
        limits: FetchLimits | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._resolver = resolver
        self._guard = guard
        self._user_agent = user_agent
        self._limits = limits or FetchLimits()
        self._turns = Turns(self._limits.at_once)
        self._public: aiohttp.ClientSession | None = None
        self._allowed: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Two connectors, and only the one for the owner's allow-list dials without the address
        # check (see Guard). Their pools are apart: no connection made for one serves the other.
        self._public = self._session(self._connector(self._guard.socket_factory))
        self._allowed = self._session(self._connector(None))
        return self

    def _connector(self, sockets: SocketFactoryType | None) -> aiohttp.TCPConnector:
        keep = self._limits.kept.total_seconds()
        return aiohttp.TCPConnector(
            limit=self._limits.at_once,
            limit_per_host=1,
            resolver=self._resolver,
            socket_factory=sockets,
            force_close=not keep,
            keepalive_timeout=keep or None,
            use_dns_cache=False,  # its ten seconds are over before a host is asked again
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for session in (self._public, self._allowed):
            if session is not None:
                await session.close()

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect.total_seconds()),
            headers={
                "User-Agent": self._user_agent,
                "Accept-Encoding": "gzip, deflate",
            },
        )

    async def fetch(
        self,
        url: str,
        validators: Validators,
        *,
        rank: int = 0,
        accept: str = ACCEPT,
        before: Callable[[URL], Awaitable[None]] | None = None,
    ) -> Fetched | NotModified:
        """Ask for a feed, unless it is as it was.

        `validators` are what the last answer carried. They are echoed byte for byte, and a body
        with their hash counts as not modified, whatever the server says of it. Of those
        that wait for one host the lowest `rank` goes first. `accept` says what kinds of answer are
        welcome. `before` is awaited before every address that is asked, redirects included, and
        what it raises ends the fetch; while it runs no turn is held.

        Raises AddressRefused where the guard does (the address, a redirect, or what a name led to)
        and FetchError for everything else, each with a sentence for people.
        """
        journey = _Journey(
            url,
            self._guard.check_url(url),
            self._limits.total.total_seconds(),
            rank=rank,
            accept=accept,
        )
        trusted = self._guard.allows(journey.url)
        try:
            while True:
                if before is not None:
                    await before(journey.url)
                async with self._turn(journey):
                    answer = await self._hop(journey, validators)
                if not isinstance(answer, URL):
                    return answer
                if self._guard.allows(answer) and not trusted:
                    raise AddressRefused(
                        shown(str(answer)),
                        f"{shown(url)} forwards to it, and a public address may not lead to one"
                        " that is only reachable from here.",
                    )
                journey.url = answer
        except aiohttp.ServerTimeoutError:
            seconds = self._limits.connect.total_seconds()
            raise FetchError(
                f"{_host(journey)} took no connection within {seconds:g} seconds."
            ) from None
        except TimeoutError:
            seconds = self._limits.total.total_seconds()
            raise FetchError(
                f"{_host(journey)} did not finish its answer within {seconds:g} seconds."
            ) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise explained(error, journey.url) from error

    @asynccontextmanager
    async def _turn(self, journey: _Journey) -> AsyncIterator[None]:
        """Wait for our turn at the host, then let the clock run."""
        async with self._turns.turn(_origin(journey.url), journey.rank):
            began = time.monotonic()
            async with asyncio.timeout(journey.deadline_left):
                yield
            journey.deadline_left -= time.monotonic() - began

    async def _hop(self, journey: _Journey, validators: Validators) -> Fetched | NotModified | URL:
        session = self._allowed if self._guard.allows(journey.url) else self._public
        if session is None:
            raise RuntimeError("the fetcher is used outside its `async with`")
        async with session.get(
            journey.url,
            headers={"Accept": journey.accept, **conditions(validators)},
            allow_redirects=False,
        ) as response:
            try:
                if response.status in _REDIRECTS:
                    return self._next(journey, response)
                if response.status == 304:
                    return _unchanged(journey, response, validators)
                refuse_status(response)
                body = await self._body(journey, response)
            finally:
                if not response.content.at_eof():
                    response.close()  # never read on for the sake of a kept connection
        return _result(journey, response, body, validators)

    def _next(self, journey: _Journey, response: aiohttp.ClientResponse) -> URL:
        location = response.headers.get("Location", "").strip()
        if not location:
            raise FetchError(f"{_host(journey)} forwards to nowhere (a redirect without a target).")
        journey.hops += 1
        self._turns.rest(_origin(journey.url), _AFTER_REDIRECT)
        journey.seen.add(str(journey.url))
        if journey.hops > self._limits.redirects:
            raise FetchError(
                f"{_host(journey)} forwards more than {self._limits.redirects} times. Subscribe to"
                " the final address instead."
            )
        try:
            target = str(journey.url.join(URL(location)))
        except ValueError:
            raise FetchError(
                f"{_host(journey)} forwards to something that is no address."
            ) from None
        checked = self._guard.check_url(target)
        if str(checked) in journey.seen:
            raise FetchError(f"{_host(journey)} forwards in a circle.")
        journey.moved_for_good &= response.status in _PERMANENT_REDIRECTS
        return checked

    async def _body(self, journey: _Journey, response: aiohttp.ClientResponse) -> bytes:
        limit = self._limits.wire_bytes
        too_big = f"{_host(journey)} sends more than {limit / 2**20:.3g} MiB, and no more is read."
        if (response.content_length or 0) > limit:
            raise FetchError(too_big)
        decoder = Decoder(response.headers.get("Content-Encoding", ""), self._limits.decoded_bytes)
        received = 0
        async for piece in response.content.iter_any():
            received += len(piece)
            if received > limit:
                raise FetchError(too_big)
            decoder.feed(piece)
        return decoder.finish()


def body_hash(body: bytes) -> str:
    """Name a body by its content (BLAKE2b, 160 bits)."""
    return hashlib.blake2b(body, digest_size=20).hexdigest()


def _unchanged(
    journey: _Journey, response: aiohttp.ClientResponse, validators: Validators
) -> NotModified:
    if not conditions(validators):
        raise FetchError(
            f"{_host(journey)} says that nothing has changed, though it was asked for everything."
        )
    return NotModified(
        validators_of(response, validators.body_hash, validators),
        moved_to=_moved_to(journey),
        max_age=max_age(response),
    )


def _result(
    journey: _Journey, response: aiohttp.ClientResponse, body: bytes, before: Validators
) -> Fetched | NotModified:
    digest = body_hash(body)
    validators = validators_of(response, digest)
    fresh, moved = max_age(response), _moved_to(journey)
    if digest == before.body_hash:
        return NotModified(validators, moved_to=moved, max_age=fresh, full=True)
    return Fetched(
        body=body,
        content_type=response.headers.get("Content-Type", ""),
        validators=validators,
        url=str(journey.url),
        moved_to=moved,
        max_age=fresh,
    )


def _moved_to(journey: _Journey) -> str | None:
    return str(journey.url) if journey.hops and journey.moved_for_good else None


def _origin(url: URL) -> str:
    return f"{url.raw_host}:{url.port}"


def _host(journey: _Journey) -> str:
    return journey.url.host or shown(journey.asked)
