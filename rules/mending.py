"""From a mistake to the query that was meant, where that can be told for certain.

A repair that can be read is not enough: one that means something else would watch for the wrong
thing in silence. Where two readings are left, none is proposed. What went wrong, `fault` says.
"""

import re
from collections.abc import Callable, Iterator

from rules.fault import Edit, Fault
from rules.query import And, Listed, Near, Node, Not, Or, Scoped, children

_REPAIRS = 4
_GROUPING = frozenset({"unbalanced_open", "unbalanced_close", "comma"})
"""Repairs that decide what belongs together; the others leave that as it was typed."""
_OPERATOR = re.compile(r"(?i:and|or|not)|&&?|\|\|?|O?NEAR|(?i:o?near|pre|w)/\w*")
_SIGNS = frozenset('(),"')
_QUOTED = re.compile(r'"([^"]*)"')


def mended(text: str, fault: Fault, understand: Callable[[str], Node]) -> str | None:
    """The query that was meant by `text`, after at most four edits; None where it is not clear.

    `understand` reads a query or raises Fault.
    """
    return next(_mended(text, (fault,), understand), None)


def _mended(
    text: str, faults: tuple[Fault, ...], understand: Callable[[str], Node]
) -> Iterator[str]:
    """The queries that edits make, where `faults` were met one after the other."""
    fault, codes = faults[-1], {each.code for each in faults}
    if "comma" in codes and len(codes) > 1:
        return  # a list of something else, such as weights, is no list of alternatives
    for edit in (fault.edit, fault.otherwise):
        if edit is None or _joins_words(text, edit):
            continue
        tried = edit.apply(text).strip()
        try:
            root = understand(tried)
        except Fault as another:
            if len(faults) < _REPAIRS:
                yield from _mended(tried, (*faults, another), understand)
            continue
        unclear = codes & _GROUPING and _may_group_otherwise(root, tried)
        if _quotes_fit(tried) and not unclear:
            yield tried


def _joins_words(text: str, edit: Edit) -> bool:
    """Whether words would stand side by side that did not: they would be one phrase then."""
    before, after = text[: edit.start].split(), text[edit.end :].split()
    if edit.text or not before or not after:
        return False
    return not (
        before[-1][-1] in _SIGNS
        or after[0][0] in _SIGNS
        or _OPERATOR.fullmatch(before[-1])
        or _OPERATOR.fullmatch(after[0])
    )


def _quotes_fit(text: str) -> bool:
    """Whether quotes embrace words; where one is missing, they embrace what is between phrases."""
    return all(inner == inner.strip() for inner in _QUOTED.findall(text))


def _may_group_otherwise(root: Node, text: str) -> bool:
    """Whether parentheses at another place would make another query, as in `a OR b AND c`."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if _is_mixed(node, text):
            return True
        if not isinstance(node, Listed):
            waiting.extend(children(node))
    return False


def _is_mixed(node: Node, text: str) -> bool:
    if isinstance(node, Not | Scoped):
        return isinstance(node.child, And) and len(node.child.children) > 2
    if isinstance(node, Or):
        return any(
            isinstance(child, And | Not | Near) and not _in_parentheses(child, text)
            for child in node.children
        )
    return isinstance(node, And) and any(
        isinstance(child, Not | Scoped) and not _in_parentheses(child, text)
        for child in node.children[:-1]
    )


def _in_parentheses(node: Node, text: str) -> bool:
    if isinstance(node, And):
        return node.grouped
    start, end = node.span
    return text[:start].rstrip().endswith("(") and text[end:].lstrip().startswith(")")
