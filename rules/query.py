"""The query tree. Every node knows its span in what the user typed; equality ignores it.

`str()` of a node is canonical text, with all parentheses. It knows no text to search: what a node
means to a matcher is decided in `terms` and `match`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from rules.document import Field

Span = tuple[int, int]

_ENTITY = re.compile(r"&(?=(?:lt|gt|amp);)")


def escaped(text: str) -> str:
    """Text as it must be typed so that undoing what chat does leaves it as it is."""
    return _ENTITY.sub("&amp;", text).replace("<", "&lt;")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a term: `=` means exactly as typed, `edits` is the tolerance of `~` (0: none)."""

    text: str
    exact: bool = False
    edits: int = 0

    def __str__(self) -> str:
        tail = f"~{self.edits}" if self.edits else ""
        return f"{'=' * self.exact}{escaped(self.text)}{tail}"


@dataclass(frozen=True, slots=True)
class Run:
    """Bare words that stand together: one tolerant phrase. `written` is as the user typed it."""

    words: tuple[Word, ...]
    written: str = field(compare=False)
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return " ".join(map(str, self.words))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in quotes, literal. With `slop` they stand in any order, `slop` others among them."""

    words: tuple[Word, ...]
    written: str = field(compare=False)
    span: Span = field(compare=False)
    exact: bool = False
    slop: int | None = None

    def __str__(self) -> str:
        text = escaped(" ".join(word.text for word in self.words))
        tail = "" if self.slop is None else f"~{self.slop}"
        return f'{"=" * self.exact}"{text}"{tail}'


Term = Run | Phrase


class FilterKind(StrEnum):
    """What a filter looks at."""

    SOURCE = "source"
    LANG = "lang"
    COUNTRY = "country"
    SOURCE_COUNTRY = "sourcecountry"
    AUTHOR = "author"
    TAG = "tag"
    URL = "url"
    AFTER = "after"
    BEFORE = "before"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the article as a whole. `value` is normal form: `KP`, `2024-10-31`, `7d`."""

    kind: FilterKind
    value: str
    written: str = field(compare=False)
    span: Span = field(compare=False)

    def __str__(self) -> str:
        bare = self.value and not set(self.value) & set(' \t\n()",^')
        value = escaped(self.value)
        return f"{self.kind}:{value}" if bare else f'{self.kind}:"{value}"'

    @property
    def day(self) -> date:
        """The day of `after:` and `before:`."""
        return date.fromisoformat(self.value)

    @property
    def age(self) -> timedelta:
        """The age of `within:`."""
        unit = {"h": "hours", "d": "days", "w": "weeks"}[self.value[-1]]
        return timedelta(**{unit: int(self.value[:-1])})


@dataclass(frozen=True, slots=True)
class And:
    """All of them. `grouped` if its writer put it in parentheses."""

    children: tuple["Node", ...]
    span: Span = field(compare=False)
    grouped: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"({' AND '.join(map(str, self.children))})"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    children: tuple["Node", ...]
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.children))})"


@dataclass(frozen=True, slots=True)
class Not:
    """Not in this article."""

    child: "Node"
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"(NOT {self.child})"


class Scope(StrEnum):
    """How far apart the sides of a NEAR may be when it is not counted in words."""

    SENTENCE = "s"
    PARAGRAPH = "p"


@dataclass(frozen=True, slots=True)
class Near:
    """Two things close together: at most `reach` words between them, or in one sentence."""

    left: "Node"
    right: "Node"
    reach: int | Scope
    ordered: bool
    span: Span = field(compare=False)

    def __str__(self) -> str:
        name = "ONEAR" if self.ordered else "NEAR"
        return f"({self.left} {name}/{self.reach} {self.right})"


@dataclass(frozen=True, slots=True)
class Quorum:
    """At least `least` of the items."""

    least: int
    children: tuple["Node", ...]
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"{self.least} OF ({', '.join(map(str, self.children))})"


@dataclass(frozen=True, slots=True)
class Count:
    """At least `least` mentions."""

    least: int
    child: "Node"
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"ATLEAST/{self.least} {self.child}"


@dataclass(frozen=True, slots=True)
class Score:
    """The weights of the items that occur add up to at least `least`."""

    least: int
    items: tuple[tuple["Node", int], ...]
    span: Span = field(compare=False)

    def __str__(self) -> str:
        items = ", ".join(f"{node}^{weight}" for node, weight in self.items)
        return f"SCORE/{self.least} ({items})"

    @property
    def children(self) -> tuple["Node", ...]:
        """The items without their weights."""
        return tuple(node for node, _ in self.items)


@dataclass(frozen=True, slots=True)
class Scoped:
    """What must stand in the title, or in the body."""

    where: Field
    child: "Node"
    span: Span = field(compare=False)

    def __str__(self) -> str:
        bare = isinstance(self.child, Run | Phrase | And | Or | Not | Near)
        return f"{self.where}:{self.child}" if bare else f"{self.where}:({self.child})"


@dataclass(frozen=True, slots=True)
class Listed:
    """A list by name, with what it stands for."""

    name: str
    child: "Node"
    span: Span = field(compare=False)

    def __str__(self) -> str:
        return f"@{self.name}"


Node = Run | Phrase | Filter | And | Or | Not | Near | Quorum | Count | Score | Scoped | Listed


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood. `str(query)` is its canonical text."""

    root: Node

    def __str__(self) -> str:
        text = str(self.root)
        whole = isinstance(self.root, And | Or | Not | Near)
        return text[1:-1] if whole else text

    @property
    def lists(self) -> frozenset[str]:
        """The names of the lists that it was read with, those that lists use among them."""
        return frozenset(node.name for node in walk(self.root) if isinstance(node, Listed))


def children(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    if isinstance(node, And | Or | Quorum | Score):
        return node.children
    if isinstance(node, Not | Count | Scoped | Listed):
        return (node.child,)
    if isinstance(node, Near):
        return (node.left, node.right)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def without_lists(node: Node) -> Node:
    """The tree with every list written out, as it would be if it had been typed so."""
    if isinstance(node, Listed):
        return without_lists(node.child)
    if isinstance(node, And | Or):
        flat: list[Node] = []
        for child in map(without_lists, node.children):
            flat.extend(child.children if isinstance(child, type(node)) else (child,))
        return replace(node, children=tuple(flat))
    if isinstance(node, Not | Count | Scoped):
        return replace(node, child=without_lists(node.child))
    if isinstance(node, Near):
        return replace(node, left=without_lists(node.left), right=without_lists(node.right))
    if isinstance(node, Quorum):
        return replace(node, children=tuple(map(without_lists, node.children)))
    if isinstance(node, Score):
        items = tuple((without_lists(item), weight) for item, weight in node.items)
        return replace(node, items=items)
    return node


def has_places(node: Node) -> bool:
    """Whether the node stands at places of a text, so that distances and mentions make sense."""
    if isinstance(node, Or):
        return all(map(has_places, node.children))
    if isinstance(node, Listed):
        return has_places(node.child)
    return isinstance(node, Run | Phrase | Near)
