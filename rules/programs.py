"""Runs the programs of rules: asks of one article what the index left open.

It works with numbers of terms that are known to be there, and looks into the text for distances and
counts alone.
"""

import math
from typing import assert_never

from rules.article import Article
from rules.match import Reader
from rules.nearness import Nearness
from rules.parser import reread
from rules.plans import All, AnyOf, Asked, Close, Least, Mentioned, Program, Side, Sum, Unless
from rules.query import And, Count, Listed, Near, Node, Not, Or, Phrase, Scope
from rules.query import Run as Term
from rules.vocabulary import Presence, Vocabulary

_NOWHERE = (0, 0)


class Run:
    """One article, and the terms that are present in it."""

    def __init__(self, article: Article, presence: Presence, vocabulary: Vocabulary) -> None:
        self._present = presence.terms
        self._presence = presence
        self._vocabulary = vocabulary
        self._nearness = Nearness(presence.walk, presence.readings)
        self._reader = Reader(article)

    def holds(self, program: Program) -> bool:
        """Whether the article answers the program."""
        if isinstance(program, AnyOf):
            return not self._present.isdisjoint(program.terms)
        if isinstance(program, All):
            return all(map(self.holds, program.parts))
        if isinstance(program, Unless):
            return not self.holds(program.part)
        if isinstance(program, Least):
            return sum(map(self.holds, program.parts)) >= program.least
        if isinstance(program, Sum):
            pairs = zip(program.parts, program.weights, strict=True)
            return sum(weight for part, weight in pairs if self.holds(part)) >= program.least
        if isinstance(program, Asked):
            return self._reader.holds(reread(program.text))
        if isinstance(program, Close):
            return self._is_close(program)
        if isinstance(program, Mentioned):
            if self._most_mentions(program.side) < program.least:
                return False
            side = self._node(program.side)
            return self._reader.holds(Count(program.least, side, _NOWHERE))
        assert_never(program)

    def answers(self, node: Node) -> bool:
        """Whether the article answers a part of a rule, given as a tree."""
        if isinstance(node, Term | Phrase):
            return self._vocabulary.number(node) in self._present
        if isinstance(node, Listed):
            return self.answers(node.child)
        if isinstance(node, And):
            return all(map(self.answers, node.children))
        if isinstance(node, Or):
            return any(map(self.answers, node.children))
        if isinstance(node, Not):
            return not self.answers(node.child)
        return self._reader.holds(node)

    def _is_close(self, program: Close) -> bool:
        """Measured in the text only if that must be, since laying it out costs the most."""
        told = self._told(program)
        return self._reader.holds(self._near(program)) if told is None else told

    def _told(self, program: Close) -> bool | None:
        """Whether the two sides are close, if that can be told without the text."""
        if not (self._may_be_there(program.left) and self._may_be_there(program.right)):
            return False
        left, right = self._texts(program.left), self._texts(program.right)
        if left is None or right is None or isinstance(program.reach, Scope):
            return None
        return self._nearness.holds(left, right, program.reach, ordered=program.ordered)

    def _texts(self, side: Side) -> list[str] | None:
        """The terms of a side that are present, if it is nothing but terms."""
        terms = [one for one in side if isinstance(one, int)]
        if len(terms) < len(side):
            return None
        return [self._vocabulary.text(one) for one in terms if one in self._present]

    def _may_be_there(self, side: Side) -> bool:
        """No distance inside a side is measured here: the whole is measured, once."""
        return any(
            one in self._present if isinstance(one, int) else self._told(one) is not False
            for one in side
        )

    def _near(self, program: Close) -> Near:
        left, right = self._node(program.left), self._node(program.right)
        return Near(left, right, program.reach, program.ordered, _NOWHERE)

    def _most_mentions(self, side: Side) -> float:
        """How often a side can be mentioned at most, told without the text; mostly it is enough."""
        most = 0
        for one in side:
            if isinstance(one, int) and one not in self._present:
                continue
            words = self._vocabulary.words(one) if isinstance(one, int) else None
            if words is None or not words.isdisjoint(self._presence.telling):
                return math.inf
            most += sum(map(words.__contains__, self._presence.walk.tokens))
        return most

    def _node(self, side: Side) -> Node:
        """The side as a tree, of its present terms alone."""
        nodes = tuple(
            self._vocabulary.node(one) if isinstance(one, int) else self._near(one)
            for one in side
            if not isinstance(one, int) or one in self._present
        )
        return nodes[0] if len(nodes) == 1 else Or(nodes, _NOWHERE)
