"""Watchlists and lists as a file, TOML or JSON: written whole, and read row by row.

The keys are those of `[[watchlists]]` and `[[lists]]` in the configuration. What a row means, and
whether it may be saved, is judged elsewhere.
"""

import difflib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.commands.invocation import LONGEST_FILE as LONGEST
from bot.errors import CommandError
from bot.model import MOST_SOURCES, Watchlist

FORMATS = ("toml", "json")
TABLES = ("watchlists", "lists")
MOST_ROWS = 500
_KEYS = frozenset(
    {"name", "query", "destinations", "severity", "delivery", "min_sources", "paused"}
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file as they stand there; none of them is judged.

    `strangers` are those of other tables, with the tables' names.
    """

    lists: tuple[Row, ...]
    watchlists: tuple[Row, ...]
    strangers: tuple[tuple[str, Row], ...] = ()


def as_row(watchlist: Watchlist) -> Row:
    """A watchlist as a row with every key, for what a row does not say stays as it is."""
    return {
        "name": watchlist.name,
        "query": watchlist.query,
        "destinations": [str(each) for each in watchlist.destinations],
        "severity": str(watchlist.severity),
        "delivery": str(watchlist.cadence),
        "min_sources": watchlist.min_sources,
        "paused": not watchlist.enabled,
    }


def write(sheet: Sheet, form: str, at: datetime) -> bytes:
    """The text of a file in one of `FORMATS`, in UTF-8."""
    tables = {"lists": sheet.lists, "watchlists": sheet.watchlists}
    if form == "json":
        rows = {name: [dict(row) for row in table] for name, table in tables.items()}
        return (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    head = f"# Watchfloor: watchlists and lists as of {at:%Y-%m-%d %H:%M} UTC.\n"
    return (head + "".join(f"\n{each}" for each in _tables(tables))).encode()


def _tables(tables: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    for name, rows in tables.items():
        for row in rows:
            yield f"[[{name}]]\n" + "".join(f"{key} = {_toml(row[key])}\n" for key in row)


def _toml(value: Any) -> str:
    """JSON's way to write texts, numbers, true and lists is TOML's too, but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def with_remarks(rows: Iterable[tuple[str, Row, str]], above: str = "") -> bytes:
    """Rows to be mended, as TOML: each table's name, the row, and above it what is wrong there.

    What stands `above` them all is a remark, too.
    """
    parts = [_remark(above)] if above else []
    for table, row, remark in rows:
        said = _remark(remark)
        keys = {_printable(str(key)): value for key, value in row.items()}
        parts.append(
            f"{said}[[{_key(_printable(table))}]]\n"
            + "".join(f"{_key(key)} = {_toml_of_any(value)}\n" for key, value in keys.items())
        )
    return "\n".join(parts).encode("utf-8", "replace")


def _remark(text: str) -> str:
    return "".join(f"# {line}\n" for line in _printable(text).split("\n"))


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _toml(key)


def _toml_of_any(value: Any) -> str:
    """What stood there, or its words in quotes where TOML or this machine has no such thing."""
    plain = isinstance(value, str | bool) or (isinstance(value, int) and abs(value) < 2**63)
    texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if plain or texts:
        return _toml(value)
    try:
        return _toml(str(value))
    except ValueError:  # a number with thousands of digits has no words
        return _toml("a number too large to be shown")


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() or each == "\n" else "�" for each in text)


def read(data: bytes) -> Sheet:
    """Read a file; TOML unless it begins like JSON.

    Raises:
        CommandError: it is too long, no text, neither of both, or no such file; it says where.
    """
    if len(data) > LONGEST:
        raise CommandError(f"That file is longer than {LONGEST // 1024} KB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CommandError(
            f"That file is no text in UTF-8 (line {line}). Save it as UTF-8."
        ) from error
    found = _json(text) if text.lstrip().startswith("{") else _read(text)
    sheet = Sheet(_rows(found, "lists"), _rows(found, "watchlists"), tuple(_strangers(found)))
    if not sheet.lists and not sheet.watchlists:
        near = [f" For [[{name[:40]}]], write [[{meant(name)}]]." for name in found if meant(name)]
        raise CommandError(
            f"That file has no [[watchlists]] and no [[lists]].{''.join(near[:1])}",
            suggestion="/watch export",
        )
    if len(sheet.lists) + len(sheet.watchlists) + len(sheet.strangers) > MOST_ROWS:
        raise CommandError(f"That file has more than {MOST_ROWS} rows. Split it.")
    return sheet


