"""How a rule is decided by an index: what must be there, and what is left to ask.

A tree becomes a program over numbers of terms, and covers: sets of terms of which one must be
there for a part of the tree to hold. The two cheapest covers of different parts find the rule; a
rule that is nothing but its covers needs no program at all. It looks at no article.
"""

from dataclasses import dataclass
from typing import NamedTuple

from rules.document import Field
from rules.filters import KEYED
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
    Scope,
    Scoped,
    Score,
)
from rules.vocabulary import Leaf, Vocabulary

_MOST_PAIRS = 48
"""With more pairs of anchors than this, one anchor is cheaper to keep than two."""

Numbers = tuple[int, ...]


class AnyOf(NamedTuple):
    """One of these terms is there."""

    terms: Numbers


class All(NamedTuple):
    """Every part holds."""

    parts: tuple["Program", ...]


class Unless(NamedTuple):
    """The part does not hold."""

    part: "Program"


class Least(NamedTuple):
    """At least so many parts hold."""

    least: int
    parts: tuple["Program", ...]


class Sum(NamedTuple):
    """The weights of the parts that hold add up."""

    least: int
    parts: tuple["Program", ...]
    weights: tuple[int, ...]


class Asked(NamedTuple):
    """A filter that compares, as canonical text."""

    text: str


class Close(NamedTuple):
    """Two sides close together. A side is any of its terms, or closeness again."""

    left: "Side"
    right: "Side"
    reach: int | Scope
    ordered: bool


class Mentioned(NamedTuple):
    """A side is found so many times."""

    least: int
    side: "Side"


Side = tuple[int | Close, ...]
Program = AnyOf | All | Unless | Least | Sum | Asked | Close | Mentioned


