"""Reads the article behind a link: asks the site's leave, fetches the page, has its text found.

Whatever goes wrong comes back as a reason. It stores nothing and does not know why the page is
wanted; which page is worth asking for is decided elsewhere.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from yarl import URL

from bot.errors import AddressRefused, FetchError
from bot.feeds.belonging import belongs
from bot.feeds.canonical import addresses
from bot.feeds.child import ParserChild, framed
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.pages import is_page
from bot.feeds.permits import Permits
from bot.model import Validators

AGENT = "watchfloor"
ACCEPT = "text/html, application/xhtml+xml;q=0.9"
DEADLINE = timedelta(seconds=10)
SHORTEST_TEXT = 200  # characters; consent and log-in pages show less than any article
LATER = timedelta(minutes=10)
AFTER_FEEDS = 100  # among those that wait for one host, pages come last
_MOST_SITES = 2_000
_TOO_MANY, _SERVER_FAULT = 429, 500


@dataclass(frozen=True, slots=True)
class PageLook:
    """What came of a look at a page: its text, or why there is none.

    `again_after` is set where another look may help. `addresses` are those under which a page that
    was read is known.
    """

    text: str = ""
    reason: str = ""
    again_after: timedelta | None = None
    addresses: tuple[str, ...] = ()


class PageReader:
    """Reads pages, one at a time from each site. Use it as an async context manager.

    Args:
        fetcher: Shares its turns and limits with the feeds.
        agent: Our name in robots.txt.
        deadline: The longest that finding the text in one page may take.
    """

    def __init__(
        self, fetcher: Fetcher, *, agent: str = AGENT, deadline: timedelta = DEADLINE
    ) -> None:
        self._fetcher = fetcher
        self._permits = Permits(fetcher, agent)
        self._deadline = deadline
        self._child = ParserChild("bot.feeds.extract")
        self._extracting = asyncio.Lock()
        self._quiet_until: dict[str, float] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._child.stop()

    @property
    def pid(self) -> int | None:
        """The id of the process that finds texts, while one runs."""
        return self._child.pid

    async def read(self, url: str, title: str, now: datetime) -> PageLook:
        """Look at an article's page. Raises nothing that we foresaw.

        `title` is the article's own: a page that speaks of something else is not its page.
        """

        async def before(asked: URL) -> None:
            pause = await self._permits.check(asked, now, rank=AFTER_FEEDS)
            await self._leave_alone(str(asked.origin()), pause)

        try:
            answer = await self._fetcher.fetch(
                url, Validators(), rank=AFTER_FEEDS, accept=ACCEPT, before=before
            )
        except AddressRefused as error:
            return PageLook(reason=str(error))
        except FetchError as error:
            return _failed(error)
        if not isinstance(answer, Fetched) or (reason := _objection(url, answer)):
            return PageLook(reason=reason)
        found = await self._extract(answer)
        if found is None:
            return PageLook(
                reason="The page is built in a way that it cannot be read within limits."
            )
        text, said = found
        if len(text) < SHORTEST_TEXT:
            return PageLook(
                reason="The page shows next to no text: it may want consent or a subscription."
            )
        if not belongs(title, text):
            return PageLook(
                reason="The page does not speak of the article: it may be a consent or log-in page."
            )
        return PageLook(text, addresses=addresses(answer.url, said))

    async def _leave_alone(self, site: str, pause: timedelta) -> None:
        """Wait until a site may be asked again, and take that moment."""
        now = time.monotonic()
        at = max(now, self._quiet_until.get(site, now))
        if len(self._quiet_until) >= _MOST_SITES:
            past = [known for known, until in self._quiet_until.items() if until <= now]
            for known in past:
                del self._quiet_until[known]
        self._quiet_until[site] = at + pause.total_seconds()
        await asyncio.sleep(at - now)

    async def _extract(self, answer: Fetched) -> tuple[str, str] | None:
        """The article's text and the address that the page says is its own.

        None if the child did not survive the page.
        """
        header = json.dumps({"content_type": answer.content_type}).encode()
        async with self._extracting:
            sound = False
            try:
                async with asyncio.timeout(self._deadline.total_seconds()):
                    said = await self._child.ask(framed(header) + framed(answer.body))
                read = json.loads(said)
                text, address = read["text"], read["address"]
                sound = isinstance(text, str) and isinstance(address, str)
            except (TimeoutError, OSError, EOFError, LookupError, TypeError, ValueError):
                return None
            finally:
                if not sound:
                    await self._child.stop()
        return (text, address) if sound else None


def _objection(url: str, answer: Fetched) -> str:
    """Why an answer cannot be an article's page; "" if it may be."""
    kind = answer.content_type.partition(";")[0].strip().lower()
    if not is_page(answer.body, answer.content_type):
        return f"The address leads to no web page ({kind[:60] or 'of unknown kind'})."
    came_from = URL(answer.url)
    if came_from.path in ("", "/") and not came_from.query_string and URL(url).path != "/":
        return f"{came_from.host} forwards to its front page instead of the article."
    return ""


def _failed(error: FetchError) -> PageLook:
    """What a failed fetch means for a page: faults of servers pass, refusals stay."""
    status = error.status
    if status is None:
        return PageLook(
            reason=str(error), again_after=None if error.permanent else error.retry_after or LATER
        )
    passing = status == _TOO_MANY or status >= _SERVER_FAULT
    return PageLook(
        reason=f"The page's server answered with status {status}.",
        again_after=error.retry_after or LATER if passing else None,
    )
