"""Parts of a query that no article can answer, or none that is new.

It compares what the query itself says; what articles and feeds there are, it does not know.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rules import languages
from rules.query import (
    And,
    Filter,
    FilterKind,
    Listed,
    Node,
    Not,
    Or,
    Score,
    Span,
    children,
    walk,
)


class Futile(NamedTuple):
    """Why a part can never match, and where it stands in the query as it was typed."""

    message: str
    span: Span


def futile(root: Node, today: date | None) -> Iterator[Futile]:
    """The parts that can never match; without a day, only those that never could."""
    for node in walk(root):
        if isinstance(node, Filter) and node.kind is FilterKind.LANG:
            yield from _unknown_language(node)
    for node in _wanted(root):
        if isinstance(node, And):
            yield from _at_odds(node)
        elif today is not None and isinstance(node, Filter) and _is_over(node, today):
            yield Futile(
                f"{node} lies in the past, and a watchlist sees new articles only: nothing will "
                "match it.",
                node.span,
            )


def _wanted(root: Node) -> Iterator[Node]:
    """The nodes that help the query to match; lists were written by somebody else."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Score):
            waiting.extend(item for item, weight in reversed(node.items) if weight > 0)
        elif not isinstance(node, Not | Listed):
            waiting.extend(reversed(children(node)))


def _unknown_language(node: Filter) -> Iterator[Futile]:
    if languages.is_known(node.value):
        return
    meant = languages.meant(node.value)
    said = f"Feeds write lang:{meant}." if meant else "Codes are such as en, ru or zh."
    yield Futile(f"I know no language '{node.value}'. {said}", node.span)


def _is_over(node: Filter, today: date) -> bool:
    return node.kind is FilterKind.BEFORE and node.day <= today


def _at_odds(node: And) -> Iterator[Futile]:
    """What the sides of an AND ask for that no article has at once."""
    wanted = {_key(child): child for child in node.children if not isinstance(child, Not)}
    for child in node.children:
        for excluded in _excluded(child):
            if _key(excluded) in wanted:
                yield Futile(
                    f"{excluded} is wanted and excluded at once: that can never match.", node.span
                )
    days = _filters(node, FilterKind.AFTER), _filters(node, FilterKind.BEFORE)
    if all(days):
        last, first = max(days[0], key=_day), min(days[1], key=_day)
        if first.day <= last.day:
            yield Futile(
                f"No article is published on a day that {last} and {first} leave: that can never "
                "match.",
                node.span,
            )
    for kind, said in _ONE_EACH.items():
        if len({each.value for each in _filters(node, kind)}) > 1:
            yield Futile(f"No article {said} at once. Join them with OR.", node.span)


_ONE_EACH = {
    FilterKind.LANG: "is in two languages",
    FilterKind.SOURCE_COUNTRY: "comes from two countries",
}


def _excluded(node: Node) -> tuple[Node, ...]:
    if not isinstance(node, Not):
        return ()
    return node.child.children if isinstance(node.child, Or) else (node.child,)


def _filters(node: And, kind: FilterKind) -> list[Filter]:
    return [each for each in node.children if isinstance(each, Filter) and each.kind is kind]


def _day(node: Filter) -> date:
    return node.day


def _key(node: Node) -> str:
    """The same for what finds the same; only after `=` do capitals matter."""
    text = str(node)
    return text if "=" in text else text.casefold()
