"""The terminal as a chat: alerts are printed, typed lines are commands, labels are buttons.

What was printed stays: a reply is printed below with the name of its card, an edit as a line that
says what changed. It keeps no record that outlives it, so after a crash it cannot tell what was
seen.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from bot.chat.adapter import Health, Limits, Readiness, Room
from bot.chat.console import files
from bot.chat.console.pictures import said
from bot.chat.console.prompt import Prompt
from bot.chat.console.render import LONGEST, below, changes, draw
from bot.commands.command import Commands
from bot.commands.desk import refusal
from bot.commands.invocation import BROKEN, Attached, Invocation, Reply
from bot.errors import CommandError, SendError, SendKind
from bot.message import (
    AlertCard,
    Answer,
    Button,
    Code,
    FieldKind,
    Form,
    Message,
    Paragraph,
    plain,
)
from bot.model import Actor, Destination, Platform, Receipt, WorkspaceId

log = logging.getLogger(__name__)

LOCAL = "local"
HERE = Destination(Platform.CONSOLE)
REMEMBERED = 500
PRESSED = {
    "why": "alert:why",
    "why?": "alert:why",
    "mute": "alert:mute",
    "mute story": "alert:mute",
    "not relevant": "alert:irrelevant",
    "undo": "alert:undo",
    "watch": "alert:watch",
}
"""How a card's button is typed, before the number of the card."""

LEAVE = frozenset({"exit", "quit", "/exit", "/quit"})


class ConsoleAdapter:
    """The console. `show` prints; where nobody types (`prompt` is None) it only prints.

    The person at the keyboard runs the process, so nothing is forbidden to them.
    """

    platform = Platform.CONSOLE
    limits = Limits(headline=LONGEST, sentence_total=LONGEST, text_total=LONGEST, buttons=25)

    def __init__(
        self,
        *,
        commands: Commands,
        workspace: WorkspaceId,
        clock: Callable[[], datetime],
        out: TextIO | None = None,
        prompt: Prompt | None = None,
        left: Callable[[], None] = lambda: None,
        allow: frozenset[str] = frozenset(),
    ) -> None:
        self._commands = commands
        self._workspace = workspace
        self._clock = clock
        # Without a file rich looks up sys.stdout at each print: a prompt may stand before it.
        self._console = Console(file=out, highlight=False)
        self._allow = allow
        self._prompt = prompt
        self._left = left
        self._buttons: tuple[Button, ...] = ()
        self._cards: dict[str, AlertCard] = {}
        self._actor = Actor(Platform.CONSOLE, "local", "you", manager=True)

    @property
    def readiness(self) -> Readiness:
        """Always there."""
        return Readiness(Health.READY)

    async def run(self) -> None:
        """Read and answer lines until the person leaves or the task is cancelled."""
        if self._prompt is None:
            await asyncio.Event().wait()
            return
        with self._prompt.session():
            while (line := await self._prompt.read()) is not None and line not in LEAVE:
                if line:
                    await self._answer(line)
        self._left()
        await asyncio.Event().wait()

    async def _answer(self, line: str) -> None:
        """Take a line; a mistake of ours in it must not end the conversation."""
        try:
            await self.take(line)
        except Exception:
            log.exception("A line typed at the console was not answered.")
            self.show(BROKEN)

    async def take(self, line: str) -> None:
        """Answer one typed line: a button's label, `why N`, `mute N`, or a command."""
        try:
            name, values = self._read(line)
        except CommandError as error:
            self.show(refusal(error))
            return
        await self.ask(name, values)

    def _read(self, line: str) -> tuple[str, dict[str, str]]:
        words = line.lower().split()
        for button in self._buttons:
            if words and button.label.lower() == " ".join(words):
                return button.action, {"value": button.value}
        action = PRESSED.get(" ".join(words[:-1]))
        # `watch list` is a command without its slash.
        if action and (words[0] != "watch" or words[-1].isdecimal()):
            return action, {"value": words[-1]}
        return self._commands.read(line)

    async def ask(self, name: str, values: dict[str, str], file: Attached | None = None) -> Reply:
        """Put an invocation to the command layer and show the answer; forms are filled in here."""
        invocation = Invocation(
            name,
            values,
            self._actor,
            self._workspace,
            self._clock(),
            HERE,
            file=file or files.named(self._commands.table, name, values),
        )
        reply = await self._commands.answer(invocation)
        if isinstance(reply.message, Form):
            return await self._fill_in(reply.message, reply)
        self._buttons = tuple(button for button in reply.message.buttons if button.action)
        self.show(reply.message)
        return reply

    async def _fill_in(self, form: Form, reply: Reply) -> Reply:
        given = await self._prompt.fill_in(form) if self._prompt else None
        if given is not None:
            paths = [given[each.key] for each in form.fields if each.kind is FieldKind.FILE]
            file = files.at(paths[0]) if paths else None
            return await self.ask(form.action, {"value": form.value, **given}, file)
        said = (
            "Write it in one line:" if self._prompt is None else "Nothing was changed. In one line:"
        )
        self.show(Answer(form.title, (Paragraph(plain(said)), Code(form.usage))))
        return reply

    def show(self, message: Message) -> None:
        """Print a message; what goes with it is saved beside the bot, and its path is printed."""
        self._console.print(self._drawn(message), soft_wrap=not self._console.is_terminal)
        if isinstance(message, Answer):
            for line in said(message, self._clock()):
                self._console.print(Text(line), soft_wrap=True)

    def _drawn(self, message: Message) -> RenderableType:
        boxed, pressable = self._console.is_terminal, self._prompt is not None
        return draw(message, boxed=boxed, allow=self._allow, pressable=pressable)

    def _print(self, drawn: RenderableType) -> None:
        try:
            self._console.print(drawn, soft_wrap=not self._console.is_terminal)
            self._console.file.flush()
        except OSError as error:
            raise SendError(SendKind.PLATFORM_DOWN, f"the console is closed: {error}") from error

    def _remember(self, key: str, message: Message) -> None:
        """Keep the latest cards, so that replies can name them and edits say what is new."""
        if isinstance(message, AlertCard):
            self._cards.pop(key, None)
            self._cards[key] = message
        while len(self._cards) > REMEMBERED:
            del self._cards[next(iter(self._cards))]

    async def owner(self, destination: Destination) -> str:
        """There is one console, and this is its seat."""
        return LOCAL

    async def room(self, destination: Destination) -> Room:
        """Whoever sits at the console may read the database, too: nothing is kept from them."""
        return Room(private=False)

    async def close(self) -> None:
        """Nothing stays open between two messages."""

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        """Print a message; a closed output counts as a platform that is down."""
        if thread is not None:
            self._print(below(self._cards.get(thread.message_id)))
        self._print(self._drawn(message))
        self._remember(delivery_key, message)
        return Receipt(destination, delivery_key)

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        """A terminal keeps no record. Raises SendError(AMBIGUOUS), always."""
        raise SendError(SendKind.AMBIGUOUS, "a terminal keeps no record of what it showed")

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Print what changed in a card, if anything did that people can see."""
        if not isinstance(message, AlertCard):
            self._print(self._drawn(message))
            return
        before = self._cards.get(receipt.message_id)
        if (line := changes(before, message)) is not None:
            self._print(line)
        self._remember(receipt.message_id, message)
