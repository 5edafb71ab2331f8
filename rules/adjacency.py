"""Words side by side: they are searched for as a phrase, which not everybody expects.

It finds the runs of plain words that are no known name, and says how to ask for their words apart.
Whether a run is found anywhere is for those to see who hold articles.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules import gazetteer
from rules.query import (
    Count,
    Listed,
    Near,
    Node,
    Not,
    Query,
    Run,
    Scoped,
    Score,
    Span,
    Word,
    children,
)

_LONGEST_NAME = 8
_SMALL = frozenset({"a", "an", "and", "at", "by", "de", "for", "in", "of", "on", "the", "to"})
_OPERATORS = frozenset({"and", "or", "not", "of", "near", "onear", "atleast", "score"})
_APART = 5
"""How many other words may stand among words that must stay close together."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Plain words that stand side by side in a query, at `span` of what was typed.

    `query` asks for the run alone, in the field where it was asked for; `apart` is the text that
    asks for its words without their order, and fits in the place of the run.
    """

    words: str
    query: Query
    apart: str
    span: Span


def side_by_side(query: Query) -> tuple[SideBySide, ...]:
    """The runs of plain words that can make the query match, each once, in its order.

    Known names are left out, and what stands in lists: it was written by somebody else.
    """
    found = {piece.query: piece for piece in reversed(list(_pieces(query.root)))}
    return tuple(reversed(found.values()))


def _pieces(root: Node) -> Iterator[SideBySide]:
    waiting: list[tuple[Node, Scoped | None, bool]] = [(root, None, False)]
    while waiting:
        node, scope, close = waiting.pop()
        if isinstance(node, Run) and _is_plain(node):
            alone = replace(scope, child=node) if scope else node
            yield SideBySide(node.written, Query(alone), _apart(node, close), node.span)
        scope = node if isinstance(node, Scoped) else scope
        close = close or isinstance(node, Near | Count)
        waiting.extend((child, scope, close) for child in reversed(_positive(node)))


def _positive(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Not | Listed):
        return ()
    if isinstance(node, Score):
        return tuple(item for item, weight in node.items if weight > 0)
    return children(node)


def _is_plain(run: Run) -> bool:
    if len(run.words) < 2 or any(word.exact or word.edits for word in run.words):
        return False
    return not _is_name(run.words)


def _apart(run: Run, close: bool) -> str:
    """The words joined by AND, names whole; where only terms may stand, words close together."""
    if close:
        return f'"{" ".join(map(str, run.words))}"~{_APART}'
    return f"({words_apart(run)})"


def words_apart(run: Run) -> str:
    """The words of a run joined by AND, without small words that stand in nearly every article."""
    parts = [_without_quotes(part) for part in _names_and_words(run.words)]
    telling = [part for part in parts if part.casefold() not in _SMALL]
    return " AND ".join(telling if len(telling) > 1 else parts)


def _without_quotes(part: str) -> str:
    """A word without the single quotes around it, unless it would be an operator or a sign then."""
    plain = part.strip("'")
    return plain if plain.isalnum() and plain.casefold() not in _OPERATORS else part


def _names_and_words(words: tuple[Word, ...]) -> Iterator[str]:
    """The longest known names that stand in a run, and the words between them."""
    at = 0
    while at < len(words):
        lengths = range(min(_LONGEST_NAME, len(words) - at), 1, -1)
        length = next((n for n in lengths if _is_name(words[at : at + n])), 1)
        yield " ".join(map(str, words[at : at + length]))
        at += length


def _is_name(words: tuple[Word, ...]) -> bool:
    return gazetteer.is_known(gazetteer.tokens_of(" ".join(word.text for word in words)))
