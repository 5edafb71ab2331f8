"""Long lists, shown ten rows at a time, always with how many there are and how to see the rest.

It knows no list of its own: what is listed, the commands say.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Option, Reply
from bot.message import Answer, Block, Button, Line, Paragraph, Table, Tone, plain

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
        first = _first(invocation, len(rows))
        return self.part(title, rows[first : first + ROWS], len(rows), invocation, tone=tone)

    def asked(self, invocation: Invocation) -> tuple[int, int]:
        """The first row that is asked for, counted from 0, and how many: for lists of any length.

        Beyond the end there are none; then `part` says how many there are.
        """
        return (_asked(invocation) - 1) * ROWS, ROWS

    def part(
        self,
        title: str,
        rows: Sequence[tuple[Line, ...]],
        total: int,
        invocation: Invocation,
        below: Sequence[Block] = (),
        *,
        tone: Tone = Tone.PLAIN,
    ) -> Reply:
        """The rows of the page that was asked for, of `total`, and what stands below them."""
        table = Table(self.header, tuple(rows))
        pages = max(1, -(-total // ROWS))
        if pages == 1:
            return Reply(Answer(title, (table, *below), tone=tone))
        first = _first(invocation, total) if rows else (_asked(invocation) - 1) * ROWS
        number = first // ROWS + 1
        note = f"{first + 1} to {first + len(rows)} of {total}." if rows else f"There are {total}."
        wanted = _wanted(invocation)
        other = number % pages + 1 if rows else 1
        note += f" More: {' '.join(filter(None, [self.command, f'--page {other}', wanted]))}"
        value = f"{other} {wanted}".strip()
        label = "More" if other > number else "From the start"
        button = Button(label, self.action, value)
        buttons = (button,) if len(value) <= LONGEST_VALUE else ()
        return Reply(Answer(title, (table, Paragraph(plain(note)), *below), buttons, tone))


def turned(show: Handler) -> Handler:
    """What a list's button does: show another page in the place of this one."""

    async def turn(desk: Desk, invocation: Invocation) -> Reply:
        number, _, wanted = invocation.values.get("value", "").partition(" ")
        values = {"page": number, "filter": wanted}
        return replace(await show(desk, replace(invocation, values=values)), replaces=True)

    return turn


def _wanted(invocation: Invocation) -> str:
    """What the list is narrowed down to: a filter, or the thing that it is about."""
    values = invocation.values
    return (values.get("filter") or values.get("watch") or "").strip()


def _first(invocation: Invocation, total: int) -> int:
    pages = max(1, -(-total // ROWS))
    return (min(_asked(invocation), pages) - 1) * ROWS


def _asked(invocation: Invocation) -> int:
    text = invocation.values.get("page", "")
    return max(1, int(text[:9])) if text.isascii() and text.isdigit() else 1
