"""Turns the HTML of a feed's entry into plain text: blocks apart by blank lines.

It judges nothing and renders nothing: no links, no list marks, no tables.
"""

import re
from html.parser import HTMLParser

_DROPPED = frozenset({"script", "style", "template", "svg", "title"})
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details"}
    | {"div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "html", "li", "main", "nav", "ol", "p", "section"}
    | {"summary", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
_CELLS = frozenset({"td", "th"})
# HTML's own white space; a no-break space is a character of the text.
_WHITE = re.compile(r"[ \t\n\r\f]+")
_EDGE = " \t\n\r\f"


def plain_text(html: str) -> str:
    """Read HTML, however broken, as text.

    Blocks are apart by one blank line, `<br>` is a line break, `<pre>` keeps its white space
    exactly, other runs of white space become one blank, entities are decoded, scripts and styles
    are dropped.
    Text without a single tag keeps its own line breaks. Never raises on any string.
    """
    if "<" not in html:
        html = html.replace("\r\n", "\n").replace("\r", "\n")
        html = re.sub(r"\n[ \t]*\n\s*", "<p>", html.strip()).replace("\n", "<br>")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


def one_line(text: str) -> str:
    """Make every run of white space one blank."""
    return " ".join(text.split())


class _Reader(HTMLParser):
    """Collects finished blocks; the open block is a list of pieces."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._blocks: list[str] = []
        self._open: list[str] = []
        self._dropping = 0
        self._verbatim = 0

    def text(self) -> str:
        self._end_block()
        return "\n\n".join(self._blocks).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropping += 1
        elif tag == "pre":
            if not self._verbatim:
                self._end_block()
            self._verbatim += 1
        elif tag == "br":
            self._open.append("\n")
        elif tag in _CELLS:
            self._add(" ")
        elif tag in _BLOCKS:
            self._end_block()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:  # `<svg/>` opens nothing
            return
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif tag == "pre":
            if self._verbatim == 1:
                self._end_block()
            self._verbatim = max(0, self._verbatim - 1)
        elif tag in _BLOCKS:
            self._end_block()

    def handle_data(self, data: str) -> None:
        self._add(data)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        # The standard library raises on `<![` it does not know. A browser skips to the next ">";
        # CDATA, which feeds wrap twice now and then, is text.
        if self.rawdata.startswith("<![CDATA[", i):
            end = self.rawdata.find("]]>", i)
            if end < 0:
                end = len(self.rawdata)
            self.handle_data(self.rawdata[i + 9 : end])
            return min(end + 3, len(self.rawdata))
        end = self.rawdata.find(">", i)
        return len(self.rawdata) if end < 0 else end + 1

    def _add(self, data: str) -> None:
        if self._dropping:
            return
        if self._verbatim:
            self._open.append(data)
            return
        data = _WHITE.sub(" ", data)
        # One blank where two pieces of one line meet, none at its beginning.
        if data.startswith(" ") and (not self._open or self._open[-1][-1:] in _EDGE):
            data = data[1:]
        if data:
            self._open.append(data)

    def _end_block(self) -> None:
        block = "".join(self._open)
        self._open.clear()
        if not self._verbatim:
            block = "\n".join(line.strip(_EDGE) for line in block.split("\n")).strip(_EDGE)
        if block.strip():
            self._blocks.append(block)
