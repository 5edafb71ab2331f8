"""The app's manifest for Slack, made from the command table: what an administrator pastes in.

    python -m bot.chat.slack.manifest [PREFIX]

It asks for no right that the bot does not use.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bot.commands.command import Commands
from bot.commands.invocation import Spec

NAME = 35
DESCRIPTION = 140
COMMAND = 32

# Post; take commands; read who is an admin or in the managers' group; and look up, after a lost
# answer, whether a message arrived. Without the last two an alert may then arrive twice.
SCOPES = (
    "chat:write",
    "commands",
    "users:read",
    "usergroups:read",
    "channels:history",
    "groups:history",
)
_ABOUT = {
    "watch": "Make and change watchlists",
    "feeds": "Manage the feeds that are read",
    "intel": "Look things up",
    "watchfloor": "See how the bot is doing",
}


def manifest(table: Sequence[Spec], prefix: str = "") -> dict[str, Any]:
    """The manifest as data. Every family of commands is one slash command."""
    families = dict.fromkeys(spec.name.split()[0] for spec in table)
    return {
        "display_information": {
            "name": "Watchfloor",
            "description": "Watches news feeds and alerts when a watchlist matches.",
        },
        "features": {
            "bot_user": {"display_name": "Watchfloor", "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{prefix}{family}"[:COMMAND],
                    "description": _ABOUT.get(family, family.capitalize()),
                    # The verbs are left out: a new one must not need a new manifest.
                    "usage_hint": f"what to do; /{prefix}intel help lists it all",
                    # Channels arrive by id, so that a renamed or private one is found too.
                    "should_escape": True,
                }
                for family in families
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(data: dict[str, Any]) -> str:
    """The manifest as YAML text; scalars are written as JSON, which YAML reads alike."""
    return "\n".join(_lines(data, "")) + "\n"


def _lines(node: dict[str, Any] | list[Any], indent: str) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, dict | list):
                yield f"{indent}{key}:"
                yield from _lines(value, f"{indent}  ")
            else:
                yield f"{indent}{key}: {json.dumps(value)}"
        return
    for item in node:
        if isinstance(item, dict):
            first, *rest = _lines(item, f"{indent}  ")
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield f"{indent}- {json.dumps(item)}"


if __name__ == "__main__":
    sys.stdout.write(as_yaml(manifest(Commands.table, *sys.argv[1:2])))
