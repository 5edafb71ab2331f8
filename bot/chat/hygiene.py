"""What is taken out of foreign text and addresses before any chat shows them, and how text is cut.

It escapes nothing: every platform has its own markup, and escaping comes after cutting.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from bot.message import Literal, Quote

ELLIPSIS = "…"
LONGEST_LINK = 1_500

# What shows nothing and can lie, by range: controls, soft hyphen, blank letters, bidi and
# zero-width signs, surrogates, private use, annotations, musical formats, tags, noncharacters. The
# signs that Arabic, Syriac and Kaithi put before a number are formats too, but honest: they stay.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\ufffc"
    "\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0xE0000, 0x10000)
    )
    + "\U000e0000-\U000e0fff\U000efffe-\U0010ffff]"
)

# Accents of the general blocks pile up into zalgo; marks of one script (Hebrew, Arabic, Thai) stand
# three deep in honest text: dot, dagesh and vowel on one letter.
_ACCENT = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_ACCENTS = re.compile(f"({_ACCENT}{{2}}){_ACCENT}+")
_PERHAPS_MARKS = re.compile(r"[^\w\s\x00-\x7f]{4,}")
_MOST_MARKS = 3
_ONLY_PLAIN = re.compile(r"[\n -~]*\Z")

_BLANKS = re.compile(r"\s+")

_TRACKERS = frozenset({"fbclid", "gclid", "mc_eid", "igshid"})
_PRIVATE_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")
# An address with its scheme, or a bare host name, each with the path behind it.
_LOOKS_LIKE_HOST = re.compile(
    r"https?://(?P<place>[^\s/?#]*)\S*"
    r"|(?P<name>(?:[\w-]+\.)+(?:[^\W\d_]{2,6}|xn--[\w-]+))\b(?:[:/?#]\S*)?"
)
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_SAFE_IN_ADDRESS = "/:?#@!$&'()*+,;=%~-._"


def clean(text: str) -> str:
    """Strip what can lie or break a layout: controls, bidi and zero-width signs, piled-up accents.

    Line breaks stay, tabs become spaces; honest text of any script comes back as it was.
    """
    if _ONLY_PLAIN.match(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    thinned = _PILED_ACCENTS.sub(r"\1", _HARMFUL.sub("", text))
    return _PERHAPS_MARKS.sub(_fewer_marks, thinned)


def one_line(text: str) -> str:
    """Clean text for a place that has one line: every white space becomes a single space."""
    return flat(text).strip()


def flat(text: str) -> str:
    """Clean text in which every stretch of white space is one space, at the ends too."""
    return _BLANKS.sub(" ", clean(text))


def cut(text: str, limit: int) -> str:
    """Shorten to at most `limit` characters, ellipsis included.

    It never ends inside a visible character, and it ends after a whole word where one ends in the
    last fifth of the room.
    """
    if len(text) <= limit:
        return text
    if limit <= len(ELLIPSIS):
        return ELLIPSIS[: max(limit, 0)]
    room = limit - len(ELLIPSIS)
    at = _border(text, room)
    space = max(text.rfind(" ", 0, at + 1), text.rfind("\n", 0, at + 1))
    if space > room * 4 // 5:
        at = space
    return text[:at].rstrip(" \n,;:–—-") + ELLIPSIS


def runs(text: Quote, limit: int) -> tuple[Literal, ...]:
    """A quotation as clean runs on one line, bold where it matched; `limit` characters together."""
    before = Literal(f"{ELLIPSIS} ") if text.cut_start else Literal("")
    after = Literal(f" {ELLIPSIS}") if text.cut_end else Literal("")
    shown = _runs(text, limit - len(before.text) - len(after.text))
    return tuple(piece for piece in (before, *shown, after) if piece.text) if shown else ()


def _runs(text: Quote, limit: int) -> tuple[Literal, ...]:
    pieces: list[Literal] = []
    left = limit
    for part, bold in _segments(text):
        shown = flat(part)
        if not pieces:
            shown = shown.lstrip()
        elif pieces[-1].text.endswith(" "):
            shown = shown.removeprefix(" ")
        if not shown:
            continue
        pieces.append(Literal(cut(shown, left), bold=bold))
        left -= len(shown)
        if left <= 0:
            break
    if pieces and not pieces[-1].text.rstrip():
        pieces.pop()
    elif pieces:
        pieces[-1] = Literal(pieces[-1].text.rstrip(), bold=pieces[-1].bold)
    return tuple(pieces)


def safe_link(url: str, allowed: Iterable[str] = ()) -> str | None:
    """An address that people may be sent to, without tracking parameters; None where they may not.

    Only http and https, a public host and no user name; `allowed` holds `host:port` pairs that
    count as public. Host names in other scripts come back as punycode, so that look-alikes show. A
    loose check is enough for a link: a person's own browser dials it, never this program.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return None
    if not _HOST.fullmatch(host):
        return None
    if f"{host}:{port}" not in set(allowed) and not _is_public(host):
        return None
    place = f"[{host}]" if ":" in host else host
    place = f"{place}:{port}" if port else place
    query = _without_trackers(parts.query)
    safe = urlunsplit((parts.scheme, place, _plain(parts.path), query, _plain(parts.fragment)))
    return safe if len(safe) <= LONGEST_LINK else None


