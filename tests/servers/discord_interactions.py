"""The desk for interactions: who asked what, and what the bot answered, when, and how often.

An interaction is answered once, within `patience` seconds (10062 after that, 40060 the second
time); its token then serves follow-ups and edits for fifteen minutes (50027 later).
"""

import asyncio
import time
from dataclasses import dataclass, field

from tests.servers.discord_limits import Refusal, check_choices, check_message, check_modal
from tests.servers.discord_markdown import pings
from tests.servers.discord_world import EPHEMERAL, Channel, Json, Posted, User, snowflake

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
ALLOWED = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
TOKEN_SECONDS = 15 * 60.0


@dataclass(eq=False)
class Asked:
    """One interaction. `settled` is set once the person has something to look at."""

    kind: int
    user: User
    channel: Channel
    source: Posted | None = None
    id: int = field(default_factory=snowflake)
    born: float = field(default_factory=time.monotonic)
    response: int | None = None
    answered_after: float | None = None
    private: bool = False
    original: Posted | None = None
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def token(self) -> str:
        return f"aW50ZXJhY3Rpb246{self.id}"


class Desk:
    """Every interaction that was dispatched."""

    def __init__(self, bot: User) -> None:
        self.patience = 3.0
        self.token_seconds = TOKEN_SECONDS
        self._bot = bot
        self._asked: dict[str, Asked] = {}

    def add(self, asked: Asked) -> None:
        self._asked[asked.token] = asked

    def respond(self, number: str, token: str, payload: Json) -> None:
        """Take the first response."""
        asked = self._asked.get(token)
        if asked is None or str(asked.id) != number:
            raise Refusal(404, 10062, "Unknown interaction")
        if asked.response is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        waited = time.monotonic() - asked.born
        if waited > self.patience:
            raise Refusal(404, 10062, "Unknown interaction")
        kind, data = payload.get("type"), payload.get("data") or {}
        if kind not in ALLOWED[asked.kind] or (kind == UPDATE and asked.source is None):
            words = f"Value must be one of {sorted(ALLOWED[asked.kind])}."
            error = {"_errors": [{"code": "BASE_TYPE_CHOICES", "message": words}]}
            raise Refusal(400, 50035, "Invalid Form Body", {"type": error})
        self._take(asked, int(kind), data)
        asked.response, asked.answered_after = int(kind), waited

    def _take(self, asked: Asked, kind: int, data: Json) -> None:
        if kind == MESSAGE:
            check_message(data)
            asked.original = self._post(asked, data)
        elif kind == DEFERRED:
            asked.private = bool(data.get("flags", 0) & EPHEMERAL)
            return
        elif kind == DEFERRED_UPDATE:
            asked.original = asked.source
            return
        elif kind == UPDATE and asked.source is not None:
            self._change(asked.source, data)
            asked.original = asked.source
        elif kind == CHOICES:
            check_choices(data.get("choices") or [])
            asked.choices = data.get("choices") or []
        elif kind == MODAL:
            check_modal(data)
            asked.modal = data
        asked.settled.set()

    def _post(self, asked: Asked, data: Json, *, private: bool = False) -> Posted:
        private = private or bool(data.get("flags", 0) & EPHEMERAL)
        only_for = asked.user if private else None
        live = tuple(pings(data))
        posted = Posted(asked.channel, self._bot, data, only_for=only_for, pings=live)
        asked.channel.messages.append(posted)
        return posted

    def _change(self, posted: Posted, data: Json) -> None:
        merged = {**posted.payload, **data}
        check_message(merged)
        posted.payload = merged
        posted.edits += 1

    def _with_token(self, token: str) -> Asked:
        asked = self._asked.get(token)
        if asked is None or asked.response is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if time.monotonic() - asked.born > self.token_seconds:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        return asked

    def follow_up(self, token: str, data: Json) -> Posted:
        """Post one more message; the first after a deferral fills the deferred one."""
        asked = self._with_token(token)
        check_message(data)
        waiting = asked.response == DEFERRED and asked.original is None
        posted = self._post(asked, data, private=waiting and asked.private)
        if waiting:
            asked.original = posted
        asked.settled.set()
        return posted

    def message(self, token: str, number: str) -> Posted:
        """Find @original or a follow-up."""
        asked = self._with_token(token)
        if number == "@original":
            if asked.original is not None and not asked.original.deleted:
                return asked.original
        else:
            for posted in asked.channel.messages:
                if str(posted.id) == number and not posted.deleted:
                    return posted
        raise Refusal(404, 10008, "Unknown Message")

    def edit(self, token: str, number: str, data: Json) -> Posted:
        """Edit @original (which may still be deferred) or a follow-up."""
        asked = self._with_token(token)
        if number == "@original" and asked.response == DEFERRED and asked.original is None:
            check_message(data)
            asked.original = self._post(asked, data, private=asked.private)
            posted = asked.original
        else:
            posted = self.message(token, number)
            self._change(posted, data)
        asked.settled.set()
        return posted
