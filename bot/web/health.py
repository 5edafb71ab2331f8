"""`/healthz` (the loop is alive), `/readyz` (news can flow) and `/metrics`.

They show states and counts, never an address, a name or a secret.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta

WELL = {"ready", "standby"}
LONGEST_WAIT = timedelta(minutes=5)
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Ready:
    """Whether news can flow.

    The database can be written, every chat that is on is connected, every job was asked for within
    two of its turns (`late` names those that were not), and nothing waits for long to be sent.
    """

    database: bool
    chats: Mapping[str, str]
    waiting: int
    oldest_seconds: float = 0.0
    late: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of it is well."""
        return (
            self.database
            and all(state in WELL for state in self.chats.values())
            and not self.late
            and self.oldest_seconds < LONGEST_WAIT.total_seconds()
        )


@asynccontextmanager
async def serving(
    address: tuple[str, int],
    look: Callable[[], Awaitable[Ready]],
    metrics: Callable[[], Awaitable[bytes]] | None = None,
) -> AsyncIterator[int]:
    """Serve the pages while the context is open; yields the port.

    Raises:
        OSError: the address is taken or not ours.
    """
    from aiohttp import web  # late: the first fetch of a start need not wait for a server's library

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        ready = await look()
        return web.json_response(
            {"ready": ready.ok, **asdict(ready)}, status=200 if ready.ok else 503
        )

    async def page(_request: web.Request) -> web.Response:
        assert metrics is not None  # noqa: S101 - the page is not there otherwise
        return web.Response(body=await metrics(), headers={"Content-Type": METRICS_TYPE})

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/readyz", readyz)
    if metrics is not None:
        application.router.add_get("/metrics", page)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
