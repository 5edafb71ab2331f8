"""Reads an item of a common kind as feedparser reads it, for a fraction of the cost.

It knows the elements that news feeds use, and gives up at whatever else is in an item. That the two
agree about a feed is proven by `rereading` before any answer of this module is taken.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from bot.feeds import reading
from bot.feeds.entries import Raw

_ITEM, _CHILD, _GRANDCHILD = 2, 3, 4
_ROOT_NAME = re.compile(r"<([^\s/>]+)")
_ENTITY = re.compile(r"&([A-Za-z0-9_]+);")
_TEXTS = {"title": "text/plain", "summary": "text/plain"}
_TEXTS |= {"description": "text/html", "media:description": "text/html"}
_CONTENTS = {"content": "text/plain", "content:encoded": "text/html"}
_KINDS = {"text": "text/plain", "plain": "text/plain", "html": "text/html"}
_DATES = {"pubdate": "published", "published": "published", "updated": "updated"}
_DATES["dc:date"] = "updated"
_NAMES = {"author": "author", "dc:creator": "author", "guid": "id", "id": "id"}
_TAGS = ("category", "dc:subject")
# What feedparser handles, and what changes nothing that we keep.
_CASES = ("media:group", "media:content")
_CASED = ("media:title", "media:description")
_IDLE = frozenset({"*", "enclosure", "expirationdate", "media:thumbnail", "media:credit", *_CASES})
# Names that would, with a prefix or alone, name what other elements leave behind.
_TAKEN = frozenset({"title", "summary", "author", "published", "updated", "created", "links"})
_TAKEN |= {"authors", "guidislink"}
_PERSON = ("name", "email", "uri")
_LONGEST_AUTHOR = 512  # a longer one is cut before feedparser looks at it


class _UnknownError(Exception):
    """There is something in the item that only feedparser knows how to read."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as feedparser would give it, and of which shape it is.

    The shape names its elements in their order with what steers how they are read; what is proven
    of one item holds for another of the same shape.
    """

    raw: Raw
    shape: str


def read(root: str, item: str, *, atom: bool) -> Item | None:
    """Read one item that stands within this root tag; None for what feedparser should read."""
    name = _ROOT_NAME.match(root)
    if name is None or root.endswith("/>"):
        return None
    reader = _Reader(atom=atom)
    try:
        reader.parser.Parse(f"{root}{item}</{name[1]}>", True)
    except (_UnknownError, expat.ExpatError):
        return None
    return Item(reader.raw, " ".join(dict.fromkeys(reader.marks)))


@dataclass(slots=True)
class _Reader:
    """Takes what expat tells of one item."""

    atom: bool
    raw: dict[str, Any] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)
    parser: expat.XMLParserType = field(init=False)
    _open: list[str] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _person: dict[str, str] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _attributes: Mapping[str, str] = field(default_factory=dict)
    _language: str | None = None
    _base: str = ""

    def __post_init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.namespace_prefixes = True
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text.append

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        depth = len(self._open) + 1
        if depth == 1:
            self._begin_root(attributes)
            self._open.append("")
            return
        key = _key(name)
        within = self._open[-1]
        self._open.append(key)
        if depth == _ITEM:
            self._begin_item(attributes)
        elif depth == _CHILD and key in _IDLE:
            return
        elif depth == _CHILD:
            self._text.clear()
            self._begin(key, _plain(attributes, lenient=key in _TEXTS or key in _CONTENTS))
        elif depth == _GRANDCHILD and within == "author":
            self._begin_person(key, attributes)
        elif depth == _GRANDCHILD and within in _CASES and key in _CASED:
            self._text.clear()
            self._begin(key, _plain(attributes, lenient=True))
        elif within not in ("*", *_CASES) or key not in _IDLE:
            raise _UnknownError

    def _end(self, name: str) -> None:
        key, depth = self._open.pop(), len(self._open) + 1
        if depth == _CHILD:
            self._finish(key, "".join(self._text).strip())
        elif depth == _GRANDCHILD and self._open[-1] == "author":
            self._person[key] = "".join(self._text).strip()
            self._text.clear()
        elif depth == _GRANDCHILD and self._open[-1] in _CASES and key in _CASED:
            self._finish(key, "".join(self._text).strip())

    def _begin_root(self, attributes: Mapping[str, str]) -> None:
        given = _plain(attributes, lenient=True)
        self._language = _language(given, None)
        self._base = reading.absolute(given.get("base", ""))

    def _begin_item(self, attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            if name.split()[:2] == [reading.RDF, "about"] and value:
                self.raw["id"] = value
                self.marks.append("about")
            elif name.lower() in ("lastmod", "href", "lang", "base") or " " in name:
                raise _UnknownError

    def _begin(self, key: str, attributes: Mapping[str, str]) -> None:
        """Note an element's attributes. Of those that count once, a second one is not known."""
        steering = (f"{name}={attributes[name]}" for name in _STEERING if name in attributes)
        self.marks.append(",".join([key, *sorted(attributes.keys() - _STEERING), *steering]))
        self._attributes = attributes
        if key == "link":
            self._begin_link(attributes)
        elif key in _TAGS:
            scheme = attributes.get("scheme", attributes.get("domain"))
            self._tag(attributes.get("term"), scheme, attributes.get("label"))
        elif key == "media:title":
            if not self.raw.get("title") or "source" in self._said:  # it may become the title
                raise _UnknownError
        elif key == "media:description" and self._said & {"summary", "content"}:
            self._once("content")  # a second description is content
        else:
            self._once(key)

    def _begin_person(self, key: str, attributes: Mapping[str, str]) -> None:
        if key != "*" and (attributes or key not in _PERSON):
            raise _UnknownError
        self._person["author"] = self._person.get("author", "") + "".join(self._text)
        self._text.clear()

    def _once(self, key: str) -> None:
        kind = _DATES.get(key) or _NAMES.get(key) or ("content" if key in _CONTENTS else key)
        kind = "summary" if kind in ("description", "media:description") else kind
        known = key in _TEXTS or key in _CONTENTS or key in _DATES or key in _NAMES
        if kind in self._said or not (known or (key == "source" and not self.atom)):
            raise _UnknownError
        self._said.add(kind)

    def _begin_link(self, attributes: Mapping[str, str]) -> None:
        given = [attributes[name] for name in ("url", "uri", "href") if name in attributes]
        if not given:
            return
        if not given[0]:
            raise _UnknownError
        relation = attributes.get("rel", "alternate")
        usual = "application/atom+xml" if relation == "self" else "text/html"
        kind = attributes.get("type", usual)
        if relation == "alternate" and _KINDS.get(kind, kind) in reading.HTML:
            self.raw["link"] = reading.absolute(given[0], self._base)

    def _finish(self, key: str, text: str) -> None:
        if key == "media:description" and "content" in self._said:
            key = "content"
        if key in _TEXTS:
            self._finish_text("title" if key == "title" else "summary", text, _TEXTS[key])
        elif key in _CONTENTS:
            piece = self._piece(text, _CONTENTS[key])
            self.raw["content"] = [piece]
            self.raw.setdefault("summary", piece["value"])
        elif key in _DATES:
            name = _DATES[key]
            self.raw[name] = reading.repaired(text)
            self.raw[f"{name}_parsed"] = reading.date_of(self.raw[name])
        elif finish := _FINISHES.get(key):
            finish(self, text)

    def _finish_text(self, name: str, text: str, usual: str) -> None:
        piece = self._piece(text, usual)
        self.raw[name], self.raw[f"{name}_detail"] = piece["value"], piece

    def _piece(self, text: str, usual: str) -> dict[str, Any]:
        given = self._attributes.get("type", usual)
        kind = _KINDS.get(given, given)
        if kind not in ("text/plain", "text/html") or {"mode", "src"} & self._attributes.keys():
            raise _UnknownError
        if kind == "text/plain" and not self.atom and reading.is_markup(text):
            kind = "text/html"
            self.marks.append("markup")
        language = _language(self._attributes, self._language)
        return {"type": kind, "language": language, "value": reading.repaired(text)}

    def _finish_link(self, text: str) -> None:
        if self._attributes.keys() & {"url", "uri", "href"}:
            return
        link = reading.repaired(reading.absolute(text, self._base)).replace("&amp;", "&")
        self.raw["link"] = _ENTITY.sub(r"&\g<1>", link)

    def _finish_id(self, text: str) -> None:
        lasting = self._attributes.get("ispermalink", "true") == "true"
        name = reading.repaired(reading.absolute(text, self._base) if lasting else text)
        self.raw["id"] = name
        self.raw["guidislink"] = lasting and "link" not in self.raw
        if lasting:
            self.raw.setdefault("link", name)

    def _finish_author(self, text: str) -> None:
        text = (self._person.get("author", "") + text).strip()
        if len(text) + sum(map(len, self._person.values())) > _LONGEST_AUTHOR:
            raise _UnknownError
        name, email = self._person.get("name"), self._person.get("email")
        both = f"{name} ({email})" if name and email else name or email
        if "*" in self._person and not both:
            raise _UnknownError
        self.raw["author"] = both or reading.repaired(text)

    def _finish_tag(self, text: str) -> None:
        if not text:
            return
        term, tags = reading.repaired(text), self.raw["tags"]
        if tags and not tags[-1]["term"]:
            tags[-1]["term"] = term
        else:
            self._tag(term, None, None)

    def _tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        tags = self.raw.setdefault("tags", [])
        one = {"term": term, "scheme": scheme, "label": label}
        if any(one.values()) and one not in tags:
            tags.append(one)

    def _finish_source(self, text: str) -> None:
        source = {"href": self._attributes["url"]} if "url" in self._attributes else {}
        self.raw["source"] = {**source, "title": reading.repaired(text)} if text else source