@dataclass(frozen=True, slots=True)
class Plan:
    """How to find and decide a rule.

    Some term of `first` is there whenever the rule holds, and some term of `second` unless that is
    empty. Where both say it all, `rest` is None.
    """

    first: Numbers
    second: Numbers
    rest: Program | None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A part of a rule: its program, and the covers it offers, cheapest first.

    `spare` is another cover, by which a rule is found that lacks the cheapest one.
    """

    program: Program
    covers: tuple[Numbers, ...] = ()
    spare: Numbers = ()

    @property
    def is_its_cover(self) -> bool:
        return isinstance(self.program, AnyOf)


class Planner:
    """Makes plans with the numbers of one vocabulary, taking each term as often as it occurs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.taken: list[int] = []
        """The numbers that were taken for the last plan, to be released with the rule."""

    def plan(self, root: Node) -> Plan:
        """The plan of a rule. Where `rest` is an `All`, its parts are clauses of the rule."""
        self.taken = []
        clauses = [self._draft(clause, None) for clause in _clauses(root)]
        offers = [
            (self._cost(cover), number, at, cover)
            for number, clause in enumerate(clauses)
            for at, cover in enumerate(clause.covers)
        ]
        offers.sort()
        first = offers[0]
        second = next((offer for offer in offers[1:] if offer[1:3] != first[1:3]), None)
        other = second[3] if second else clauses[0].spare
        if len(first[3]) * len(other) > _MOST_PAIRS:
            second, other = None, ()
        chosen = {first[1], second[1]} if second else {first[1]}
        rest = tuple(
            clause.program
            for number, clause in enumerate(clauses)
            if not (number in chosen and clause.is_its_cover)
        )
        lone = len(rest) == 1 and not isinstance(rest[0], All)  # an All tells of clauses
        program = (rest[0] if lone else All(rest)) if rest else None
        return Plan(first[3], other, program)

    def _cost(self, cover: Numbers) -> int:
        return sum(self._vocabulary.cost(number) + 1 for number in cover)

    def _take(self, leaf: Leaf) -> int:
        number = self._vocabulary.take(leaf)
        self.taken.append(number)
        return number

    def _draft(self, node: Node, where: Field | None) -> _Draft:
        if isinstance(node, Run | Phrase):
            number = self._term(node, where)
            return _Draft(AnyOf((number,)), ((number,),))
        if isinstance(node, Filter):
            return self._filter(node)
        if isinstance(node, Near):
            return self._close(node, where)
        if isinstance(node, Count):
            side = self._side(node.child, where)
            return _Draft(Mentioned(node.least, side), (_any_of(side),))
        if isinstance(node, Not):
            return self._not(node, where)
        if isinstance(node, Scoped):
            return self._draft(node.child, node.where)
        if isinstance(node, Listed):
            return self._draft(node.child, where)
        return self._several(node, where)

    def _term(self, node: Run | Phrase, where: Field | None) -> int:
        return self._take(node if where is None else Scoped(where, node, node.span))

    def _filter(self, node: Filter) -> _Draft:
        if node.kind not in KEYED and node.kind not in (FilterKind.URL, FilterKind.COUNTRY):
            return _Draft(Asked(str(node)))
        number = self._take(node)
        found = AnyOf((number,))
        return _Draft(found, () if node.kind is FilterKind.LANG else ((number,),))

    def _not(self, node: Not, where: Field | None) -> _Draft:
        if isinstance(node.child, Not):
            return self._draft(node.child.child, where)
        return _Draft(Unless(self._draft(node.child, where).program))

    def _several(self, node: And | Or | Quorum | Score, where: Field | None) -> _Draft:
        parts = [self._draft(child, where) for child in node.children]
        programs = tuple(part.program for part in parts)
        if isinstance(node, And):
            covers = sorted((self._cost(c), c) for part in parts for c in part.covers)
            kept = tuple(cover for _, cover in covers[:2])
            return _Draft(All(programs), kept[:1], kept[-1] if len(kept) > 1 else ())
        if isinstance(node, Or):
            cover = self._union(parts)
            alone = all(isinstance(program, AnyOf) for program in programs)
            program = AnyOf(cover[0]) if alone and cover else Least(1, programs)
            return _Draft(program, cover, self._spare(parts) if cover else ())
        if isinstance(node, Quorum):
            needed = len(parts) - node.least + 1
            cheap = sorted(parts, key=self._price)[:needed]
            return _Draft(Least(node.least, programs), self._union(cheap))
        weights = tuple(weight for _, weight in node.items)
        return _Draft(Sum(node.least, programs, weights), self._union(self._telling(node, parts)))

    def _price(self, part: _Draft) -> int:
        return self._cost(part.covers[0]) if part.covers else 2**31

    def _telling(self, node: Score, parts: list[_Draft]) -> list[_Draft]:
        """Items of which one must hold, because the others together weigh too little."""
        pairs = zip(parts, (weight for _, weight in node.items), strict=True)
        positive = [(part, weight) for part, weight in pairs if weight > 0]
        spare = node.least - 1
        kept: list[_Draft] = []
        for part, weight in sorted(positive, key=lambda item: -self._price(item[0])):
            if weight <= spare:
                spare -= weight
            else:
                kept.append(part)
        return kept

    def _union(self, parts: list[_Draft]) -> tuple[Numbers, ...]:
        """One cover for all parts together, unless one of them has none."""
        if not parts or not all(part.covers for part in parts):
            return ()
        united = dict.fromkeys(number for part in parts for number in part.covers[0])
        return (tuple(united),)

    def _spare(self, parts: list[_Draft]) -> Numbers:
        """Another cover for all parts together, if any of them has another one."""
        if not any(part.spare for part in parts):
            return ()
        chosen = (part.spare or part.covers[0] for part in parts)
        return tuple(dict.fromkeys(number for cover in chosen for number in cover))

    def _close(self, node: Near, where: Field | None) -> _Draft:
        left, right = self._side(node.left, where), self._side(node.right, where)
        covers = sorted((_any_of(left), _any_of(right)), key=self._cost)
        return _Draft(Close(left, right, node.reach, node.ordered), tuple(covers))

    def _side(self, node: Node, where: Field | None) -> Side:
        if isinstance(node, Or):
            return tuple(one for child in node.children for one in self._side(child, where))
        if isinstance(node, Listed):
            return self._side(node.child, where)
        if isinstance(node, Near):
            left, right = self._side(node.left, where), self._side(node.right, where)
            return (Close(left, right, node.reach, node.ordered),)
        assert isinstance(node, Run | Phrase)  # noqa: S101 - the parser lets nothing else stand here
        return (self._term(node, where),)


def _any_of(side: Side) -> Numbers:
    """Terms of which one is there whenever the side is found."""
    found: dict[int, None] = {}
    for one in side:
        inner = (one,) if isinstance(one, int) else _any_of(one.left)
        found.update(dict.fromkeys(inner))
    return tuple(found)


def _clauses(root: Node) -> list[Node]:
    """What must all hold, however it is nested."""
    if isinstance(root, Listed):
        return _clauses(root.child)
    if isinstance(root, And):
        return [clause for child in root.children for clause in _clauses(child)]
    return [root]
