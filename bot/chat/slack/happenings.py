"""What happens to channels and teams in Slack, read out of its events. Pure: it looks nothing up.

Renamed channels are no event for us: a channel keeps its id, and names are nowhere kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# https://docs.slack.dev/reference/events
_LOST: Mapping[str, str] = {
    "channel_archive": "The channel was archived.",
    "group_archive": "The channel was archived.",
    "channel_deleted": "The channel was deleted.",
    "group_deleted": "The channel was deleted.",
    "channel_left": "The bot was removed from the channel.",
    "group_left": "The bot was removed from the channel.",
}
_BACK = frozenset({"channel_unarchive", "group_unarchive"})
_REMOVED = "The app was removed from the Slack team. Install it again."
EVENTS = (
    "app_uninstalled",
    "tokens_revoked",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
    "channel_left",
    "group_archive",
    "group_unarchive",
    "group_deleted",
    "group_left",
    "member_joined_channel",
    "member_left_channel",
)


@dataclass(frozen=True, slots=True)
class ChannelLost:
    """Nothing can be posted in the channel any more, and never will `for_good`."""

    channel: str
    why: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class ChannelBack:
    """The channel may take messages again."""

    channel: str


@dataclass(frozen=True, slots=True)
class TeamLost:
    """The team no longer has the app."""

    why: str


Happening = ChannelLost | ChannelBack | TeamLost


def happening(event: Mapping[str, Any], bot_user: str) -> Happening | None:
    """What an event means for us; mostly nothing. `bot_user` is who the bot is in that team."""
    kind, channel = str(event.get("type", "")), str(event.get("channel") or "")
    if kind == "app_uninstalled":
        return TeamLost(_REMOVED)
    if kind == "tokens_revoked":
        return TeamLost(_REMOVED) if (event.get("tokens") or {}).get("bot") else None
    if kind in _LOST:
        return ChannelLost(channel, _LOST[kind], for_good=kind.endswith("_deleted"))
    if kind in _BACK:
        return ChannelBack(channel)
    if event.get("user") == bot_user and bot_user:
        if kind == "member_left_channel":
            return ChannelLost(channel, _LOST["channel_left"])
        if kind == "member_joined_channel":
            return ChannelBack(channel)
    return None
