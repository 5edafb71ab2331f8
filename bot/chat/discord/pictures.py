"""Puts a picture beside the words of a payload: a file that the embed shows. Pure.

https://docs.discord.com/developers/reference#uploading-files; it sends nothing.
"""

import json
from typing import Any

from bot.chat.hygiene import cut, one_line
from bot.message import Picture

Json = dict[str, Any]

DESCRIPTION = 1024
NOT_SENT = "The picture could not be sent."


def body(payload: Json, picture: Picture | None = None) -> Json:
    """What discord.py's `request` takes for a payload: JSON, or a form with the picture's file."""
    if picture is None:
        return {"json": payload}
    embed, *others = payload["embeds"]
    about = {
        "id": 0,
        "filename": picture.name,
        "description": cut(one_line(picture.alt), DESCRIPTION),
    }
    shown = payload | {
        "embeds": [embed | {"image": {"url": f"attachment://{picture.name}"}}, *others],
        "attachments": [about],
    }
    file = {
        "name": "files[0]",
        "value": picture.png,
        "filename": picture.name,
        "content_type": "image/png",
    }
    return {"form": [{"name": "payload_json", "value": json.dumps(shown)}, file]}
