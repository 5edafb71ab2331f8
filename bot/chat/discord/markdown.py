"""Writes literal text as Discord markdown that shows as exactly that text.

It decides nothing about layout. Everything is cut before it is escaped, so no escape is ever split.
"""

import re

from bot.chat.hygiene import claims_other_host, clean, cut, domain, flat, one_line, runs, safe_link
from bot.message import Line, Link, Literal, Quote, When

# What opens something anywhere in a line. `<` opens mentions, times and links, `[` masked links;
# `]` would close one of ours. https://docs.discord.com/developers/reference#message-formatting
_ANYWHERE = re.compile(r"[\\*_~|`<\[\]]|@(?=everyone|here)")
# What means something at the start of a line only: headings, small text, lists, quotations.
_AT_START = re.compile(r"^(\s*)(#|-|\+|>|\d+(?=\.))", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BACKTICK = "ˋ"
_CODE_SPANS = re.compile(r"(`[^`]*`)")
# Not in round brackets: there it is a person, `ann (discord:123)`.
_CHANNEL = re.compile(r"(?<![(\w])discord:(\d{15,20})\b")

# `host:port` pairs that may be linked to though they are not public.
Hosts = frozenset[str]
NOWHERE: Hosts = frozenset()


def escape(text: str) -> str:
    """Markdown that shows `text`, with every address in it dead."""
    safe = _ANYWHERE.sub(r"\\\g<0>", text).replace("://", ":\\//")
    return _AT_START.sub(_escaped_start, safe)


def _escaped_start(found: re.Match[str]) -> str:
    blanks, sign = found.groups()
    return f"{blanks}{sign}\\" if sign.isdigit() else f"{blanks}\\{sign}"


def literal(markdown: str) -> str:
    """What `escape` was given."""
    return _ESCAPED.sub(r"\1", markdown)


def fitted(text: str, limit: int) -> str:
    """`text` as markdown of at most `limit` characters, escapes included."""
    room = limit
    shown = escape(cut(text, room))
    while len(shown) > limit and room > 0:
        room -= max(1, (len(shown) - limit) // 2)
        shown = escape(cut(text, room))
    return shown


def title(text: str, limit: int) -> str:
    """One clean line of markdown."""
    return fitted(one_line(text), limit)


def quoted(quote: Quote, limit: int) -> str:
    """A quotation with its matched terms in bold."""
    return _written(runs(quote, limit), limit)


def line(pieces: Line, limit: int, allow: Hosts = NOWHERE) -> str:
    """A line of ours, at most `limit` characters long."""
    return _written(pieces, limit, allow).strip()


def _written(pieces: Line, limit: int, allow: Hosts = NOWHERE) -> str:
    written = ""
    for piece in _merged(pieces):
        room = limit - len(written)
        if room < 8:
            break
        written += _piece(piece, room, allow)
    return written


def _merged(pieces: Line) -> Line:
    """Bold runs that touch become one: `**a****b**` would not read as two."""
    merged: list[Literal | Link | When] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if isinstance(piece, Literal) and isinstance(last, Literal) and _same_look(piece, last):
            merged[-1] = Literal(last.text + piece.text, bold=last.bold, code=last.code)
        else:
            merged.append(piece)
    return tuple(merged)


def _same_look(one: Literal, other: Literal) -> bool:
    return (one.bold, one.code) == (other.bold, other.code)


def _piece(piece: Literal | Link | When, room: int, allow: Hosts) -> str:
    if isinstance(piece, Link):
        return link(piece.text, piece.url, room, allow)
    if isinstance(piece, When):
        shown = f"{piece.at:%-d %b %Y}" if piece.day_only else f"<t:{int(piece.at.timestamp())}:f>"
        return shown if len(shown) <= room else ""
    if piece.code:
        return code_span(piece.text, room)
    text = flat(piece.text)
    return _bold(text, room) if piece.bold else fitted(text, room)


def _bold(text: str, room: int) -> str:
    """Bold words; blanks stay outside the marks, where they cannot make them void."""
    words = text.strip()
    if not words:
        return text[:room]
    before, after = " " * text.startswith(" "), " " * text.endswith(" ")
    return f"{before}**{fitted(words, room - 6)}**{after}"


def link(text: str, url: str, limit: int, allow: Hosts = NOWHERE) -> str:
    """A masked link; plain text where the address is not safe or the text claims another host."""
    safe = safe_link(url, allow)
    words = cut(one_line(text), limit)
    if safe is None:
        return fitted(words, limit)
    # A bare round bracket would end the target.
    target = safe.replace("(", "%28").replace(")", "%29")
    room = limit - len(target) - 6
    if room < 10:
        return fitted(words, limit)
    host = domain(safe)
    if not words:
        return f"[{fitted(host, room)}](<{target}>)"
    if claims_other_host(words, safe):
        label = fitted(host, room // 2)
        return f"{fitted(words, room - len(label) - 1)} [{label}](<{target}>)"
    return f"[{fitted(words, room)}](<{target}>)"


def with_channels(text: str) -> str:
    """Markdown of ours with `discord:123` shown as that channel's name. A channel never pings."""
    parts = _CODE_SPANS.split(text)
    for number, part in enumerate(parts):
        inside = part.strip("`")
        if number % 2 == 0:
            parts[number] = _CHANNEL.sub(r"<#\1>", part)
        elif not _CHANNEL.sub("", inside).strip(" ,"):
            parts[number] = _CHANNEL.sub(r"<#\1>", inside)
    return "".join(parts)


def code_span(text: str, limit: int) -> str:
    """Text of fixed width within a line. A backtick would end it, so a look-alike stands in."""
    words = cut(one_line(text).replace("`", _BACKTICK), limit - 2)
    return f"`{words}`" if words else ""


def code_block(text: str, limit: int) -> str:
    """Lines of fixed width."""
    lines = cut(clean(text).strip("\n").replace("`", _BACKTICK), limit - 8)
    return f"```\n{lines}\n```" if lines.strip() else ""
