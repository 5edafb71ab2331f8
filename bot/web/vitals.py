"""A running bot's signs of life: is it ready, what does it count, and who has to hear of silence.

Silence is a fault too: a service outside that is asked while all is well notices when nobody asks
any more, and people are told when no feed brings anything for long.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.errors import StoreError
from bot.message import Answer, Paragraph, Tone, plain
from bot.metrics import Metrics, Standing
from bot.model import Destination, WorkspaceId
from bot.store.standing import can_write, works
from bot.store.store import Store
from bot.web.health import Ready

log = logging.getLogger(__name__)

PING_SECONDS = 10
ALMOST_FULL = 0.9  # of the disk; what is left lasts for days, and somebody has to make room


@dataclass(frozen=True, slots=True)
class Vitals:
    """What tells how a bot stands. `chats`, `late` and `disk` are asked each time.

    `disk` says which share of the database's disk is used, None where that is not this machine's.
    """

    store: Store
    metrics: Metrics
    clock: Callable[[], datetime]
    chats: Callable[[], Mapping[str, str]]
    late: Callable[[], tuple[str, ...]]
    ping_url: str
    silence: timedelta
    home: WorkspaceId
    notices: Destination
    since: datetime
    disk: Callable[[], float | None]

    async def ready(self) -> Ready:
        """How the bot stands right now."""
        chats, late = self.chats(), self.late()
        try:
            await can_write(self.store.database)
            found = await works(self.store.database)
        except StoreError:
            return Ready(database=False, chats=chats, waiting=0, late=late)
        oldest = self._age(found.oldest_waiting)
        return Ready(True, chats, found.waiting, oldest, late)

    async def page(self) -> bytes:
        """The metrics of this process and of the database."""
        try:
            found = await works(self.store.database)
        except StoreError:
            standing = None
        else:
            standing = Standing(
                found.waiting,
                self._age(found.oldest_waiting),
                found.last_article.timestamp() if found.last_article else None,
                found.last_success.timestamp() if found.last_success else None,
            )
        return self.metrics.page(standing, self.store.database.faults, self.disk())

    async def ping(self) -> int:
        """Ask the service outside, if all is well. Always returns 0; a failure is logged."""
        if not self.ping_url or not (await self.ready()).ok:
            return 0
        timeout = aiohttp.ClientTimeout(total=PING_SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self.ping_url) as answer,
            ):
                answer.raise_for_status()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            log.warning("The sign of life was not taken (%s).", type(error).__name__)
        return 0

    async def listen_for_silence(self) -> int:
        """Tell people once of each time without any article. Always returns 0."""
        now = self.clock()
        last = (await works(self.store.database)).last_article
        quiet_since = max(last or self.since, self.since)
        if now - quiet_since < self.silence or not await self.store.feeds.of(self.home):
            return 0
        notice = Answer(
            f"No feed has brought anything since {quiet_since:%Y-%m-%d %H:%M} UTC",
            (Paragraph(plain("/intel sources shows how each feed stands.")),),
            tone=Tone.FAULT,
        )
        key = f"silence:{quiet_since.isoformat()}"
        await self.store.outbox.post(self.home, self.notices, notice, key, now)
        return 0

    async def look_at_disk(self) -> int:
        """Tell people, once a day, that the database's disk is almost full. Always returns 0."""
        now, used = self.clock(), self.disk()
        if used is None or used < ALMOST_FULL:
            return 0
        remedy = (
            "When it is full nothing new is stored and nothing is sent until there is room; nothing"
            " is lost. Make room, or keep less in [retention]."
        )
        title = f"{used:.0%} of the database's disk are used"
        notice = Answer(title, (Paragraph(plain(remedy)),), tone=Tone.WARNING)
        log.warning("%s. %s", title, remedy)
        key = f"disk:{now:%Y-%m-%d}"
        await self.store.outbox.post(self.home, self.notices, notice, key, now)
        return 0

    def _age(self, at: datetime | None) -> float:
        return max((self.clock() - at).total_seconds(), 0.0) if at else 0.0
