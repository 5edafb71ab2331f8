"""Finds the article in a web page; the only importer of trafilatura, and itself a child process.

Run as `python -m bot.feeds.extract` it answers its parent, `pagereader`, which never imports it: a
page that is built to do harm ends this process and no other. It fetches and stores nothing.
"""

import json
import re
from datetime import timedelta

import trafilatura

from bot.feeds.canonical import said_of_itself
from bot.feeds.plaintext import one_line
from bot.feeds.serving import serve

LONGEST_TEXT = 60_000
DEADLINE = timedelta(seconds=10)

_CHARSET = re.compile(r"charset=[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LOOKED_AT = 4_096  # HTML wants the charset in the first 1,024 bytes; many pages are late


def article_text(body: bytes, content_type: str) -> str:
    """The article's own text, its paragraphs apart by blank lines; "" where none is found.

    Comments, menus and lists of other articles are left out as far as trafilatura can tell. What it
    raises ends the child, which is as good an answer as any.
    """
    page = _UNSTORABLE.sub(" ", decoded(body, content_type))
    found = trafilatura.extract(page, include_comments=False, include_tables=True)
    paragraphs = (one_line(row) for row in (found or "").split("\n"))
    return _bounded("\n\n".join(filter(None, paragraphs)))


def decoded(body: bytes, content_type: str) -> str:
    """A page as text: by its byte order mark, else by its header, else by what it says of itself.

    What names no charset, or a wrong one, is read as UTF-8 and failing that as Windows-1252.
    """
    for mark, charset in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(charset, "replace")
    header, meta = _CHARSET.search(content_type), _META.search(body[:_LOOKED_AT])
    named = (header[1] if header else "", meta[1].decode() if meta else "", "utf-8")
    for charset in filter(None, named):
        try:
            return body.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return body.decode("windows-1252", "replace")


def _bounded(text: str) -> str:
    """The text up to its longest allowed length, ended after a paragraph if there is one."""
    if len(text) <= LONGEST_TEXT:
        return text
    cut = text[:LONGEST_TEXT]
    return cut[: cut.rfind("\n\n")] if "\n\n" in cut else cut


def _served(header: bytes, body: bytes) -> bytes:
    asked = json.loads(header)
    kind = asked["content_type"]
    said = {
        "text": article_text(body, kind),
        "address": said_of_itself(decoded(body, kind)),
    }
    return json.dumps(said, ensure_ascii=False).encode()


if __name__ == "__main__":
    serve(_served, deadline=DEADLINE)
