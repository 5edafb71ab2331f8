"""Puts a picture or a file beside the words of a payload; the embed shows a picture. Pure.

https://docs.discord.com/developers/reference#uploading-files; it sends nothing.
"""

import json
from typing import Any

from bot.chat.hygiene import cut, one_line
from bot.message import File, Picture

Json = dict[str, Any]

DESCRIPTION = 1024


def not_sent(enclosed: Picture | File) -> str:
    """What people read in its place."""
    return f"The {'picture' if isinstance(enclosed, Picture) else 'file'} could not be sent."


def body(payload: Json, enclosed: Picture | File | None = None) -> Json:
    """What discord.py's `request` takes for a payload: JSON, or a form with the file."""
    if enclosed is None:
        return {"json": payload}
    shows = isinstance(enclosed, Picture)
    words = enclosed.alt if isinstance(enclosed, Picture) else enclosed.about
    about = {
        "id": 0,
        "filename": enclosed.name,
        "description": cut(one_line(words), DESCRIPTION),
    }
    shown = payload | {"attachments": [about]}
    if shows:
        embed, *others = payload["embeds"]
        url = f"attachment://{enclosed.name}"
        shown["embeds"] = [embed | {"image": {"url": url}}, *others]
    file = {
        "name": "files[0]",
        "value": enclosed.png if isinstance(enclosed, Picture) else enclosed.data,
        "filename": enclosed.name,
        "content_type": "image/png" if shows else "application/octet-stream",
    }
    return {"form": [{"name": "payload_json", "value": json.dumps(shown)}, file]}
