"""A person in front of a chat, the same for every platform: what they can do and what they see."""

from collections.abc import Mapping
from typing import Protocol

from bot.app import Bot
from bot.chat.adapter import ChatAdapter
from bot.model import Destination


class Seat(Protocol):
    """A person in front of a platform."""

    @property
    def bot(self) -> Bot: ...

    @property
    def adapter(self) -> ChatAdapter: ...

    @property
    def here(self) -> Destination: ...

    @property
    def nowhere(self) -> Destination | None: ...

    def channel(self) -> str:
        """What everybody sees."""

    async def type(self, line: str) -> str:
        """Type a command; what the person sees now."""

    async def press(self, label: str) -> str:
        """Press a button of what was answered last; what the person sees now."""

    async def press_on_card(self, label: str) -> str:
        """Press a button of the last card; what the person sees now."""

    async def fill_in(self, values: Mapping[str, str]) -> str:
        """Fill in the form that is open, by the labels of its fields, and send it."""

    async def point(self, action: str) -> str:
        """Ask `why` or `watch` of the last message of the channel, by its menu."""

    async def send_file(self, line: str, name: str, data: bytes) -> str:
        """Type a command and send a file along; what the person sees now."""

    def received(self) -> tuple[str, bytes]:
        """The last file that the person got: its name and what stands in it."""


class FarSeat(Seat, Protocol):
    """A person in front of a chat in which messages lie elsewhere: there they may be deleted."""

    def cards(self) -> list[str]:
        """What stands in the channel itself, outside of threads."""

    def replies(self) -> list[str]:
        """What stands in threads."""

    def delete_card(self) -> None:
        """Delete the first message of the channel."""

    def lose_answer(self) -> None:
        """The next post is stored, and its answer lost."""

    def lose_answer_to_edit(self) -> None:
        """The next edit is made, and its answer lost."""

    @property
    def there(self) -> Destination:
        """Another channel of the same team."""

    def seen_there(self) -> str:
        """What everybody sees in it."""

    def answer_nonsense(self, *, times: int, stored: bool = False) -> None:
        """So many posts in the channel are taken, done or not, with an answer that is none."""

    def answer_nonsense_when_asked(self, *, times: int) -> None:
        """So many looks at what stands in the channel get an answer that is none."""

    def stay_silent(self) -> None:
        """The next post is never answered."""

    async def asked_to_post(self) -> None:
        """Wait until the platform was asked to post something."""

    def understand(self) -> None:
        """From now on answers make sense again."""
