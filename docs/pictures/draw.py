"""Draws the pictures of cards in the guides: `python docs/pictures/draw.py chromium`.

It lays out what stands in cards.json, which is what the bot really posted, as the two chats roughly
do, and lets a headless browser take the picture. Nothing here is part of the bot or of its tests.
"""

import html
import json
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image

HERE = Path(__file__).parent
WIDTH = 720
COLOURS = 96  # a third of the bytes, and nobody sees it


def slack(blocks: list[dict[str, Any]]) -> str:
    """A message of Slack."""
    return "".join(_block(block) for block in blocks)


def _block(block: dict[str, Any]) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(_rich(part) for part in block["elements"])
        case "context":
            parts = [_mrkdwn(each["text"]) for each in block["elements"]]
            return f'<div class="small">{" ".join(parts)}</div>'
        case "actions":
            return _buttons(each["text"]["text"] for each in block["elements"])
        case kind:
            raise SystemExit(f"There is no layout for a Slack block of the type {kind}.")


def _rich(part: dict[str, Any]) -> str:
    words = "".join(_piece(piece) for piece in part["elements"])
    kind = "quote" if part["type"] == "rich_text_quote" else "text"
    return f'<div class="{kind}">{words}</div>'


def _piece(piece: dict[str, Any]) -> str:
    words = html.escape(piece["text"])
    if piece.get("style", {}).get("bold"):
        words = f"<b>{words}</b>"
    return f"<a>{words}</a>" if piece["type"] == "link" else words


def _mrkdwn(text: str) -> str:
    text = re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", text)
    words = html.escape(html.unescape(text), quote=False)
    words = re.sub(r"&lt;http[^|]*\|(.*?)&gt;", r"<a>\1</a>", words)
    return re.sub(r"\*(.+?)\*", r"<b>\1</b>", words)


def discord(message: dict[str, Any]) -> str:
    """A message of Discord."""
    drawn = "".join(_embed(embed) for embed in message["embeds"])
    rows = message["components"]
    return drawn + "".join(_buttons(each["label"] for each in row["components"]) for row in rows)


def _embed(embed: dict[str, Any]) -> str:
    head = ""
    if "author" in embed:
        head += f'<div class="author">{html.escape(embed["author"]["name"])}</div>'
    if "title" in embed:
        head += f'<div class="title"><a>{html.escape(embed["title"])}</a></div>'
    lines = "".join(_line(line) for line in embed["description"].split("\n"))
    foot = f'<div class="footer">{html.escape(embed["footer"]["text"])}</div>'
    colour = f"border-color: #{embed['color']:06x}"
    return f'<div class="embed" style="{colour}">{head}{lines}{foot}</div>'


def _line(line: str) -> str:
    kinds = {"-# ": "small", "> ": "quote"}
    sign = next((sign for sign in kinds if line.startswith(sign)), "")
    words = html.escape(line.removeprefix(sign), quote=False)
    words = re.sub(r"\[(.+?)\]\(&lt;.*?&gt;\)", r"<a>\1</a>", words)
    words = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", words)
    words = re.sub(r"&lt;t:(\d+):f&gt;", _moment, words)
    words = re.sub(r"\\(.)", r"\1", words)
    return f'<div class="{kinds.get(sign, "text")}">{words}</div>'


def _moment(found: re.Match[str]) -> str:
    return f"{datetime.fromtimestamp(int(found[1]), UTC):%-d %B %Y %H:%M}"


def _buttons(labels: Any) -> str:
    drawn = "".join(f'<span class="button">{html.escape(label)}</span>' for label in labels)
    return f'<div class="buttons">{drawn}</div>'


def page(chat: str, card: str, reply: str) -> str:
    """A card and what follows in its thread."""

    def row(body: str) -> str:
        who = '<div class="who"><b>Watchfloor</b><span class="app">APP</span></div>'
        return (
            f'<div class="row"><div class="face">W</div><div class="body">{who}{body}</div></div>'
        )

    inside = f'<div class="thread"><div class="head">in its thread</div>{row(reply)}</div>'
    words = f'<div class="chat {chat}">{row(card)}{inside}</div>'
    style = (HERE / "cards.css").read_text()
    return f'<!doctype html><meta charset="utf-8"><style>{style}</style>{words}'


def pages() -> dict[str, str]:
    """The two pages, by the name of the chat."""
    cards = json.loads((HERE / "cards.json").read_text())
    first, second = (slack(blocks) for blocks in cards["slack"])
    third, fourth = (discord(message) for message in cards["discord"])
    return {
        "slack": page("slack", first, second),
        "discord": page("discord", third, fourth),
    }


def main() -> None:
    """Write slack.png and discord.png beside this file."""
    for name, words in pages().items():
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "page.html"
            source.write_text(words)
            height = _height(source)
            shot = f"--screenshot={HERE / name}.png"
            window = f"--window-size={WIDTH},{height}"
            _browse(shot, window, "--force-device-scale-factor=1.5", source)
        picture = HERE / f"{name}.png"
        Image.open(picture).quantize(COLOURS).save(picture, optimize=True)


def _height(source: Path) -> int:
    """How tall a page is, told by the page itself."""
    probe = source.with_name("probe.html")
    tell = "document.title = document.querySelector('.chat').offsetHeight"
    probe.write_text(f"{source.read_text()}<script>onload = () => {tell}</script>")
    told = _browse("--dump-dom", f"--window-size={WIDTH},2000", probe)
    found = re.search(r"<title>(\d+)</title>", told)
    if found is None:
        raise SystemExit("The browser did not lay the page out.")
    return int(found[1])


def _browse(*asked: object) -> str:
    browser = sys.argv[1] if len(sys.argv) > 1 else "chromium"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
    command = [browser, *flags, *map(str, asked)]
    # What is run is what whoever calls this named.
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    return done.stdout.decode()


if __name__ == "__main__":
    main()
