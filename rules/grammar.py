"""The grammar: lexemes become a tree, by recursive descent, looking one lexeme ahead.

    query     = or_expr
    or_expr   = and_expr { OR and_expr }
    and_expr  = not_expr { [AND] not_expr }
    not_expr  = (NOT | "-") not_expr | near_expr
    near_expr = operand { NEAR operand }
    operand   = group | field | filter | list | quorum | count | score | phrase | run

Whether a query is too broad is asked in `anchoring`; what single words may be, in `words`.
"""

from dataclasses import replace
from typing import NamedTuple

from rules import limits
from rules.document import Field
from rules.fault import Edit, Fault
from rules.lexer import Kind, Lexeme
from rules.lists import Lists
from rules.query import (
    And,
    Count,
    Near,
    Node,
    Not,
    Or,
    Quorum,
    Scoped,
    Score,
    has_places,
)
from rules.refusals import (
    CLOSING,
    empty_field,
    missing,
    no_places,
    out_of_reach,
    read_number,
    read_reach,
    several_values,
    stray,
    too_deep,
    unbalanced,
    unopened,
)
from rules.values import longer_country, read_filter
from rules.words import read_phrase, read_run

RAW_DEPTH = 60
"""Bounds recursion, also for canonical text, which nests up to four times as deep as typed text."""


class _Part(NamedTuple):
    """A node with how deep its parentheses nest, and whether it stood in parentheses itself."""

    node: Node
    depth: int = 0
    grouped: bool = False

    def within(self, *clarified: type[Node]) -> int:
        """Its depth where parentheses around the kinds `clarified` only say what holds anyway."""
        clear = self.grouped and isinstance(self.node, clarified)
        return self.depth - 1 if clear else self.depth


