"""What a Slack team remembers: people, channels, messages, modals. It knows no wire."""

import itertools
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack_limits import home_faults

Json = dict[str, Any]

BOT_TOKEN = "xoxb-local-watchfloor"
APP_TOKEN = "xapp-local-watchfloor"
TEAM_ID = "T0LOCAL"
APP_ID = "A0LOCAL"
BOT_ID = "B0LOCAL"
BOT_USER = "U0BOT"
SCOPES = frozenset(
    {
        "chat:write",
        "commands",
        "channels:read",
        "groups:read",
        "channels:history",
        "groups:history",
        "users:read",
        "usergroups:read",
        "files:read",
        "files:write",
    }
)
COMMANDS = frozenset({"/watch", "/feeds", "/intel", "/watchfloor"})

# What comes alive in text: <!channel>, <!here>, <!subteam^S1>, <@U1>. Dates do not ping.
_MENTION = re.compile(r"<(!(?!date\^)[^>]+|@[^>]+)>")


@dataclass
class User:
    """Somebody in the team."""

    id: str
    name: str
    admin: bool = False
    owner: bool = False


@dataclass
class Channel:
    """A place where people write. The bot posts only where it is a member."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    restricted: bool = False


@dataclass
class Message:
    """A message as the team keeps it; `only_for` makes it ephemeral."""

    ts: str
    channel: str
    text: str
    blocks: list[Json]
    metadata: Json | None = None
    only_for: str | None = None
    thread_ts: str | None = None
    edited: bool = False
    tombstone: bool = False  # deleted, but the thread under it lives on

    @property
    def buttons(self) -> list[Json]:
        """Every button of the message, in order."""
        return [
            element
            for block in self.blocks
            if block["type"] == "actions"
            for element in block["elements"]
            if element["type"] == "button"
        ]


@dataclass
class View:
    """A modal that somebody has open; `shown` is what the app sent."""

    id: str
    user: str
    hash: str
    shown: Json
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What stands at its top."""
        return str(self.shown["title"]["text"])

    def as_payload(self, values: Json | None = None) -> Json:
        """The view as Slack reports it to the app."""
        return {
            **self.shown,
            "id": self.id,
            "team_id": TEAM_ID,
            "hash": self.hash,
            "root_view_id": self.id,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "state": {"values": values or {}},
        }


@dataclass
class ReplyAddress:
    """A response_url: five uses in thirty minutes. `message` is what was pressed, if any."""

    user: str
    channel: str
    made_at: float
    message: Message | None
    uses: int = 0


class Team:
    """One team with its memory. Time runs with the machine's clock, and jumps by `advance`."""

    def __init__(
        self, number: str = TEAM_ID, name: str = "Local", numbers: Iterator[int] | None = None
    ) -> None:
        """`numbers` are shared by the teams of one Slack: no id means two things."""
        self.id, self.name = number, name
        self.scopes: set[str] = set(SCOPES)
        self.commands: set[str] = set(COMMANDS)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.groups: dict[str, set[str]] = {}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, list[Json]] = {}
        self.triggers: dict[str, tuple[str, float]] = {}
        self.used_triggers: set[str] = set()
        self.reply_addresses: dict[str, ReplyAddress] = {}
        self._ahead = 0.0
        self._last_ts = 0.0
        self.numbers = numbers or itertools.count(1)

    def now(self) -> float:
        """The team's time, in seconds since 1970."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._ahead += seconds

    def publish(self, arguments: Json) -> Json:
        """Draw the Home tab of one person."""
        if faults := home_faults(arguments.get("view")):
            return {"ok": False, "error": "invalid_arguments", "errors": faults}
        self.homes[str(arguments["user_id"])] = arguments["view"]["blocks"]
        return {"view": arguments["view"]}

    def number(self, prefix: str) -> str:
        """A fresh id."""
        return f"{prefix}{next(self.numbers):06d}"

    def add_user(self, name: str, *, admin: bool = False, owner: bool = False) -> User:
        """Somebody joins the team."""
        user = User(self.number("U"), name, admin, owner)
        self.users[user.id] = user
        return user

    def add_channel(self, name: str, *members: User, private: bool = False) -> Channel:
        """A channel with these people and the bot in it."""
        channel = Channel(self.number("C"), name, {BOT_USER, *(u.id for u in members)}, private)
        self.channels[channel.id] = channel
        return channel

    def conversation(self, user: str) -> Channel | None:
        """What somebody and the bot write to each other alone, by the person's id."""
        if user not in self.users:
            return None
        channel = Channel(f"D{user[1:]}", self.users[user].name, {BOT_USER, user}, private=True)
        return self.channels.setdefault(channel.id, channel)

    def ts(self) -> str:
        """A message's id: its time, made unique."""
        self._last_ts = max(self.now(), self._last_ts + 0.000_002)
        return f"{self._last_ts:.6f}"

    def keep(self, channel: str, text: str, blocks: list[Json], **more: Any) -> Message:
        """Store a message."""
        message = Message(self.ts(), channel, text, blocks, **more)
        self.messages.append(message)
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        """The message that everyone sees, by its channel and ts."""
        return next(
            (m for m in self.messages if (m.channel, m.ts) == (channel, ts) and not m.only_for),
            None,
        )

    def replies(self, message: Message) -> list[Message]:
        """What stands in a message's thread, oldest first."""
        return [m for m in self.messages if m.thread_ts == message.ts and m is not message]

    def delete(self, message: Message) -> None:
        """Somebody deletes a message; if it has replies, "This message was deleted" stays."""
        if self.replies(message):
            message.text, message.blocks, message.metadata = "This message was deleted.", [], None
            message.tombstone = True
        else:
            self.messages.remove(message)

    def trigger(self, user: str) -> str:
        """A trigger_id: opens one modal within three seconds."""
        trigger = f"{self.number('')}.{self.id}.trigger"
        self.triggers[trigger] = (user, self.now())
        return trigger

    def reply_address(self, user: str, channel: str, message: Message | None = None) -> str:
        """The name of a fresh response_url."""
        name = self.number("R")
        self.reply_addresses[name] = ReplyAddress(user, channel, self.now(), message)
        return name

    def mentions(self) -> list[str]:
        """Everything in any message that pings somebody or makes a mention come alive."""
        return [
            live
            for message in self.messages
            for live in (*_MENTION.findall(message.text), *_alive(message.blocks))
        ]


def _alive(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _alive(each)
    elif isinstance(node, dict):
        if node.get("type") in {"user", "usergroup", "broadcast"}:
            yield str(node)
        elif node.get("type") == "mrkdwn":
            yield from _MENTION.findall(str(node.get("text")))
        else:
            for each in node.values():
                yield from _alive(each)
