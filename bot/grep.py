"""`watchfloor match`: grep for news. Files in, evidence out; no store, no feeds, no clock."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

import rules
from bot.chat.hygiene import one_line

AROUND = 50


@dataclass(frozen=True, slots=True)
class Item:
    """One article to match and the place it came from."""

    place: str
    document: rules.Document


def grep(
    query: rules.Query, typed: str, files: list[str], *, as_json: bool, first_line_title: bool
) -> int:
    """Match every article; 0 if any matched, 1 if none did, 2 if a file was unreadable.

    A filter that no article could answer is said on standard error, under the query as `typed`.
    """
    out = Console(highlight=False, soft_wrap=True)
    matched = unreadable = False
    lacking: Counter[rules.Warning] = Counter()
    items = 0
    for name in files:
        try:
            for item in _items(name, first_line_title=first_line_title):
                match = rules.match(query, item.document)
                items += 1
                lacking.update(rules.lacking(query, item.document))
                matched = matched or match is not None
                _show(out, item, match, as_json=as_json)
        except (OSError, ValueError) as error:
            unreadable = True
            sys.stderr.write(f"{name}: {error}\n")
    for warning, times in lacking.items():
        if times == items:
            sys.stderr.write(f"{_caution(typed, warning, items)}\n")
    return 2 if unreadable else 0 if matched else 1


def _caution(typed: str, warning: rules.Warning, items: int) -> str:
    """The place in the query, what is missing, and where it could be given."""
    which = "The article" if items == 1 else f"Each of the {items} articles"
    return (
        f"{rules.caret(typed, warning.span)}\n{which} {warning.message}. A .txt file holds text "
        "alone; a line of a .jsonl file may tell title, source, lang, published and url."
    )


def _items(name: str, *, first_line_title: bool) -> Iterator[Item]:
    if name.endswith(".jsonl"):
        yield from _lines(name)
        return
    text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8", errors="replace")
    title, body = "", text
    if first_line_title:
        title, _, body = text.lstrip().partition("\n")
    yield Item(name, rules.Document(title, body))


def _lines(name: str) -> Iterator[Item]:
    with Path(name).open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                yield Item(f"{name}:{number}", _document(row))
            except (ValueError, TypeError, AttributeError) as error:
                raise ValueError(
                    f"line {number} is no article ({error}). Each line is a JSON object with title"
                    " and body, and where known source, lang and published."
                ) from error


def _document(row: Mapping[str, Any]) -> rules.Document:
    published = row.get("published")
    return rules.Document(
        str(row.get("title") or ""),
        str(row.get("body") or ""),
        source=row.get("source"),
        language=row.get("lang"),
        published=datetime.fromisoformat(published) if published else None,
        url=row.get("url"),
    )


def _show(out: Console, item: Item, match: rules.Match | None, *, as_json: bool) -> None:
    evidence = match.evidence if match else ()
    if as_json:
        found = [evidence_as_json(item.document, each) for each in evidence]
        row = {"file": item.place, "matched": match is not None, "evidence": found}
        out.file.write(json.dumps(row, ensure_ascii=False) + "\n")
        return
    seen: set[tuple[str, str]] = set()
    for each in evidence:
        text = _text(item.document, each.field)
        key = (each.term, text[each.start : each.end])
        if key not in seen:
            seen.add(key)
            out.print(_line(item.place, text, each))


def _line(place: str, text: str, evidence: rules.Evidence) -> Text:
    before = one_line(text[max(0, evidence.start - AROUND) : evidence.start])
    after = one_line(text[evidence.end : evidence.end + AROUND])
    return Text.assemble(
        (f"{place}: ", "magenta"),
        (f"{evidence.term} ({evidence.how}, {evidence.field}) ", "dim"),
        f"… {before} ",
        (one_line(text[evidence.start : evidence.end]), "bold yellow"),
        f" {after} …",
    )


def evidence_as_json(document: rules.Document, evidence: rules.Evidence) -> dict[str, Any]:
    """Evidence for a program: the term, where it was found and how, and the words themselves."""
    return {
        "term": evidence.term,
        "field": str(evidence.field),
        "start": evidence.start,
        "end": evidence.end,
        "how": str(evidence.how),
        "text": _text(document, evidence.field)[evidence.start : evidence.end],
    }


def _text(document: rules.Document, field: rules.Field) -> str:
    texts = {rules.Field.TITLE: document.title, rules.Field.BODY: document.body}
    return texts.get(field, "")
