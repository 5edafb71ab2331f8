"""Turns what people do into Invocations and replies into what they see.

Discord wants the first response within 3 seconds, and a modal can only be that first response; all
that a button or form means travels in its custom_id, so nothing is kept here and all of it works
after a restart. It decides nothing about commands.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

import aiohttp
import discord
from discord.http import Route

from bot.chat.discord import failures, files, pictures, render, tree
from bot.chat.replays import Replays
from bot.commands.invocation import BROKEN, Invocation, MessageAction, Reply, Spec
from bot.config import Managers, WhoManages
from bot.message import Answer, File, Form, Paragraph, Picture, Tone, plain
from bot.model import Actor, Destination, Platform, WorkspaceId

log = logging.getLogger(__name__)

Json = dict[str, Any]
Asked = discord.Interaction[discord.Client]
Enclosed = Picture | File | None

DEFERRED, DEFERRED_UPDATE, MESSAGE, CHOICES, MODAL = 5, 6, 4, 8, 9
EPHEMERAL = 1 << 6
CHANNEL_SELECT = 8
# A first response has to arrive within 3 s; what is not ready by then is deferred instead.
PATIENCE_SECONDS = 2.0

NO_SEAT = Answer("This server is not set up yet. Ask whoever runs Watchfloor.", tone=Tone.WARNING)
TOO_SLOW = Answer("That took too long to open a form. Please try again.", tone=Tone.WARNING)
FOREIGN = Answer("This button is from another time and does nothing now.", tone=Tone.WARNING)


class Commands(Protocol):
    """The command layer, as far as a chat platform needs it."""

    @property
    def table(self) -> tuple[Spec, ...]:
        """Every command."""

    @property
    def prefix(self) -> str:
        """What goes before every command's name."""

    @property
    def message_actions(self) -> tuple[MessageAction, ...]:
        """What can be asked of a message."""

    async def answer(self, invocation: Invocation) -> Reply:
        """Carry out; foreseen failures come back as an answer."""

    def opens_form(self, name: str, values: Mapping[str, str]) -> bool:
        """Whether the answer will be a form."""

    async def suggest(
        self,
        name: str,
        option: str,
        typed: str,
        workspace: WorkspaceId,
        here: Destination | None = None,
    ) -> tuple[str, ...]:
        """What to offer while an option is typed `here`."""


@dataclass(frozen=True, slots=True)
class Said:
    """An interaction, read: what is asked, with which values, and which option is being typed."""

    name: str
    values: dict[str, str]
    focused: str = ""