class Grammar:
    """Reads one query. `tree()` gives its root or raises Fault."""

    def __init__(self, lexemes: list[Lexeme], lists: Lists, *, trusted: bool = False) -> None:
        self._lexemes = [*lexemes, lexemes[-1], lexemes[-1]]  # so that there is always one ahead
        self._lists = lists
        self._deepest = RAW_DEPTH if trusted else limits.DEPTH
        self._at = 0
        self._open = 0
        self._scope: Field | None = None

    def tree(self) -> Node:
        """The whole query."""
        part = self._or()
        lexeme = self._peek()
        if lexeme.kind is Kind.CLOSE:
            raise unopened(lexeme)
        if lexeme.kind is not Kind.END:
            raise stray(lexeme)
        return part.node

    def _peek(self, ahead: int = 0) -> Lexeme:
        return self._lexemes[self._at + ahead]

    def _take(self) -> Lexeme:
        lexeme = self._lexemes[self._at]
        self._at += 1
        return lexeme

    def _or(self) -> _Part:
        parts = [self._and()]
        while self._peek().kind is Kind.OR:
            self._take()
            parts.append(self._and())
        if len(parts) == 1:
            return parts[0]
        depth = max(part.within(And, Not, Near) for part in parts)
        flat = _flat(Or, [part.node for part in parts])
        return _Part(Or(flat, _span(parts)), depth)

    def _and(self) -> _Part:
        parts = [self._not()]
        while True:
            kind = self._peek().kind
            if kind is Kind.AND:
                self._take()
            elif kind in (*CLOSING, Kind.OR, Kind.NEAR, Kind.WEIGHT, Kind.OF):
                break
            parts.append(self._not())
        if len(parts) == 1:
            return parts[0]
        depth = max(part.within(Not, Near) for part in parts)
        flat = _flat(And, [part.node for part in parts])
        return _Part(And(flat, _span(parts)), depth)

    def _not(self) -> _Part:
        signs: list[Lexeme] = []
        while self._peek().kind is Kind.NOT:
            signs.append(self._take())
        if len(signs) > self._deepest:
            raise too_deep(signs[self._deepest])
        part = self._near()
        if not signs:
            return part
        node, depth = part.node, part.within(Not, Near)
        for sign in reversed(signs):
            node = Not(node, (sign.span[0], node.span[1]))
        return _Part(node, depth)

    def _near(self) -> _Part:
        left = self._operand()
        while self._peek().kind is Kind.NEAR:
            sign = self._take()
            ordered = sign.text[0] in "oOpP"
            reach = read_reach(sign, ordered)
            right = self._operand()
            for side in (left, right):
                if not has_places(side.node):
                    raise no_places(side.node, left.node, sign, right.node)
            span = (left.node.span[0], right.node.span[1])
            depth = max(left.within(Near), right.within(Near))
            left = _Part(Near(left.node, right.node, reach, ordered, span), depth)
        return left

    def _operand(self) -> _Part:
        lexeme = self._peek()
        kind = lexeme.kind
        if kind is Kind.WORD and self._peek(1).kind is Kind.OF and lexeme.text.isdecimal():
            return self._quorum()
        if kind is Kind.WORD:
            return _Part(read_run(self._run()))
        if kind is Kind.PHRASE:
            return _Part(read_phrase(self._take()))
        if kind is Kind.OPEN:
            return self._group()
        if kind is Kind.FIELD:
            return self._field()
        if kind is Kind.LIST:
            listed = self._lists.expand(self._take())
            return _Part(listed)
        if kind is Kind.ATLEAST:
            return self._count()
        if kind is Kind.SCORE:
            return self._score()
        raise missing(lexeme, self._lexemes[self._at - 1] if self._at else None)

    def _run(self) -> list[Lexeme]:
        """The longest run of bare words; a number before OF begins a quorum instead."""
        words = [self._take()]
        while self._peek().kind is Kind.WORD and self._peek(1).kind is not Kind.OF:
            words.append(self._take())
        return words

    def _group(self) -> _Part:
        opened = self._take()
        if self._open >= RAW_DEPTH:
            raise too_deep(opened)
        self._open += 1
        inner = self._or()
        closed = self._peek()
        if closed.kind is Kind.END:
            raise unbalanced(opened, closed, self._open)
        if closed.kind is not Kind.CLOSE:
            raise stray(closed)
        self._take()
        self._open -= 1
        depth = inner.depth + 1
        if depth > self._deepest:
            raise too_deep(opened)
        node = replace(inner.node, grouped=True) if isinstance(inner.node, And) else inner.node
        return _Part(node, depth, grouped=True)

    def _field(self) -> _Part:
        name = self._take()
        following = self._peek()
        if name.value not in (Field.TITLE, Field.BODY):
            if following.kind not in (Kind.WORD, Kind.PHRASE):
                if following.kind is Kind.OPEN:
                    raise several_values(name, self._lexemes[self._at :])
                raise empty_field(name)
            return self._filter(name, self._take())
        if following.kind not in (Kind.WORD, Kind.PHRASE, Kind.OPEN):
            raise empty_field(name)
        if self._scope is not None:
            raise Fault(
                "nested_field",
                name.span,
                f"This stands inside {self._scope}: already; no text is title and body at once.",
                hint="title:Iran AND body:Kursk",
            )
        self._scope = Field(name.value)
        inner = self._operand()
        self._scope = None
        span = (name.span[0], inner.node.span[1])
        return _Part(Scoped(Field(name.value), inner.node, span), inner.depth)

    def _filter(self, name: Lexeme, value: Lexeme) -> _Part:
        text = value.text.strip('"') if value.kind is Kind.PHRASE else value.text
        try:
            return _Part(read_filter(name, value, text))
        except Fault as fault:
            edit = fault.edit
            if fault.code == "unknown_country" and value.kind is Kind.WORD:
                edit = longer_country(value, self._lexemes[self._at :]) or edit
            raise Fault(fault.code, fault.span, fault.message, edit, fault.hint) from None

    def _items(self) -> list[tuple[Node, int, int]]:
        """What stands between the parentheses of OF and SCORE: node, weight, depth."""
        opened = self._peek()
        if opened.kind is not Kind.OPEN:
            raise Fault(
                "quorum_range",
                opened.span if opened.kind is not Kind.END else self._peek(-1).span,
                "The items belong in parentheses: 2 OF (coup, curfew, junta).",
            )
        self._take()
        if self._open >= RAW_DEPTH:
            raise too_deep(opened)
        self._open += 1
        items: list[tuple[Node, int, int]] = []
        while True:
            part = self._or()
            weight = int(self._take().value) if self._peek().kind is Kind.WEIGHT else 1
            items.append((part.node, weight, part.depth))
            if self._peek().kind is not Kind.COMMA:
                break
            self._take()
        closed = self._take()
        if closed.kind is Kind.END:
            raise unbalanced(opened, closed, self._open)
        if closed.kind is not Kind.CLOSE:
            raise stray(closed)
        self._open -= 1
        if max(depth for _, _, depth in items) >= self._deepest:
            raise too_deep(opened)
        return items

    def _quorum(self) -> _Part:
        number = self._take()
        self._take()
        items = self._items()
        least = int(number.text[:6])
        if any(weight != 1 for _, weight, _ in items):
            raise Fault("bad_char", number.span, "Weights belong to SCORE, not to OF.")
        if not 1 <= least <= len(items):
            raise Fault(
                "quorum_range",
                number.span,
                f"{least} of {len(items)} items can never be met: write 1 to {len(items)}.",
                Edit(*number.span, str(len(items))) if least else None,
                "2 OF (coup, curfew, junta)",
            )
        nodes = tuple(node for node, _, _ in items)
        span = (number.span[0], self._peek(-1).span[1])
        return _Part(Quorum(least, nodes, span), 1 + max(depth for _, _, depth in items))

    def _score(self) -> _Part:
        sign = self._take()
        least = read_number(sign, 1, 1_000_000)
        items = self._items()
        most = sum(weight for _, weight, _ in items if weight > 0)
        if most < least:
            raise out_of_reach(sign, most)
        span = (sign.span[0], self._peek(-1).span[1])
        node = Score(least, tuple((node, weight) for node, weight, _ in items), span)
        return _Part(node, 1 + max(depth for _, _, depth in items))

    def _count(self) -> _Part:
        sign = self._take()
        least = read_number(sign, limits.FEWEST_MENTIONS, limits.MOST_MENTIONS)
        inner = self._operand()
        if not has_places(inner.node):
            raise Fault(
                "near_operand",
                inner.node.span,
                "ATLEAST counts mentions of terms, or of terms joined by OR, and nothing else.",
            )
        span = (sign.span[0], inner.node.span[1])
        return _Part(Count(least, inner.node, span), inner.depth)


def _flat(kind: type[And] | type[Or], nodes: list[Node]) -> tuple[Node, ...]:
    """(a AND b) AND c is a AND b AND c."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return tuple(flat)


def _span(parts: list[_Part]) -> tuple[int, int]:
    return parts[0].node.span[0], parts[-1].node.span[1]
