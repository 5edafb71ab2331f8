"""The names by which an item is known again: its guid, its link, its title, each as a hash.

Feeds change any of them without notice, so an item has several. It looks at one item at a time;
which names a document uses twice, and which are remembered, others know.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

SHORTEST_COUNT = 4
SHORTEST_TITLE = 12

# What generators write where a guid is missing.
_NO_GUID = frozenset({"null", "none", "undefined", "false", "true", "guid", "n/a"})
# Parameters that say by which way a reader came; the address without them is the same page.
_WAYS = frozenset({"ref", "partner", "emc", "source", "from", "src", "feed", "output", "cmp"})
_WORD = re.compile(r"[^\W_]+")
_WEB = re.compile(r"https?://", re.IGNORECASE)
# `#0`, `#1`: some publishers count the versions of an article there.
_VERSION = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Names:
    """An item's names.

    `certain` ones name an item by themselves: guid and addresses, the best first. `title` is only
    as good as a title is; see `sifting`.
    """

    certain: tuple[str, ...]
    title: str | None


def identity_of(name: str) -> str:
    """The form in which a name is kept (SHA-256)."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def names_of(guid: str, link: str | None, title: str, body: str) -> Names:
    """All names of an item. `link` is absolute and clean; anything may be missing."""
    certain = []
    if not _absurd(guid):
        certain.append(identity_of(guid))
        if _WEB.match(guid) and (page := _page(guid)):
            certain.append(identity_of(page))
    if link is not None and (page := _page(link)):
        certain += [identity_of(link), identity_of(page)]
    return Names(tuple(dict.fromkeys(certain)), _title_name(title, body))


def fold(text: str) -> str:
    """Words alone: no case, no punctuation, no difference of width or of white space."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def says_enough(title: str) -> bool:
    """Whether a title is long enough to name an item without its text."""
    return len(fold(title)) >= SHORTEST_TITLE


def _absurd(guid: str) -> bool:
    """A guid that counts places in the document, or that stands for none at all."""
    counts = guid.isdigit() and len(guid) < SHORTEST_COUNT
    return counts or len(guid) < 2 or guid.lower() in _NO_GUID


def _page(link: str) -> str:
    """The page behind an address, however the address is written; "" for a site's front page."""
    try:
        parts = urlsplit(link)
        place = (parts.hostname or "").removeprefix("www.")
        if parts.port not in (None, 80, 443):
            place = f"{place}:{parts.port}"
    except ValueError:
        return ""
    asked = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not (name.lower() in _WAYS and (name == "CMP" or value.lower().startswith("rss")))
    ]
    path = parts.path.rstrip("/")
    query = urlencode(sorted(asked))
    fragment = "" if _VERSION.fullmatch(parts.fragment) else parts.fragment
    return f"page {place}{path}?{query}#{fragment}" if path or query or fragment else ""


def _title_name(title: str, body: str) -> str | None:
    """A long title names an item alone, a short one only together with its text."""
    if says_enough(title):
        return identity_of(f"title {fold(title)}")
    words = f"{fold(title)}\n{fold(body)}".strip()
    return identity_of(f"text {words}") if len(words) >= SHORTEST_TITLE else None
