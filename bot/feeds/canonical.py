"""Under which addresses a page is known: where it was served, and which it says is its own.

A page may say what it likes, so it is believed only about the site that served it. It fetches
nothing; what is found by such an address is decided elsewhere.
"""

from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urlsplit

from bot.feeds.links import clean_link

HEAD = 512 * 1024
"""Characters of a page that are looked at. Heads of news pages hold scripts and styles, too."""

# The same site for other screens; what else stands before a name may be somebody else's.
_SCREENS = frozenset({"www", "m", "mobile", "amp", "edition"})


class _Over(Exception):
    """The head of the page is over."""


class _Head(HTMLParser):
    """Reads what a page's head says of its own address; scripts and comments are no part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.canonical: set[str] = set()
        self.shared: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            raise _Over
        said = {name: value or "" for name, value in attrs}
        if tag == "link" and "canonical" in said.get("rel", "").lower().split():
            self.canonical |= {said.get("href", "").strip()} - {""}
        elif tag == "meta" and said.get("property", "").strip().lower() == "og:url":
            self.shared |= {said.get("content", "").strip()} - {""}

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            raise _Over


def said_of_itself(page: str) -> str:
    """The address that a page's head gives as its own; "" if it gives none, or more than one.

    `<link rel="canonical">` counts before `og:url` (https://www.rfc-editor.org/rfc/rfc6596,
    https://ogp.me). What stands in the body is not believed: readers may have written it.
    """
    head = _Head()
    # The parser of Python 3.11 gives up on some malformed declarations by an AssertionError.
    with suppress(_Over, AssertionError):
        head.feed(page[:HEAD])
    found = head.canonical or head.shared
    return found.pop() if len(found) == 1 else ""


def addresses(served: str, said: str) -> tuple[str, ...]:
    """The addresses of a page, clean: the one that `served` it, and what it `said` if that may be.

    A page speaks only for its own site, however that is called for other screens.
    """
    its = clean_link(served)
    if its is None:
        return ()
    claimed = clean_link(said, its) if said else None
    if claimed is None or _site(claimed) != _site(its):
        return (its,)
    return tuple(dict.fromkeys((its, claimed)))


def _site(link: str) -> tuple[str, int | None]:
    """A clean link's host without what says for which screen it is, and its port."""
    parts = urlsplit(link)
    labels = (parts.hostname or "").rstrip(".").split(".")
    while len(labels) > 2 and labels[0] in _SCREENS:
        labels = labels[1:]
    return ".".join(labels), parts.port
