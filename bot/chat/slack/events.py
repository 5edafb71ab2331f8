"""What people do in Slack, read out of its payloads. Pure: it looks nothing up."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.slack.files import given
from bot.chat.slack.forms import filled
from bot.chat.slack.render import action_of
from bot.errors import WatchfloorError
from bot.model import Destination, Platform

Body = Mapping[str, Any]

_ADDRESS = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>")
_PRIVATE_METADATA = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer may go. `pressed` tells that `response_url` belongs to a message of ours."""

    channel: str = ""
    response_url: str = ""
    pressed: bool = False

    @property
    def destination(self) -> Destination | None:
        """The channel, if it is one that can get alerts; a conversation of two cannot."""
        if self.channel[:1] not in {"C", "G"}:
            return None
        return Destination(Platform.SLACK, self.channel)


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody did something: who, where, and the trigger with which a modal can be opened."""

    team: str
    user: str
    user_name: str
    place: Place
    trigger: str


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command: `line` begins with the family, without slash or prefix."""

    asked: Asked
    line: str


@dataclass(frozen=True, slots=True)
class Acted:
    """A pressed button or a submitted form: the action and what came with it.

    `file` is the id of a file that was put into the form.
    """

    asked: Asked
    action: str
    values: Mapping[str, str]
    file: str = ""


def typed(body: Body, families: Collection[str]) -> Typed:
    """A slash command's payload.

    A workspace may have registered the families with a prefix of its own (`/wf-watch`); only
    commands of this app arrive here, so the end of the name tells the family.
    """
    place = Place(str(body.get("channel_id", "")), str(body.get("response_url", "")))
    asked = Asked(
        str(body["team_id"]),
        str(body["user_id"]),
        str(body.get("user_name") or body["user_id"]),
        place,
        str(body.get("trigger_id", "")),
    )
    command = str(body["command"]).removeprefix("/")
    family = max((each for each in families if command.endswith(each)), key=len, default=command)
    return Typed(asked, f"{family} {plain_text(str(body.get('text') or ''))}".strip())


def pressed(body: Body) -> Acted:
    """A pressed button's payload."""
    container = body.get("container") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id") or ""
    place = Place(str(channel), str(body.get("response_url", "")), pressed=True)
    action = body["actions"][0]
    values = {"value": str(action.get("value") or "")}
    return Acted(_asked(body, place), action_of(str(action["action_id"])), values)


def pointed(body: Body) -> Acted:
    """A message shortcut's payload: the message's own time names it."""
    channel = (body.get("channel") or {}).get("id") or ""
    place = Place(str(channel), str(body.get("response_url", "")))
    message = body.get("message") or {}
    values = {
        "message": str(message.get("ts") or body.get("message_ts") or ""),
        "text": plain_text(str(message.get("text") or "")),
    }
    return Acted(_asked(body, place), str(body["callback_id"]), values)


def submitted(body: Body) -> Acted:
    """A submitted modal's payload; its `private_metadata` says where it was asked for."""
    view = body["view"]
    place, value = unpack(str(view.get("private_metadata") or ""))
    state = (view.get("state") or {}).get("values") or {}
    values = {**filled(state), "value": value}
    return Acted(_asked(body, place), str(view["callback_id"]), values, given(state))


def pack(place: Place, value: str) -> str:
    """A place and a form's value as a modal carries them unseen.

    Raises:
        WatchfloorError: the value is too long to be carried.
    """
    packed = json.dumps([place.channel, place.response_url, place.pressed, value])
    if len(packed) > _PRIVATE_METADATA:
        raise WatchfloorError("This form is too large for Slack.")
    return packed


def unpack(packed: str) -> tuple[Place, str]:
    """What `pack` made."""
    channel, response_url, was_pressed, value = json.loads(packed or '["", "", false, ""]')
    return Place(channel, response_url, was_pressed), value


def plain_text(text: str) -> str:
    """A command's text as it was typed: Slack escapes three characters and wraps addresses.

    Channels stay as `<#C123|name>`, since the name alone would not find a private one.
    """
    text = _ADDRESS.sub(r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _asked(body: Body, place: Place) -> Asked:
    user = body["user"]
    return Asked(
        str((body.get("team") or user).get("id") or user.get("team_id") or ""),
        str(user["id"]),
        str(user.get("username") or user.get("name") or user["id"]),
        place,
        str(body.get("trigger_id", "")),
    )
