"""Who talks to people: of all processes that may serve the chats, one does, and another takes over.

A second connection to Discord would hear every command too, and answer it a second time. Posting
alerts needs no such care; the outbox sees to that.
"""

import asyncio
import logging
import uuid
from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta

from bot.chat.adapter import ChatAdapter
from bot.errors import StoreError
from bot.store.duties import Duties

log = logging.getLogger(__name__)

CHATS = "chats"
STANDBY = "standby"  # another process serves it, or will


class Shift:
    """Serves the chats while this process has the duty."""

    def __init__(self, duties: Duties, adapters: Collection[ChatAdapter], lease: timedelta) -> None:
        self._duties = duties
        self._adapters = adapters
        self._lease = lease
        self._name = uuid.uuid4().hex
        self._serving: tuple[asyncio.Task[None], ...] = ()

    def health(self, adapter: ChatAdapter) -> str:
        """How a chat stands, as far as this process has to do with it."""
        return str(adapter.readiness.health) if self._serving else STANDBY

    async def run(self) -> None:
        """Take the duty when it is free, keep it, and give it back when cancelled."""
        try:
            while True:
                await self._look()
                await asyncio.sleep(self._lease.total_seconds() / 3)
        finally:
            await self._end()
            with suppress(StoreError):
                await self._duties.leave(CHATS, self._name)

    async def _look(self) -> None:
        try:
            mine = await self._duties.hold(CHATS, self._name, self._lease)
        except StoreError:
            return  # nobody else can take it either; whoever asks in a chat is told of the trouble
        if mine and not self._serving:
            self._serving = tuple(asyncio.create_task(each.run()) for each in self._adapters)
        elif not mine and self._serving:
            log.warning("Another process serves the chats now; this one was not heard of for long.")
            await self._end()

    async def _end(self) -> None:
        serving, self._serving = self._serving, ()
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
