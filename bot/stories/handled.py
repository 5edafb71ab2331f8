"""What people did with a card, and how it reads then: muted, or called not relevant. Pure.

Who may do so is decided by the commands; what a mute silences, by `bot.alerts.mute`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.message import AlertCard, Button, Line, Literal, When
from bot.model import Destination, WorkspaceId

OPEN, WHY, MUTE, NOT_RELEVANT, UNDO = (
    "alert:open",
    "alert:why",
    "alert:mute",
    "alert:irrelevant",
    "alert:undo",
)
BOUND = frozenset({WHY, MUTE, NOT_RELEVANT, UNDO})
"""Actions of buttons that carry the number of their card's delivery, which it has once sent."""


class Muted(StrEnum):
    """What a mute is about."""

    STORY = "story"
    SOURCE = "source"
    TERM = "term"


@dataclass(frozen=True, slots=True)
class Mute:
    """Silence about something at one destination, until an instant or until its story ends.

    `target` is a story's number, a publisher's name or host, or a query that articles match.
    """

    id: int
    workspace: WorkspaceId
    destination: Destination
    kind: Muted
    target: str
    until: datetime | None
    by: str
    at: datetime

    @property
    def line(self) -> Line:
        """`muted by ann until 18:00`."""
        if self.until is None:
            return (Literal(f"muted by {self.by} until the story ends"),)
        return (Literal(f"muted by {self.by} until "), When(self.until))

    @property
    def words(self) -> str:
        """The same for a record, with what is muted."""
        until = f"{self.until:%-d %b %Y %H:%M} UTC" if self.until else "the story ends"
        return f"{self.kind} {self.target} is muted here by {self.by} until {until}"


def buttons(url: str | None, *, story: bool) -> tuple[Button, ...]:
    """The buttons of a card that nobody did anything with; only a card of a story can be muted."""
    opening = (Button("Open", OPEN, url=url),) if url else ()
    muting = (Button("Mute story", MUTE),) if story else ()
    return (*opening, *muting, Button("Not relevant", NOT_RELEVANT), Button("Why?", WHY))


def handled(
    card: AlertCard, mute: Mute | None, callers: Sequence[str], *, story: bool
) -> AlertCard:
    """The card with who muted it and who called it not relevant; whole again if nobody did."""
    parts: list[Line] = [mute.line] if mute else []
    if callers:
        parts.append((Literal(f"{' and '.join(callers)} called it not relevant"),))
    if not parts:
        return replace(card, note=(), buttons=buttons(card.url, story=story))
    note: Line = parts[0]
    for part in parts[1:]:
        note = (*note, Literal(" · "), *part)
    return replace(card, note=note, buttons=(Button("Undo", UNDO), Button("Why?", WHY)))
