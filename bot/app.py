"""Builds the bot from its settings, wires every part to the others, starts it and stops it.

The one place that knows all rooms. It contains no decision of the domain.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import version
from typing import TextIO

from bot import declared
from bot.alerts.rulebook import Rulebook
from bot.alerts.verdicts import Terms
from bot.chat.adapter import ChatAdapter
from bot.chat.console.prompt import Prompt
from bot.chat.deliver import Post, deliver_due
from bot.commands.command import Commands
from bot.commands.desk import ChatHealth, Desk
from bot.config import Settings
from bot.duty import Duty
from bot.feeds.discover import Scout
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.guard import Guard
from bot.feeds.openfiles import connections_kept, raise_limit
from bot.feeds.pagereader import PageReader
from bot.feeds.parse import Parser
from bot.kept_back import tell_kept_back
from bot.message import Message
from bot.metrics import Metrics
from bot.model import Article, Decision, Destination, Platform, Quiet, Workspace
from bot.pipeline import Flow, poll_due_feeds, process_new_articles
from bot.schedule import Job, Schedule
from bot.seats import Screen, look_who_sees, managers_of, owners, take_seats
from bot.second_look import SecondLook, look_again, read_pages
from bot.shift import Shift
from bot.store.alone import alone
from bot.store.standing import disk_used
from bot.store.store import Store
from bot.upkeep.clock import ClockWatch
from bot.upkeep.keeping import Keeper
from bot.upkeep.pauses import end_pauses
from bot.web.health import Ready, serving
from bot.web.vitals import Vitals

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=8)  # a stop takes at most 10 s in all
LOST_LOOKED_AT = timedelta(minutes=1)
SIGN_OF_LIFE_EVERY = timedelta(minutes=1)
SILENCE_LOOKED_AT = timedelta(minutes=5)
PAUSES_LOOKED_AT = timedelta(seconds=30)
ARTICLES, INDEX = "articles", "index"
# Short: alerts wait for it if who processes is killed. It need not be long, for who loses it too
# early finds at its commit that another was quicker.
DUTY_LEASE = timedelta(seconds=10)
UPKEEP_EVERY = timedelta(minutes=10)  # so that who is restarted often gets to it too


class Role(StrEnum):
    """A part of the work that a process may take on."""

    POLL = "poll"
    PROCESS = "process"
    DELIVER = "deliver"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class Wiring:
    """What whoever starts the bot may set besides the settings: clock, ticks, output, listeners."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    tick: timedelta = timedelta(seconds=1)
    out: TextIO | None = None
    prompt: Callable[[Commands], Prompt | None] = lambda commands: None
    left: Callable[[], None] = lambda: None
    saw: Callable[[Article, Sequence[Decision]], None] = lambda article, decisions: None
    sent: Callable[[Destination, Message], None] = lambda destination, message: None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot whose parts stand and know each other, not yet at work.

    `seat` fills the adapters, unless it did so before.
    """

    settings: Settings
    store: Store
    home: Workspace
    flow: Flow
    second_look: SecondLook
    post: Post
    commands: Commands
    adapters: Mapping[Platform, ChatAdapter]
    seat: Callable[[], Awaitable[None]]
    shift: Shift
    processing: Duty
    indexing: Duty
    wiring: Wiring
    started_at: datetime

    @asynccontextmanager
    async def working(self, roles: frozenset[Role]) -> AsyncIterator[None]:
        """Do the work of these roles while the context is open; at its end finish what runs.

        Feeds are asked first: the chats' libraries alone take as long to load as half of the rest.
        """
        news, others = self._jobs(roles)
        schedule = Schedule(news)
        if Role.PROCESS in roles:
            await self.store.search.begin_edition()
        if Role.POLL in roles:
            await self.store.feeds.spread(self.wiring.clock(), self.flow.interval)
        schedule.start()
        sampling = asyncio.create_task(self.flow.metrics.sample_loop())
        serving: asyncio.Task[None] | None = None
        try:
            await self.seat()
            serving = asyncio.create_task(self.shift.run()) if Role.CHAT in roles else None
            schedule.also((*others, *self._vital_jobs()))
            async with self._web(self.vitals(schedule.late)):
                yield
        finally:
            sampling.cancel()
            await schedule.stop(PATIENCE)
            await self.flow.underway.stop()
            for duty in (self.processing, self.indexing):
                await duty.leave()
            if serving is not None:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
            for adapter in self.adapters.values():
                await adapter.close()

    def _jobs(self, roles: frozenset[Role]) -> tuple[tuple[Job, ...], tuple[Job, ...]]:
        """What brings news, and what needs the chats or can wait for them."""
        clock, tick = self.wiring.clock, self.wiring.tick
        news = {
            Role.POLL: (
                Job("poll", tick, lambda: poll_due_feeds(self.flow, clock(), patience=tick), True),
                Job("pages", tick, lambda: read_pages(self.second_look, clock())),
            ),
            Role.PROCESS: (Job("process", tick, self._process, at_once=True),),
        }
        others = {
            Role.DELIVER: (
                Job("deliver", tick, lambda: deliver_due(self.post, clock()), at_once=True),
                Job("lost channels", LOST_LOOKED_AT, self._look_for_lost),
            ),
            Role.PROCESS: (
                Job("upkeep", UPKEEP_EVERY, self._keep_up),
                Job("pauses", PAUSES_LOOKED_AT, lambda: end_pauses(self.store, clock()), True),
                Job("index", tick, lambda: self.indexing.do(self.store.search.read_some)),
            ),
        }
        return _of(news, roles), _of(others, roles)

    def _vital_jobs(self) -> tuple[Job, ...]:
        vitals, clock = self.vitals(), ClockWatch(self.store, self.flow.interval)
        return (
            Job("clock", self.wiring.tick, lambda: clock.look(self.wiring.clock()), at_once=True),
            Job("sign of life", SIGN_OF_LIFE_EVERY, vitals.ping),
            Job("silence", SILENCE_LOOKED_AT, vitals.listen_for_silence),
            Job("disk", SILENCE_LOOKED_AT, vitals.look_at_disk),
        )

    async def _process(self) -> int:
        """One of all processes does it: several would only redo each other's polls."""
        return await self.processing.do(self._settle)

    async def _settle(self) -> int:
        """New articles first; a second look at older ones while none waits."""
        now = self.wiring.clock()
        await tell_kept_back(self.flow, now)
        return await process_new_articles(self.flow, now) or await look_again(self.second_look, now)

    async def _keep_up(self) -> int:
        return await Keeper(self.settings, self.store).look(self.wiring.clock())

    async def _look_for_lost(self) -> int:
        await look_who_sees(self.store, self.adapters, self.wiring.clock())
        return await self.post.losses.look(self.adapters, self.wiring.clock())

    @asynccontextmanager
    async def _web(self, vitals: Vitals) -> AsyncIterator[None]:
        address = self.settings.web.address
        if address is None:
            yield
            return
        async with AsyncExitStack() as stack:
            try:
                port = await stack.enter_async_context(serving(address, vitals.ready, vitals.page))
                log.info("health on http://%s:%s/readyz", address[0], port)
            except OSError as error:
                log.warning(
                    "No health page: %s cannot be used (%s). Set [web] bind to another address,"
                    ' or to "" for none.',
                    self.settings.web.bind,
                    error.strerror or error,
                )
            yield

    async def ready(self) -> Ready:
        """How the bot stands right now."""
        return await self.vitals().ready()

    def vitals(self, late: Callable[[], tuple[str, ...]] = tuple) -> Vitals:
        """The bot's signs of life; `late` says which jobs are."""
        operations = self.settings.operations
        return Vitals(
            store=self.store,
            metrics=self.flow.metrics,
            clock=self.wiring.clock,
            chats=lambda: {str(n): self.shift.health(each) for n, each in self.adapters.items()},
            late=late,
            ping_url=operations.ping_url,
            silence=operations.silence,
            home=self.home.id,
            notices=operations.notices,
            since=self.started_at,
            disk=lambda: disk_used(self.store.database),
        )


