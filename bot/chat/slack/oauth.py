"""Installing the app in further Slack teams: a link, Slack's question, and a token that is kept.

Slack's own SDK leads the dance (https://docs.slack.dev/authentication/installing-with-oauth); the
states in between and the tokens are kept in our book. Installing for a whole organisation is not
offered.
"""

import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import (
    AsyncCallbackOptions,
    AsyncFailureArgs,
    AsyncSuccessArgs,
)
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from typing_extensions import override

from bot.chat.slack.clients import Clients, sdk_log
from bot.chat.slack.failures import CALL_ERRORS, send_error
from bot.chat.slack.grants import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.chat.slack.teams import Book
from bot.errors import WatchfloorError

log = logging.getLogger(__name__)

STATE_KEPT = timedelta(minutes=10)

_REFUSED = {
    "access_denied": "You pressed Cancel. Nothing was installed.",
    "invalid_browser": "Begin again in this browser; it has to accept cookies.",
    "invalid_state": "This took more than ten minutes, or was opened twice. Begin again.",
    "invalid_code": "Slack did not accept the installation. Begin again.",
    "storage_error": "The installation could not be kept. Whoever runs Watchfloor sees why.",
}


class _Kept(AsyncInstallationStore):
    """Our book as the SDK wants an installation store; only saving is asked of it."""

    def __init__(
        self,
        book: Book,
        clock: Callable[[], datetime],
        installed: Callable[[str], Awaitable[None]],
    ) -> None:
        self._book = book
        self._clock = clock
        self._installed = installed

    @override
    async def async_save(self, installation: Installation) -> None:
        if not installation.team_id or not installation.bot_token:
            raise BoltError("an organisation cannot install the app, only a team")
        await self._book.save(
            installation.team_id,
            team_name=installation.team_name or installation.team_id,
            bot_token=installation.bot_token,
            bot_id=installation.bot_id or "",
            bot_user=installation.bot_user_id or "",
            scopes=",".join(installation.bot_scopes or ()),
            installed_by=installation.user_id or "",
            at=self._clock(),
        )
        await self._installed(installation.team_id)


class _States(AsyncOAuthStateStore):
    """Our book as the SDK wants a store of states."""

    def __init__(self, book: Book, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._clock = clock

    @override
    async def async_issue(self, *_args: object, **_named: object) -> str:
        return await self._book.issue_state(self._clock() + STATE_KEPT)

    @override
    async def async_consume(self, state: str) -> bool:
        return await self._book.consume_state(state, self._clock())


class Installing:
    """The two pages. `installed` hears of every team that has the app now."""

    def __init__(
        self,
        clients: Clients,
        book: Book,
        clock: Callable[[], datetime],
        installed: Callable[[str], Awaitable[None]],
        *,
        client_id: str,
        client_secret: str,
        public_url: str,
        authorize_url: str,
    ) -> None:
        self._flow = AsyncOAuthFlow(
            client=clients.web(),
            logger=sdk_log(),
            settings=AsyncOAuthSettings(
                client_id=client_id,
                client_secret=client_secret,
                scopes=list(SCOPES),
                user_scopes=[],
                redirect_uri=public_url.rstrip("/") + REDIRECT_PATH,
                install_path=INSTALL_PATH,
                redirect_uri_path=REDIRECT_PATH,
                install_page_rendering_enabled=False,
                authorization_url=authorize_url,
                installation_store=_Kept(book, clock, installed),
                installation_store_bot_only=True,
                state_store=_States(book, clock),
                state_expiration_seconds=int(STATE_KEPT.total_seconds()),
                callback_options=AsyncCallbackOptions(_welcome, _refuse),
                logger=sdk_log(),
            ),
        )

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """Send a person to Slack, with a secret that has to come back."""
        try:
            asked = await to_bolt_request(request)
            return await to_aiohttp_response(await self._flow.handle_installation(asked))
        except WatchfloorError as error:
            log.error("An installation in Slack could not begin: %s", error)
            return await to_aiohttp_response(_page(503, _REFUSED["storage_error"]))

    async def finish(self, request: web.Request) -> web.StreamResponse:
        """Take the person back from Slack, fetch the token and keep it."""
        try:
            asked = await to_bolt_request(request)
            return await to_aiohttp_response(await self._flow.handle_callback(asked))
        except WatchfloorError as error:
            log.error("An installation in Slack could not be kept: %s", error)
            return await to_aiohttp_response(_page(503, _REFUSED["storage_error"]))
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, "An installation in Slack was not finished"))
            return await to_aiohttp_response(_page(502, "Slack does not answer. Begin again."))


async def _welcome(args: AsyncSuccessArgs) -> BoltResponse:
    team = args.installation.team_name or args.installation.team_id
    log.info("The app was installed in the Slack team %s.", args.installation.team_id)
    return _page(
        200, f"Watchfloor is installed in {team}. Invite it to a channel: /invite @Watchfloor"
    )


async def _refuse(args: AsyncFailureArgs) -> BoltResponse:
    log.warning("An installation in Slack was refused: %.80r", args.reason)
    said = _REFUSED.get(args.reason, "Slack did not finish the installation. Begin again.")
    return _page(args.suggested_status_code, said)


def _page(status: int, said: str) -> BoltResponse:
    body = f"<!doctype html><title>Watchfloor</title><p>{html.escape(said)}</p>"
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
    }
    return BoltResponse(status=status, body=body, headers=headers)
