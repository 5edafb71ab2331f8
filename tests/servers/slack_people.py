"""People in front of a Slack: they type commands, press buttons, fill in modals.

They can do no more than Slack's own client lets them: a command must exist, a button must be on the
message, a field takes only so much text, and what the app refuses stays open.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.slack_line import Line
from tests.servers.slack_world import (
    APP_ID,
    BOT_ID,
    BOT_USER,
    Channel,
    Json,
    Message,
    Team,
    User,
    View,
)

_ADDRESS = re.compile(r"https?://\S+")


class Impossible(AssertionError):
    """Slack's client does not let anybody do that."""


class People:
    """Everything that a person can do. `reply_url` makes the whole address of a response_url."""

    def __init__(self, team: Team, line: Line, reply_url: Callable[[str], str]) -> None:
        self._team = team
        self._line = line
        self._reply_url = reply_url
        self.opened: list[str] = []

    async def type_command(self, user: User, channel: Channel, command: str, text: str) -> None:
        """Type a slash command. Raises Impossible, Unanswered."""
        if command not in self._team.commands:
            raise Impossible(f"{command} is not a valid command.")
        if user.id not in channel.members:
            raise Impossible(f"{user.name} is not in #{channel.name}.")
        address = self._team.reply_address(user.id, channel.id)
        answer = await self._line.deliver(
            "slash_commands",
            {
                "token": "legacy",
                "team_id": self._team.id,
                "team_domain": "local",
                "channel_id": channel.id,
                "channel_name": "privategroup" if channel.private else channel.name,
                "user_id": user.id,
                "user_name": user.name,
                "command": command,
                "text": self._escaped(text),
                "api_app_id": APP_ID,
                "is_enterprise_install": "false",
                "response_url": self._reply_url(address),
                "trigger_id": self._team.trigger(user.id),
            },
        )
        if answer.get("text") or answer.get("blocks"):
            self._team.keep(
                channel.id, answer.get("text", ""), answer.get("blocks", []), only_for=user.id
            )

    async def click(self, user: User, message: Message, label: str) -> None:
        """Press a button. Raises Impossible, and Unanswered: a warning triangle."""
        if message not in self._team.messages:
            raise Impossible("That message is gone.")
        if message.only_for not in (None, user.id):
            raise Impossible(f"{user.name} does not see that message.")
        block, button = _button(message, label)
        action = {
            "type": "button",
            "action_id": button["action_id"],
            "block_id": block.get("block_id", "b1"),
            "text": button["text"],
            "action_ts": self._team.ts(),
        }
        action |= {key: button[key] for key in ("value", "style") if key in button}
        if "url" in button:
            self.opened.append(button["url"])
        address = self._team.reply_address(user.id, message.channel, message)
        payload: Json = {
            **self._interaction("block_actions", user),
            "container": {
                "type": "message",
                "message_ts": message.ts,
                "channel_id": message.channel,
                "is_ephemeral": message.only_for is not None,
            },
            "channel": {
                "id": message.channel,
                "name": self._team.channels[message.channel].name,
            },
            "actions": [action],
            "response_url": self._reply_url(address),
            "state": {"values": {}},
        }
        if message.only_for is None:
            payload["message"] = {
                "type": "message",
                "ts": message.ts,
                "user": BOT_USER,
                "bot_id": BOT_ID,
                "text": message.text,
                "blocks": message.blocks,
            }
        await self._line.deliver("interactive", payload)

    async def point(self, user: User, message: Message, callback: str) -> None:
        """Use a message shortcut on a message. Raises Impossible, Unanswered."""
        if message not in self._team.messages or message.only_for is not None:
            raise Impossible("That message has no menu.")
        address = self._team.reply_address(user.id, message.channel)
        payload: Json = {
            **self._interaction("message_action", user),
            "callback_id": callback,
            "message_ts": message.ts,
            "channel": {"id": message.channel, "name": self._team.channels[message.channel].name},
            "message": {
                "type": "message",
                "ts": message.ts,
                "user": BOT_USER,
                "text": message.text,
                "blocks": message.blocks,
            },
            "response_url": self._reply_url(address),
        }
        await self._line.deliver("interactive", payload)

    async def submit(self, view: View, values: Mapping[str, str]) -> View | None:
        """Fill in some fields of a modal and send it; the modal, if it stays open with errors.

        `values` is by label or block_id; the other fields keep what stands in them.

        Raises:
            Impossible: no such field or choice, too long, a required field left empty.
            Unanswered: no acknowledgement in time.
        """
        if view.id not in self._team.views:
            raise Impossible("That modal is closed.")
        state = _state(self._team, view, values)
        user = self._team.users[view.user]
        answer = await self._line.deliver(
            "interactive",
            {
                **self._interaction("view_submission", user),
                "view": view.as_payload(state),
                "response_urls": [],
            },
        )
        match answer.get("response_action"):
            case "errors":
                view.errors = _known_errors(view, answer["errors"])
                _fill_in(view, state)
                return view
            case "update":
                view.shown, view.errors = answer["view"], {}
                return view
            case "clear" | None:
                del self._team.views[view.id]
                return None
            case other:
                raise Impossible(f"We had some trouble connecting. Try again? ({other})")

    def _interaction(self, kind: str, user: User) -> Json:
        return {
            "type": kind,
            "token": "legacy",
            "api_app_id": APP_ID,
            "team": {"id": self._team.id, "domain": "local"},
            "user": {
                "id": user.id,
                "username": user.name,
                "name": user.name,
                "team_id": self._team.id,
            },
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._team.trigger(user.id),
        }

    def _escaped(self, text: str) -> str:
        """A command's text as it arrives when the manifest says should_escape."""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        text = _ADDRESS.sub(lambda found: f"<{found.group()}>", text)
        for channel in self._team.channels.values():
            name = "" if channel.private else channel.name
            text = re.sub(rf"(?<!\S)#{channel.name}\b", f"<#{channel.id}|{name}>", text)
        for user in self._team.users.values():
            text = re.sub(rf"(?<!\S)@{user.name}\b", f"<@{user.id}|{user.name}>", text)
        return text


