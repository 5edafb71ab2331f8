"""Builds Discord's application commands from the command table. Pure.

A family (`watch`) is one command, its verbs are subcommands with typed options. Limits:
https://docs.discord.com/developers/interactions/application-commands
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat.hygiene import cut
from bot.commands.invocation import MessageAction, Option, Permission, Spec
from bot.model import Destination, Platform

Json = dict[str, Any]

HELP = 100
MANAGE_GUILD = 1 << 5
SUBCOMMAND, STRING, INTEGER, CHANNEL, ATTACHMENT = 1, 3, 4, 7, 11
# Text channels, announcements, forums: where alerts can go.
ALERT_CHANNELS = [0, 5, 15]
PLACE = "channel"  # an option of this name is chosen from the server's channels
IN_GUILDS = [0]
ON_MESSAGE = 3


def build(
    table: Sequence[Spec], actions: Sequence[MessageAction] = (), prefix: str = ""
) -> list[Json]:
    """The payload that registers every command of the table, and what messages can be asked."""
    families: dict[str, list[Spec]] = {}
    for spec in table:
        families.setdefault(spec.name.split()[0], []).append(spec)
    on_messages: list[Json] = [
        {
            "type": ON_MESSAGE,
            "name": action.label,
            "contexts": IN_GUILDS,
            "integration_types": IN_GUILDS,
        }
        for action in actions
    ]
    named = [_family(name, specs) for name, specs in families.items()]
    return [each | {"name": f"{prefix}{each['name']}"} for each in named] + on_messages


def fingerprint(application: int, commands: Sequence[Json]) -> str:
    """Changes when the commands or the application that they belong to change."""
    text = json.dumps([application, commands], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _family(name: str, specs: Sequence[Spec]) -> Json:
    """One command. Discord can hide only whole families, so only one for admins alone is hidden."""
    admins_only = all(spec.permission is Permission.ADMIN for spec in specs)
    root: Json = {
        "type": 1,
        "name": name,
        "contexts": IN_GUILDS,
        "integration_types": IN_GUILDS,
        "default_member_permissions": str(MANAGE_GUILD) if admins_only else None,
    }
    if len(specs) == 1 and specs[0].name == name:
        return root | {"description": cut(specs[0].help, HELP), "options": _options(specs[0])}
    verbs = [spec.name.split(maxsplit=1)[1] for spec in specs]
    subcommands = [
        {
            "type": SUBCOMMAND,
            "name": verb,
            "description": cut(spec.help, HELP),
            "options": _options(spec),
        }
        for verb, spec in zip(verbs, specs, strict=True)
    ]
    return root | {"description": cut(", ".join(verbs), HELP), "options": subcommands}


def _options(spec: Spec) -> list[Json]:
    """Discord wants required options first."""
    ordered = sorted(spec.options, key=lambda option: not option.required)
    return [_option(option) for option in ordered]


def _option(option: Option) -> Json:
    payload: Json = {
        "type": INTEGER if option.number else STRING,
        "name": option.name,
        "description": cut(option.help, HELP),
        "required": option.required,
    }
    if option.file:
        payload["type"] = ATTACHMENT
    elif option.name == PLACE:
        payload |= {"type": CHANNEL, "channel_types": ALERT_CHANNELS}
    elif option.choices:
        payload["choices"] = [{"name": choice, "value": choice} for choice in option.choices]
    elif option.completes:
        payload["autocomplete"] = True
    return payload


def read_pointed(
    data: Mapping[str, Any], actions: Sequence[MessageAction]
) -> tuple[str, dict[str, str]] | None:
    """The action and its values, where somebody pointed at a message; else None."""
    if data.get("type") != ON_MESSAGE:
        return None
    name = next((action.name for action in actions if action.label == data["name"]), "")
    number = str(data.get("target_id") or "")
    message = ((data.get("resolved") or {}).get("messages") or {}).get(number) or {}
    return name, {"message": number, "text": _words(message)}


def _words(message: Mapping[str, Any]) -> str:
    """What stands in a message: its own text, or else its embeds'."""
    embeds = [each.get(key) for each in message.get("embeds") or [] for key in _SHOWN]
    return "\n".join(str(text) for text in (message.get("content"), *embeds) if text)


_SHOWN = ("title", "description")


def read(data: Mapping[str, Any], prefix: str = "") -> tuple[str, dict[str, str], str]:
    """The command's name, its values, and the option that is being typed, of an interaction."""
    name = [str(data["name"]).removeprefix(prefix)]
    options = data.get("options") or []
    while options and options[0]["type"] == SUBCOMMAND:
        name.append(options[0]["name"])
        options = options[0].get("options") or []
    values = {option["name"]: _value(option) for option in options}
    focused = next((option["name"] for option in options if option.get("focused")), "")
    return " ".join(name), values, focused


def _value(option: Mapping[str, Any]) -> str:
    if option["type"] == CHANNEL:
        return str(Destination(Platform.DISCORD, str(option["value"])))
    return str(option["value"])
