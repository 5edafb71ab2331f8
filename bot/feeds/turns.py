"""Whose turn it is to ask a host: one request at a time, sound feeds before those that failed.

A host that lets one feed hang can so delay its other feeds by that one request, not by a queue of
them. It opens no connection.
"""

import asyncio
import heapq
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from weakref import WeakValueDictionary


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Host:
    busy: bool = False
    waiting: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)
    quiet_until: float = 0.0

    async def take(self, rank: int, number: int) -> None:
        if not self.busy:
            self.busy = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.waiting, (rank, number, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # given to us at the very moment
                self.give()
            raise

    def give(self) -> None:
        while self.waiting:
            turn = heapq.heappop(self.waiting)[2]
            if not turn.done():
                turn.set_result(None)
                return
        self.busy = False


class Turns:
    """Hands out turns: one per host, `at_once` overall."""

    def __init__(self, at_once: int) -> None:
        self._all = asyncio.Semaphore(at_once)
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        self._numbers = count()
        # Nobody may hold a host that rests; forgotten, it would be asked again at once.
        self._resting: deque[_Host] = deque()

    @asynccontextmanager
    async def turn(self, host: str, rank: int) -> AsyncIterator[None]:
        """Wait for the host to be free, then for a place among all; keep both while open.

        Among those that wait for the same host the lowest `rank` is first, then who came first.
        """
        its = self._hosts.setdefault(host, _Host())
        await its.take(rank, next(self._numbers))
        try:
            if (wait := its.quiet_until - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            async with self._all:
                yield
        finally:
            its.give()

    def rest(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long after the turn that is open now."""
        now = time.monotonic()
        while self._resting and self._resting[0].quiet_until <= now:
            self._resting.popleft()
        if (its := self._hosts.get(host)) is not None:
            its.quiet_until = now + seconds
            self._resting.append(its)
