"""Runs feedparser's own test files through our parser, as far as they state what an entry says.

A file says in its first comment what feedparser must make of it. What is compared is an entry's
title, link, id and date, in the form the product keeps; everything else is left alone.
"""

import ast
import asyncio
import calendar
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from bot.errors import ParseError
from bot.feeds.identity import identity_of
from bot.feeds.links import clean_link
from bot.feeds.parse import Parser
from bot.feeds.plaintext import one_line, plain_text
from bot.model import Entry

_EXPECT = re.compile(rb"Expect:\s*(.*?)\s*(?:-->|\n\s*\n)", re.DOTALL)
_LOCATION = re.compile(rb"Content-Location:\s*(\S+)")
_ENTRY = re.compile(rb"<((?:[a-z0-9]+:)?(?:entry|item))(\s[^>]*[^/])?>", re.IGNORECASE)
_KEYS = {
    "title": "title", "link": "link", "id": "id", "guid": "id",
    "published_parsed": "date", "updated_parsed": "date", "created_parsed": "date",
    "published": "date", "updated": "date", "created": "date",
}  # fmt: skip
_NOT_KEPT = "entry without title, text or link: not kept"
_URL = "http://127.0.0.1:8097/tests/wellformed/"  # where feedparser's own suite serves them


@dataclass(frozen=True, slots=True)
class Stated:
    """A file's claim: this fact of the entry at this place is this value."""

    place: int
    key: str
    value: Any

    @property
    def fact(self) -> str:
        """id, link, title or date."""
        return _KEYS[self.key]


@dataclass(slots=True)
class Suite:
    """Files found, those that state something of ours, those that agree, and named differences."""

    files: int = 0
    stating: int = 0
    agreeing: int = 0
    claims: Counter[str] = field(default_factory=Counter)
    differences: dict[str, list[str]] = field(default_factory=dict)


def run(folder: Path) -> Suite:
    """Run the well-formed files below a folder, feedparser's unpacked source distribution.

    Raises FileNotFoundError when there are none.
    """
    place = folder if folder.name == "wellformed" else folder / "tests" / "wellformed"
    files = sorted(place.rglob("*.xml"))
    if not files:
        raise FileNotFoundError(f"{place} holds no test files; unpack feedparser's source there.")
    return asyncio.run(_run(place, files))


async def _run(place: Path, files: list[Path]) -> Suite:
    suite = Suite(files=len(files))
    async with Parser() as parser:
        for path in files:
            body = path.read_bytes()
            claims = list(stated(body))
            if claims:
                suite.stating += 1
                suite.claims.update(claim.fact for claim in claims)
                name = path.relative_to(place).as_posix()
                reasons = await _objections(parser, claims, body, name)
                suite.agreeing += not reasons
                for why in reasons:
                    suite.differences.setdefault(why, []).append(name)
    return suite


async def _objections(parser: Parser, claims: list[Stated], body: bytes, name: str) -> set[str]:
    """Why a file does not come out as it says.

    An entry with nothing to show is not kept by us; such a file is read once more with titles.
    """
    url = _url(body, name)
    entries = await _entries(parser, body, url)
    reasons = {why for claim in claims if (why := _objection(claim, entries, url))}
    if reasons != {_NOT_KEPT}:
        return reasons
    titled = _ENTRY.sub(rb"\g<0><title>Added</title>", body)
    entries = await _entries(parser, titled, url)
    wrong = {why for claim in claims if (why := _objection(claim, entries, url))}
    return {f"{_NOT_KEPT}; given a title, {' and '.join(sorted(wrong)) or 'as stated'}"}


async def _entries(parser: Parser, body: bytes, url: str) -> tuple[Entry, ...] | None:
    try:
        read = await parser.parse(
            body, url=url, content_type="application/xml", now=datetime.now(UTC)
        )
    except ParseError:
        return None
    return read.entries


def stated(body: bytes) -> Iterator[Stated]:
    """The claims in a file's first comment: `entries[N]['key'] == value`."""
    found = _EXPECT.search(body)
    if found is None:
        return
    try:
        tree = ast.parse(found[1].decode("utf-8", "replace"), mode="eval")
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=ast.Subscript() as left, ops=[ast.Eq()], comparators=[right]):
                yield from _claims(left, right)


def _claims(left: ast.Subscript, right: ast.expr) -> Iterator[Stated]:
    match left:
        case ast.Subscript(value=inner, slice=ast.Constant(value="value")):
            if not (isinstance(inner, ast.Subscript) and _key(inner) == "title_detail"):
                return
            left, key = inner, "title"
        case _:
            key = _key(left)
    match left.value:
        case ast.Subscript(value=ast.Name(id="entries"), slice=ast.Constant(value=int(place))):
            if key in _KEYS:
                with suppress(ValueError):
                    yield Stated(place, key, ast.literal_eval(right))


def _key(node: ast.Subscript) -> str:
    return str(node.slice.value) if isinstance(node.slice, ast.Constant) else ""


def _url(body: bytes, name: str) -> str:
    found = _LOCATION.search(body[:1_000])
    given = found[1].decode("ascii", "replace") if found else ""
    return given if given.startswith("http") else _URL + name


def _objection(claim: Stated, entries: tuple[Entry, ...] | None, url: str) -> str | None:
    """Name the difference between a claim and what we read; None where there is none."""
    if entries is None:
        return "no feed by our measure"
    if claim.fact == "title" and not one_line(plain_text(claim.value)):
        return "title is markup without any text"
    if claim.place >= len(entries):
        return _NOT_KEPT
    entry = entries[claim.place]
    judge = {"title": _title, "link": _link, "id": _id, "date": _date}[claim.fact]
    return judge(claim.value, entry, url)


def _title(value: Any, entry: Entry, url: str) -> str | None:
    if entry.title == one_line(value):
        return None
    return None if entry.title == one_line(plain_text(value)) else "title differs"


def _link(value: Any, entry: Entry, url: str) -> str | None:
    wanted = clean_link(value, url)
    if entry.url == wanted:
        return None
    return "link differs" if wanted else "link is no web address: dropped"


def _id(value: Any, entry: Entry, url: str) -> str | None:
    if identity_of(value.strip()) in (entry.identity, *entry.names):
        return None
    relative = (identity_of(value[start:]) for start in range(1, len(value)))
    if not set(relative).isdisjoint((entry.identity, *entry.names)):
        return "id is a relative address: kept as it is written"
    return "id differs"


def _date(value: Any, entry: Entry, url: str) -> str | None:
    if value is None:
        return None if entry.published is None else "date where none is expected"
    wanted = _moment(value)
    if entry.published is None:
        return "date not taken"
    return None if entry.published.at == wanted else "date differs"


def _moment(value: Any) -> datetime:
    """A date as feedparser's test files write it: nine numbers, ISO 8601, or RFC 822."""
    if isinstance(value, tuple):
        return datetime.fromtimestamp(calendar.timegm(value), UTC)
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return parsedate_to_datetime(value)
