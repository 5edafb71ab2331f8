"""What goes into the command layer and what comes out: the same for every platform.

A slash command, a pressed button and a submitted form are all an Invocation. It knows no platform's
wire format and carries out nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.message import Answer, File, Form, Tone
from bot.model import Actor, Destination, WorkspaceId

LONGEST_FILE = 256 * 1024
Attached = Callable[[], Awaitable[File]]


@dataclass(frozen=True, slots=True)
class Invocation:
    """Somebody asks for something.

    `name` is a command's (`watch add`) or the action of a button or form (`draft:save`); then
    `values["value"]` is what the button or form carried and the other values are the form's fields.
    `channel` is where it was asked, if it was asked in a place that can get alerts; `around` is the
    channel that it is a thread of. `file` fetches what was sent along, if something was: at most
    one byte more than `LONGEST_FILE`, so that what is too long is seen; it raises CommandError
    where the file cannot be had. `seat` is the team or guild in which it was asked.
    """

    name: str
    values: Mapping[str, str]
    actor: Actor
    workspace: WorkspaceId
    at: datetime
    channel: Destination | None = None
    around: Destination | None = None
    file: Attached | None = None
    seat: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the one who asked gets to see.

    `replaces` means that it takes the place of the message whose button was pressed. `public` is
    one line for the channel, when something changed there that concerns everyone.
    """

    message: Answer | Form
    replaces: bool = False
    public: Answer | None = None


BROKEN = Answer(
    "That went wrong on our side; the log says why. Nothing was changed that you did not see.",
    tone=Tone.FAULT,
)
"""What people are told of a mistake that nobody foresaw."""


class Permission(StrEnum):
    """Who may use a command."""

    EVERYONE = "everyone"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Option:
    """One argument of a command. `rest` takes all that remains of a typed line, as it is.

    `flag` options are written `--name value` in a typed line and stand before the rest.
    `completes` names what is offered while typing: `watch` or `feed`. A `file` is sent along; where
    people type at the machine itself, they name its path.
    """

    name: str
    help: str
    required: bool = False
    rest: bool = False
    flag: bool = False
    number: bool = False
    choices: tuple[str, ...] = ()
    completes: str = ""
    file: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """A row of the command table. A form opens when no option of `form_without` is given."""

    name: str
    help: str
    options: tuple[Option, ...] = ()
    permission: Permission = Permission.EVERYONE
    example: str = ""
    form_without: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageAction:
    """What can be asked of any message: its name as an invocation's, and its label in a menu.

    The invocation has the message's id as `message` and what stands in it as `text`.
    """

    name: str
    label: str
    help: str