class Conversations:
    """Answers everything that people do in Discord."""

    def __init__(
        self,
        commands: Commands,
        workspace_of: Callable[[str], Awaitable[WorkspaceId | None]],
        usual: WhoManages,
        chosen: Callable[[WorkspaceId], Awaitable[WhoManages | None]],
        announce: Callable[[Destination, Answer, str], Awaitable[None]],
        clock: Callable[[], datetime],
        allow: frozenset[str],
    ) -> None:
        self._commands = commands
        self._workspace_of = workspace_of
        self._usual = usual
        self._chosen = chosen
        self._announce = announce
        self._clock = clock
        self._allow = allow
        self._running: set[asyncio.Task[None]] = set()
        self._replays = Replays()

    async def take(self, asked: Asked) -> None:
        """Answer one interaction. A failure of ours is logged and told, and ends nothing else.

        One that the gateway tells again was answered before, and is not carried out twice.
        """
        if not self._replays.first(str(asked.id)):
            return
        answering = asyncio.create_task(self._take_safely(asked))
        self._running.add(answering)
        answering.add_done_callback(self._running.discard)
        await answering

    async def finish(self, seconds: float) -> None:
        """Wait for answers under way."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _take_safely(self, asked: Asked) -> None:
        try:
            await self._take(asked)
        except (aiohttp.ClientError, discord.HTTPException, TimeoutError) as error:
            log.warning("A person's request on Discord could not be answered: %s", error)
        except Exception:  # the top of a task: the next request must not suffer
            log.exception("A request on Discord failed.")
            with contextlib.suppress(aiohttp.ClientError, discord.HTTPException, TimeoutError):
                await self._show(asked, BROKEN, replaces=False)

    async def _take(self, asked: Asked) -> None:
        said = _read(asked, self._commands.message_actions, self._commands.prefix)
        if asked.type is discord.InteractionType.autocomplete:
            await self._suggest(asked, said)
        elif said is None:
            await self._respond(asked, MESSAGE, self._private(FOREIGN))
        elif _can_open_modal(asked) and self._commands.opens_form(said.name, said.values):
            await self._open_form(asked, said)
        elif await self._defer(asked):
            await self._follow(asked, await self._answer(asked, said))

    async def _suggest(self, asked: Asked, said: Said | None) -> None:
        """Offer what fits. Half-typed input is no error, and too late is no answer."""
        found: tuple[str, ...] = ()
        if said is not None:
            # Not a timeout: a write to the database cannot be cancelled before its end.
            offering = asyncio.create_task(self._offers(asked, said))
            offering.add_done_callback(lambda done: done.cancelled() or done.exception())
            if (await asyncio.wait({offering}, timeout=PATIENCE_SECONDS))[0]:
                found = offering.result()
        fitting = [value for value in found if 0 < len(value) <= render.CHOICE]
        choices = [{"name": value, "value": value} for value in fitting[: render.CHOICES]]
        await self._respond(asked, CHOICES, {"choices": choices})

    async def _offers(self, asked: Asked, said: Said) -> tuple[str, ...]:
        workspace = await self._workspace_of(str(asked.guild_id))
        if workspace is None:
            return ()
        typed = said.values.get(said.focused, "")
        here = _around(asked) or _place(asked)
        return await self._commands.suggest(said.name, said.focused, typed, workspace, here)

    async def _open_form(self, asked: Asked, said: Said) -> None:
        """Answer with a modal, or with whatever came instead; defer when it takes too long."""
        answering = asyncio.create_task(self._answer(asked, said))
        try:
            await asyncio.wait({answering}, timeout=PATIENCE_SECONDS)
            form = answering.result().message if answering.done() else None
            if isinstance(form, Form):
                await self._respond(asked, MODAL, render.modal(form))
            elif await self._defer(asked):
                await self._follow(asked, await answering)
        finally:
            answering.cancel()

    async def _answer(self, asked: Asked, said: Said) -> Reply:
        workspace = await self._workspace_of(str(asked.guild_id)) if asked.guild_id else None
        if workspace is None:
            return Reply(NO_SEAT)
        rule = await self._chosen(workspace) or self._usual
        actor = Actor(
            Platform.DISCORD, str(asked.user.id), asked.user.name, *rights_of(asked, rule)
        )
        return await self._commands.answer(
            Invocation(
                said.name,
                said.values,
                actor,
                workspace,
                self._clock(),
                _place(asked),
                _around(asked),
                files.attached(asked.data or {}),
                str(asked.guild_id),
            )
        )

    async def _follow(self, asked: Asked, reply: Reply) -> None:
        """Show a reply after the deferral, first to the one who asked."""
        content = reply.message
        if isinstance(content, Form):
            usage = (Paragraph(plain(content.usage)),) if content.usage else ()
            content = Answer(TOO_SLOW.title, usage, tone=TOO_SLOW.tone)
        await self._show(asked, content, replaces=reply.replaces)
        place = _place(asked)
        if reply.public is not None and place is not None:
            await self._announce(place, reply.public, f"public {asked.id}")

    async def _defer(self, asked: Asked) -> bool:
        """Acknowledge; False when it came too late, and then nothing must be carried out."""
        kind = DEFERRED if asked.message is None else DEFERRED_UPDATE
        try:
            await self._respond(asked, kind, {"flags": EPHEMERAL} if kind == DEFERRED else None)
        except discord.NotFound as error:
            if error.code != failures.UNKNOWN_INTERACTION:
                raise
            log.warning("A request on Discord was acknowledged too late; it was not carried out.")
            return False
        return True

    async def _respond(self, asked: Asked, kind: int, data: Json | None) -> None:
        """Send the first response, again if its answer was lost: a second one changes nothing."""
        body = {"type": kind} | ({"data": data} if data is not None else {})
        path = "/interactions/{webhook_id}/{webhook_token}/callback"
        try:
            await self._call(asked, "POST", path, body, number=asked.id, tries=2)
        except discord.HTTPException as error:
            if error.code != failures.ALREADY_ACKNOWLEDGED:
                raise

    async def _show(self, asked: Asked, content: Answer, *, replaces: bool) -> None:
        """Fill the deferred answer, replace the message that was acted on, or add a private one.

        A file that Discord does not take costs the words nothing but a line that says so.
        """
        enclosed = content.picture or content.file
        if enclosed is not None:
            try:
                await self._put(asked, content, enclosed, replaces=replaces)
            except (aiohttp.ClientError, discord.HTTPException, TimeoutError) as error:
                log.warning("%s could not be sent on Discord: %s", enclosed.name, error)
                note = Paragraph(plain(pictures.not_sent(enclosed)))
                content = replace(content, blocks=(*content.blocks, note))
            else:
                return
        await self._put(asked, content, None, replaces=replaces)

    async def _put(
        self, asked: Asked, content: Answer, enclosed: Enclosed, *, replaces: bool
    ) -> None:
        hook = "/webhooks/{webhook_id}/{webhook_token}"
        if asked.message is not None and not replaces:
            await self._call(asked, "POST", hook, self._private(content), enclosed)
            return
        drawn = render.message(content, allow=self._allow)
        await self._call(asked, "PATCH", hook + "/messages/@original", drawn, enclosed, tries=3)

    def _private(self, content: Answer) -> Json:
        return render.message(content, allow=self._allow) | {"flags": EPHEMERAL}

    async def _call(
        self,
        asked: Asked,
        method: str,
        path: str,
        body: Json,
        enclosed: Enclosed = None,
        *,
        number: int | None = None,
        tries: int = 1,
    ) -> None:
        # The names make discord.py count rates per interaction, as Discord does.
        owner = asked.application_id if number is None else number
        route = Route(method, path, webhook_id=owner, webhook_token=asked.token)
        for left in reversed(range(tries)):
            try:
                await asked.client.http.request(route, **pictures.body(body, enclosed))
            except aiohttp.ClientError:
                if not left:
                    raise
            else:
                return


def rights_of(asked: Asked, rule: WhoManages) -> tuple[bool, bool]:
    """Whether somebody may manage, and administer: Manage Server does both, the rest the rule."""
    rights = asked.permissions
    held = {str(each.id) for each in getattr(asked.user, "roles", ())}
    in_group = rule.who is Managers.GROUP and rule.group in held
    admin = bool(rights.manage_guild or rights.administrator or in_group)
    return admin or rule.who is Managers.ANYONE, admin


def _read(asked: Asked, actions: Sequence[MessageAction], prefix: str) -> Said | None:
    data: Any = asked.data or {}
    if (pointed := tree.read_pointed(data, actions)) is not None:
        return Said(*pointed)
    if asked.type in (
        discord.InteractionType.application_command,
        discord.InteractionType.autocomplete,
    ):
        return Said(*tree.read(data, prefix))
    action = render.read_custom_id(str(data.get("custom_id", "")))
    if action is None:
        return None
    filled = _fields(data.get("components") or [])
    return Said(action[0], filled | {"value": action[1]})


def _fields(components: list[Json]) -> dict[str, str]:
    """What was filled into a modal, by field key."""
    filled = {}
    for label in components:
        part = label.get("component") or {}
        if "custom_id" in part:
            chosen = [str(each) for each in part.get("values") or []]
            if part.get("type") == CHANNEL_SELECT:
                chosen = [str(Destination(Platform.DISCORD, each)) for each in chosen]
            filled[str(part["custom_id"])] = str(part.get("value", " ".join(chosen)))
    return filled


def _can_open_modal(asked: Asked) -> bool:
    return asked.type is not discord.InteractionType.modal_submit


def _place(asked: Asked) -> Destination | None:
    if asked.channel_id is None:
        return None
    return Destination(Platform.DISCORD, str(asked.channel_id))


def _around(asked: Asked) -> Destination | None:
    """The channel in whose thread it was asked."""
    if isinstance(asked.channel, discord.Thread):
        return Destination(Platform.DISCORD, str(asked.channel.parent_id))
    return None
