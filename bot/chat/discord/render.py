"""Turns our messages into Discord's payloads: an embed with buttons, or a modal. Pure.

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits and
https://docs.discord.com/developers/components/reference. It sends nothing.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.chat.adapter import Limits
from bot.chat.discord import alerts, markdown
from bot.chat.discord.alerts import COLOURS, DESCRIPTION, TITLE, Json, joined, words
from bot.chat.discord.markdown import NOWHERE, Hosts
from bot.chat.hygiene import clean, cut, one_line, safe_link
from bot.message import (
    AlertCard,
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Extract,
    Field,
    FieldKind,
    Form,
    Line,
    Message,
    Paragraph,
    Style,
    Table,
    Update,
)

BUTTONS = 25
BUTTONS_IN_A_ROW = 5
BUTTON_LABEL = 80
BUTTON_URL = 512
CUSTOM_ID = 100
THREAD_NAME = 100
MODAL_TITLE = 45
MODAL_FIELDS = 5
MODAL_LABEL = 45
PLACEHOLDER = 100
TEXT_INPUT = 4000
CHOICES = 25
CHOICE = 100
MOST_CHANNELS = 25

LIMITS = Limits(
    headline=TITLE,
    sentence_total=alerts.SENTENCE_TOTAL,
    text_total=DESCRIPTION,
    buttons=BUTTONS,
)

_LINE = 1200
_CODE = 1800

_STYLES = {Style.PLAIN: 2, Style.PRIMARY: 1, Style.DANGER: 4}
LINK = 5
_PLACE = re.compile(r"discord:\d+")
_CUSTOM_ID = re.compile(r"([\w-]+:[\w-]+)(?::(.*))?~([\w-]*)", re.DOTALL)


def message(content: Message, *, mark: str = "", allow: Hosts = NOWHERE) -> Json:
    """A payload for a new message or an edit; every part that it may have is named in it.

    `mark` is put where `find` sees it and people hardly do: in a button's id, or else the footer.
    `allow` holds hosts (`host:port`) that may be linked to though they are not public.
    """
    if isinstance(content, AlertCard):
        embed = alerts.card(content, allow)
    elif isinstance(content, Update):
        embed = alerts.update(content, allow)
    elif isinstance(content, Answer):
        embed = _answer(content, allow)
    else:
        assert_never(content)
    rows = button_rows(content.buttons, mark, allow)
    if mark and not _is_marked(rows, mark):
        said = embed.get("footer", {}).get("text", "")
        embed["footer"] = {"text": " · ".join(filter(None, (said, f"ref {mark}")))}
    return {
        "content": "",
        "embeds": [embed],
        "components": rows,
        "allowed_mentions": {"parse": []},
    }


def mark_of(delivery_key: str) -> str:
    """Eight characters that stand for a delivery key within one channel's history."""
    return _digest(f"mark {delivery_key}")[:8]


def nonce_of(delivery_key: str, payload: Json) -> str:
    """At most 25 characters that stand for this message while Discord remembers nonces.

    The words are part of it: under a nonce that is known, Discord takes nothing else, so a key that
    was used before (a database that began anew) must not swallow another message.
    """
    return _digest(f"nonce {delivery_key} {json.dumps(payload, sort_keys=True)}")[:24]


def thread_name(payload: Json) -> str:
    """A name for the thread of a message as Discord returns it: its headline."""
    titles = [markdown.literal(embed.get("title") or "") for embed in payload.get("embeds", [])]
    return cut(one_line(" ".join(titles)), THREAD_NAME) or "Updates"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()


def is_marked(payload: Json, mark: str) -> bool:
    """Whether a message as Discord returns it carries this mark."""
    footers = [(embed.get("footer") or {}).get("text", "") for embed in payload.get("embeds", [])]
    in_footer = any(text.endswith(f"ref {mark}") for text in footers)
    return in_footer or _is_marked(payload.get("components", []), mark)


def _is_marked(rows: Sequence[Json], mark: str) -> bool:
    ids = [part.get("custom_id", "") for row in rows for part in row.get("components", [])]
    return any(each.endswith(f"~{mark}") for each in ids)


def _answer(answer: Answer, allow: Hosts) -> Json:
    heading = one_line(answer.title) or "…"
    lines = list(_block_lines(answer.blocks, allow))
    shown = markdown.with_channels(markdown.fitted(heading, _LINE))
    embed: Json = {"color": COLOURS[answer.tone]}
    if len(shown) > TITLE or shown != markdown.fitted(heading, _LINE):
        # A title has no room for that, or would not show a channel's name.
        lines.insert(0, f"**{shown}**")
    else:
        embed["title"] = shown
    if text := joined(lines):
        embed["description"] = text
    return embed


def _block_lines(blocks: Sequence[Block], allow: Hosts) -> Iterator[str]:
    for block in blocks:
        yield from filter(None, _lines(block, allow))


def _lines(block: Block, allow: Hosts) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _said(block.line, _LINE, allow)
    elif isinstance(block, Code):
        yield markdown.code_block(block.text, _CODE)
    elif isinstance(block, Bullets):
        yield from (f"- {text}" for each in block.lines if (text := _said(each, _LINE, allow)))
    elif isinstance(block, Table):
        yield from (_row(row, allow) for row in block.rows)
    elif isinstance(block, Extract):
        yield from _extract(block, allow)
    else:
        assert_never(block)


