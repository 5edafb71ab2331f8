"""A channel and a modal as a person would see them, in plain characters."""

import html
import re
from datetime import UTC, datetime

from tests.servers.slack_people import inputs, value_of
from tests.servers.slack_world import Channel, Json, Message, Team, User, View

_DATE = re.compile(r"<!date\^(-?\d+)\^[^|>]*\|[^>]*>")
_LINK = re.compile(r"<(https?://[^|>]+)\|([^>]*)>")


def screen(team: Team, channel: Channel, user: User | None = None) -> str:
    """Every message of a channel that everybody, and `user` among them, may see."""
    lines = [f"#{channel.name} in {team.name}", ""]
    for message in team.messages:
        if message.channel != channel.id or message.only_for not in (None, user and user.id):
            continue
        if message.thread_ts is not None:
            continue
        lines += [*message_lines(team, message), ""]
        for reply in team.replies(message):
            lines += [*(f"    ↳ {line}" for line in message_lines(team, reply)), ""]
    return "\n".join(lines)


def message_lines(team: Team, message: Message) -> list[str]:
    """One message, top to bottom."""
    at = datetime.fromtimestamp(float(message.ts), UTC)
    edited = " (edited)" if message.edited else ""
    private = "  [only visible to you]" if message.only_for else ""
    lines = [f"watchfloor APP  {at:%H:%M}{edited}{private}"]
    drawn = [line for block in message.blocks for line in _block(team, block)]
    return lines + [f"  {line}".rstrip() for line in drawn or [_mrkdwn(message.text)]]


def modal_lines(team: Team, view: View) -> str:
    """An open modal: title, fields with what stands in them, errors, buttons."""
    lines = [f"┌ {view.title}"]
    fields = inputs(view)
    for block in view.shown["blocks"]:
        if block["type"] != "input":
            lines += [f"│ {line}" for line in _block(team, block)]
            continue
        label = block["label"]["text"] + (" (optional)" if block.get("optional") else "")
        lines.append(f"│ {label}: [{value_of(team, fields[block['block_id']])}]")
        if error := view.errors.get(block["block_id"]):
            lines.append(f"│   ! {error}")
        elif "hint" in block:
            lines.append(f"│   {block['hint']['text']}")
    shown = [view.shown[key]["text"] for key in ("close", "submit") if key in view.shown]
    return "\n".join([*lines, "└ " + "  ".join(f"[{text}]" for text in shown)])


def block_lines(team: Team, blocks: list[Json]) -> list[str]:
    """Blocks that stand by themselves, such as those of a Home tab."""
    return [line for block in blocks for line in _block(team, block)]


def _block(team: Team, block: Json) -> list[str]:
    match block["type"]:
        case "rich_text":
            return [line for part in block["elements"] for line in _rich(team, part)]
        case "context":
            return [" ".join(_text(element) for element in block["elements"])]
        case "actions":
            return ["  ".join(f"[{element['text']['text']}]" for element in block["elements"])]
        case "image":
            return [f"(picture: {block['alt_text']})"]
        case "section" | "header":
            return _text(block["text"]).split("\n")
        case other:
            return [f"({other})"]


def _rich(team: Team, part: Json) -> list[str]:
    if part["type"] == "rich_text_list":
        return [f"• {line}" for each in part["elements"] for line in _rich(team, each)]
    said = "".join(_run(team, element) for element in part["elements"]).split("\n")
    match part["type"]:
        case "rich_text_preformatted":
            return [f"    {line}" for line in said]
        case "rich_text_quote":
            return [f"▎ {line}" for line in said]
        case _:
            return said


def _run(team: Team, element: Json) -> str:
    style = element.get("style", {})
    match element["type"]:
        case "link":
            label = element.get("text") or element["url"]
            said = label if label in element["url"] else f"{label} -> {element['url']}"
        case "date":
            said = f"{datetime.fromtimestamp(element['timestamp'], UTC):%-d %b %Y %H:%M}"
        case "channel":
            channel = team.channels.get(element["channel_id"])
            said = f"#{channel.name if channel else 'unknown'}"
        case _:
            said = element["text"]
    if style.get("code"):
        return f"`{said}`"
    return f"*{said}*" if style.get("bold") and element["type"] == "text" else said


def _text(element: Json) -> str:
    return element["text"] if element["type"] == "plain_text" else _mrkdwn(element["text"])


def _mrkdwn(said: str) -> str:
    dated = _DATE.sub(
        lambda found: f"{datetime.fromtimestamp(int(found[1]), UTC):%-d %b %Y %H:%M}", said
    )
    return html.unescape(_LINK.sub(r"\2 -> \1", dated))
