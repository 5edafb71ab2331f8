"""Many rules held against one article.

The index finds the few rules that may match; most of them it decides, the rest are run. A rule that
fails is reported by its id and the others still run. It ignores what a match is good for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.article import Article
from rules.document import Document
from rules.parser import reread
from rules.plans import Planner, Program
from rules.presearch import Presearch
from rules.programs import Run
from rules.query import And, Node, Query, without_lists
from rules.vocabulary import Vocabulary
from rules.wanting import wants_text

_MOST_NEAR_MISSES = 50
_MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """A query with the name under which its matches are reported."""

    id: str
    query: Query


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of which exactly one clause is unmet, with that clause in canonical text.

    `rarity` is of the rarest term that led to the rule: in how many of 10,000 articles it is
    probably met. `wants_text` says that more text in the body could meet the clause.
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
        self._ids[number] = self._texts[number] = ""
        self._free.append(number)

    def match(self, document: Document, *, near: bool = False) -> MatchReport:
        """Hold every rule against an article; near misses are worked out only if asked for."""
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
                failures.append(Failure(self._ids[~code], f"{type(error).__name__}: {error}"))
        matched.sort()
        misses = self._near_misses(run, present, set(matched)) if near else ()
        return MatchReport(
            tuple(map(self._ids.__getitem__, matched)), misses, len(codes), tuple(failures)
        )

    def _failures(self, reasons: Mapping[str, str]) -> Iterator[Failure]:
        """The rules that hold a term which could not be looked for."""
        for term, reason in reasons.items():
            for number in sorted(self._numbers.values()):
                if term in self._texts[number]:
                    yield Failure(self._ids[number], reason)

    def _near_misses(self, run: Run, present: set[int], matched: set[int]) -> tuple[NearMiss, ...]:
        """Rules with one unmet clause, those first whose met clause is the rarest."""
        found: list[NearMiss] = []
        for looked_at, (number, rarity) in enumerate(self._nearby(present, matched)):
            if looked_at >= _MOST_LOOKED_AT or len(found) >= _MOST_NEAR_MISSES:
                break
            unmet = _only_unmet_clause(self._texts[number], run)
            if unmet is not None:
                name, text = self._ids[number], str(Query(unmet))
                found.append(NearMiss(name, text, rarity, wants_text(unmet)))
        return tuple(found)

    def _nearby(self, present: set[int], matched: set[int]) -> Iterator[tuple[int, int]]:
        """Rules that wait under a term which is there, with the term's cost, the rarest first."""
        seen = set(matched)
        for cost, term in sorted((self._vocabulary.cost(number), number) for number in present):
            for number in sorted(self._presearch.nearby(term)):
                if number not in seen:
                    seen.add(number)
                    yield number, cost


def _only_unmet_clause(text: str, run: Run) -> Node | None:
    """The clause that alone keeps a rule from matching, if there is just one."""
    root = reread(text)
    if not isinstance(root, And):
        return None
    unmet = [clause for clause in root.children if not run.answers(clause)]
    return unmet[0] if len(unmet) == 1 else None
