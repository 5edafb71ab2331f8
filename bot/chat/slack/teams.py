"""Which Slack teams the bot is in, which token opens each, and which team a channel is in.

One token may stand in the configuration; every other team installed the app by itself. It posts
nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.clients import Clients
from bot.chat.slack.failures import CALL_ERRORS, loses_token, send_error
from bot.errors import SendError, SendKind
from bot.model import Destination

Channel = Mapping[str, Any]
"""A channel as `conversations.info` shows it."""


class Installed(Protocol):
    """A team that installed the app."""

    @property
    def team_id(self) -> str:
        """Slack's id of the team."""

    @property
    def bot_token(self) -> str:
        """What opens it."""

    @property
    def bot_user(self) -> str:
        """Who the bot is in it."""


class Book(Protocol):
    """Where installations are kept, and the states of those under way."""

    async def find(self, team_id: str) -> Installed | None:
        """A team's installation."""

    async def all(self) -> tuple[Installed, ...]:
        """Every installation."""

    async def save(
        self,
        team_id: str,
        *,
        team_name: str,
        bot_token: str,
        bot_id: str,
        bot_user: str,
        scopes: str,
        installed_by: str,
        at: datetime,
    ) -> None:
        """Keep an installation in the place of an older one."""

    async def remove(self, team_id: str) -> bool:
        """Forget a team's token."""

    async def issue_state(self, expires_at: datetime) -> str:
        """A secret that is good once."""

    async def consume_state(self, state: str, now: datetime) -> bool:
        """Whether the secret is good; now it no longer is."""


class Teams:
    """The teams. `own_token` is that of the configuration; `book` has those who installed the app.

    `owner_of` remembers in which team a channel was last seen.
    """

    def __init__(
        self,
        clients: Clients,
        own_token: str,
        book: Book | None,
        owner_of: Callable[[Destination], Awaitable[str | None]],
    ) -> None:
        self.own = clients.web(own_token) if own_token else None
        self.own_team = ""
        self._clients = clients
        self._book = book
        self._owner_of = owner_of
        self._known: dict[str, tuple[AsyncWebClient, str]] = {}
        self._bot_user = ""
        self._met: dict[str, str] = {}
        self._quiet_until: dict[str, float] = {}

    async def learn(self) -> None:
        """Ask who the configuration's token is. Raises one of CALL_ERRORS."""
        if self.own is not None:
            who = await self.own.auth_test()
            self.own_team, self._bot_user = str(who["team_id"]), str(who.get("user_id", ""))

    def is_own(self, team: str) -> bool:
        """Whether it is the team of the configuration's token."""
        return self._book is None or team == self.own_team

    async def web(self, team: str) -> AsyncWebClient:
        """A client for a team. Raises SendError: PLATFORM_DOWN where the app is not installed."""
        return (await self._open(team))[0]

    async def bot_user(self, team: str) -> str:
        """Who the bot is in a team. Raises SendError."""
        return (await self._open(team))[1]

    async def _open(self, team: str) -> tuple[AsyncWebClient, str]:
        if self._book is None and self.own is not None:
            return self.own, self._bot_user
        if team in self._known:
            return self._known[team]
        installed = await self._book.find(team) if self._book is not None else None
        if installed is not None:
            opened = self._clients.web(installed.bot_token), installed.bot_user
            self._known[team] = opened
            return opened
        if self.own is not None:
            if not self.own_team:
                await self._learn_now()
            if self.own_team == team:
                return self.own, self._bot_user
        said = f"The app is not installed in the Slack team {team}."
        raise SendError(SendKind.PLATFORM_DOWN, said)

    async def _learn_now(self) -> None:
        try:
            await self.learn()
        except CALL_ERRORS as error:
            failed = send_error(error, "Slack was not asked who the bot is")
            kind = SendKind.NOT_SENT if failed.kind is SendKind.AMBIGUOUS else failed.kind
            raise SendError(kind, str(failed), retry_after=failed.retry_after) from error

    def met(self, channel: str, team: str) -> None:
        """Remember where a channel is: somebody of that team wrote in it."""
        if channel and team:
            self._met[channel] = team

    def forget(self, team: str) -> None:
        """Ask the book anew for this team's token."""
        self._known.pop(team, None)

    async def leave(self, team: str) -> None:
        """The team removed the app: its token is thrown away."""
        self.forget(team)
        if self._book is not None:
            await self._book.remove(team)

    async def of(self, destination: Destination) -> tuple[str, AsyncWebClient]:
        """The team of a channel and a client for it.

        Raises:
            SendError: BLOCKED where no team with the app has that channel.
        """
        if self._book is None and self.own is not None:
            return self.own_team, self.own
        if team := await self._remembered(destination):
            try:
                return team, await self.web(team)
            except SendError as error:
                if error.kind is not SendKind.PLATFORM_DOWN:
                    raise
                said = (
                    f"The app was removed from the Slack team of {destination}: install it again."
                )
                raise SendError(SendKind.BLOCKED, said) from error
        if self.own is not None:  # channels of other teams were met when a watchlist was made
            return self.own_team, self.own
        async for team, _ in self.having(destination):
            self.met(destination.address, team)
            return team, await self.web(team)
        said = f"No Slack team with this app has the channel {destination.address}."
        raise SendError(SendKind.BLOCKED, said)

    async def having(self, destination: Destination) -> AsyncIterator[tuple[str, Channel]]:
        """Teams in which the bot is a member of the channel, as they see it; the likeliest first.

        Raises:
            SendError: a team could not be asked, and none before it has the channel.
        """
        failed: SendError | None = None
        for team in await self._likeliest_first(destination):
            try:
                web = await self.web(team)
                seen = await web.conversations_info(channel=destination.address)
            except SendError as error:
                failed = error
            except CALL_ERRORS as error:
                failed = self.failed(team, error, f"{destination} could not be looked up")
            else:
                if seen["channel"].get("is_member"):
                    yield team, seen["channel"]
                    return
                failed = SendError(
                    SendKind.BLOCKED, "I am not in that channel. Invite me there first."
                )
        if failed is not None:
            raise failed

    async def _remembered(self, destination: Destination) -> str | None:
        known = self._met.get(destination.address)
        return known or await self._owner_of(destination)

    async def _likeliest_first(self, destination: Destination) -> list[str]:
        if self.own is not None and not self.own_team:
            await self._learn_now()
        installed = await self._book.all() if self._book is not None else ()
        teams = [self.own_team, *(each.team_id for each in installed)]
        remembered = await self._remembered(destination)
        # False comes before True.
        return sorted(filter(None, dict.fromkeys(teams)), key=lambda each: each != remembered)

    def failed(self, team: str, error: Exception, deed: str) -> SendError:
        """What an error means; a token that is refused is read anew before it is used again."""
        if loses_token(error):
            self.forget(team)
        return send_error(error, deed)

    def ask_to_wait(self, team: str, wait: timedelta | None) -> None:
        """Slack said when this team may be posted to again."""
        if wait is not None:
            self._quiet_until[team] = asyncio.get_running_loop().time() + wait.total_seconds()

    def check_wait(self, team: str) -> None:
        """Slack limits a method for the whole team. Raises SendError while it wants us to wait."""
        left = self._quiet_until.get(team, 0.0) - asyncio.get_running_loop().time()
        if left > 0:
            said = "Slack asked us to wait before we post in this team again."
            raise SendError(SendKind.NOT_SENT, said, retry_after=timedelta(seconds=left))
