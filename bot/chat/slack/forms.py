"""Forms as Slack's modals, and what people filled into them. Pure.

It opens nothing: the trigger that a modal needs lives three seconds, and the conversation minds it.

Limits: https://docs.slack.dev/reference/views and
https://docs.slack.dev/reference/block-kit/composition-objects.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.chat.hygiene import clean, cut, one_line
from bot.chat.slack.render import render
from bot.chat.slack.rich_text import Json
from bot.message import Answer, Field, FieldKind, Form

TITLE = 24
LABEL = 2_000
HINT = 2_000
OPTION_TEXT = 75
OPTION_VALUE = 150
MOST_OPTIONS = 100
MOST_FIELDS = 99
LONGEST_VALUE = 3_000
INPUT = "value"
MOST_CHANNELS = 10
_CHANNEL = re.compile(r"slack:([CG][A-Z0-9]+)")


def modal(form: Form, private: str) -> Json:
    """A form as a modal. `private` comes back with the submission, unseen."""
    blocks = [_input(field) for field in form.fields[:MOST_FIELDS]]
    if form.usage:
        usage = cut(one_line(f"The same by typing: {form.usage}"), LABEL)
        blocks.append({"type": "context", "elements": [_plain(usage, LABEL)]})
    return {
        "type": "modal",
        "callback_id": form.action,
        "private_metadata": private,
        "title": _plain(form.title or "Watchfloor", TITLE),
        "submit": _plain(form.submit or "Send", TITLE),
        "close": _plain("Cancel", TITLE),
        "blocks": blocks,
    }


def notice(answer: Answer, title: str = "Watchfloor") -> Json:
    """An answer in a modal that has nothing to submit."""
    blocks = [block for block in render(answer).blocks if block["type"] != "actions"]
    return {
        "type": "modal",
        "title": _plain(title, TITLE),
        "close": _plain("Close", TITLE),
        "blocks": blocks,
    }


def filled(state: Mapping[str, Any]) -> dict[str, str]:
    """What stands in a submitted modal, by the fields' keys; an empty field is an empty text."""
    return {key: _value(inputs.get(INPUT) or {}) for key, inputs in state.items()}


def _value(given: Mapping[str, Any]) -> str:
    if given.get("type") == "static_select":
        return str((given.get("selected_option") or {}).get("value", ""))
    if given.get("type") == "multi_conversations_select":
        return " ".join(f"slack:{each}" for each in given.get("selected_conversations") or ())
    return str(given.get("value") or "")


def _input(field: Field) -> Json:
    drawn: Json = {
        "type": "input",
        "block_id": field.key,
        "label": _plain(field.label or field.key, LABEL),
        "element": _element(field),
        "optional": not field.required,
    }
    if field.hint:
        drawn["hint"] = _plain(field.hint, HINT)
    return drawn


def _element(field: Field) -> Json:
    if field.kind is FieldKind.FILE:
        return {"type": "file_input", "action_id": INPUT, "max_files": 1}
    if field.kind is FieldKind.CHOICE and field.choices:
        return _select(field)
    channels = [_CHANNEL.fullmatch(place) for place in field.value.split()]
    if field.kind is FieldKind.PLACES and all(channels):
        return _channel_select([found[1] for found in channels if found])
    longest = min(max(field.longest, 1), LONGEST_VALUE)
    element: Json = {
        "type": "plain_text_input",
        "action_id": INPUT,
        "max_length": longest,
        "multiline": field.kind is FieldKind.LONG_TEXT,
    }
    if value := clean(field.value)[:longest]:
        element["initial_value"] = value
    return element


def _channel_select(channels: list[str]) -> Json:
    """Where alerts go, chosen from the channels that the person sees; other chats' are typed."""
    element: Json = {
        "type": "multi_conversations_select",
        "action_id": INPUT,
        "filter": {"include": ["public", "private"]},
        "max_selected_items": MOST_CHANNELS,
    }
    if channels:
        element["initial_conversations"] = channels[:MOST_CHANNELS]
    return element


def _select(field: Field) -> Json:
    options = {
        value: {"text": _plain(label or value, OPTION_TEXT), "value": value}
        for value, label in field.choices[:MOST_OPTIONS]
        if 0 < len(value) <= OPTION_VALUE
    }
    element: Json = {
        "type": "static_select",
        "action_id": INPUT,
        "options": list(options.values()),
    }
    if field.value in options:
        element["initial_option"] = options[field.value]
    return element


def _plain(said: str, limit: int) -> Json:
    return {"type": "plain_text", "text": cut(one_line(said), limit) or "…", "emoji": False}
