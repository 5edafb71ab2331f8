"""The grammar: lexemes become a tree, by recursive descent, looking one lexeme ahead.

    query     = or_expr
    or_expr   = and_expr { OR and_expr }
    and_expr  = not_expr { [AND] not_expr }
    not_expr  = (NOT | "-") not_expr | near_expr
    near_expr = operand { NEAR operand }
    operand   = group | field | filter | list | quorum | count | score | phrase | run

Whether a query is too broad is asked in `anchoring`; what single words may be, in `words`.
"""

from dataclasses import dataclass

from rules import limits
from rules.document import Field
from rules.fault import Edit, Fault
from rules.lexer import Kind, Lexeme
from rules.lists import Lists
from rules.query import (
    And,
    Count,
    Listed,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Quorum,
    Run,
    Scope,
    Scoped,
    Score,
)
from rules.values import read_filter
from rules.words import read_phrase, read_run

_RAW_DEPTH = 60  # bounds recursion; canonical text nests up to four times as deep as typed text
_BINARY = (Kind.AND, Kind.OR, Kind.NEAR)
_CLOSING = (Kind.CLOSE, Kind.END, Kind.COMMA)


@dataclass(frozen=True, slots=True)
class _Part:
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

    def __init__(self, lexemes: list[Lexeme], lists: Lists) -> None:
        self._lexemes = lexemes
        self._lists = lists
        self._at = 0
        self._open = 0
        self._scope: Field | None = None

    def tree(self) -> Node:
        """The whole query."""
        part = self._or()
        lexeme = self._peek()
        if lexeme.kind is Kind.CLOSE:
            raise Fault(
                "unbalanced_close",
                lexeme.span,
                "This ) closes nothing.",
                Edit(*lexeme.span, ""),
            )
        if lexeme.kind is not Kind.END:
            raise self._stray(lexeme)
        return part.node

    def _peek(self, ahead: int = 0) -> Lexeme:
        return self._lexemes[min(self._at + ahead, len(self._lexemes) - 1)]

    def _take(self) -> Lexeme:
        lexeme = self._peek()
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
            elif kind in (*_CLOSING, Kind.OR, Kind.NEAR, Kind.WEIGHT, Kind.OF):
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
        if len(signs) > limits.DEPTH:
            raise _too_deep(signs[limits.DEPTH])
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
            reach = _reach(sign, ordered)
            right = self._operand()
            for side in (left, right):
                if not has_places(side.node):
                    raise _no_places(side.node, left.node, sign, right.node)
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
        raise self._missing(lexeme)

    def _run(self) -> list[Lexeme]:
        """The longest run of bare words; a number before OF begins a quorum instead."""
        words = [self._take()]
        while self._peek().kind is Kind.WORD and self._peek(1).kind is not Kind.OF:
            words.append(self._take())
        return words

    def _missing(self, lexeme: Lexeme) -> Fault:
        """No operand stands where one must: blame the operator that wanted it."""
        before = self._peek(-1) if self._at else None
        if lexeme.kind not in _CLOSING and lexeme.kind not in _BINARY:
            return self._stray(lexeme)
        blamed = lexeme
        if lexeme.kind in _CLOSING and before and before.kind in (*_BINARY, Kind.NOT):
            blamed = before
        if blamed.kind in (*_BINARY, Kind.NOT):
            side = "after" if blamed is before else "before"
            return Fault(
                "dangling_operator",
                blamed.span,
                f"{blamed.text} needs a term {side} it. If you search for the word, quote it: "
                f'"{blamed.text}".',
                Edit(*blamed.span, ""),
            )
        if lexeme.kind is Kind.CLOSE and before and before.kind is Kind.OPEN:
            return Fault(
                "empty_group",
                (before.span[0], lexeme.span[1]),
                "There is nothing between these parentheses.",
                Edit(before.span[0], lexeme.span[1], ""),
            )
        if lexeme.kind is Kind.CLOSE and not self._open:
            return Fault(
                "unbalanced_close", lexeme.span, "This ) closes nothing.", Edit(*lexeme.span, "")
            )
        if lexeme.kind is Kind.END and before and before.kind is Kind.OPEN:
            return _unbalanced(before, lexeme)
        return self._stray(lexeme)

    def _stray(self, lexeme: Lexeme) -> Fault:
        if lexeme.kind is Kind.COMMA:
            return Fault(
                "comma",
                lexeme.span,
                "A comma only parts the items of OF and SCORE. Between alternatives write OR.",
                Edit(*lexeme.span, " OR"),
            )
        if lexeme.kind is Kind.OF:
            return Fault(
                "quorum_range",
                lexeme.span,
                "OF wants a number before it and items after it: 2 OF (coup, curfew, junta).",
            )
        if lexeme.kind is Kind.WEIGHT:
            return Fault(
                "bad_char",
                lexeme.span,
                "A weight stands only inside SCORE: SCORE/5 (coup^5, curfew^3).",
                Edit(*lexeme.span, ""),
            )
        return Fault("dangling_operator", lexeme.span, f"A term is missing at '{lexeme.text}'.")

    def _group(self) -> _Part:
        opened = self._take()
        if self._open >= _RAW_DEPTH:
            raise _too_deep(opened)
        self._open += 1
        inner = self._or()
        closed = self._peek()
        if closed.kind is Kind.END:
            raise _unbalanced(opened, closed)
        if closed.kind is not Kind.CLOSE:
            raise self._stray(closed)
        self._take()
        self._open -= 1
        depth = inner.depth + 1
        if depth > limits.DEPTH:
            raise _too_deep(opened)
        return _Part(inner.node, depth, grouped=True)

    def _field(self) -> _Part:
        name = self._take()
        following = self._peek()
        if name.value not in (Field.TITLE, Field.BODY):
            if following.kind not in (Kind.WORD, Kind.PHRASE):
                raise _empty_field(name)
            value = self._take()
            text = value.text.strip('"') if value.kind is Kind.PHRASE else value.text
            return _Part(read_filter(name, value, text))
        if following.kind not in (Kind.WORD, Kind.PHRASE, Kind.OPEN):
            raise _empty_field(name)
        if self._scope is not None:
            raise Fault(
                "nested_field",
                name.span,
                f"This stands inside {self._scope}: already, and no text is title and body at once.",
                Edit(*name.span, ""),
            )
        self._scope = Field(name.value)
        inner = self._operand()
        self._scope = None
        span = (name.span[0], inner.node.span[1])
        return _Part(Scoped(Field(name.value), inner.node, span), inner.depth)

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
        if self._open >= _RAW_DEPTH:
            raise _too_deep(opened)
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
            raise _unbalanced(opened, closed)
        if closed.kind is not Kind.CLOSE:
            raise self._stray(closed)
        self._open -= 1
        if max(depth for _, _, depth in items) >= limits.DEPTH:
            raise _too_deep(opened)
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
                Edit(*number.span, str(len(items))),
            )
        nodes = tuple(node for node, _, _ in items)
        span = (number.span[0], self._peek(-1).span[1])
        return _Part(Quorum(least, nodes, span), 1 + max(depth for _, _, depth in items))

    def _score(self) -> _Part:
        sign = self._take()
        least = _number(sign, 1, 1_000_000)
        items = self._items()
        span = (sign.span[0], self._peek(-1).span[1])
        node = Score(least, tuple((node, weight) for node, weight, _ in items), span)
        return _Part(node, 1 + max(depth for _, _, depth in items))

    def _count(self) -> _Part:
        sign = self._take()
        least = _number(sign, limits.FEWEST_MENTIONS, limits.MOST_MENTIONS)
        inner = self._operand()
        if not has_places(inner.node):
            raise Fault(
                "near_operand",
                inner.node.span,
                "ATLEAST counts mentions of terms, or of terms joined by OR, and nothing else.",
            )
        span = (sign.span[0], inner.node.span[1])
        return _Part(Count(least, inner.node, span), inner.depth)


