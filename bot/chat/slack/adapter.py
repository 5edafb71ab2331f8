"""Slack as a chat platform: posting, finding and editing messages, over a line that is kept.

What people say in Slack is the conversation's affair; trying a post again is the outbox's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.chat.adapter import Readiness
from bot.chat.slack.connection import SLACK_API, Clients, Connection
from bot.chat.slack.conversation import Commands, Conversation
from bot.chat.slack.failures import CALL_ERRORS, error_code, send_error
from bot.chat.slack.render import LIMITS, render
from bot.chat.slack.rights import ADMINS, Rights
from bot.errors import SendError, SendKind
from bot.message import Message
from bot.model import Destination, Platform, Receipt, WorkspaceId

EVENT_TYPE = "alert"
DELIVERY = "delivery_id"
HISTORY_PAGE = 15  # the most that Slack gives to apps outside its marketplace
HISTORY_PAGES = 4
FINISH_SECONDS = 3.0


class SlackAdapter:
    """A Slack team over Socket Mode.

    Args:
        bot_token: the token that begins with `xoxb-`.
        app_token: the token that begins with `xapp-`.
        commands: the command layer.
        workspace_of: the workspace of a Slack team's id, or None where it has none.
        clock: the time now, aware.
        api_url: where Slack is; ends in `/api/`. Proxy variables count for Slack itself only.
        ping_interval: seconds between signs of life; four missed ones are a lost line.
        request_timeout: seconds until a call counts as lost.
        managers: `anyone`, `admins` or `group`.
        manager_group: the id of the user group, for `group`.
        allow: hosts (`host:port`) that may be linked to though they are not public.
        retry_seconds: the first pause after a failed connection; it doubles up to a minute.
    """

    platform = Platform.SLACK
    limits = LIMITS

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str,
        commands: Commands,
        workspace_of: Callable[[str], Awaitable[WorkspaceId | None]],
        clock: Callable[[], datetime],
        api_url: str = SLACK_API,
        ping_interval: float = 10.0,
        request_timeout: float = 10.0,
        managers: str = ADMINS,
        manager_group: str = "",
        allow: frozenset[str] = frozenset(),
        retry_seconds: float = 1.0,
    ) -> None:
        clients = Clients(api_url, request_timeout, bot_token)
        self._web = clients.web
        self._allow = allow
        self._conversation = Conversation(
            web=clients.web,
            hooks=clients.hook,
            commands=commands,
            rights=Rights(clients.web, clock, managers, manager_group),
            workspace_of=workspace_of,
            clock=clock,
            allow=allow,
        )
        self._connection = Connection(
            clients,
            app_token,
            self._conversation.listen,
            ping_interval=ping_interval,
            retry_seconds=retry_seconds,
        )

    @property
    def readiness(self) -> Readiness:
        """How the connection stands now."""
        return self._connection.readiness

    async def run(self) -> None:
        """Connect and serve until cancelled; what people asked for last comes to its end."""
        try:
            await self._connection.run()
        finally:
            await self._conversation.finish(FINISH_SECONDS)

    async def owner(self, destination: Destination) -> str:
        """The team that the token opens, if the bot is in the channel.

        Raises:
            SendError: BLOCKED where it is not; as Slack's answer says otherwise.
        """
        try:
            channel = (await self._web.conversations_info(channel=destination.address))["channel"]
            team = (await self._web.auth_test())["team_id"]
        except CALL_ERRORS as error:
            raise send_error(error, f"{destination} could not be looked up") from error
        if not channel.get("is_member"):
            raise SendError(SendKind.BLOCKED, "I am not in that channel. Invite me there first.")
        return str(team)

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
        try:
            answer = await self._web.chat_postMessage(
                channel=destination.address,
                text=payload.text,
                blocks=payload.blocks,
                unfurl_links=False,
                unfurl_media=False,
                thread_ts=thread.message_id if thread else None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {DELIVERY: delivery_key}},
            )
        except CALL_ERRORS as error:
            raise send_error(error, f"The message was not posted in {destination}") from error
        return Receipt(destination, str(answer["ts"]))

    async def find(
        self, destination: Destination, delivery_key: str, since: datetime
    ) -> Receipt | None:
        """Look in the channel's history for a message with the delivery's key.

        Raises:
            SendError: AMBIGUOUS where Slack cannot tell us (no right to read the history, or too
                much was written since); any other kind where only this look-up failed.
        """
        oldest = f"{since.timestamp():.6f}"
        cursor = None
        for _ in range(HISTORY_PAGES):
            page = await self._history(destination, oldest, cursor)
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
        try:
            # Without blocks Slack would keep the old ones.
            await self._web.chat_update(
                channel=receipt.destination.address,
                ts=receipt.message_id,
                text=payload.text,
                blocks=payload.blocks,
            )
        except CALL_ERRORS as error:
            raise send_error(error, f"A message in {receipt.destination} was not edited") from error

    async def _history(
        self, destination: Destination, oldest: str, cursor: str | None
    ) -> dict[str, Any]:
        try:
            answer = await self._web.conversations_history(
                channel=destination.address,
                oldest=oldest,
                cursor=cursor,
                include_all_metadata=True,
                limit=HISTORY_PAGE,
            )
        except CALL_ERRORS as error:
            failure = send_error(error, f"The history of {destination} could not be read")
            if error_code(error) == "missing_scope":
                raise SendError(SendKind.AMBIGUOUS, str(failure)) from error
            if failure.kind is SendKind.AMBIGUOUS:  # looking changes nothing, so look again
                raise SendError(SendKind.NOT_SENT, str(failure)) from error
            raise failure from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}