def _json(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        caret = _caret(text, error.lineno, error.colno)
        raise CommandError(
            f"That is no JSON: line {error.lineno} cannot be read.", caret=caret
        ) from None
    except (RecursionError, ValueError):
        said = "it is nested too deep, or has a number too large"
        raise CommandError(f"That JSON cannot be read: {said}.") from None
    return found if isinstance(found, dict) else {}


def _read(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise CommandError("That TOML cannot be read: it is nested too deep.") from None
    except ValueError as error:
        said, _, place = str(error).rpartition(" (at ")
        numbers = [
            int(each) for each in place.rstrip(")").replace(",", "").split() if each.isdigit()
        ]
        caret = _caret(text, *numbers) if len(numbers) == 2 else ""
        where = f"line {numbers[0]}" if numbers else "its end"
        problem = (said or "it cannot be read").rstrip(".").replace("\n", " ")
        raise CommandError(f"That is no TOML, {where}: {problem}.", caret=caret) from None


def _caret(text: str, line: int, column: int) -> str:
    """The line with a mark below the place, cut where it is long."""
    lines = text.split("\n")
    whole = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 60)
    shown = "".join(each if each.isprintable() else " " for each in whole[start : start + 100])
    return f"{shown}\n{' ' * (column - 1 - start)}^"


def _rows(found: Mapping[str, Any], name: str) -> tuple[Row, ...]:
    rows = found.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise CommandError(f"{name} should be written as [[{name}]] above the keys of each one.")
    return tuple(rows)


def _strangers(found: Mapping[str, Any]) -> Iterator[tuple[str, Row]]:
    """The rows of tables that nobody here knows; a key outside of all tables is a row, too."""
    for name, value in found.items():
        if name in TABLES:
            continue
        for each in value if isinstance(value, list) else [value]:
            yield name, each if isinstance(each, dict) else {name: each}


def meant(table: str) -> str:
    """The table that a misspelt one may have meant, or nothing."""
    return "".join(difflib.get_close_matches(table.lower(), TABLES, n=1))


def stranger(table: str) -> CommandError:
    """What is wrong with a row of a table that nobody here knows."""
    remedy = f"Write [[{meant(table)}]]." if meant(table) else f"It knows {', '.join(TABLES)}."
    return CommandError(f"There is no table '{table[:40]}'. {remedy}")


def values_of(row: Row) -> dict[str, str]:
    """What a row of `[[watchlists]]` says, as values of a form; `paused` is `yes` or nothing.

    A key that it does not have, or an empty list of channels, is no value either.

    Raises:
        CommandError: a key that is missing, unknown, or says something of another kind.
    """
    if unknown := sorted(set(map(str, row)) - _KEYS):
        raise CommandError(
            f"There is no key '{unknown[0][:40]}'. It knows {', '.join(sorted(_KEYS))}."
        )
    values = {"name": text_of(row, "name"), "query": text_of(row, "query")}
    values |= {key: text_of(row, key) for key in ("severity", "delivery") if key in row}
    places = row.get("destinations", [])
    if not isinstance(places, list) or not all(isinstance(each, str) for each in places):
        raise CommandError('destinations is a list, such as ["slack:C0123456789"].')
    if places:
        values["channel"] = " ".join(places)
    if "min_sources" in row:
        values["min-sources"] = _sources(row["min_sources"])
    if "paused" in row:
        if not isinstance(row["paused"], bool):
            raise CommandError("paused is true or false.")
        values["paused"] = "yes" if row["paused"] else ""
    return values


def _sources(least: Any) -> str:
    if not isinstance(least, int) or isinstance(least, bool):
        raise CommandError("min_sources is a number, such as 2.")
    return str(least) if 0 <= least <= MOST_SOURCES else "0"


def text_of(row: Row, key: str) -> str:
    """What a key says. Raises CommandError where it says no text."""
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise CommandError(f'{key} is missing. Write {key} = "…".')
    return value
