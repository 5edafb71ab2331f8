"""A server on a port of this machine: opened, closed, opened again in its place, waited for."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web


class Listening(ABC):
    """What every local chat has in common. What was stored stays while the port is closed."""

    patience = 10.0

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._runner: web.AppRunner | None = None

    @abstractmethod
    def app(self) -> web.Application:
        """The routes, made anew each time the port opens."""

    @abstractmethod
    async def hang_up(self) -> None:
        """End what is open, before the port closes."""

    @classmethod
    async def start(cls, **options: Any) -> Self:
        """Make one and let it listen."""
        server = cls(**options)
        await server.listen()
        return server

    async def listen(self) -> None:
        """Open the port: a free one the first time, the same one ever after."""
        self._runner = web.AppRunner(self.app(), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port: nobody can connect. What was stored stays."""
        await self.hang_up()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def address(self) -> str:
        """Where it listens, as a web address."""
        return f"http://{self._host}:{self._port}"

    async def until(self, true: Callable[[], object], seconds: float | None = None) -> None:
        """Wait until something is so. Raises AssertionError when it does not come about."""
        end = time.monotonic() + (seconds or self.patience)
        while not true():
            assert time.monotonic() < end, "it did not happen in time"
            await asyncio.sleep(0.01)
