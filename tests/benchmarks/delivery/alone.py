"""One worker in this process on SQLite: processor's time by step, and the serial part."""

import resource
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import iscoroutinefunction
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
    after the other, are parts of `processing`, and `placing`, into stories, is a part of `serial`.
    """

    stories: bool
    articles: int
    alerts: int
    polling: float
    parsing: float
    processing: float
    matching: float
    serial: float
    placing: float

    @property
    def total(self) -> float:
        return self.polling + self.parsing + self.processing

    @property
    def per_second(self) -> float:
        """Articles per second of one processor, from the feeds' bytes to queued alerts."""
        return self.articles / self.total


class _Clocks:
    """Times what the pipeline calls by name, and calls it."""

    NAMES = ("match_all", "file_all", "settle")

    def __init__(self, patch: Callable[[str, Any], None]) -> None:
        self.spent = dict.fromkeys(self.NAMES, 0.0)
        for name in self.NAMES:
            step = pipeline.__dict__[name]
            timed = self._awaited if iscoroutinefunction(step) else self._called
            patch(name, timed(name, step))

    def _called(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        """It runs in a thread, so that this thread's time is all of its own."""

        def timed(*given: Any) -> Any:
            began = time.thread_time()
            try:
                return step(*given)
            finally:
                self.spent[name] += time.thread_time() - began

        return timed

    def _awaited(self, name: str, step: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """It waits for threads, so that their time counts as well."""

        async def timed(*given: Any) -> Any:
            began = time.process_time()
            try:
                return await step(*given)
            finally:
                self.spent[name] += time.process_time() - began

        return timed


@contextmanager
def clocks() -> Iterator[_Clocks]:
    """Clocks that are taken away again."""
    before = dict(pipeline.__dict__)
    try:
        yield _Clocks(pipeline.__dict__.__setitem__)
    finally:
        pipeline.__dict__.update({name: before[name] for name in _Clocks.NAMES})


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
        clock.spent["match_all"],
        clock.spent["settle"],
        clock.spent["file_all"],
    )


async def _spent(deed: Callable[[], Awaitable[int]]) -> float:
    began = time.process_time()
    while await deed():
        pass
    return time.process_time() - began


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
