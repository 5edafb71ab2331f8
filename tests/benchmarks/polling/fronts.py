"""An experiment: quicker ways from a changed body to its entries, and where they disagree.

Nothing of it is in the product. All ways get the same bytes, in one process, without HTTP.
"""

import hashlib
import importlib
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.errors import ParseError
from bot.feeds.parse import read_feed
from bot.feeds.plaintext import plain_text
from bot.model import Entry
from tests.benchmarks.polling import plain
from tests.benchmarks.polling.facts import Agreement, Facts, of_document, of_entries, of_front
from tests.benchmarks.polling.feeds import Feed

PLAIN = "feedparser, as in the plain loop"
OURS = "ours: feedparser, then plain text"
PIECES = "ours, given one new item alone"
FRONT = "fastfeedparser, text of one new entry made plain"
MIXED = "the latter where it agrees on a whole feed, else ours"

_ITEM = re.compile(rb"<(item|entry)(?=[\s>]).*?</\1\s*>", re.DOTALL)
_URL = "http://feeds.example/feed"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a body: `work` is what is timed, `facts` what it says of all entries."""

    work: Callable[[bytes], object]
    facts: Callable[[bytes], list[Facts]]


@dataclass(slots=True)
class Tried:
    """How a way did: for each feed its seconds and whether all of it is as feedparser says."""

    name: str
    seconds: list[float] = field(default_factory=list)
    alike: list[bool] = field(default_factory=list)
    agreement: Agreement = field(default_factory=Agreement)


def tried(feeds: Sequence[Feed], repeats: Sequence[int]) -> list[Tried]:
    """Read all feeds in each way; the first is the plain loop's, which the others should equal."""
    ways = _ways()
    results = [Tried(name) for name in ways]
    for feed, times in zip(feeds, repeats, strict=True):
        wanted = ways[PLAIN].facts(feed.body)
        for one in results:
            way = ways[one.name]
            one.alike.append(one.agreement.add(feed.name, wanted, _attempt(way, feed.body)))
            one.seconds.append(_seconds(way, feed.body, times))
    return results


def split(body: bytes) -> list[bytes]:
    """A document for each item, with all that stands before the first and after the last.

    A body in which no item is found stays one document.
    """
    found = list(_ITEM.finditer(body))
    if not found:
        return [body]
    head, tail = body[: found[0].start()], body[found[-1].end() :]
    return [head + item[0] + tail for item in found]


def _ways() -> dict[str, Way]:
    now = datetime.now(UTC)

    def read(body: bytes) -> Sequence[Entry]:
        return read_feed(body, url=_URL, content_type="application/xml", now=now).entries

    def read_first(body: bytes) -> Sequence[Entry]:
        items = _ITEM.finditer(body)
        for item in items:  # each would be looked up among those already known
            hashlib.blake2b(item[0], digest_size=20).digest()
        return read(split(body)[0])

    ways = {
        PLAIN: Way(plain.read, lambda body: of_document(plain.read(body), _URL)),
        OURS: Way(read, lambda body: of_entries(read(body))),
        PIECES: Way(
            read_first,
            lambda body: of_entries(entry for part in split(body) for entry in read(part)),
        ),
    }
    if front := _front():
        ways[FRONT] = Way(
            lambda body: _first_text(front(body)),
            lambda body: of_front(front(body)["entries"], _URL),
        )
    return ways


def _first_text(document: Mapping[str, Any]) -> str:
    for entry in document["entries"]:
        content = entry.get("content") or [{}]
        return plain_text(content[0].get("value") or entry.get("description") or "")
    return ""


def _front() -> Callable[[bytes], Any] | None:
    """The quick parser, if it is installed; it is no dependency of anything here."""
    try:
        parse: Callable[[bytes], Any] = importlib.import_module("fastfeedparser").parse
    except ModuleNotFoundError:
        return None
    return parse


def _attempt(way: Way, body: bytes) -> list[Facts] | None:
    try:
        return way.facts(body)
    except (ParseError, ValueError):  # the quick parser raises ValueError for what it cannot read
        return None


def _seconds(way: Way, body: bytes, times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        try:
            way.work(body)
        except (ParseError, ValueError):
            continue
    return (time.process_time() - before) / times
