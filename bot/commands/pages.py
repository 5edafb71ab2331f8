"""Long lists, shown ten rows at a time, always with how many there are and how to see the rest.

It knows no list of its own: what is listed, the commands say.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Option, Reply
from bot.message import Answer, Button, Line, Paragraph, Table, Tone, plain

ROWS = 10
LONGEST_VALUE = 60
"""Of what a button carries; it may hold 90 characters with its action."""

PAGE = Option("page", "which ten to show, counted from 1", flag=True, number=True)

Handler = Callable[[Desk, Invocation], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class List:
    """A list that can be turned: its command, the action of its button, and its columns."""

    command: str
    action: str
    header: tuple[str, ...]

    def page(
        self,
        title: str,
        rows: Sequence[tuple[Line, ...]],
        invocation: Invocation,
        tone: Tone = Tone.PLAIN,
    ) -> Reply:
        """The ten rows that were asked for; a page beyond the last one is the last."""
        pages = max(1, -(-len(rows) // ROWS))
        number = min(_asked(invocation), pages)
        first = (number - 1) * ROWS
        shown = tuple(rows[first : first + ROWS])
        table = Table(self.header, shown)
        if pages == 1:
            return Reply(Answer(title, (table,), tone=tone))
        note = f"{first + 1} to {first + len(shown)} of {len(rows)}."
        wanted = invocation.values.get("filter", "").strip()
        other = number % pages + 1
        note += f" More: {' '.join(filter(None, [self.command, f'--page {other}', wanted]))}"
        value = f"{other} {wanted}".strip()
        label = "More" if other > number else "From the start"
        button = Button(label, self.action, value)
        buttons = (button,) if len(value) <= LONGEST_VALUE else ()
        return Reply(Answer(title, (table, Paragraph(plain(note))), buttons, tone))


def turned(show: Handler) -> Handler:
    """What a list's button does: show another page in the place of this one."""

    async def turn(desk: Desk, invocation: Invocation) -> Reply:
        number, _, wanted = invocation.values.get("value", "").partition(" ")
        values = {"page": number, "filter": wanted}
        return replace(await show(desk, replace(invocation, values=values)), replaces=True)

    return turn


def _asked(invocation: Invocation) -> int:
    text = invocation.values.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() else 1
