"""The polls that are under way in this process: started, waited for a while, ended with it.

It knows no store: keeping a claim on a feed that takes long is a function that the caller brings.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from bot.model import DueFeed

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
        is settled together. What nobody foresaw in a poll is raised here.
        """
        while self._polls:
            done, _ = await asyncio.wait(self._polls, timeout=turn.total_seconds())
            for poll in done:
                del self._polls[poll]
            if self._polls:
                await keep(self._polls.values())
            ended = [poll for poll in done if not poll.cancelled() and not poll.exception()]
            results = [left for poll in ended if (left := poll.result()) is not None]
            if results:
                await settle(results)
            for poll in done:
                poll.result()
            if not to_the_end:
                return

    async def stop(self) -> None:
        """End what runs; its feeds are due again once their leases run out."""
        for poll in self._polls:
            poll.cancel()
        await asyncio.gather(*self._polls, return_exceptions=True)
        self._polls.clear()
