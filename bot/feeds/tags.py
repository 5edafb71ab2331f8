"""Tags as people write them, made one word each, so that `tag:` in a query can name them.

It knows no feed; which tags mean something is up to the people who give them.
"""

import re

LONGEST = 40
MOST = 20
STATE_MEDIA = "state-media"
"""The tag by which a feed is known as a voice of its state, wherever feeds are shown."""


def tag_of(text: str) -> str:
    """One tag in its settled spelling, `middle-east` for `Middle East`; "" if nothing is left."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text.casefold())
    return "-".join(printable.replace(",", " ").split())[:LONGEST].strip("-")


def tags_of(text: str) -> tuple[str, ...]:
    """Tags that stand apart by commas or blanks, each once, at most twenty."""
    tags = (tag_of(word) for word in re.split(r"[,\s]+", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))[:MOST]
