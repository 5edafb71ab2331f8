"""`/healthz` (the loop is alive) and `/readyz` (news can flow), for supervisors and for people.

It shows states and counts, never an address, a name or a secret.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass

from aiohttp import web

WELL = {"ready", "standby"}


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether news can flow: the database answers, and every chat that is on is connected."""

    database: bool
    chats: Mapping[str, str]
    waiting: int

    @property
    def ok(self) -> bool:
        """Whether all of it is well."""
        return self.database and all(state in WELL for state in self.chats.values())


@asynccontextmanager
async def serving(
    address: tuple[str, int], look: Callable[[], Awaitable[Ready]]
) -> AsyncIterator[int]:
    """Serve the two pages while the context is open; yields the port.

    Raises:
        OSError: the address is taken or not ours.
    """

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        ready = await look()
        return web.json_response(
            {"ready": ready.ok, **asdict(ready)}, status=200 if ready.ok else 503
        )

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
