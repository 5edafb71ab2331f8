"""A channel as a person would see it, in plain characters."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from tests.servers.discord_markdown import Run, read
from tests.servers.discord_people import Modal
from tests.servers.discord_world import Channel, Json, Posted, User, instant

Names = Mapping[str, str]


def screen(channel: Channel, user: User | None = None) -> str:
    """Every message of a channel that everybody, and `user` among them, may see."""
    lines = [f"#{channel.name} in {channel.guild.name}", ""]
    for posted in channel.messages:
        if not posted.deleted and posted.only_for in (None, user):
            lines += [*message_lines(posted), ""]
        lines += _thread_lines(posted)
    return "\n".join(lines)


def _thread_lines(root: Posted) -> list[str]:
    """The thread of a message, which outlives it."""
    lines = []
    for thread in root.channel.guild.threads:
        if thread.root is root:
            lines += [f"    ↳ {thread.name}"]
            for posted in thread.messages:
                lines += ["", *(f"    ↳ {line}" for line in message_lines(posted))]
            lines.append("")
    return lines


def message_lines(posted: Posted) -> list[str]:
    """One message, top to bottom."""
    edited = " (edited)" if posted.edits else ""
    private = f"  [only {posted.only_for.name} sees this]" if posted.only_for else ""
    names = {f"<#{each.id}>": f"#{each.name}" for each in posted.channel.guild.channels}
    lines = [f"{posted.author.name} APP  {instant(posted.id):%H:%M}{edited}{private}"]
    if content := posted.payload.get("content"):
        lines += drawn(content, names)
    for embed in posted.embeds:
        lines += [f"  ┃ {line}".rstrip() for line in _embed_lines(embed, names)]
    lines += [f"  (picture: {alt})" for alt, _ in posted.pictures]
    shown = {data for _, data in posted.pictures}
    files = {name: data for name, data in posted.files.items() if data not in shown}
    lines += [f"  (file: {name}, {len(data)} bytes)" for name, data in files.items()]
    for row in posted.payload.get("components") or []:
        buttons = [_button(part) for part in row.get("components") or []]
        lines.append("  " + "  ".join(buttons))
    return lines


def _embed_lines(embed: Json, names: Names) -> list[str]:
    lines = []
    if author := embed.get("author"):
        lines.append(author["name"])
    if title := embed.get("title"):
        link = f"  ->  {embed['url']}" if embed.get("url") else ""
        lines.append("".join(_mark(run, names) for run in read(title)) + link)
    if description := embed.get("description"):
        lines += drawn(description, names)
    for field in embed.get("fields") or []:
        lines += [field["name"], *drawn(field["value"], names)]
    foot = [embed["footer"]["text"]] if embed.get("footer") else []
    if at := embed.get("timestamp"):
        foot.append(f"{datetime.fromisoformat(at).astimezone(UTC):%-d %b %Y %H:%M}")
    return lines + ([" • ".join(foot)] if foot else [])


def drawn(text: str, names: Names | None = None) -> list[str]:
    """Markdown as seen: *bold*, `code`, links with address, times in UTC, channels by name."""
    shown = ""
    for run in read(text):
        if "list" in run.styles and (not shown or shown.endswith("\n")):
            shown += "• "
        shown += _mark(run, names or {})
    return shown.split("\n")


def _mark(run: Run, names: Names) -> str:
    if "time" in run.styles:
        seconds = int(re.findall(r"-?\d+", run.text)[0])
        return f"{datetime.fromtimestamp(seconds, UTC):%-d %b %Y %H:%M}"
    text = names.get(run.text, run.text) if "mention" in run.styles else run.text
    if "code" in run.styles:
        text = f"`{text}`"
    if "bold" in run.styles:
        text = f"*{text}*"
    return f"{text} ({run.url})" if run.url and run.url != run.text else text


def _button(part: Json) -> str:
    return f"[ {part.get('label', '')}{' ↗' if part.get('url') else ''} ]"


def modal_lines(modal: Modal) -> list[str]:
    """An open form."""
    lines = [f"── {modal.title} ──"]
    for key, part in modal.inputs.items():
        star = " *" if part.get("required", True) else ""
        lines.append(f"{part['label']}{star}: {modal.values.get(key, '')}")
        if part["type"] == 3:
            lines.append("   one of " + ", ".join(option["value"] for option in part["options"]))
    return lines