def has_places(node: Node) -> bool:
    """Whether the node stands at places of a text, so that distances and mentions make sense."""
    if isinstance(node, Or):
        return all(map(has_places, node.children))
    if isinstance(node, Listed):
        return has_places(node.child)
    return isinstance(node, Run | Phrase | Near)


def _flat(kind: type[And] | type[Or], nodes: list[Node]) -> tuple[Node, ...]:
    """(a AND b) AND c is a AND b AND c."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return tuple(flat)


def _span(parts: list[_Part]) -> tuple[int, int]:
    return parts[0].node.span[0], parts[-1].node.span[1]


def _reach(sign: Lexeme, ordered: bool) -> int | Scope:
    if sign.value.lower() in ("s", "p") and not ordered:
        return Scope(sign.value.lower())
    if sign.value.isdecimal() and limits.NEAREST <= int(sign.value[:6]) <= limits.FARTHEST:
        return int(sign.value)
    name = sign.text.split("/")[0]
    scopes = "" if ordered else ", s for the same sentence or p for the same paragraph"
    raise Fault(
        "near_range",
        sign.span,
        f"After {name}/ write a number from {limits.NEAREST} to {limits.FARTHEST}{scopes}.",
        Edit(*sign.span, f"{name}/{limits.FARTHEST if sign.value.isdecimal() else 10}"),
    )


def _number(sign: Lexeme, least: int, most: int) -> int:
    if sign.value.isdecimal() and least <= int(sign.value[:8]) <= most:
        return int(sign.value)
    name = sign.text.split("/")[0]
    raise Fault(
        "quorum_range",
        sign.span,
        f"After {name}/ write a number from {least} to {most}.",
        Edit(*sign.span, f"{name}/{max(least, 2)}"),
    )


def _no_places(wrong: Node, left: Node, sign: Lexeme, right: Node) -> Fault:
    edit = None
    if isinstance(wrong, And) and has_places(wrong.children[0]):
        first, rest = wrong.children[0], " AND ".join(map(str, wrong.children[1:]))
        near = f"{first} {sign.text} {right}" if wrong is left else f"{left} {sign.text} {first}"
        edit = Edit(left.span[0], right.span[1], f"({near}) AND {rest}")
    return Fault(
        "near_operand",
        wrong.span,
        f"{sign.text} stands between terms, or terms joined by OR. Put the rest beside it with AND.",
        edit,
        "(drone NEAR/5 refinery) AND Kursk",
    )


def _unbalanced(opened: Lexeme, end: Lexeme) -> Fault:
    return Fault(
        "unbalanced_open",
        opened.span,
        "This ( is never closed.",
        Edit(end.span[0], end.span[0], ")"),
    )


def _too_deep(lexeme: Lexeme) -> Fault:
    return Fault(
        "too_deep",
        lexeme.span,
        f"Parentheses go {limits.DEPTH} levels deep and no deeper. Move a part into a list.",
    )


def _empty_field(name: Lexeme) -> Fault:
    return Fault(
        "empty_field",
        name.span,
        f"{name.text} needs something to look for right after it.",
        Edit(*name.span, ""),
    )
