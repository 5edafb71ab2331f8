"""An outbox with a chat that keeps everything in memory, and fails as it is told to."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.adapter import Health, Limits, Readiness, Room
from bot.chat.deliver import Post, deliver_due
from bot.chat.pacing import Pacing
from bot.errors import SendError, SendKind
from bot.message import Answer, Message
from bot.model import Act, DeliveryState, Destination, Platform, Receipt, WorkspaceId
from bot.store.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination(Platform.SLACK, "C1")
LEASE = timedelta(seconds=0.2)


@dataclass
class MemoryChat:
    """A chat that remembers what it stored and fails as it is told to, once for each trouble."""

    troubles: list[SendError] = field(default_factory=list)
    stores_before_failing: bool = False
    knows_history: bool = True
    look_up_fails: bool = False
    stored: list[tuple[Destination, str, Message]] = field(default_factory=list)
    threads: list[Receipt | None] = field(default_factory=list)
    edited: list[tuple[Receipt, Message]] = field(default_factory=list)
    platform = Platform.SLACK
    limits = Limits(headline=100, sentence_total=100, text_total=100, buttons=5)

    @property
    def readiness(self) -> Readiness:
        return Readiness(Health.READY)

    async def run(self) -> None:
        return

    async def owner(self, destination: Destination) -> str:
        return "T1"

    async def room(self, destination: Destination) -> Room:
        return Room(private=False)

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        if self.troubles:
            trouble = self.troubles.pop(0)
            if self.stores_before_failing:
                self.stored.append((destination, delivery_key, message))
            raise trouble
        self.stored.append((destination, delivery_key, message))
        self.threads.append(thread)
        return Receipt(destination, delivery_key)

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        if self.look_up_fails:
            raise SendError(SendKind.PLATFORM_DOWN, "the look-up failed")
        if not self.knows_history:
            raise SendError(SendKind.AMBIGUOUS, "no right to read the history")
        if any(key == delivery_key for _, key, _ in self.stored):
            return Receipt(destination, delivery_key)
        return None

    async def close(self) -> None:
        return

    async def edit(self, receipt: Receipt, message: Message) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.edited.append((receipt, message))

    @property
    def titles(self) -> list[str]:
        return [message.title for _, _, message in self.stored if isinstance(message, Answer)]


@dataclass
class Office:
    """A store with an outbox, a chat, and what to do with both."""

    store: Store
    chat: MemoryChat
    workspace: WorkspaceId

    heard: list[Message] = field(default_factory=list)

    async def write(self, title: str, destination: Destination = HERE) -> None:
        await self.store.outbox.post(self.workspace, destination, Answer(title), title, NOW)

    async def queue(self, key: str, message: Message, act: Act = Act.POST) -> None:
        """Queue a message; replies and edits belong to what was queued as `card`."""
        card = "" if act is Act.POST else "card"
        await self.store.outbox.post(self.workspace, HERE, message, key, NOW, act=act, card=card)

    async def deliver(self, after: timedelta = timedelta(0), pacing: Pacing | None = None) -> None:
        post = Post(
            self.store,
            {Platform.SLACK: self.chat},
            LEASE,
            timedelta(seconds=2),
            sent=lambda _, message: self.heard.append(message),
            pacing=pacing or Pacing(),
        )
        while await deliver_due(post, NOW + after):
            pass

    async def states(self) -> dict[DeliveryState, int]:
        counts = await self.store.outbox.counts(self.workspace)
        return {state: number for state, number in counts.items() if number}


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    store = await Store.open(database_url)
    home = await store.workspaces.home()
    yield Office(store, MemoryChat(), home.id)
    await store.close()
