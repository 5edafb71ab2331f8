"""Slack as a chat platform: posting, finding and editing messages, over a line that is kept.

What people say in Slack is the conversation's affair; trying a post again is the outbox's.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.chat.adapter import ChannelNews, Health, Readiness, Room, nobody_chose
from bot.chat.slack.clients import SLACK_API, Clients
from bot.chat.slack.connection import Connection
from bot.chat.slack.conversation import Commands, Conversation
from bot.chat.slack.door import Door
from bot.chat.slack.failures import CALL_ERRORS, error_code
from bot.chat.slack.oauth import Installing
from bot.chat.slack.render import LIMITS, render
from bot.chat.slack.rights import Rights
from bot.chat.slack.teams import Book, Channel, Teams
from bot.chat.slack.watcher import Watcher
from bot.config import WhoManages
from bot.errors import SendError, SendKind
from bot.message import Message
from bot.model import Destination, Platform, Receipt, WorkspaceId

EVENT_TYPE = "alert"
DELIVERY = "delivery_id"
HISTORY_PAGE = 15  # the most that Slack gives to apps outside its marketplace
HISTORY_PAGES = 4
FINISH_SECONDS = 3.0
AUTHORIZE = "https://slack.com/oauth/v2/authorize"


@dataclass(frozen=True, slots=True)
class Front:
    """Where Slack and people who install the app can reach us.

    With a `signing_secret` Slack sends its requests there, and no socket is opened. With a
    `client_id` people can install the app in further teams; `public_url` is our own address as
    the world sees it.
    """

    bind: tuple[str, int]
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    public_url: str = ""
    authorize_url: str = AUTHORIZE


class SlackAdapter:
    """Slack teams, over Socket Mode or over signed requests.

    Args:
        bot_token: the token of one team, which begins with `xoxb-`; none where all install the app.
        app_token: the token that begins with `xapp-`, for Socket Mode.
        commands: the command layer.
        workspace_of: the workspace of a Slack team's id, or None where it has none.
        clock: the time now, aware.
        news: hears of channels and teams that are lost or back.
        front: where we can be reached, for signed requests or for installing.
        book: the installations, where people can install the app.
        owner_of: the team in which a channel was last seen.
        api_url: where Slack is; ends in `/api/`. Proxy variables count for Slack itself only.
        ping_interval: seconds between signs of life; four missed ones are a lost line.
        request_timeout: seconds until a call counts as lost.
        managers: who may change things, unless a workspace chose otherwise.
        chosen: what a workspace chose.
        allow: hosts (`host:port`) that may be linked to though they are not public.
        retry_seconds: the first pause after a failed connection; it doubles up to a minute.
    """

    platform = Platform.SLACK
    limits = LIMITS

    def __init__(
        self,
        *,
        bot_token: str = "",
        app_token: str = "",
        commands: Commands,
        workspace_of: Callable[[str], Awaitable[WorkspaceId | None]],
        clock: Callable[[], datetime],
        news: ChannelNews,
        front: Front | None = None,
        book: Book | None = None,
        owner_of: Callable[[Destination], Awaitable[str | None]],
        api_url: str = SLACK_API,
        ping_interval: float = 10.0,
        request_timeout: float = 10.0,
        managers: WhoManages = WhoManages(),  # noqa: B008 -- it is frozen
        chosen: Callable[[WorkspaceId], Awaitable[WhoManages | None]] = nobody_chose,
        allow: frozenset[str] = frozenset(),
        retry_seconds: float = 1.0,
    ) -> None:
        clients = Clients(api_url, request_timeout)
        self._allow = allow
        self._news = news
        self._teams = Teams(clients, bot_token, book, owner_of)
        self._conversation = Conversation(
            teams=self._teams,
            hooks=clients.hook,
            commands=commands,
            rights=Rights(self._teams.web, clock, managers, self._teams.is_own),
            chosen=chosen,
            workspace_of=workspace_of,
            clock=clock,
            allow=allow,
        )
        self._watcher = Watcher(self._teams, news, clock)
        self.door = (
            None if front is None else self._door(front, clients, book, clock, retry_seconds)
        )
        over_http = front is not None and front.signing_secret
        self._socket = (
            None
            if over_http
            else Connection(
                clients,
                self._teams,
                app_token,
                self._listen,
                ping_interval=ping_interval,
                retry_seconds=retry_seconds,
            )
        )

    def _door(
        self,
        front: Front,
        clients: Clients,
        book: Book | None,
        clock: Callable[[], datetime],
        retry_seconds: float,
    ) -> Door:
        installing = None
        if book is not None and front.client_id:
            installing = Installing(
                clients,
                book,
                clock,
                self._installed,
                client_id=front.client_id,
                client_secret=front.client_secret,
                public_url=front.public_url,
                authorize_url=front.authorize_url,
            )
        return Door(
            front.bind,
            clients,
            self._teams,
            self._listen,
            signing_secret=front.signing_secret,
            installing=installing,
            retry_seconds=retry_seconds,
        )

    def _listen(self, app: AsyncApp) -> None:
        self._conversation.listen(app)
        self._watcher.listen(app)

    async def _installed(self, team: str) -> None:
        self._teams.forget(team)
        await self._news.find_team(Platform.SLACK, team)

    @property
    def readiness(self) -> Readiness:
        """How the connection stands now."""
        lines = [line.readiness for line in (self._socket, self.door) if line is not None]
        return lines[0] if lines else Readiness(Health.OFF)

    async def run(self) -> None:
        """Connect and serve until cancelled; what people asked for last comes to its end."""
        lines = [line.run() for line in (self._socket, self.door) if line is not None]
        try:
            await asyncio.gather(*lines)
        finally:
            await self._conversation.finish(FINISH_SECONDS)
            await self._watcher.finish(FINISH_SECONDS)

    async def owner(self, destination: Destination) -> str:
        """The team whose channel it is, if the bot is in the channel.

        Raises:
            SendError: BLOCKED where it is not; as Slack's answer says otherwise.
        """
        return (await self._seen(destination))[0]

    async def room(self, destination: Destination) -> Room:
        """A channel is private if people have to be invited to it. Raises SendError as `owner`."""
        _, channel = await self._seen(destination)
        # A conversation of two or more people is no channel, and has no `is_private` of its own.
        private = any(channel.get(key) for key in ("is_private", "is_im", "is_mpim"))
        return Room(private, str(channel.get("name") or ""))

    async def _seen(self, destination: Destination) -> tuple[str, Channel]:
        async for team, channel in self._teams.having(destination):
            self._teams.met(destination.address, team)
            return team, channel
        raise SendError(SendKind.BLOCKED, f"No Slack team with this app has {destination}.")

    async def close(self) -> None:
        """Nothing stays open between two messages."""

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        """Post a message, marked with the delivery's key; from a thread it goes to no channel.

        Raises:
            SendError: as Slack's answer says.
        """
        payload = render(message, self._allow)
        team, web = await self._teams.of(destination)
        self._teams.check_wait(team)
        try:
            answer = await web.chat_postMessage(
                channel=destination.address,
                text=payload.text,
                blocks=payload.blocks,
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread.message_id if thread else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {DELIVERY: delivery_key}},
            )
        except CALL_ERRORS as error:
            failed = self._teams.failed(team, error, f"The message was not posted in {destination}")
            self._teams.ask_to_wait(team, failed.retry_after)
            raise failed from error
        if not (stamp := answer.get("ts")):
            said = f"Slack took the message for {destination}, and did not say what became of it."
            raise SendError(SendKind.AMBIGUOUS, said)
        return Receipt(destination, str(stamp))

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        """Look in the channel's history, or in a thread, for a message with the delivery's key.

        Raises:
            SendError: AMBIGUOUS where Slack cannot tell us (no right to read the history, or too
                much was written since); GONE where there is no such thread; any other kind where
                only this look-up failed.
        """
        oldest = f"{since.timestamp():.6f}"
        cursor = None
        for _ in range(HISTORY_PAGES):
            page = await self._history(destination, thread, oldest=oldest, cursor=cursor)
            for message in page["messages"]:
                metadata = message.get("metadata") or {}
                if (metadata.get("event_payload") or {}).get(DELIVERY) == delivery_key:
                    return Receipt(destination, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not page.get("has_more") or not cursor:
                return None
        raise SendError(
            SendKind.AMBIGUOUS, f"Too much was written in {destination} to look through it all."
        )

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Put another message in the place of one that we posted.

        Raises:
            SendError: as Slack's answer says.
        """
        payload = render(message, self._allow)
        team, web = await self._teams.of(receipt.destination)
        try:
            # Without blocks Slack would keep the old ones.
            await web.chat_update(
                channel=receipt.destination.address,
                ts=receipt.message_id,
                text=payload.text,
                blocks=payload.blocks,
            )
        except CALL_ERRORS as error:
            deed = f"A message in {receipt.destination} was not edited"
            raise self._teams.failed(team, error, deed) from error

    async def _history(
        self, destination: Destination, thread: Receipt | None, **part: str | None
    ) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            "channel": destination.address,
            "include_all_metadata": True,
            "limit": HISTORY_PAGE,
            **part,
        }
        team, web = await self._teams.of(destination)
        try:
            if thread is None:
                answer = await web.conversations_history(**wanted)
            else:
                answer = await web.conversations_replies(ts=thread.message_id, **wanted)
        except CALL_ERRORS as error:
            failure = self._teams.failed(
                team, error, f"The history of {destination} could not be read"
            )
            if error_code(error) == "missing_scope":
                raise SendError(SendKind.AMBIGUOUS, str(failure)) from error
            if failure.kind is SendKind.AMBIGUOUS:  # looking changes nothing, so look again
                raise SendError(SendKind.NOT_SENT, str(failure)) from error
            raise failure from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}
