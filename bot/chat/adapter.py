"""The promise of a chat platform: what the rest of the house may count on, whichever chat it is.

Three implementations stand beside this file; `tests/contracts/` holds each of them to it. What a
platform cannot do (a modal on a terminal) it says in its own way; nothing outside asks which it is.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.config import WhoManages
from bot.message import Message
from bot.model import Destination, Platform, Receipt, WorkspaceId


@dataclass(frozen=True, slots=True)
class Limits:
    """The hard limits of a platform that its renderer keeps to, in characters."""

    headline: int
    sentence_total: int
    text_total: int
    buttons: int


class Health(StrEnum):
    """How a platform's connection stands."""

    OFF = "off"
    CONNECTING = "connecting"
    READY = "ready"
    REFUSED = "refused"  # a wrong token: waiting will not help


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a platform stands, with a sentence for people where it is not ready."""

    health: Health
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """A channel as its platform shows it.

    `private` if not everybody of its team or guild sees it; `name` is what people call it, which
    anybody may have chosen.
    """

    private: bool
    name: str = ""


class ChannelNews(Protocol):
    """Who wants to hear what a chat tells of its channels and teams."""

    async def lose(
        self, destination: Destination, why: str, now: datetime, *, for_good: bool = False
    ) -> None:
        """Nothing can be posted in the channel any more; `for_good`: it was deleted."""

    async def find(self, destination: Destination, now: datetime) -> None:
        """The channel takes messages again."""

    async def lose_team(self, platform: Platform, team: str, why: str, now: datetime) -> None:
        """The team or guild no longer has the bot."""

    async def find_team(self, platform: Platform, team: str) -> None:
        """The team or guild has the bot, perhaps again; or its channels changed."""


class ChatAdapter(Protocol):
    """A chat platform."""

    platform: Platform
    limits: Limits

    @property
    def readiness(self) -> Readiness:
        """How the connection stands now."""

    async def run(self) -> None:
        """Connect, and serve what people ask until cancelled; a lost line comes back by itself.

        A platform that is down or refuses the token never raises out of here and never ends the
        process: it shows in `readiness`, is logged once, and is tried again.
        """

    async def owner(self, destination: Destination) -> str:
        """The id of the team or guild that a channel belongs to.

        Raises SendError: BLOCKED where there is no such channel or the bot is not in it.
        """

    async def room(self, destination: Destination) -> Room:
        """What a channel is called, and who sees it. Raises SendError as `owner` does."""

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        """Make one attempt to post, and mark the message with `delivery_key`.

        With `thread` it goes into the thread of that message of ours, which begins if there is
        none yet. A platform may post it by itself where that message was deleted.

        Raises SendError, whose kind says whether the message is certainly not there; GONE where
        there is no such thread to write into.
        """

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        """Look up a message that may have been stored, in a thread of ours or outside of threads.

        None means that it is certainly not there. Raises SendError: AMBIGUOUS where the platform
        cannot tell us, GONE where there is no such thread.
        """

    async def edit(self, receipt: Receipt, message: Message) -> None:
        """Put another message in the place of one that we posted.

        Raises SendError: GONE where that message was deleted, or may not be changed any more.
        """

    async def close(self) -> None:
        """Let go of what sending opened, where `run` did not do so at its own end."""


async def nobody_chose(_workspace: WorkspaceId) -> WhoManages | None:
    """Where no workspace can choose who manages."""
    return None
