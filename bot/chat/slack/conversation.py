"""Talks with people in Slack: commands, buttons and modals in, answers out. Acknowledges first.

Slack gives three seconds for an acknowledgement and for opening a modal: both come first.
What a command means is the command layer's affair.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.chat.hygiene import cut, one_line
from bot.chat.replays import Replays
from bot.chat.slack import files, homepage, pictures
from bot.chat.slack.events import (
    Acted,
    Asked,
    Body,
    Place,
    Typed,
    pack,
    pointed,
    pressed,
    submitted,
    typed,
)
from bot.chat.slack.failures import CALL_ERRORS, send_error
from bot.chat.slack.forms import modal, notice
from bot.chat.slack.render import OPEN, Payload, render
from bot.chat.slack.rich_text import Json
from bot.chat.slack.rights import Rights
from bot.chat.slack.teams import Teams
from bot.commands.desk import refusal
from bot.commands.invocation import BROKEN, Invocation, Reply, Spec
from bot.config import WhoManages
from bot.errors import CommandError, SendError, SendKind, WatchfloorError
from bot.message import (
    Answer,
    Form,
    Line,
    Link,
    Literal,
    Paragraph,
    Picture,
    Tone,
    plain,
)
from bot.model import Actor, Platform, WorkspaceId

log = logging.getLogger(__name__)

FIELD_ERROR = 300
PICTURE_SECONDS = 15.0  # for all calls together; the words wait for it
_ANY = re.compile(".*", re.DOTALL)
_WAIT = Answer("One moment …")


class Commands(Protocol):
    """The command layer as a chat platform needs it."""

    @property
    def table(self) -> tuple[Spec, ...]:
        """Every command."""

    def read(self, line: str) -> tuple[str, dict[str, str]]:
        """A typed line as a command's name and values. Raises CommandError."""

    def opens_form(self, name: str, values: Mapping[str, str]) -> bool:
        """Whether the answer will be a form. Immediate."""

    def faults(self, action: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """What is wrong with a submitted form, by field. Immediate."""

    async def answer(self, invocation: Invocation) -> Reply:
        """Carry it out. Foreseen failures come back as answers."""


class Conversation:
    """Everybody's talk with the bot. `hooks` makes the client for a response_url."""

    def __init__(
        self,
        *,
        teams: Teams,
        hooks: Callable[[str], AsyncWebhookClient],
        commands: Commands,
        rights: Rights,
        chosen: Callable[[WorkspaceId], Awaitable[WhoManages | None]],
        workspace_of: Callable[[str], Awaitable[WorkspaceId | None]],
        clock: Callable[[], datetime],
        allow: frozenset[str] = frozenset(),
    ) -> None:
        self._teams = teams
        self._replays = Replays()
        self._hooks = hooks
        self._commands = commands
        self._rights = rights
        self._chosen = chosen
        self._workspace_of = workspace_of
        self._clock = clock
        self._allow = allow
        self._running: set[asyncio.Task[None]] = set()

    def listen(self, app: AsyncApp) -> None:
        """Take every command, button and modal that comes to the app."""
        app.command(_ANY)(self._on_command)
        app.action(_ANY)(self._on_action)
        app.event("app_home_opened")(self._on_home)
        app.shortcut(_ANY)(self._on_shortcut)
        app.view(_ANY)(self._on_view)

    async def finish(self, seconds: float) -> None:
        """Let what people asked for come to its end, for so long; then give it up."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # Bolt passes arguments by these names.
    async def _on_command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if not self._is_new(body):
            return
        families = {spec.name.split()[0] for spec in self._commands.table}
        self._begin(self._command(typed(body, families)))

    async def _on_action(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        acted = pressed(body)
        if acted.action != OPEN and self._is_new(body):
            self._begin(self._act(acted))

    async def _on_shortcut(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if self._is_new(body):
            self._begin(self._act(pointed(body)))

    async def _on_home(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        asked = homepage.opened(body)
        if asked is not None and self._replays.first(str(body.get("event_id") or "")):
            self._begin(self._home(asked))

    async def _home(self, asked: Asked) -> None:
        reply = await self._answer(asked, homepage.PAGE, {})
        try:
            web = await self._teams.web(asked.team)
            await homepage.publish(web, asked.user, reply.message, self._allow)
        except (SendError, *CALL_ERRORS) as error:
            log.warning("%s", _told(error, "The Home tab was not shown"))

    async def _on_view(self, ack: AsyncAck, body: Body) -> None:
        acted = submitted(body)
        faults = self._commands.faults(acted.action, acted.values)
        if faults:
            await ack(response_action="errors", errors=_by_field(faults, body))
            return
        await ack()
        if self._is_new(body):
            self._begin(self._act(acted))

    def _is_new(self, body: Body) -> bool:
        """Whether this was not asked before: what is delivered twice is carried out once."""
        return self._replays.first(str(body.get("trigger_id") or ""))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(_safely(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _command(self, event: Typed) -> None:
        try:
            name, values = self._commands.read(event.line)
        except CommandError as error:
            await self._whisper(event.asked, refusal(error))
            return
        taken = {
            option.name for spec in self._commands.table for option in spec.options if option.file
        }
        values = {key: text for key, text in values.items() if key not in taken}
        await self._carry_out(event.asked, name, values)

    async def _act(self, event: Acted) -> None:
        await self._carry_out(event.asked, event.action, event.values, event.file)

    async def _carry_out(
        self, asked: Asked, name: str, values: Mapping[str, str], file: str = ""
    ) -> None:
        if self._commands.opens_form(name, values):
            if (view := await self._open(asked, notice(_WAIT))) is not None:
                reply = await self._answer(asked, name, values)
                await self._fill(asked, view, reply.message)
            return
        self._teams.met(asked.place.channel, asked.team)
        reply = await self._answer(asked, name, values, file)
        if isinstance(reply.message, Form):
            await self._open(asked, _modal(asked.place, reply.message))
        else:
            replaces = reply.replaces and asked.place.pressed
            answer = await self._hand_over(asked, reply.message)
            await self._whisper(asked, answer, replaces=replaces)
        if reply.public is not None:
            await self._announce(asked, reply.public)

    async def _answer(
        self, asked: Asked, name: str, values: Mapping[str, str], file: str = ""
    ) -> Reply:
        """The command layer's reply. The top of a loop: what breaks in there is told, not lost."""
        try:
            workspace = await self._workspace_of(asked.team)
            if workspace is None:
                return Reply(refusal(CommandError("This Slack team is not known to the bot.")))
            chosen = await self._chosen(workspace)
            may = await self._rights.of(asked.team, asked.user, chosen)
            return await self._commands.answer(
                Invocation(
                    name=name,
                    values=values,
                    actor=Actor(
                        Platform.SLACK, asked.user, asked.user_name, may.manage, may.administer
                    ),
                    workspace=workspace,
                    at=self._clock(),
                    channel=asked.place.destination,
                    seat=asked.team,
                    file=files.attached(file, partial(self._teams.web, asked.team)),
                )
            )
        except WatchfloorError as error:
            return Reply(Answer(str(error), tone=Tone.FAULT))
        except Exception:
            log.exception("%s broke", name)
            return Reply(BROKEN)

    async def _open(self, asked: Asked, view: Json) -> Json | None:
        """Open a modal while the trigger lives; None, and a word to the person, when it is over."""
        try:
            web = await self._teams.web(asked.team)
            opened = await web.views_open(trigger_id=asked.trigger, view=view)
        except (SendError, *CALL_ERRORS) as error:
            log.warning("%s", _told(error, "A form could not be opened"))
            late = Answer("Slack did not open the form in time. Please try again.", tone=Tone.FAULT)
            await self._whisper(asked, late)
            return None
        shown: Json = opened["view"]
        return shown

    async def _fill(self, asked: Asked, view: Json, message: Answer | Form) -> None:
        shown = _modal(asked.place, message)
        try:
            web = await self._teams.web(asked.team)
            await web.views_update(view_id=view["id"], hash=view["hash"], view=shown)
        except (SendError, *CALL_ERRORS) as error:
            log.warning("%s", _told(error, "A form could not be shown"))

    async def _whisper(self, asked: Asked, answer: Answer, *, replaces: bool = False) -> None:
        """Tell the person alone; `replaces` puts it in the place of what was pressed."""
        place, payload = asked.place, render(answer, self._allow)
        if await self._respond(
            place, payload, replace_original=replaces, response_type="ephemeral"
        ):
            return
        if not place.channel:
            log.warning("An answer to %s had nowhere to go.", asked.user)
            return
        try:
            web = await self._teams.web(asked.team)
            await web.chat_postEphemeral(
                channel=place.channel, user=asked.user, text=payload.text, blocks=payload.blocks
            )
        except (SendError, *CALL_ERRORS) as error:
            log.warning("%s", _told(error, f"An answer to {asked.user} was not shown"))

    async def _hand_over(self, asked: Asked, answer: Answer) -> Answer:
        """Put what goes with it into the person's own conversation with us; the words say where.

        Slack takes no file in a message that one person alone sees.
        """
        enclosed = answer.picture or answer.file
        if enclosed is None:
            return answer
        kind = "picture" if answer.picture else "file"
        said: Line
        try:
            async with asyncio.timeout(PICTURE_SECONDS):
                web = await self._teams.web(asked.team)
                heading = render(Answer(answer.title), self._allow)
                channel, ts = await pictures.hand(web, asked.user, heading, enclosed)
                link = await web.chat_getPermalink(channel=channel, message_ts=ts)
            said = (Literal(f"The {kind} is in "), Link("our own conversation", link["permalink"]))
        except (SendError, *CALL_ERRORS) as error:
            log.warning("%s", _told(error, f"A {kind} was not sent to {asked.user}"))
            said = plain(_told(error, f"The {kind} could not be sent"))
        return replace(answer, blocks=(*answer.blocks, Paragraph(said)), picture=None, file=None)

    async def _announce(self, asked: Asked, answer: Answer) -> None:
        """Tell the channel what concerns everyone in it."""
        place, payload = asked.place, render(answer, self._allow)
        try:
            web = await self._teams.web(asked.team)
            if await self._shown(web, place, payload, answer.picture):
                return
            await web.chat_postMessage(
                channel=place.channel,
                text=payload.text,
                blocks=payload.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
        except (SendError, *CALL_ERRORS) as error:
            # A response_url reaches channels that the bot is not in.
            fault = _told(error, f"A change was not announced in {place.channel}")
            if not await self._respond(place, payload, response_type="in_channel"):
                log.warning("%s", fault)

    async def _shown(
        self, web: AsyncWebClient, place: Place, payload: Payload, picture: Picture | None
    ) -> bool:
        """Post with a picture. False where the words have to be posted alone."""
        if picture is None:
            return False
        try:
            image = await pictures.upload(web, picture)
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, "A picture was not uploaded"))
            return False
        try:
            await pictures.post(web, place.channel, payload, image)
        except CALL_ERRORS as error:
            fault = send_error(error, f"A picture was not posted in {place.channel}")
            log.warning("%s", fault)
            # It may be there all the same, and twice would be worse.
            return fault.kind is SendKind.AMBIGUOUS
        return True

    async def _respond(self, place: Place, payload: Payload, **how: str | bool) -> bool:
        """Use the response_url: five times in thirty minutes. False where it no longer serves."""
        if not place.response_url:
            return False
        body = {"text": payload.text, "blocks": payload.blocks, "replace_original": False, **how}
        try:
            answer = await self._hooks(place.response_url).send_dict(body)
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, "An answer was not taken"))
            return False
        return answer.status_code == 200


async def _safely(work: Coroutine[None, None, None]) -> None:
    """Carry out what one person asked for; a mistake of ours in it is logged and harms no other."""
    try:
        await work
    except Exception:
        log.exception("A request from Slack was not finished.")


def _told(error: Exception, deed: str) -> str:
    """What went wrong, in a sentence for the log."""
    return f"{deed}: {error}" if isinstance(error, SendError) else str(send_error(error, deed))


def _modal(place: Place, message: Answer | Form) -> Json:
    if isinstance(message, Answer):
        return notice(message)
    try:
        return modal(message, pack(place, message.value))
    except WatchfloorError as error:
        return notice(Answer(str(error), tone=Tone.FAULT))


def _by_field(faults: Mapping[str, str], body: Body) -> dict[str, str]:
    """Faults under fields that the modal has: Slack takes no others, and closes nothing then."""
    fields = list(body["view"]["state"]["values"])
    shown: dict[str, str] = {}
    for key, fault in faults.items():
        place = key if key in fields else fields[0]
        shown[place] = f"{shown[place]} {fault}" if place in shown else fault
    return {key: cut(one_line(fault), FIELD_ERROR) for key, fault in shown.items()}
