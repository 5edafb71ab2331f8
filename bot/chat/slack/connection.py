"""The line to Slack: tokens tried first, a socket held, lost lines renewed, and how it all stands.

What comes over the line is handled elsewhere.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.adapter import Health, Readiness
from bot.chat.slack.failures import CALL_ERRORS, loses_token, send_error

log = logging.getLogger(__name__)

SLACK_API = "https://slack.com/api/"
LONGEST_WAIT = 60.0
CLOSE_SECONDS = 2.0


def sdk_log() -> logging.Logger:
    """The SDK's logger, silent unless somebody sets its level.

    It writes a traceback for every failed reconnection, and bodies of requests; what matters of it
    is said here, once.
    """
    sdk = logging.getLogger("slack_sdk.watchfloor")
    if sdk.level == logging.NOTSET:
        sdk.setLevel(logging.CRITICAL)
    return sdk


class Clients:
    """The SDK's clients, all with one address, one timeout and no retries of their own."""

    def __init__(self, api_url: str, timeout: float, bot_token: str) -> None:
        self._api_url = api_url
        self._timeout = timeout
        # The SDK obeys proxy variables and ignores NO_PROXY; they count for Slack itself only.
        self._direct = api_url != SLACK_API
        self.web = self._web(bot_token)

    def hook(self, url: str) -> AsyncWebhookClient:
        """A client for a response_url."""
        hook = AsyncWebhookClient(
            url,
            timeout=self._timeout,  # type: ignore[arg-type]  # handed to aiohttp as it is
            retry_handlers=[],
            logger=sdk_log(),
        )
        if self._direct:
            hook.proxy = None
        return hook

    def app(self, bot: AuthorizeResult) -> AsyncApp:
        """A Bolt app that knows who it is: its own way asks Slack before it acknowledges."""

        async def authorize() -> AuthorizeResult:
            return bot

        return AsyncApp(
            logger=sdk_log(), name="watchfloor", client=self._web(None), authorize=authorize
        )

    def socket(self, app: AsyncApp, app_token: str, ping_interval: float) -> AsyncSocketModeHandler:
        """A handler that is not connected yet."""
        handler = AsyncSocketModeHandler(
            app, app_token, logger=sdk_log(), web_client=self.web, ping_interval=ping_interval
        )
        if self._direct:
            handler.client.proxy = None
        return handler

    def _web(self, token: str | None) -> AsyncWebClient:
        # No session is shared: a kept connection that the other side has closed breaks a post in a
        # way that cannot be told from a lost answer. No retries: an answer lost would post twice.
        web = AsyncWebClient(
            token,
            base_url=self._api_url,
            timeout=self._timeout,  # type: ignore[arg-type]  # handed to aiohttp as it is
            retry_handlers=[],
            logger=sdk_log(),
        )
        if self._direct:
            web.proxy = None
        return web


class Connection:
    """Keeps one socket open. `listen` registers what is to be heard on it."""

    def __init__(
        self,
        clients: Clients,
        app_token: str,
        listen: Callable[[AsyncApp], None],
        *,
        ping_interval: float,
        retry_seconds: float,
    ) -> None:
        self.readiness = Readiness(Health.OFF)
        self._clients = clients
        self._app_token = app_token
        self._listen = listen
        self._ping_interval = ping_interval
        self._retry_seconds = retry_seconds

    async def run(self) -> None:
        """Connect and hold the line until cancelled."""
        wait = self._retry_seconds
        self._turn(Health.CONNECTING)
        try:
            while True:
                try:
                    bot, link = await self._check()
                    await self._serve(bot, link)
                except CALL_ERRORS as error:
                    health = Health.REFUSED if loses_token(error) else Health.CONNECTING
                    self._turn(health, str(send_error(error, "Slack is not connected")))
                else:
                    wait = self._retry_seconds
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self.readiness = Readiness(Health.OFF)

    async def _check(self) -> tuple[AuthorizeResult, str]:
        """Try both tokens; who the bot is, and the address for a socket.

        The SDK's own connecting neither ends nor says why when a token is wrong.
        """
        who = await self._clients.web.auth_test()
        bot = AuthorizeResult(
            enterprise_id=who.get("enterprise_id"),
            team_id=who.get("team_id"),
            bot_id=who.get("bot_id"),
            bot_user_id=who.get("user_id"),
            bot_token=self._clients.web.token,
        )
        link = await self._clients.web.apps_connections_open(app_token=self._app_token)
        return bot, str(link["url"])

    async def _serve(self, bot: AuthorizeResult, link: str) -> None:
        """Hold the socket; comes back when it is lost for longer than the SDK needs to renew it."""
        app = self._clients.app(bot)
        self._listen(app)
        handler = self._clients.socket(app, self._app_token, self._ping_interval)
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
                self._turn(Health.READY)
            elif loop.time() - seen > self._ping_interval:  # a refresh is quicker
                self._turn(Health.CONNECTING, "The line to Slack broke; it is being renewed.")
            await asyncio.sleep(min(self._ping_interval / 4, 1.0))

    def _turn(self, health: Health, detail: str = "") -> None:
        """Remember how the line stands, and say it once when it changes."""
        before, self.readiness = self.readiness, Readiness(health, detail)
        if health is Health.READY and before.health is not Health.READY:
            log.info("Slack is ready.")
        elif detail and detail != before.detail:
            log.warning("%s", detail)


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