def _of(jobs: Mapping[Role, tuple[Job, ...]], roles: frozenset[Role]) -> tuple[Job, ...]:
    return tuple(job for role in jobs if role in roles for job in jobs[role])


@asynccontextmanager
async def built(settings: Settings, wiring: Wiring, *, to_work: bool = False) -> AsyncIterator[Bot]:
    """Open the store, apply what the configuration declares, and wire every part.

    `to_work` says that the bot will be put to work: on SQLite it is then the only one, and takes
    over at once what one that was killed had begun; the chats get their adapters once feeds are
    asked.

    Raises:
        StoreError: the database cannot be used.
    """
    metrics = Metrics()
    async with AsyncExitStack() as stack:
        is_alone = to_work and stack.enter_context(alone(settings.database.url))
        store = await Store.open(settings.database.url, alone=is_alone)
        stack.push_async_callback(store.close)
        if is_alone:
            await store.feeds.take_over()
            await store.outbox.take_over()
            await store.duties.take_over()
        home = await store.workspaces.home()
        await declared.apply(store, home.id, settings, wiring.clock())
        guard = _guard(settings)
        fetcher = await stack.enter_async_context(_fetcher(settings, guard))
        parser = await stack.enter_async_context(Parser())
        pages = await stack.enter_async_context(PageReader(fetcher))
        flow = _flow(settings, store, home, fetcher, parser, wiring, metrics)
        adapters: dict[Platform, ChatAdapter] = {}
        commands = Commands(
            Desk(
                store=store,
                scout=Scout(guard, fetcher, parser, wiring.clock),
                owner=owners(store, lambda: adapters, settings.operations.notices, wiring.clock),
                started_at=wiring.clock(),
                version=version("watchfloor"),
                chats=lambda: _health(adapters),
                managers=managers_of(settings),
                full_text=settings.full_text.read,
            ),
            settings.chat.prefix,
        )

        async def seat() -> None:
            if not adapters:
                screen = Screen(wiring.out, wiring.prompt, wiring.left)
                seats = take_seats(store, home, settings, commands, wiring.clock, screen)
                adapters.update(await seats)

        if not to_work:
            await seat()
        lease = min(settings.delivery.lease, DUTY_LEASE)
        yield Bot(
            settings=settings,
            store=store,
            home=home,
            flow=flow,
            second_look=SecondLook(
                flow, pages, settings.full_text.read, settings.full_text.pages_per_hour
            ),
            post=Post(
                store,
                adapters,
                settings.delivery.lease,
                settings.delivery.retry_base,
                wiring.sent,
                settings.operations.notices,
                metrics=metrics,
                prefix=settings.chat.prefix,
            ),
            commands=commands,
            adapters=adapters,
            seat=seat,
            shift=Shift(store.duties, adapters.values(), settings.delivery.lease),
            processing=Duty(store.duties, ARTICLES, lease),
            indexing=Duty(store.duties, INDEX, lease),
            wiring=wiring,
            started_at=wiring.clock(),
        )