def inputs(view: View) -> dict[str, Json]:
    """The input blocks of a modal by block_id."""
    return {block["block_id"]: block for block in view.shown["blocks"] if block["type"] == "input"}


def value_of(team: Team, block: Json) -> str:
    """What stands in an input as it is shown."""
    element = block["element"]
    if element["type"] == "static_select":
        return str((element.get("initial_option") or {}).get("value", ""))
    if element["type"] == "multi_conversations_select":
        names = (team.channels[each].name for each in element.get("initial_conversations", ()))
        return " ".join(f"#{name}" for name in names)
    return str(element.get("initial_value", ""))


def _button(message: Message, label: str) -> tuple[Json, Json]:
    for block in message.blocks:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            if element["text"]["text"] == label:
                return block, element
    seen = ", ".join(button["text"]["text"] for button in message.buttons) or "none"
    raise Impossible(f"There is no button '{label}'; there is {seen}.")


def _state(team: Team, view: View, values: Mapping[str, str]) -> Json:
    fields = inputs(view)
    by_label = {block["label"]["text"]: key for key, block in fields.items()}
    typed = {by_label.get(name, name): text for name, text in values.items()}
    if unknown := typed.keys() - fields.keys():
        raise Impossible(f"The modal has no field {', '.join(sorted(unknown))}.")
    return {key: _given(team, key, block, typed) for key, block in fields.items()}


def _given(team: Team, key: str, block: Json, typed: Mapping[str, str]) -> Json:
    element, text = block["element"], typed.get(key, value_of(team, block))
    if not text and not block.get("optional"):
        raise Impossible(f"'{block['label']['text']}': please complete this required field.")
    given: dict[str, Any] = {"type": element["type"]}
    if element["type"] == "static_select":
        options = {option["value"]: option for option in element["options"]}
        if text and text not in options:
            raise Impossible(f"'{text}' is not among {', '.join(options)}.")
        given["selected_option"] = options.get(text)
    elif element["type"] == "multi_conversations_select":
        given["selected_conversations"] = _picked(team, element, text)
    elif element["type"] == "file_input":
        given["files"] = [{"id": number} for number in text.split()]
    else:
        if len(text) > element.get("max_length", 3_000):
            raise Impossible(f"'{block['label']['text']}' takes no more characters.")
        given["value"] = text or None
    return {element["action_id"]: given}


def _picked(team: Team, element: Json, text: str) -> list[str]:
    """The channels that somebody picks from the list, as they stand in it: `#news #alerts`."""
    kinds = element["filter"]["include"]
    listed = {
        f"#{channel.name}": channel.id
        for channel in team.channels.values()
        if ("private" if channel.private else "public") in kinds
    }
    if unknown := set(text.split()) - listed.keys():
        raise Impossible(f"The list of channels has no {', '.join(sorted(unknown))}.")
    if len(text.split()) > element.get("max_selected_items", 100):
        raise Impossible("No more can be selected.")
    return [listed[name] for name in text.split()]


def _known_errors(view: View, errors: dict[str, str]) -> dict[str, str]:
    if not errors or not errors.keys() <= inputs(view).keys():
        raise Impossible("We had some trouble connecting. Try again? (errors of no field)")
    return errors


def _fill_in(view: View, state: Json) -> None:
    """What was typed stays in the fields."""
    for key, block in inputs(view).items():
        element = block["element"]
        given = state[key][element["action_id"]]
        if element["type"] == "static_select":
            element["initial_option"] = given["selected_option"]
        elif element["type"] == "multi_conversations_select":
            element["initial_conversations"] = given["selected_conversations"]
        elif element["type"] != "file_input":
            element["initial_value"] = given["value"] or ""
