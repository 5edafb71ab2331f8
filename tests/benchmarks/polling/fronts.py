"""From a changed body to its entries, without HTTP: in the product's ways, and in another's.

All ways get the same bytes, in one process. What each says of every entry is compared with what
feedparser says of the whole by its defaults.
"""

import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import ParseError
from bot.feeds.plaintext import plain_text
from bot.feeds.reading import tame
from bot.feeds.rereading import read_again
from bot.feeds.shown import Shown
from bot.feeds.wire import ParsedFeed
from bot.model import Entry
from tests.benchmarks.polling import plain
from tests.benchmarks.polling.facts import Agreement, Facts, of_document, of_entries, of_front
from tests.benchmarks.polling.feeds import Feed

PLAIN = "feedparser, as in the plain loop"
FIRST = "ours, for the first time: all of it, with the proof"
ONE = "ours, with one new entry"
NONE = "ours, with no new entry"
FRONT = "fastfeedparser, text of one new entry made plain"

_URL = "http://feeds.example/feed"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a body: `work` is what is timed, `facts` what it says of all entries.

    Both get what was kept when the body was read for the first time.
    """

    work: Callable[[bytes, bytes], object]
    facts: Callable[[bytes, bytes], list[Facts]] | None


@dataclass(slots=True)
class Tried:
    """How a way did: for each feed its seconds; how many feeds it could only read as a whole.

    A way that reads no entry has nothing to agree about.
    """

    name: str
    seconds: list[float] = field(default_factory=list)
    whole: int = 0
    agreement: Agreement | None = None


def tried(feeds: Sequence[Feed], repeats: Sequence[int]) -> list[Tried]:
    """Read all feeds in each way; the first is the plain loop's, which the others should equal."""
    tame()
    ways = _ways()
    results = [Tried(name, agreement=Agreement() if ways[name].facts else None) for name in ways]
    for feed, times in zip(feeds, repeats, strict=True):
        wanted = of_document(plain.read(feed.body), _URL)
        kept = read(feed.body).shown
        for one in results:
            way = ways[one.name]
            if one.agreement and way.facts:
                one.agreement.add(feed.name, wanted, _attempt(way.facts, feed.body, kept))
            one.whole += one.name == ONE and not trusted(kept)
            one.seconds.append(_seconds(way, feed.body, kept, times))
    return results


def read(body: bytes, shown: bytes = b"") -> ParsedFeed:
    """Read as the product's child does."""
    now = datetime.now(UTC)
    return read_again(body, url=_URL, content_type="application/xml", now=now, shown=shown)


def trusted(kept: bytes) -> bool:
    """Whether parts of the next document may be read."""
    held = Shown.unpacked(kept)
    return held is not None and held.agrees


def forgetting(kept: bytes) -> Iterator[bytes]:
    """What was kept, without each of its entries in turn; as it is if it holds none."""
    held = Shown.unpacked(kept)
    if held is None or not held.rows:
        yield kept
        return
    for gone in held.rows:
        rows = {digest: row for digest, row in held.rows.items() if digest != gone}
        yield replace(held, rows=rows).packed()


def _ways() -> dict[str, Way]:
    ways = {
        PLAIN: Way(
            lambda body, _: plain.read(body), lambda body, _: of_document(plain.read(body), _URL)
        ),
        FIRST: Way(lambda body, _: read(body), lambda body, _: of_entries(read(body).entries)),
        ONE: Way(
            lambda body, kept: read(body, next(forgetting(kept))),
            lambda body, kept: of_entries(_one_by_one(body, kept)),
        ),
        NONE: Way(read, None),
    }
    if front := _front():
        ways[FRONT] = Way(
            lambda body, _: _first_text(front(body)),
            lambda body, _: of_front(front(body)["entries"], _URL),
        )
    return ways


def _one_by_one(body: bytes, kept: bytes) -> list[Entry]:
    """Every entry as it is read when it is the one that is new."""
    found: dict[str, Entry] = {}
    for shown in forgetting(kept):
        for entry in read(body, shown).entries:
            found.setdefault(entry.identity, entry)
    return list(found.values())


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


def _attempt(
    facts: Callable[[bytes, bytes], list[Facts]], body: bytes, kept: bytes
) -> list[Facts] | None:
    try:
        return facts(body, kept)
    except (ParseError, ValueError):  # the quick parser raises ValueError for what it cannot read
        return None


def _seconds(way: Way, body: bytes, kept: bytes, times: int) -> float:
    before = time.process_time()
    for _ in range(times):
        try:
            way.work(body, kept)
        except (ParseError, ValueError):
            continue
    return (time.process_time() - before) / times
