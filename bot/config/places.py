"""Where in a TOML text each key stands: `tomllib` tells what a file says, but not on which line.

It is given only texts that `tomllib` has read, so it looks for keys and headers and judges nothing.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]

# What may stand between two line breaks and hide brackets, equal signs or line breaks from us.
_PIECE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n=]"
    r"|[^\[\]{}\n=\"'#]+",
    re.DOTALL,
)


def lines_by_key(text: str) -> Mapping[Path, int]:
    """The line, counted from 1, of every key and header; entries of `[[x]]` are numbered from 0."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for line, start, is_header in _statements(text):
        if is_header:
            table = _header(start, counts)
            path = table
        else:
            path = table + _chain(start + " = 0")
        for length in range(len(path), 0, -1):
            lines.setdefault(path[:length], line)
    return lines


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of the key, else of the nearest thing around it, else None."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def dotted(path: Path) -> str:
    """A path as people write it: `watchlists[2].severity`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            plain = re.fullmatch(r"[A-Za-z0-9_-]+", part)
            text += ("." if text else "") + (part if plain else repr(part))
    return text


def _statements(text: str) -> Iterator[tuple[int, str, bool]]:
    """Each statement's line, its header or the key before its equal sign, and whether a header."""
    line, depth, start, is_header, is_done = 1, 0, "", False, False
    for found in _PIECE.finditer(text.replace("\r\n", "\n")):
        piece = found[0]
        if piece == "\n" and depth == 0:
            if is_header:
                yield line, start, True
            start, is_header, is_done = "", False, False
        elif piece == "=" and depth == 0 and not is_done and not is_header:
            yield line, start, False
            is_done = True
        elif not is_done and not piece.startswith("#"):
            is_header = is_header or (piece == "[" and not start.strip())
            start += piece
        # A header's own brackets close on its line; depth matters for values over several lines.
        if is_done:
            depth += (piece in "[{") - (piece in "]}")
        line += piece.count("\n")
    if is_header:
        yield line, start, True


def _header(header: str, counts: dict[Path, int]) -> Path:
    """The path of a table, with the number of the entry wherever it leads through `[[x]]`."""
    path: Path = ()
    names = _chain(header)
    for place, name in enumerate(names, 1):
        path += (name,)
        is_last = place == len(names)
        if is_last and header.lstrip().startswith("[["):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _chain(statement: str) -> tuple[str, ...]:
    """The names of a statement that makes one key or table; `tomllib` undoes quotes and escapes."""
    names: list[str] = []
    found: Any = tomllib.loads(statement)
    while isinstance(found, dict) and found:
        name, found = next(iter(found.items()))
        names.append(name)
        if isinstance(found, list):
            break
    return tuple(names)
