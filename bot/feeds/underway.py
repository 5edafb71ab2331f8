"""The polls that are under way in this process: started, waited for a while, ended with it.

It knows no store: keeping a claim on a feed that takes long is a function that the caller brings.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from bot.errors import StoreError
from bot.model import DueFeed

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Keep = Callable[[Collection[DueFeed]], Awaitable[None]]


class Underway(Generic[Result]):
    """Polls that run side by side; a slow one holds up no other.

    A poll may leave a result behind for whoever waits; None is no result.
    """

    def __init__(self) -> None:
        self._polls: dict[asyncio.Task[Result | None], DueFeed] = {}

    def __len__(self) -> int:
        return len(self._polls)

    def start(self, feed: DueFeed, poll: Coroutine[None, None, Result | None]) -> None:
        """Start a poll."""
        self._polls[asyncio.create_task(poll)] = feed

    async def wait(
        self,
        turn: timedelta,
        keep: Keep,
        settle: Callable[[Sequence[Result]], Awaitable[None]],
        *,
        to_the_end: bool,
    ) -> None:
        """Wait for polls: all of them `to_the_end`, else for one turn at most.

        After each turn the claims of those that still run are kept, and what the others left behind
        is settled together. A poll that broke holds up no other and is logged; its feed is due
        again once its lease runs out. Raises StoreError if the database failed in a poll, after the
        others were settled.
        """
        while self._polls:
            done, _ = await asyncio.wait(self._polls, timeout=turn.total_seconds())
            ended = {poll: self._polls.pop(poll) for poll in done}
            trouble = _troubles(ended)
            whole = [poll for poll in ended if not poll.cancelled() and not poll.exception()]
            results = [left for poll in whole if (left := poll.result()) is not None]
            if results:
                await settle(results)
            if self._polls:
                await keep(self._polls.values())
            if trouble:
                raise trouble
            if not to_the_end:
                return

    async def stop(self) -> None:
        """End what runs; its feeds are due again once their leases run out."""
        for poll in self._polls:
            poll.cancel()
        await asyncio.gather(*self._polls, return_exceptions=True)
        self._polls.clear()


def _troubles(ended: Mapping[asyncio.Task[Result | None], DueFeed]) -> StoreError | None:
    """The database's trouble, which is one for all polls; what else broke one is logged here."""
    trouble = None
    for poll, feed in ended.items():
        error = None if poll.cancelled() else poll.exception()
        if isinstance(error, StoreError):
            trouble = error
        elif error is not None:
            log.error("the poll of feed %s (“%s”) broke", feed.id, feed.name, exc_info=error)
    return trouble