async def migrate(settings: Settings) -> None:
    """Bring the database's schema up to date. Raises StoreError."""
    await (await Store.open(settings.database.url)).close()


async def drift(settings: Settings) -> tuple[str, ...]:
    """What chat changed since the configuration was applied, a sentence each. Raises StoreError."""
    store = await Store.open(settings.database.url)
    try:
        home = await store.workspaces.home()
        return await declared.drift(store, home.id, settings)
    finally:
        await store.close()


@asynccontextmanager
async def scouting(settings: Settings, clock: Callable[[], datetime]) -> AsyncIterator[Scout]:
    """What looks at feeds as the bot would, without a bot: no store, no chat."""
    guard = _guard(settings)
    async with _fetcher(settings, guard) as fetcher, Parser() as parser:
        yield Scout(guard, fetcher, parser, clock)


def _guard(settings: Settings) -> Guard:
    return Guard(frozenset(settings.fetch.allow))


def _fetcher(settings: Settings, guard: Guard) -> Fetcher:
    return Fetcher(
        guard,
        user_agent=user_agent(settings.fetch.contact),
        limits=FetchLimits(total=settings.fetch.timeout, kept=connections_kept(raise_limit())),
    )


def user_agent(contact: str) -> str:
    """Who we are, to every server that we ask, and whom to turn to about it."""
    return f"Watchfloor/{version('watchfloor')}" + (f" (+{contact})" if contact else "")


def _seen(wiring: Wiring, metrics: Metrics) -> Callable[[Article, Sequence[Decision]], None]:
    """Count what was decided, and pass it on."""

    def saw(article: Article, decisions: Sequence[Decision]) -> None:
        for each in decisions:
            quiet = isinstance(each, Quiet)
            metrics.decided(not quiet, each.why.value if isinstance(each, Quiet) else "")
        wiring.saw(article, decisions)

    return saw


def _flow(
    settings: Settings,
    store: Store,
    home: Workspace,
    fetcher: Fetcher,
    parser: Parser,
    wiring: Wiring,
    metrics: Metrics,
) -> Flow:
    return Flow(
        store=store,
        fetcher=fetcher,
        parser=parser,
        rulebook=Rulebook(),
        interval=settings.polling.interval,
        floor=settings.polling.floor,
        terms=Terms(settings.polling.age_limit, settings.stories.updates_per_hour),
        stories=settings.stories.enabled,
        lease=settings.delivery.lease,
        notices=settings.operations.notices,
        home=home.id,
        saw=_seen(wiring, metrics),
        metrics=metrics,
    )


def _health(adapters: Mapping[Platform, ChatAdapter]) -> tuple[ChatHealth, ...]:
    return tuple(
        ChatHealth(str(name), str(each.readiness.health), each.readiness.detail)
        for name, each in adapters.items()
    )
