"""Whether a query asks for something, or would match nearly every article.

A query is anchored when every way to satisfy it needs some positive content. It judges the tree
alone, never the words in it.
"""

from rules.query import (
    And,
    Count,
    Filter,
    FilterKind,
    Listed,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Quorum,
    Run,
    Scoped,
    Score,
)

_BROAD = frozenset({FilterKind.LANG, FilterKind.AFTER, FilterKind.BEFORE, FilterKind.WITHIN})


def is_anchored(node: Node) -> bool:
    """Whether the node needs positive content."""
    return unanchored(node) is None


def unanchored(node: Node) -> Node | None:
    """The part that lets the node be satisfied by almost any article, or None."""
    if isinstance(node, Run | Phrase | Near | Count):
        return None
    if isinstance(node, Filter):
        return node if node.kind in _BROAD else None
    if isinstance(node, And):
        return None if any(map(is_anchored, node.children)) else node
    if isinstance(node, Or | Quorum):
        return next((child for child in node.children if not is_anchored(child)), None)
    if isinstance(node, Score):
        counted = (item for item, weight in node.items if weight > 0)
        return next((item for item in counted if not is_anchored(item)), None)
    if isinstance(node, Not):
        return None if isinstance(node.child, Not) and is_anchored(node.child.child) else node
    if isinstance(node, Scoped):
        return unanchored(node.child)
    assert isinstance(node, Listed)  # noqa: S101 - the last of the kinds
    return None if is_anchored(node.child) else node