def _said(line: Line, limit: int, allow: Hosts) -> str:
    return markdown.with_channels(markdown.line(line, limit, allow))


def _row(row: tuple[Line, ...], allow: Hosts) -> str:
    cells = [_said(cell, _LINE // max(len(row), 1), allow) for cell in row]
    return "- " + " · ".join(filter(None, cells)) if any(cells) else ""


def _extract(extract: Extract, allow: Hosts) -> Iterator[str]:
    headline = words(extract.headline, _LINE)
    head = markdown.link(headline, extract.url, _LINE, allow) if extract.url else ""
    head = head or markdown.title(headline, _LINE)
    tail = [markdown.title(extract.source, 200), str(extract.published or "undated")]
    yield "- " + " · ".join(filter(None, (head, *tail)))
    for sentence in extract.sentences:
        if shown := markdown.quoted(sentence, _LINE):
            yield f"> {shown}"


def button_rows(buttons: Sequence[Button], mark: str = "", allow: Hosts = NOWHERE) -> list[Json]:
    """Rows of five; a link that is not safe or too long for a button is left out."""
    parts: list[Json] = []
    for button in buttons:
        part = _button(button, mark, allow)
        known = [each.get("custom_id") for each in parts]
        if part is not None and (part["style"] == LINK or part["custom_id"] not in known):
            parts.append(part)
    parts = parts[:BUTTONS]
    rows = [parts[at : at + BUTTONS_IN_A_ROW] for at in range(0, len(parts), BUTTONS_IN_A_ROW)]
    return [{"type": 1, "components": row} for row in rows]


def _button(button: Button, mark: str, allow: Hosts) -> Json | None:
    label = cut(one_line(button.label), BUTTON_LABEL) or "…"
    if button.url is None:
        name = custom_id(button.action, button.value, mark)
        return {"type": 2, "style": _STYLES[button.style], "label": label, "custom_id": name}
    safe = safe_link(button.url, allow)
    if safe is None or len(safe) > BUTTON_URL:
        return None
    return {"type": 2, "style": LINK, "label": label, "url": safe}


def custom_id(action: str, value: str, mark: str = "") -> str:
    """What comes back to us when a button is pressed or a form sent.

    Raises:
        ValueError: action and value break their promise of 90 characters.
    """
    name = f"{action}:{value}~{mark}" if value else f"{action}~{mark}"
    if len(name) > CUSTOM_ID:
        raise ValueError(f"{name!r} has {len(name)} characters; Discord takes {CUSTOM_ID}.")
    return name


def read_custom_id(name: str) -> tuple[str, str] | None:
    """The action and value in a custom_id; None if it is none of ours."""
    found = _CUSTOM_ID.fullmatch(name)
    return (found[1], found[2] or "") if found else None


def modal(form: Form) -> Json:
    """A modal.

    Raises:
        ValueError: the form has more fields than a modal holds.
    """
    if len(form.fields) > MODAL_FIELDS:
        raise ValueError(f"{form.action!r} asks {len(form.fields)} questions; a modal holds 5.")
    return {
        "title": cut(one_line(form.title), MODAL_TITLE) or "…",
        "custom_id": custom_id(form.action, form.value),
        "components": [_labelled(field) for field in form.fields],
    }


def _labelled(field: Field) -> Json:
    label = cut(one_line(field.label), MODAL_LABEL) or field.key[:MODAL_LABEL]
    channels = [place for place in field.value.split() if _PLACE.fullmatch(place)]
    if field.kind is FieldKind.PLACES and channels == field.value.split():
        return {"type": 18, "label": label, "component": _channel_select(field, channels)}
    if field.kind is FieldKind.FILE:
        upload = {"type": 19, "custom_id": field.key, "required": field.required}
        return {"type": 18, "label": label, "component": upload}
    if field.kind is FieldKind.CHOICE and field.choices:
        return {"type": 18, "label": label, "component": _select(field)}
    return {"type": 18, "label": label, "component": _text_input(field)}


def _channel_select(field: Field, channels: Sequence[str]) -> Json:
    """Where alerts go, chosen from the server's channels; other chats' are typed."""
    ids = [place.partition(":")[2] for place in channels[:MOST_CHANNELS]]
    chosen = [{"id": each, "type": "channel"} for each in ids]
    return {
        "type": 8,
        "custom_id": field.key,
        "channel_types": [0, 5, 15],  # text, announcements, forums
        **({"default_values": chosen} if chosen else {}),
        "min_values": int(field.required),
        "max_values": MOST_CHANNELS,
        "required": field.required,
    }


def _select(field: Field) -> Json:
    options = [
        {
            "label": cut(one_line(label), CHOICE) or value,
            "value": value,
            "default": value == field.value,
        }
        for value, label in field.choices[:CHOICES]
    ]
    return {
        "type": 3,
        "custom_id": field.key,
        "options": options,
        "required": field.required,
    }


def _text_input(field: Field) -> Json:
    longest = min(max(field.longest, 1), TEXT_INPUT)
    part: Json = {
        "type": 4,
        "custom_id": field.key,
        "style": 2 if field.kind is FieldKind.LONG_TEXT else 1,
        "max_length": longest,
        "required": field.required,
    }
    if value := clean(field.value)[:longest]:
        part["value"] = value
    if hint := cut(one_line(field.hint), PLACEHOLDER):
        part["placeholder"] = hint
    return part
