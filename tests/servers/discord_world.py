"""What a Discord has in it: guilds, channels, people and messages, and how they look on the wire.

It speaks no protocol and checks nothing; the rooms beside it do.
"""

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]

VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
ADMINISTRATOR = 1 << 3
MANAGE_GUILD = 1 << 5
CREATE_PUBLIC_THREADS = 1 << 35
SEND_MESSAGES_IN_THREADS = 1 << 38
THREADS = CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS
WRITING = SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES
BOT_PERMISSIONS = VIEW_CHANNEL | WRITING | READ_HISTORY | THREADS
EPHEMERAL = 1 << 6
COMPONENTS_V2 = 1 << 15

_EPOCH = 1_420_070_400_000
_counter = itertools.count()


def snowflake(at: float | None = None) -> int:
    """A new id that carries its time, as Discord's do."""
    milliseconds = int((time.time() if at is None else at) * 1000) - _EPOCH
    return milliseconds << 22 | next(_counter) & 0x3FFFFF


def instant(of: int) -> datetime:
    """The time inside an id."""
    return datetime.fromtimestamp(((of >> 22) + _EPOCH) / 1000, UTC)


@dataclass(eq=False)
class User:
    """Somebody; `permissions` are theirs in every channel of the guild."""

    name: str
    permissions: int = VIEW_CHANNEL | SEND_MESSAGES
    roles: tuple[int, ...] = ()
    bot: bool = False
    id: int = field(default_factory=snowflake)

    def wire(self) -> Json:
        return {
            "id": str(self.id),
            "username": self.name,
            "discriminator": "0",
            "global_name": self.name.title(),
            "avatar": None,
            "bot": self.bot,
            "flags": 0,
        }


@dataclass(eq=False)
class Guild:
    """A Discord server."""

    name: str
    channels: "list[Channel]" = field(default_factory=list)
    threads: "list[Thread]" = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Channel:
    """A text channel, with what our bot may do in it."""

    name: str
    guild: Guild
    permissions: int = BOT_PERMISSIONS
    messages: "list[Posted]" = field(default_factory=list)
    private: bool = False
    id: int = field(default_factory=snowflake)

    def wire(self) -> Json:
        return {
            "id": str(self.id),
            "guild_id": str(self.guild.id),
            "type": 0,
            "name": self.name,
            "position": 0,
            "permission_overwrites": [_nobody(self.guild)] if self.private else [],
            "nsfw": False,
            "parent_id": None,
            "topic": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
        }


@dataclass(eq=False)
class Forum(Channel):
    """A channel of posts: each is a thread that begins with a message of the same number."""

    wants_tags: bool = False

    def wire(self) -> Json:
        return super().wire() | {"type": 15, "available_tags": []}


@dataclass(eq=False)
class Thread(Channel):
    """A message's thread: a channel with the message's id. Posting wakes it from its archive."""

    root: "Posted | None" = None
    archived: bool = False
    locked: bool = False
    parent: Channel | None = None
    owner: str = "1"

    def wire(self) -> Json:
        assert self.root is not None
        above = self.parent or self.root.channel
        about = {"archived": self.archived, "locked": self.locked, "auto_archive_duration": 4320}
        parent = {"parent_id": str(above.id), "owner_id": self.owner}
        return super().wire() | parent | {"type": 11, "thread_metadata": about}


@dataclass(eq=False)
class Posted:
    """A message as it stands now; `only_for` is the one person who sees an ephemeral one."""

    channel: Channel
    author: User
    payload: Json
    only_for: User | None = None
    deleted: bool = False
    edits: int = 0
    begun: bool = False  # a thread, which nobody can begin twice
    pings: tuple[str, ...] = ()
    id: int = field(default_factory=snowflake)

    @property
    def embeds(self) -> list[Json]:
        embeds: list[Json] = self.payload.get("embeds") or []
        return embeds

    @property
    def pictures(self) -> list[tuple[str, bytes]]:
        """What a person hears of each picture, and its bytes."""
        files = {file["field"]: file["data"] for file in self.payload.get("files") or []}
        about = self.payload.get("attachments") or []
        shown = {str((each.get("image") or {}).get("url")) for each in self.embeds}
        return [
            (each.get("description", ""), files[f"files[{each['id']}]"])
            for each in about
            if f"attachment://{each.get('filename')}" in shown
        ]

    @property
    def files(self) -> dict[str, bytes]:
        """The files that came along, by name."""
        return {str(file["name"]): file["data"] for file in self.payload.get("files") or []}

    @property
    def buttons(self) -> list[Json]:
        rows = self.payload.get("components") or []
        return [part for row in rows for part in row.get("components", []) if part["type"] == 2]

    @property
    def labels(self) -> list[str]:
        return [button.get("label", "") for button in self.buttons]

    @property
    def text(self) -> str:
        """All words of the message, as they were sent, for a test to look through."""
        words = [self.payload.get("content") or ""]
        for embed in self.embeds:
            words += [embed.get("author", {}).get("name", ""), embed.get("title", "")]
            words += [embed.get("description", ""), embed.get("footer", {}).get("text", "")]
        return "\n".join(word for word in words if word)

    def wire(self) -> Json:
        flags = self.payload.get("flags", 0) | (EPHEMERAL if self.only_for else 0)
        return {
            "id": str(self.id),
            "channel_id": str(self.channel.id),
            "author": self.author.wire(),
            "content": self.payload.get("content") or "",
            "timestamp": instant(self.id).isoformat(),
            "edited_timestamp": datetime.now(UTC).isoformat() if self.edits else None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [{**embed, "type": "rich"} for embed in self.embeds],
            "components": self.payload.get("components") or [],
            "pinned": False,
            "type": 0,
            "flags": flags,
        }


def guild_wire(guild: Guild, bot: User) -> Json:
    """A guild as GUILD_CREATE carries it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": "1",
        "roles": roles_wire(guild),
        "emojis": [],
        "stickers": [],
        "features": [],
        "channels": [channel.wire() for channel in guild.channels],
        "threads": [],
        "members": [member_wire(bot, BOT_PERMISSIONS)],
        "member_count": 3,
        "large": False,
        "unavailable": False,
        "joined_at": instant(guild.id).isoformat(),
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": "en-US",
        "system_channel_flags": 0,
        "afk_timeout": 300,
    }


def _nobody(guild: Guild) -> Json:
    """What makes a channel private: everyone is denied to view it."""
    return {"id": str(guild.id), "type": 0, "allow": "0", "deny": str(VIEW_CHANNEL)}


def roles_wire(guild: Guild) -> list[Json]:
    """The roles of a guild; the first is everyone's and has the guild's own id."""
    return [
        _role(guild.id, "@everyone", BOT_PERMISSIONS),
        *(_role(role, f"role {role}", 0) for role in guild.roles),
    ]


def _role(number: int, name: str, permissions: int) -> Json:
    return {
        "id": str(number),
        "name": name,
        "permissions": str(permissions),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def member_wire(user: User, permissions: int) -> Json:
    """A member of a guild, with resolved permissions as interactions carry them."""
    return {
        "user": user.wire(),
        "roles": [str(role) for role in user.roles],
        "joined_at": instant(user.id).isoformat(),
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
        "permissions": str(permissions),
    }
