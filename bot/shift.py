"""Who talks to people: of all processes that may serve the chats, one does, and another takes over.

A second connection to Discord would hear every command too, and answer it a second time. Posting
alerts needs no such care; the outbox sees to that.
"""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from bot.chat.adapter import ChatAdapter
from bot.duty import Duty
from bot.errors import StoreError
from bot.store.duties import Duties

CHATS = "chats"
STANDBY = "standby"  # another process serves it, or will


class Shift:
    """Serves the chats while this process has the duty."""

    def __init__(self, duties: Duties, adapters: Collection[ChatAdapter], lease: timedelta) -> None:
        self._duty = Duty(duties, CHATS, lease)
        self._adapters = adapters
        self._serving: tuple[asyncio.Task[None], ...] = ()

    def health(self, adapter: ChatAdapter) -> str:
        """How a chat stands, as far as this process has to do with it."""
        return str(adapter.readiness.health) if self._serving else STANDBY

    async def run(self) -> None:
        """Take the duty when it is free, keep it, and give it back when cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self._duty.renewed_every.total_seconds())
        finally:
            await self._end()
            await self._duty.leave()

    async def _look(self) -> None:
        try:
            mine = await self._duty.take()
        except StoreError:
            return  # nobody else can take it either; whoever asks in a chat is told of the trouble
        if mine and not self._serving:
            self._serving = tuple(asyncio.create_task(each.run()) for each in self._adapters)
        elif not mine and self._serving:
            await self._end()

    async def _end(self) -> None:
        serving, self._serving = self._serving, ()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
