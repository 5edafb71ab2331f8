"""The SDK's clients as we want them: one address, one timeout, and nothing tried again by itself.

Which token opens which team is said elsewhere.
"""

import logging

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

SLACK_API = "https://slack.com/api/"


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
    """Makes clients; `timeout` is how many seconds a call may take."""

    def __init__(self, api_url: str, timeout: float) -> None:
        self._api_url = api_url
        self._timeout = timeout
        # The SDK obeys proxy variables and ignores NO_PROXY; they count for Slack itself only.
        self._direct = api_url != SLACK_API

    def web(self, token: str | None = None) -> AsyncWebClient:
        """A client that calls as whoever the token is."""
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

    def app(self, signing_secret: str = "") -> AsyncApp:
        """A Bolt app that lets every team in: its own way asks Slack before it acknowledges.

        Requests over HTTP have to bear a signature that is at most five minutes old; there is no
        way to switch that off. What a team may do is seen to after the acknowledgement.
        """

        async def authorize(team_id: str | None, enterprise_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)

        return AsyncApp(
            logger=sdk_log(),
            name="watchfloor",
            client=self.web(),
            authorize=authorize,
            signing_secret=signing_secret,
        )

    def socket(
        self, app: AsyncApp, web: AsyncWebClient, app_token: str, ping_interval: float
    ) -> AsyncSocketModeHandler:
        """A handler that is not connected yet."""
        handler = AsyncSocketModeHandler(
            app, app_token, logger=sdk_log(), web_client=web, ping_interval=ping_interval
        )
        if self._direct:
            handler.client.proxy = None
        return handler
