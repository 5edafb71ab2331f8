"""Reads and writes lists of feeds as OPML, in which feed readers exchange them.

The form is http://opml.org/spec2.opml. Folders and categories become tags. Nothing is fetched, no
entity is expanded, and whether an address may be read at all is the guard's matter.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree
from xml.parsers import expat

from bot.errors import ParseError
from bot.feeds.plaintext import one_line
from bot.feeds.tags import MOST, tag_of

LONGEST = 2**20
MOST_FEEDS = 500
DEEPEST = 30
LONGEST_NAME = 80

# What XML 1.0 has no way to say (https://www.w3.org/TR/xml/#charsets).
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed on a list: not looked at yet, its address as it was written."""

    url: str
    name: str
    tags: tuple[str, ...] = ()


def read_opml(document: str | bytes) -> tuple[Listed, ...]:
    """The feeds of a document, in its order, each address once.

    Text is taken as it is; bytes are decoded as the document says. Raises ParseError with a
    sentence for people: no OPML, too big, or built to do harm.
    """
    size = len(document)
    if size > LONGEST:
        raise ParseError(f"The list is bigger than {LONGEST / 2**20:g} MiB, and is not read.")
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = reader.refuse_entity
    try:
        parser.Parse(document.strip() if isinstance(document, str) else document, True)
    except (expat.ExpatError, ValueError) as error:
        place = f" (line {error.lineno})" if isinstance(error, expat.ExpatError) else ""
        raise ParseError(
            f"That is no OPML: it is not well-formed XML{place}. Export the list again from your"
            " feed reader."
        ) from None
    if not reader.is_opml:
        raise ParseError("That is XML, but no OPML: it does not begin with <opml>.")
    return tuple(reader.feeds.values())


def write_opml(feeds: Iterable[Listed], *, title: str, at: datetime) -> str:
    """A document that `read_opml` and other feed readers understand; tags become categories."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = _sayable(title)
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(at)
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = _sayable(feed.name)
        said = {"type": "rss", "text": name, "title": name, "xmlUrl": _sayable(feed.url)}
        if feed.tags:
            said["category"] = _sayable(",".join(feed.tags))
        ElementTree.SubElement(body, "outline", said)
    ElementTree.indent(root)
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + ElementTree.tostring(root, encoding="unicode") + "\n"


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("\ufffd", text)


class _Reader:
    """Collects outlines; the tags of the open folders are a stack."""

    def __init__(self) -> None:
        self.feeds: dict[str, Listed] = {}
        self.is_opml = False
        self._folders: list[str] = []
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ParseError(f"The list is nested more than {DEEPEST} deep, and is not read.")
        if self._depth == 1:
            self.is_opml = name.lower() == "opml"
        if name.lower() != "outline":
            return
        given = {key.lower(): value.strip() for key, value in attributes.items()}
        url = given.get("xmlurl", "")
        label = one_line(given.get("title") or given.get("text") or "")
        self._folders.append("" if url else tag_of(label))
        if url:
            self._add(url, label, given.get("category", ""))

    def _add(self, url: str, label: str, categories: str) -> None:
        if len(self.feeds) == MOST_FEEDS and url not in self.feeds:
            raise ParseError(
                f"The list has more than {MOST_FEEDS} feeds, the most that a workspace may have."
            )
        tags = [*self._folders, *map(tag_of, re.split("[,/]", categories))]
        known = tuple(dict.fromkeys(tag for tag in tags if tag))[:MOST]
        self.feeds.setdefault(url, Listed(url, label[:LONGEST_NAME].strip() or url, known))

    def end(self, name: str) -> None:
        self._depth -= 1
        if name.lower() == "outline":
            self._folders.pop()

    def refuse_entity(self, name: str, *_: object) -> None:
        # An entity can stand for a gigabyte or for a file of ours; no list of feeds needs one.
        raise ParseError("The list declares entities of its own, and is not read for safety.")
