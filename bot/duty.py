"""A duty that one process at a time has, by a lease: taken, kept while a deed lasts, and left.

What the duty is, and that no harm is done while two believe to have it, is the holder's affair.
"""

import asyncio
import logging
import math
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

from bot.errors import StoreError
from bot.store.duties import Duties

log = logging.getLogger(__name__)


class Duty:
    """One process's part in a duty; the store says whose it is.

    A holder that is killed or frozen loses it when `lease` is over, by the database's clock.
    """

    def __init__(self, duties: Duties, name: str, lease: timedelta) -> None:
        self.renewed_every = lease / 3
        self._duties = duties
        self._name = name
        self._lease = lease
        self._holder = uuid.uuid4().hex
        self._mine: bool | None = None  # nobody has asked yet
        self._sure_until = -math.inf  # by the loop's clock; then the store is asked anew

    async def take(self) -> bool:
        """Take the duty or keep it; whether it is ours now. Raises StoreError."""
        asked = asyncio.get_running_loop().time()
        mine = await self._duties.hold(self._name, self._holder, self._lease)
        self._sure_until = asked + self.renewed_every.total_seconds() if mine else -math.inf
        if mine and not self._mine and self._duties.shared:
            log.info("This process has the duty “%s” now.", self._name)
        elif self._mine and not mine:
            log.warning(
                "Another process has the duty “%s” now; this one was not heard of for long.",
                self._name,
            )
        self._mine = mine
        return mine

    async def do(self, deed: Callable[[], Awaitable[int]]) -> int:
        """Do a deed by this duty and return how much it did; 0 while the duty is another's.

        The duty is kept for as long as the deed lasts. Where no other process can be at work, none
        is asked for. Raises StoreError.
        """
        if not self._duties.shared:
            return await deed()
        sure = asyncio.get_running_loop().time() < self._sure_until
        if not sure and not await self.take():
            return 0
        keeping = asyncio.create_task(self._keep())
        try:
            return await deed()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def leave(self) -> None:
        """Let go of it, so that another need not wait for the lease."""
        if self._mine is None:
            return
        self._mine, self._sure_until = None, -math.inf
        with suppress(StoreError):  # then the lease ends it
            await self._duties.leave(self._name, self._holder)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self.renewed_every.total_seconds())
            with suppress(StoreError):  # the deed meets the same trouble, and tells of it
                await self.take()
