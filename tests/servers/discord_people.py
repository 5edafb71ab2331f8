"""People in front of a Discord: they type commands, press buttons, fill in forms, and look.

They can do no more than Discord's own client lets them: a command must be registered, its options
of the right type, a button visible to the one who presses it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord_gateway import Gateway
from tests.servers.discord_interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    SUBMIT,
    Asked,
    Desk,
)
from tests.servers.discord_world import (
    ADMINISTRATOR,
    MANAGE_GUILD,
    Channel,
    Json,
    Posted,
    User,
    member_wire,
    snowflake,
)

STRING, INTEGER, BOOLEAN, CHANNEL, ATTACHMENT = 3, 4, 5, 7, 11
NO_ANSWER = "The application did not respond"


class Impossible(AssertionError):
    """Discord's client does not let anybody do that."""


@dataclass(eq=False)
class Upload:
    """A file that somebody picks on their machine."""

    name: str
    data: bytes
    id: int = field(default_factory=snowflake)


@dataclass(eq=False)
class Modal:
    """An open modal; `values` is what stands in its fields now."""

    user: User
    channel: Channel
    data: Json
    source: Posted | None
    values: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def inputs(self) -> dict[str, Json]:
        """Each input by its custom_id, with the label that stands over it."""
        return {
            part["component"]["custom_id"]: {**part["component"], "label": part["label"]}
            for part in self.data["components"]
            if part["type"] == 18
        }


@dataclass(eq=False)
class Shown:
    """What the person sees after they did something."""

    message: Posted | None = None
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    failed: str = ""
    answered_after: float | None = None


class People:
    """Everything that a person can do."""

    def __init__(
        self, bot: User, gateway: Gateway, desk: Desk, commands: Callable[[Channel], list[Json]]
    ) -> None:
        self._bot = bot
        self._gateway = gateway
        self._desk = desk
        self._commands = commands
        self.uploads: dict[str, Upload] = {}
        self.address_of: Callable[[Upload], str] = lambda file: ""

    async def slash(
        self, user: User, channel: Channel, name: str, options: Mapping[str, Any]
    ) -> Shown:
        """Run a command with its options."""
        data = self._command_data(user, channel, name, options)
        return await self._ask(Asked(COMMAND, user, channel), data)

    async def autocomplete(
        self, user: User, channel: Channel, name: str, option: str, typed: str
    ) -> list[str]:
        """Type into an option and read what is offered."""
        data = self._command_data(user, channel, name, {option: typed}, focused=option)
        shown = await self._ask(Asked(AUTOCOMPLETE, user, channel), data)
        return [choice["name"] for choice in shown.choices]

    async def click(self, user: User, message: Posted, label: str) -> Shown:
        """Press the button that says `label`."""
        if message.deleted or message.only_for not in (None, user):
            raise Impossible(f"{user.name} does not see that message")
        found = [button for button in message.buttons if button.get("label") == label]
        if not found:
            raise Impossible(f"there is no button {label!r}, only {message.labels}")
        if "url" in found[0] or found[0].get("disabled"):
            raise Impossible(f"{label!r} sends nothing to the bot")
        data = {"custom_id": found[0]["custom_id"], "component_type": 2}
        return await self._ask(Asked(COMPONENT, user, message.channel, source=message), data)

    async def point(self, user: User, message: Posted, label: str) -> Shown:
        """Use a command of a message's menu."""
        offered = [c["name"] for c in self._commands(message.channel) if c.get("type") == 3]
        if label not in offered:
            raise Impossible(f"a message's menu has no {label!r}, only {offered}")
        number = str(message.id)
        data = {
            "id": "1",
            "name": label,
            "type": 3,
            "target_id": number,
            "resolved": {"messages": {number: message.wire()}},
        }
        return await self._ask(Asked(COMMAND, user, message.channel), data)

    async def submit(self, modal: Modal, values: Mapping[str, str | Upload] | None = None) -> Shown:
        """Fill in fields, named by their label, and send the form; the rest stays as it stood."""
        filled = dict(modal.values)
        inputs = modal.inputs
        by_label = {part["label"]: key for key, part in inputs.items()}
        for label, value in (values or {}).items():
            if label not in by_label:
                raise Impossible(f"there is no field {label!r}, only {sorted(by_label)}")
            filled[by_label[label]] = str(value.id) if isinstance(value, Upload) else value
        parts = [
            {"type": 18, "id": number, "component": _filled(part, filled.get(key, ""))}
            for number, (key, part) in enumerate(inputs.items(), 1)
        ]
        data: Json = {"custom_id": modal.data["custom_id"], "components": parts}
        if files := [each for each in (values or {}).values() if isinstance(each, Upload)]:
            data["resolved"] = {"attachments": self._uploaded(files)}
        asked = Asked(SUBMIT, modal.user, modal.channel, source=modal.source)
        return await self._ask(asked, data)

    async def _ask(self, asked: Asked, data: Json) -> Shown:
        self._desk.add(asked)
        if not await self._gateway.dispatch("INTERACTION_CREATE", self._wire(asked, data)):
            return Shown(failed=NO_ANSWER)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.settled.wait(), self._desk.patience + 0.2)
        if asked.response is None:
            return Shown(failed=NO_ANSWER)
        if not asked.settled.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asked.settled.wait(), 15)
        message = self._newest(asked)
        failed = "" if asked.settled.is_set() else "Watchfloor is thinking..."
        modal = None
        if asked.modal is not None:
            modal = Modal(asked.user, asked.channel, asked.modal, asked.source)
            modal.values = {key: _standing(part) for key, part in modal.inputs.items()}
        return Shown(message, modal, asked.choices, failed, asked.answered_after)

    def _newest(self, asked: Asked) -> Posted | None:
        """A follow-up to a deferred press is the news; else the original response."""
        later = [
            posted
            for posted in asked.channel.messages
            if posted.id > asked.id and posted.only_for is asked.user and not posted.deleted
        ]
        return later[-1] if later else asked.original

    def _wire(self, asked: Asked, data: Json) -> Json:
        guild = asked.channel.guild
        wire: Json = {
            "id": str(asked.id),
            "application_id": str(self._bot.id),
            "type": asked.kind,
            "data": data,
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
            "channel_id": str(asked.channel.id),
            "channel": {**asked.channel.wire(), "permissions": str(asked.user.permissions)},
            "member": member_wire(asked.user, asked.user.permissions),
            "token": asked.token,
            "version": 1,
            "app_permissions": str(asked.channel.permissions),
            "locale": "en-GB",
            "guild_locale": "en-US",
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id)},
            "context": 0,
            "attachment_size_limit": 10 * 1024 * 1024,
        }
        if asked.source is not None:
            wire["message"] = asked.source.wire()
        return wire

    def _command_data(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, Any],
        *,
        focused: str = "",
    ) -> Json:
        root, *rest = name.split()
        known = {command["name"]: command for command in self._commands(channel)}
        if root not in known:
            raise Impossible(f"/{root} is not registered here, only {sorted(known)}")
        command = known[root]
        needed = command.get("default_member_permissions")
        rights = user.permissions
        if needed is not None and not rights & (int(needed) | ADMINISTRATOR):
            raise Impossible(f"Discord hides /{root} from {user.name}")
        place, path = command, []
        for step in rest:
            below = {option["name"]: option for option in place.get("options") or []}
            if step not in below:
                raise Impossible(f"/{name} is not registered, only {sorted(below)}")
            place = below[step]
            path.append(place)
        filled = _options(place, options, focused)
        for step in reversed(path):
            filled = [{"name": step["name"], "type": step["type"], "options": filled}]
        data = {"id": command["id"], "name": root, "type": 1, "options": filled}
        files = [value for value in options.values() if isinstance(value, Upload)]
        return data | ({"resolved": {"attachments": self._uploaded(files)}} if files else {})

    def _uploaded(self, files: list[Upload]) -> Json:
        self.uploads |= {str(file.id): file for file in files}
        return {
            str(file.id): {
                "id": str(file.id),
                "filename": file.name,
                "size": len(file.data),
                "url": self.address_of(file),
                "proxy_url": self.address_of(file),
            }
            for file in files
        }


