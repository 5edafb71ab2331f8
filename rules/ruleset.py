"""Many rules held against one article.

The index finds the few rules that may match; most of them it decides, the rest are run. A rule that
fails is reported by its id and the others still run. It ignores what a match is good for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rules.article import Article
from rules.document import Document
from rules.parser import reread
from rules.plans import All, Planner, Program
from rules.presearch import Presearch
from rules.programs import Run
from rules.query import And, Node, Or, Query, without_lists
from rules.vocabulary import Vocabulary
from rules.wanting import wants_text

_MOST_NEAR_MISSES = 50
_MOST_LOOKED_AT = 500
_MOST_TREES = 2_000


@dataclass(frozen=True, slots=True)
class Rule:
    """A query with the name under which its matches are reported."""

    id: str
    query: Query


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of which exactly one clause is unmet, with that clause in canonical text.

    Of an OR it is enough that one side lacks one clause; a side that is no AND has no clauses.
    `rarity` is of the rarest term that led to the rule: in how many of 10,000 articles it is
    probably met. `wants_text` says that more text in the body could meet the clause; of several
    sides the first such is told.
    """

    rule: str
    unmet: str
    rarity: int = 0
    wants_text: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that could not be evaluated, with the reason."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class MatchReport:
    """Which rules an article answers. `rules_run` counts the rules that the index proposed."""

    matches: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    rules_run: int
    failures: tuple[Failure, ...]


class Ruleset:
    """Rules that can be added and removed at any time, at the cost of that one rule.

    It keeps no query trees but the canonical text of each rule, its lists written out; what a rule
    was indexed under is worked out again from that text when it is removed.
    """

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._planner = Planner(self._vocabulary)
        self._presearch = Presearch()
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._texts: list[str] = []
        self._free: list[int] = []
        self._rests: dict[int, Program] = {}
        self._trees: dict[int, Node] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, rule: Rule) -> None:
        """Take a rule in, in place of one with the same id."""
        if rule.id in self._numbers:
            self.remove(rule.id)
        root = without_lists(rule.query.root)
        plan = self._planner.plan(root)
        number = self._number(rule.id, str(root))
        self._presearch.add(number, plan)
        if plan.rest is not None:
            self._rests[number] = plan.rest

    def _number(self, rule_id: str, text: str) -> int:
        if self._free:
            number = self._free.pop()
            self._ids[number], self._texts[number] = rule_id, text
        else:
            number = len(self._ids)
            self._ids.append(rule_id)
            self._texts.append(text)
        self._numbers[rule_id] = number
        return number

    def remove(self, rule_id: str) -> None:
        """Forget a rule. Raises KeyError if there is none with this id."""
        number = self._numbers.pop(rule_id)
        plan = self._planner.plan(reread(self._texts[number]))
        self._presearch.remove(number, plan)
        for term in self._planner.taken:  # once for this plan, once for that of `add`
            self._vocabulary.release(term)
            self._vocabulary.release(term)
        self._rests.pop(number, None)
        self._trees.pop(number, None)
        self._ids[number] = self._texts[number] = ""
        self._free.append(number)

    def match(
        self,
        document: Document,
        *,
        near: bool = False,
        enough: Callable[[NearMiss], bool] = lambda miss: False,
    ) -> MatchReport:
        """Hold every rule against an article; near misses are worked out only if asked for.

        They come by the rarest met clause first, fifty at most, and none after one that is
        `enough`: each costs the reading of a query.
        """
        self._vocabulary.trim()
        article = Article(document, self._vocabulary.memory)
        presence = self._vocabulary.present(article)
        present = presence.terms
        codes = self._presearch.candidates(present)
        run = Run(article, presence, self._vocabulary)
        matched: list[int] = []
        failures = list(self._failures(presence.failures))
        for code in codes:
            if code >= 0:
                matched.append(code)
                continue
            try:
                if run.holds(self._rests[~code]):
                    matched.append(~code)
            except Exception as error:  # one bad rule never stops the others
                failures.append(self._failure(~code, error))
        matched.sort()
        failed = {self._numbers[failure.rule] for failure in failures}
        passed_over = failed.union(matched)
        misses = self._near_misses(run, present, passed_over, enough, failures) if near else ()
        return MatchReport(
            tuple(map(self._ids.__getitem__, matched)), misses, len(codes), tuple(failures)
        )

    def _failure(self, number: int, error: Exception) -> Failure:
        return Failure(self._ids[number], f"{type(error).__name__}: {error}")

    def _failures(self, reasons: Mapping[str, str]) -> Iterator[Failure]:
        """The rules that hold a term which could not be looked for."""
        for term, reason in reasons.items():
            for number in sorted(self._numbers.values()):
                if term in self._texts[number]:
                    yield Failure(self._ids[number], reason)

    def _near_misses(
        self,
        run: Run,
        present: set[int],
        passed_over: set[int],
        enough: Callable[[NearMiss], bool],
        failures: list[Failure],
    ) -> tuple[NearMiss, ...]:
        """Rules with one unmet clause, those first whose met clause is the rarest.

        A rule that cannot be evaluated joins `failures`.
        """
        found: list[NearMiss] = []
        for looked_at, (number, rarity) in enumerate(self._nearby(present, passed_over)):
            if looked_at >= _MOST_LOOKED_AT or len(found) >= _MOST_NEAR_MISSES:
                break
            try:
                unmet = self._only_unmet(number, run)
            except Exception as error:  # as above
                failures.append(self._failure(number, error))
                continue
            if unmet is not None:
                name, text = self._ids[number], str(Query(unmet))
                found.append(NearMiss(name, text, rarity, wants_text(unmet)))
                if enough(found[-1]):
                    break
        return tuple(found)

    def _only_unmet(self, number: int, run: Run) -> Node | None:
        """The one clause that keeps a rule from matching, if it is near."""
        near = self._may_be_near(number, run)
        return _only_unmet_clause(self._tree(number), run) if near else None

    def _nearby(self, present: set[int], passed_over: set[int]) -> Iterator[tuple[int, int]]:
        """Rules that wait under a term which is there, with the term's cost, the rarest first."""
        seen = set(passed_over)
        for cost, term in sorted((self._vocabulary.cost(number), number) for number in present):
            for number in sorted(self._presearch.nearby(term)):
                if number not in seen:
                    seen.add(number)
                    yield number, cost

    def _may_be_near(self, number: int, run: Run) -> bool:
        """Whether at most one clause that the index left open is unmet; told without the tree."""
        rest = self._rests.get(number)
        if not isinstance(rest, All):
            return True
        unmet = (part for part in rest.parts if not run.holds(part))
        return next(unmet, None) is None or next(unmet, None) is None

    def _tree(self, number: int) -> Node:
        """The rule as a tree; some are kept, since the same rules are near one day long."""
        tree = self._trees.get(number)
        if tree is None:
            if len(self._trees) >= _MOST_TREES:
                self._trees.clear()
            tree = self._trees[number] = reread(self._texts[number])
        return tree


def _only_unmet_clause(node: Node, run: Run) -> Node | None:
    """The clause that alone keeps a rule, or a side of it, from matching, if there is just one."""
    if isinstance(node, Or):
        sides = (_only_unmet_clause(side, run) for side in node.children)
        found = [unmet for unmet in sides if unmet is not None]
        return next((unmet for unmet in found if wants_text(unmet)), next(iter(found), None))
    if not isinstance(node, And):
        return None
    unmet = [clause for clause in node.children if not run.answers(clause)]
    return unmet[0] if len(unmet) == 1 else None
