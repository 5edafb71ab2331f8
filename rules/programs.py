"""Runs the programs of rules: asks of one article what the index left open.

It works with numbers of terms that are known to be there, and looks into the text for distances and
counts alone.
"""

from typing import assert_never

from rules.article import Article
from rules.match import Reader
from rules.parser import reread
from rules.plans import All, AnyOf, Asked, Close, Least, Mentioned, Program, Side, Sum, Unless
from rules.query import Count, Near, Node, Or
from rules.vocabulary import Vocabulary

_NOWHERE = (0, 0)


class Run:
    """One article, and the terms that are present in it."""

    def __init__(self, article: Article, present: set[int], vocabulary: Vocabulary) -> None:
        self._present = present
        self._vocabulary = vocabulary
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
            return self._may_be(program) and self._reader.holds(self._near(program))
        if isinstance(program, Mentioned):
            side = self._node(program.side)
            return self._reader.holds(Count(program.least, side, _NOWHERE))
        assert_never(program)

    def _may_be(self, program: Close) -> bool:
        """Both sides are there at all, which is cheaper to ask than where."""
        return self._is_there(program.left) and self._is_there(program.right)

    def _is_there(self, side: Side) -> bool:
        return any(
            one in self._present if isinstance(one, int) else self._may_be(one) for one in side
        )

    def _near(self, program: Close) -> Near:
        left, right = self._node(program.left), self._node(program.right)
        return Near(left, right, program.reach, program.ordered, _NOWHERE)

    def _node(self, side: Side) -> Node:
        """The side as a tree, of its present terms alone."""
        nodes = tuple(
            self._vocabulary.node(one) if isinstance(one, int) else self._near(one)
            for one in side
            if not isinstance(one, int) or one in self._present
        )
        return nodes[0] if len(nodes) == 1 else Or(nodes, _NOWHERE)
