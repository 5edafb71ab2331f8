"""Installing an app in a team, as Slack does it: a question, a code that is good once, a token."""

import base64
from collections.abc import Callable
from urllib.parse import urlencode

from aiohttp import web

from tests.servers.slack_web import SlackRefusal, Tokens
from tests.servers.slack_world import APP_ID, BOT_USER, Json, Team, User

CLIENT_ID = "111.222"
CLIENT_SECRET = "local-client-secret"
CODE_SECONDS = 600.0


class OAuth:
    """The app's client, and the codes that are out. `told` gives a team's tokens by its id."""

    def __init__(self, teams: Callable[[str], tuple[Team, Tokens]]) -> None:
        self._teams = teams
        self._codes: dict[str, tuple[str, str, str]] = {}
        self._installed = 0

    async def authorize(self, request: web.Request) -> web.StreamResponse:
        """The page on which somebody presses Allow, or Cancel; here the address says which."""
        asked = request.query
        if asked.get("client_id") != CLIENT_ID or not asked.get("scope"):
            return web.Response(status=400, text="invalid_client_id or no scope")
        back = {"state": asked.get("state", "")}
        if asked.get("cancel"):
            back["error"] = "access_denied"
        else:
            code = f"code-{len(self._codes)}"
            self._codes[code] = (asked["team"], asked["scope"], asked["redirect_uri"])
            back["code"] = code
        raise web.HTTPFound(f"{asked['redirect_uri']}?{urlencode(back)}")

    def access(self, authorization: str, arguments: Json) -> Json:
        """oauth.v2.access. Raises SlackRefusal."""
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {pair}":
            raise SlackRefusal("bad_client_secret")
        known = self._codes.pop(arguments.get("code", ""), None)
        if known is None:
            raise SlackRefusal("invalid_code")
        team_id, scope, redirect = known
        if arguments.get("redirect_uri") != redirect:
            raise SlackRefusal("bad_redirect_uri")
        team, tokens = self._teams(team_id)
        self._installed += 1
        tokens.bot, tokens.bot_error = f"xoxb-{team.id}-{self._installed}", ""
        team.scopes = set(scope.split(","))
        installer: User = next(iter(team.users.values()))
        return {
            "ok": True,
            "app_id": APP_ID,
            "access_token": tokens.bot,
            "token_type": "bot",
            "scope": scope,
            "bot_user_id": BOT_USER,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            "is_enterprise_install": False,
            "authed_user": {"id": installer.id},
        }