def _options(place: Json, given: Mapping[str, Any], focused: str) -> list[Json]:
    declared = {option["name"]: option for option in place.get("options") or []}
    filled = []
    for name, value in given.items():
        if name not in declared:
            raise Impossible(f"there is no option {name!r}, only {sorted(declared)}")
        option = declared[name]
        if name != focused:
            _check_value(option, value)
        elif not option.get("autocomplete"):
            raise Impossible(f"{name!r} offers nothing while typing")
        wire = str(value.id) if isinstance(value, Channel | Upload) else value
        entry = {"name": name, "type": option["type"], "value": wire}
        filled.append(entry | ({"focused": True} if name == focused else {}))
    missing = [name for name, option in declared.items() if option.get("required")]
    if not focused and (lacking := [name for name in missing if name not in given]):
        raise Impossible(f"Discord asks for {lacking}")
    return filled


def _check_value(option: Json, value: Any) -> None:
    kinds: dict[int, type] = {
        STRING: str,
        INTEGER: int,
        BOOLEAN: bool,
        CHANNEL: Channel,
        ATTACHMENT: Upload,
    }
    if not isinstance(value, kinds[option["type"]]):
        raise Impossible(f"{option['name']!r} takes {kinds[option['type']].__name__}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise Impossible(f"{option['name']!r} takes one of {choices}")


def _standing(part: Json) -> str:
    if part["type"] == 3:
        return next((o["value"] for o in part["options"] if o.get("default")), "")
    if part["type"] == 8:
        return " ".join(each["id"] for each in part.get("default_values") or [])
    return part.get("value") or ""


def _filled(part: Json, value: str) -> Json:
    entry = {"type": part["type"], "custom_id": part["custom_id"]}
    if part.get("required", True) and not value:
        raise Impossible(f"Discord asks for {part['label']!r}")
    if part["type"] == 3 and value and value not in [o["value"] for o in part["options"]]:
        raise Impossible(f"{part['label']!r} has no choice {value!r}")
    if part["type"] in (3, 8, 19):
        return entry | {"values": [value][: len(value)] if part["type"] == 3 else value.split()}
    if len(value) > part.get("max_length", 4000):
        raise Impossible(f"{part['label']!r} takes {part['max_length']} characters")
    return entry | {"value": value}


def is_manager(user: User) -> bool:
    """Whether Discord itself counts them as managing the server."""
    return bool(user.permissions & (MANAGE_GUILD | ADMINISTRATOR))