_STEERING = frozenset({"type", "rel", "ispermalink", "mode", "src"})
_FINISHES: Mapping[str, Callable[[_Reader, str], None]] = {
    "link": _Reader._finish_link,
    "guid": _Reader._finish_id,
    "id": _Reader._finish_id,
    "author": _Reader._finish_author,
    "dc:creator": _Reader._finish_author,
    "source": _Reader._finish_source,
    **dict.fromkeys(_TAGS, _Reader._finish_tag),
}


def _key(name: str) -> str:
    """What feedparser calls an element; `*` is one that it only files away under its name."""
    parts = name.split(" ")
    space, local = (
        (parts[0].lower(), parts[1].lower()) if len(parts) > 1 else ("", parts[0].lower())
    )
    known = reading.NAMESPACES.get(space)
    prefix = (parts[2] if known is None and len(parts) == 3 else known or "").lower()
    handled = f"{prefix}_{local}" if prefix else local
    if handled in reading.HANDLED:
        if space and not prefix and known is None:
            raise _UnknownError
        return f"{prefix}:{local}" if prefix else local
    if prefix in _TAKEN or (not prefix and (local in _TAKEN or "_" in local)):
        raise _UnknownError
    return "*"


def _plain(attributes: Mapping[str, str], *, lenient: bool) -> dict[str, str]:
    """Attributes by their names in lower case.

    Those with a prefix, and those that set an address or a language, are known only where they are
    read (`lenient`): at the root and at texts.
    """
    found: dict[str, str] = {}
    for name, value in attributes.items():
        *space, local = name.lower().split(" ")[:2]
        if not lenient and (space or local in ("base", "lang")):
            raise _UnknownError
        if local in found or (space and local in _STEERING):
            raise _UnknownError
        found[local] = value.lower() if local in ("rel", "type") else value
    return found


def _language(attributes: Mapping[str, str], outer: str | None) -> str | None:
    given = attributes.get("lang", outer or "")
    return given.replace("_", "-") or None
