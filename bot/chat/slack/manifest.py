"""The app's manifest for Slack, made from the command table: what an administrator pastes in.

    python -m bot.chat.slack.manifest [PREFIX] [--url ADDRESS] [--http]

It asks for no right that the bot does not use.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bot.chat.slack.grants import EVENTS_PATH, REDIRECT_PATH, SCOPES
from bot.chat.slack.happenings import EVENTS
from bot.commands.command import Commands
from bot.commands.invocation import MessageAction, Spec

NAME = 35
DESCRIPTION = 140
COMMAND = 32
SHORTCUT = 24

_ABOUT = {
    "watch": "Make and change watchlists",
    "feeds": "Manage the feeds that are read",
    "intel": "Look things up",
    "watchfloor": "See how the bot is doing",
}


def manifest(
    table: Sequence[Spec], prefix: str = "", url: str = "", *, http: bool = False
) -> dict[str, Any]:
    """The manifest as data. Every family of commands is one slash command.

    `url` is our own address as the world sees it: people who install the app come back there, and
    with `http` Slack sends its requests there.
    """
    families = dict.fromkeys(spec.name.split()[0] for spec in table)
    requests = url.rstrip("/") + EVENTS_PATH if http else ""
    there = {"request_url": requests} if http else {}
    redirect = {"redirect_urls": [url.rstrip("/") + REDIRECT_PATH]} if url else {}
    return {
        "display_information": {
            "name": "Watchfloor",
            "description": "Watches news feeds and alerts when a watchlist matches.",
        },
        "features": {
            # Whoever made a watchlist is told there when its channel is lost.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "Watchfloor", "always_online": True},
            "shortcuts": [_shortcut(action) for action in Commands.message_actions],
            "slash_commands": [_command(family, prefix, requests) for family in families],
        },
        "oauth_config": {**redirect, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**there, "bot_events": ["app_home_opened", *EVENTS]},
            "interactivity": {"is_enabled": True, **there},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def _shortcut(action: MessageAction) -> dict[str, Any]:
    return {
        "name": action.label[:SHORTCUT],
        "type": "message",
        "callback_id": action.name,
        "description": action.help[:DESCRIPTION],
    }


def _command(family: str, prefix: str, requests: str) -> dict[str, Any]:
    return {
        "command": f"/{prefix}{family}"[:COMMAND],
        **({"url": requests} if requests else {}),
        "description": _ABOUT.get(family, family.capitalize()),
        # The verbs are left out: a new one must not need a new manifest.
        "usage_hint": f"what to do; /{prefix}intel help lists it all",
        # Channels arrive by id, so that a renamed or private one is found too.
        "should_escape": True,
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


def main() -> None:
    """Write the manifest that the command line asks for."""
    asked = argparse.ArgumentParser(prog="python -m bot.chat.slack.manifest")
    asked.add_argument("prefix", nargs="?", default="", help="goes before every command's name")
    asked.add_argument("--url", default="", help="our address as the world sees it")
    asked.add_argument("--http", action="store_true", help="let Slack call that address")
    given = asked.parse_args()
    if given.http and not given.url:
        asked.error("--http needs --url: Slack has to know whom to call")
    made = manifest(Commands.table, given.prefix, given.url, http=given.http)
    sys.stdout.write(as_yaml(made))


if __name__ == "__main__":
    main()
