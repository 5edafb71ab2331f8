"""Warnings about queries that are legal but may not mean what their writer thinks.

It judges the tree and the names data; it refuses nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules import gazetteer
from rules.adjacency import words_apart
from rules.document import Document, Field
from rules.folding import fold
from rules.futile import futile
from rules.known_words import capitals_only
from rules.patterns import Glob
from rules.query import (
    And,
    Filter,
    FilterKind,
    Listed,
    Node,
    Or,
    Phrase,
    Query,
    Run,
    Scoped,
    Span,
    children,
    walk,
)

_HINT_FROM = 3
_SINGLE_QUOTED = re.compile("'[^']+ [^']+'")
_LOOKED_AT = {
    FilterKind.SOURCE: ("no source", "source"),
    FilterKind.LANG: ("no language", "language"),
    FilterKind.SOURCE_COUNTRY: ("no country of its source", "source_country"),
    FilterKind.AUTHOR: ("no author", "author"),
    FilterKind.TAG: ("no tags", "tags"),
    FilterKind.URL: ("no address", "url"),
    FilterKind.AFTER: ("no date", "published"),
    FilterKind.BEFORE: ("no date", "published"),
    FilterKind.WITHIN: ("no date", "published"),
}
"""What each filter looks at: how its absence is called, and the field of a document."""


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the name of the door
    """What may surprise, and where in the query as it was typed."""

    code: str
    message: str
    span: Span


def lint(query: Query, today: date | None = None) -> tuple[Warning, ...]:
    """Everything about the query that may surprise its writer; first, what can never match.

    With `today` it is judged as a watchlist from that day on, which meets new articles only.
    """
    never = (Warning("futile", *found) for found in futile(query.root, today))
    return (*never, *_warnings(query.root))


def lacking(query: Query, document: Document) -> tuple[Warning, ...]:
    """The filters that a document cannot answer, because it lacks what they look at."""
    return tuple(_lacking(query.root, document))


def _lacking(root: Node, document: Document) -> Iterator[Warning]:
    for node in walk(root):
        if isinstance(node, Filter) and node.kind in _LOOKED_AT:
            noun, field = _LOOKED_AT[node.kind]
        elif isinstance(node, Scoped) and node.where is Field.TITLE:
            noun, field = "no title", "title"
        else:
            continue
        if not getattr(document, field):
            name = node.kind if isinstance(node, Filter) else node.where
            yield Warning("lacking", f"has {noun}, so {name}: cannot hold", node.span)


def _warnings(root: Node) -> Iterator[Warning]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Or) and any(_bare_and(child) for child in node.children):
            yield Warning(
                "mixed_operators", f"AND binds before OR. I read this as {node}.", node.span
            )
        elif isinstance(node, Run):
            yield from _about_run(node)
        elif isinstance(node, Phrase):
            yield from _about_phrase(node)
        if not isinstance(node, Listed):
            waiting.extend(reversed(children(node)))


def _bare_and(node: Node) -> bool:
    return isinstance(node, And) and not node.grouped


def _about_run(run: Run) -> Iterator[Warning]:
    tokens = gazetteer.tokens_of(" ".join(word.text for word in run.words))
    plain = not any(word.exact or word.edits for word in run.words)
    if run.written in ("near", "onear"):
        yield Warning(
            "small_near",
            f"'{run.written}' is searched for as a word. The operator is written "
            f"{run.written.upper()}.",
            run.span,
        )
    if plain and _SINGLE_QUOTED.fullmatch(run.written):
        yield Warning(
            "single_quotes",
            "Single quotes are read as apostrophes. For exactly these words write "
            f'"{run.written[1:-1]}".',
            run.span,
        )
        plain = False
    looks_like_name = all(word.text[:1].isupper() for word in run.words)
    if (
        plain
        and len(run.words) >= _HINT_FROM
        and not looks_like_name
        and not gazetteer.is_known(tokens)
    ):
        yield Warning(
            "long_run",
            f"I search for the exact phrase '{run.written}'. For all of them anywhere: "
            f"{words_apart(run)}",
            run.span,
        )
    for word in run.words:
        if capitals_only(word.text):
            yield Warning("capitals_only", f"{word.text} matches in capitals only.", run.span)
        if word.text.endswith("*"):
            stem = Glob(fold(word.text)).stem
            covered = gazetteer.names_beginning(stem)
            if covered and gazetteer.named((stem,)):
                yield Warning(
                    "wide_prefix",
                    f"{word.text} also covers {', '.join(covered)}.",
                    run.span,
                )
    owner = gazetteer.named(tokens)
    if plain and owner and any(gazetteer.tokens_of(form) == tokens for form in owner.ambiguous):
        yield Warning(
            "ambiguous_name",
            f"{run.written} is also something else. Consider country:{owner.alpha2}, or exclude "
            f"the other: {run.written} NOT (...).",
            run.span,
        )


def _about_phrase(phrase: Phrase) -> Iterator[Warning]:
    text = " ".join(word.text for word in phrase.words)
    owner = gazetteer.named(gazetteer.tokens_of(text))
    if owner and not phrase.exact and owner.demonyms:
        yield Warning(
            "quoted_country",
            f"In quotes, {text} is taken literally. Drop the quotes to find {owner.demonyms[0]} "
            "as well.",
            phrase.span,
        )