def domain(url: str) -> str:
    """The host that a safe link leads to, as people should read it: without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def claims_other_host(label: str, url: str) -> bool:
    """Tell whether a link's text names a host that the link does not lead to.

    Such a text must not become a label: people trust the address that they read.
    """
    real = {domain(url), urlsplit(url).netloc.removeprefix("www.")}
    plain = unicodedata.normalize("NFKC", label).lower()
    named = (
        (found["place"] or found["name"] or "").removeprefix("www.")
        for found in _LOOKS_LIKE_HOST.finditer(plain)
    )
    return any(host not in real and not domain(url).endswith(f".{host}") for host in named)


def _fewer_marks(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for char in found.group():
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _segments(text: Quote) -> Iterator[tuple[str, bool]]:
    at = 0
    for start, end in sorted(text.highlights):
        begin, stop = max(start, at), min(end, len(text.text))
        if begin >= stop:
            continue
        yield text.text[at:begin], False
        yield text.text[begin:stop], True
        at = stop
    yield text.text[at:], False


def _border(text: str, at: int) -> int:
    """The last place at or before `at` where a visible character ends."""
    place = at
    while place > 0 and _continues(text, place):
        place -= 1
    return place or at


def _continues(text: str, at: int) -> bool:
    """Tell whether the character at `at` belongs to the visible character before it.

    The grapheme rules of Unicode annex 29 that news text meets: marks, joiners, skin tones, flags,
    Korean syllables and Indic conjuncts.
    """
    char, before = text[at], text[at - 1]
    if unicodedata.category(char)[0] == "M" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if char == "\u200d" or before == "\u200d" or unicodedata.combining(before) == 9:
        return True
    if _is_flag_letter(char) and _is_flag_letter(before):
        start = at
        while start > 0 and _is_flag_letter(text[start - 1]):
            start -= 1
        return (at - start) % 2 == 1
    syllable = "\u1100" <= before <= "\u11ff" or "가" <= before <= "힣"
    return syllable and "\u1160" <= char <= "\u11ff"


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _ascii_host(host: str) -> str:
    if host.isascii():
        return host.rstrip(".")
    return host.encode("idna").decode("ascii").rstrip(".")


def _is_public(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        # A name whose last part is a number is an IPv4 address to a browser: 127.1, 0x7f.1.
        numeric = last.isdigit() or last.startswith("0x")
        private = any(host == name or host.endswith(f".{name}") for name in _PRIVATE_NAMES)
        return "." in host and not numeric and not private
    return address.is_global and not address.is_multicast


def _without_trackers(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if not _tracks(key)]
    return urlencode(kept) if len(kept) != len(pairs) else _plain(query)


def _tracks(key: str) -> bool:
    return key.lower() in _TRACKERS or key.lower().startswith("utm_")


def _plain(part: str) -> str:
    """Percent-encode what no address holds: blanks, brackets, bars, quotes, other scripts."""
    return quote(part.encode("utf-8", "ignore"), safe=_SAFE_IN_ADDRESS)
