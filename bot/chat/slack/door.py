"""The door at which Slack and people who install the app knock: a port for requests and pages.

What a request asks for is handled elsewhere; whoever faces the internet in front of it does TLS.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.chat.adapter import Health, Readiness
from bot.chat.slack.clients import Clients
from bot.chat.slack.connection import LONGEST_WAIT, Standing
from bot.chat.slack.failures import CALL_ERRORS
from bot.chat.slack.grants import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH
from bot.chat.slack.oauth import Installing
from bot.chat.slack.teams import Teams

log = logging.getLogger(__name__)

CHECKED_EVERY = 60.0
LONGEST_BODY = 1024 * 1024

Handler = Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]


class Door:
    """Holds the port open. With a `signing_secret` Slack's requests come in here, all of them.

    With `installing` people install the app here.
    """

    def __init__(
        self,
        bind: tuple[str, int],
        clients: Clients,
        teams: Teams,
        listen: Callable[[AsyncApp], None],
        *,
        signing_secret: str,
        installing: Installing | None,
        retry_seconds: float,
    ) -> None:
        self.port = 0
        self._standing = Standing()
        self._bind = bind
        self._teams = teams
        self._installing = installing
        self._retry_seconds = retry_seconds
        self._app: AsyncApp | None = None
        if signing_secret:  # an empty one would let everybody sign
            self._app = clients.app(signing_secret)
            listen(self._app)

    @property
    def readiness(self) -> Readiness:
        """How the door stands now."""
        return self._standing.readiness

    async def run(self) -> None:
        """Open the door, and keep an eye on our own token, until cancelled."""
        wait = self._retry_seconds
        self._standing.turn(Health.CONNECTING)
        try:
            while True:
                try:
                    async with self._open():
                        await self._watch()
                except OSError as error:
                    host, port = self._bind
                    said = f"Slack cannot reach us: {host}:{port} cannot be used"
                    remedy = "Set [slack] http_bind to another address."
                    reason = error.strerror or str(error)
                    self._standing.turn(Health.CONNECTING, f"{said} ({reason}). {remedy}")
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self._standing.off()

    async def _watch(self) -> None:
        """See every minute whether the configuration's token is still good; never comes back."""
        if self._app is None:  # only pages: how the line stands is seen on the socket
            await asyncio.Event().wait()
        wait = self._retry_seconds
        while True:
            try:
                await self._teams.learn()
            except CALL_ERRORS as error:
                self._standing.failed(error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._standing.turn(Health.READY)
                wait = self._retry_seconds
                await asyncio.sleep(CHECKED_EVERY)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[None]:
        pages = web.Application(client_max_size=LONGEST_BODY)
        if self._app is not None:
            pages.router.add_post(EVENTS_PATH, self._take)
        if self._installing is not None:
            pages.router.add_get(INSTALL_PATH, self._installing.begin)
            pages.router.add_get(REDIRECT_PATH, self._installing.finish)
        runner = web.AppRunner(pages, access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            await web.TCPSite(runner, *self._bind).start()
            self.port = runner.addresses[0][1]
            yield
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        """Hand a request to Bolt, which looks at its signature before anything else."""
        assert self._app is not None  # noqa: S101 -- the route is there only with the app
        try:
            asked = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=400)
        return await to_aiohttp_response(await self._app.async_dispatch(asked))
