"""One worker in this process on SQLite: processor's time by step, and the serial part."""

import resource
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import pipeline
from bot.app import Wiring, built
from bot.pipeline import keep_in_step, poll_due_feeds, process_new_articles
from tests.benchmarks.delivery.desk import furnish, make_due, settings_for
from tests.benchmarks.polling.server import serving


@dataclass(frozen=True, slots=True)
class Alone:
    """Seconds of the processor for all articles, and how many alerts were queued.

    `parsing` is that of the child processes; `matching` and `serial`, what is done for one poll
    after the other, are parts of `processing`.
    """

    stories: bool
    articles: int
    alerts: int
    polling: float
    parsing: float
    processing: float
    matching: float
    serial: float

    @property
    def total(self) -> float:
        return self.polling + self.parsing + self.processing

    @property
    def per_second(self) -> float:
        """Articles per second of one processor, from the feeds' bytes to queued alerts."""
        return self.articles / self.total


class _Clocks:
    """Times what the pipeline calls by name, and calls it."""

    def __init__(self, patch: Callable[[str, Any], None]) -> None:
        self.matching = self.serial = 0.0
        match, settle = pipeline.__dict__["match_all"], pipeline.settle

        def timed_match(*given: Any) -> Any:
            began = time.thread_time()
            try:
                return match(*given)
            finally:
                self.matching += time.thread_time() - began

        async def timed_settle(*given: Any) -> bool:
            began = time.process_time()
            try:
                return await settle(*given)
            finally:
                self.serial += time.process_time() - began

        patch("match_all", timed_match)
        patch("settle", timed_settle)


@contextmanager
def clocks() -> Iterator[_Clocks]:
    """Clocks that are taken away again."""
    before = dict(pipeline.__dict__)
    try:
        yield _Clocks(pipeline.__dict__.__setitem__)
    finally:
        pipeline.__dict__.update({name: before[name] for name in ("match_all", "settle")})


async def measure(documents: Sequence[bytes], asked: Sequence[str], *, stories: bool) -> Alone:
    """All documents once. The watchlists are in memory before the clock runs."""
    children = _children()
    with TemporaryDirectory() as folder, serving(documents) as port, clocks() as clock:
        url = f"sqlite:///{Path(folder)}/watchfloor.db"
        settings = settings_for(url, port, stories=stories)
        async with built(settings, Wiring()) as bot:
            await furnish(bot.store, port, len(documents), asked)
            await make_due(bot.store)
            await keep_in_step(bot.flow, datetime.now(UTC))
            polling = await _spent(lambda: poll_due_feeds(bot.flow, datetime.now(UTC)))
            processing = await _spent(lambda: process_new_articles(bot.flow, datetime.now(UTC)))
            held = await bot.store.articles.held(bot.home.id)
            counts = await bot.store.outbox.counts(bot.home.id)
        parsing = _children() - children
    return Alone(
        stories,
        held.count,
        sum(counts.values()),
        polling,
        parsing,
        processing,
        clock.matching,
        clock.serial,
    )


async def _spent(deed: Callable[[], Awaitable[int]]) -> float:
    began = time.process_time()
    while await deed():
        pass
    return time.process_time() - began


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
