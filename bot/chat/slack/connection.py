"""The line to Slack: tokens tried first, a socket held, lost lines renewed, and how it all stands.

What comes over the line is handled elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.chat.adapter import Health, Readiness
from bot.chat.slack.clients import Clients
from bot.chat.slack.failures import CALL_ERRORS, loses_token, send_error
from bot.chat.slack.teams import Teams

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
CLOSE_SECONDS = 2.0


class Standing:
    """How the line stands: remembered, and said once when it changes."""

    def __init__(self) -> None:
        self.readiness = Readiness(Health.OFF)

    def turn(self, health: Health, detail: str = "") -> None:
        """The line stands so now."""
        before, self.readiness = self.readiness, Readiness(health, detail)
        if health is Health.READY and before.health is not Health.READY:
            log.info("Slack is ready.")
        elif detail and detail != before.detail:
            log.warning("%s", detail)

    def failed(self, error: Exception) -> None:
        """A call to Slack failed."""
        health = Health.REFUSED if loses_token(error) else Health.CONNECTING
        self.turn(health, str(send_error(error, "Slack is not connected")))

    def off(self) -> None:
        """Nobody holds the line any more."""
        self.readiness = Readiness(Health.OFF)


class Connection:
    """Keeps one socket open, for all teams. `listen` registers what is to be heard on it."""

    def __init__(
        self,
        clients: Clients,
        teams: Teams,
        app_token: str,
        listen: Callable[[AsyncApp], None],
        *,
        ping_interval: float,
        retry_seconds: float,
    ) -> None:
        self._standing = Standing()
        self._clients = clients
        self._teams = teams
        self._web = clients.web()
        self._app_token = app_token
        self._listen = listen
        self._ping_interval = ping_interval
        self._retry_seconds = retry_seconds

    @property
    def readiness(self) -> Readiness:
        """How the line stands now."""
        return self._standing.readiness

    async def run(self) -> None:
        """Connect and hold the line until cancelled."""
        wait = self._retry_seconds
        self._standing.turn(Health.CONNECTING)
        try:
            while True:
                try:
                    await self._serve(await self._check())
                except CALL_ERRORS as error:
                    self._standing.failed(error)
                else:
                    wait = self._retry_seconds
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self._standing.off()

    async def _check(self) -> str:
        """Try both tokens; the address for a socket.

        The SDK's own connecting neither ends nor says why when a token is wrong.
        """
        await self._teams.learn()
        link = await self._web.apps_connections_open(app_token=self._app_token)
        return str(link["url"])

    async def _serve(self, link: str) -> None:
        """Hold the socket; comes back when it is lost for longer than the SDK needs to renew it."""
        app = self._clients.app()
        self._listen(app)
        handler = self._clients.socket(app, self._web, self._app_token, self._ping_interval)
        handler.client.wss_uri = link
        patience = 4 * self._ping_interval
        try:
            await asyncio.wait_for(handler.connect_async(), patience)
            await self._watch(handler, patience)
        finally:
            await _close(handler)

    async def _watch(self, handler: AsyncSocketModeHandler, patience: float) -> None:
        loop = asyncio.get_running_loop()
        seen = loop.time()
        while loop.time() - seen < patience:
            if await handler.client.is_connected():
                seen = loop.time()
                self._standing.turn(Health.READY)
            elif loop.time() - seen > self._ping_interval:  # a refresh is quicker
                lost = "The line to Slack broke; it is being renewed."
                self._standing.turn(Health.CONNECTING, lost)
            await asyncio.sleep(min(self._ping_interval / 4, 1.0))


async def _close(handler: AsyncSocketModeHandler) -> None:
    """Close the socket and wait for the SDK's tasks, also where the other side says nothing."""
    client = handler.client
    tasks = [
        task
        for task in (
            client.message_processor,
            client.current_session_monitor,
            client.message_receiver,
        )
        if task is not None
    ]
    with suppress(*CALL_ERRORS):
        await asyncio.wait_for(handler.close_async(), CLOSE_SECONDS)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await client.aiohttp_client_session.close()
