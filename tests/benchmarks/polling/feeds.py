"""The feeds that are polled: real ones from a folder, or a few invented ones.

It neither fetches nor parses.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

SMALL = 60_000
"""Bytes; `--quick` leaves larger feeds out, and they are shown apart."""

_WORDS = ("minister", "talks", "border", "convoy", "grain", "harbour", "sanctions", "vote", "envoy")
_STARTS = datetime(2026, 3, 1, 6, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's document as it is served."""

    name: str
    body: bytes


def load(folder: Path) -> list[Feed]:
    """The files of `feeds/` in a data folder. Raises FileNotFoundError when there are none."""
    files = sorted(path for path in (folder / "feeds").glob("*") if path.is_file())
    if not files:
        raise FileNotFoundError(f"{folder / 'feeds'} holds no feeds.")
    return [Feed(path.name, path.read_bytes()) for path in files]


def invent(seed: int, count: int = 9) -> list[Feed]:
    """RSS with 5 entries in the smallest and more in each next one."""
    dice = random.Random(seed)
    return [
        Feed(f"invented-{number}.xml", rss(f"invented-{number}", _texts(dice, 5 * (number + 1))))
        for number in range(count)
    ]


def rss(name: str, texts: Sequence[tuple[str, str]]) -> bytes:
    """A feed of RSS 2.0 with these titles and texts, one an hour."""
    items = "".join(
        f"<item><title>{title}</title><link>https://{name}.example/{number}?utm_source=rss</link>"
        f"<guid>tag:{name}:{number}</guid>"
        f"<pubDate>{format_datetime(_STARTS + timedelta(hours=number))}</pubDate>"
        f"<description><![CDATA[{text}]]></description></item>\n"
        for number, (title, text) in enumerate(texts)
    )
    head = f"<title>{name}</title><link>https://{name}.example/</link>"
    channel = f"<channel>{head}\n{items}</channel>"
    return f'<?xml version="1.0"?>\n<rss version="2.0">{channel}</rss>'.encode()


def smallest(feeds: Sequence[Feed]) -> Feed:
    """The feed with the fewest bytes."""
    return min(feeds, key=lambda feed: len(feed.body))


def median(feeds: Sequence[Feed]) -> Feed:
    """The feed in the middle, by bytes."""
    return sorted(feeds, key=lambda feed: len(feed.body))[len(feeds) // 2]


def _texts(dice: random.Random, count: int) -> list[tuple[str, str]]:
    def words(many: int) -> str:
        return " ".join(dice.choices(_WORDS, k=many))

    return [
        (f"{words(7)} {number}", f"<p>{words(40)}</p><p><b>{words(3)}</b> {words(25)}</p>")
        for number in range(count)
    ]
