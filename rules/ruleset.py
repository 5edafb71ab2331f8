"""Many rules held against one article.

A rule that fails is reported by its id and the others still run. It ignores what a match is good
for.
"""

from dataclasses import dataclass

from rules.document import Document
from rules.match import Reader
from rules.query import And, Query


@dataclass(frozen=True, slots=True)
class Rule:
    """A query with the name under which its matches are reported."""

    id: str
    query: Query


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule of which exactly one clause is unmet, with that clause in canonical text."""

    rule: str
    unmet: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that could not be evaluated, with the reason."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class MatchReport:
    """Which rules an article answers. `rules_run` counts the rules that were evaluated."""

    matches: tuple[str, ...]
    near_misses: tuple[NearMiss, ...]
    rules_run: int
    failures: tuple[Failure, ...]


class Ruleset:
    """Rules that can be added and removed at any time."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def __len__(self) -> int:
        return len(self._rules)

    def add(self, rule: Rule) -> None:
        """Take a rule in, in place of one with the same id."""
        self._rules[rule.id] = rule

    def remove(self, rule_id: str) -> None:
        """Forget a rule. Raises KeyError if there is none with this id."""
        del self._rules[rule_id]

    def match(self, document: Document, *, near: bool = False) -> MatchReport:
        """Hold every rule against an article; near misses are worked out only if asked for."""
        reader = Reader(document)
        matches: list[str] = []
        misses: list[NearMiss] = []
        failures: list[Failure] = []
        for rule in self._rules.values():
            try:
                if reader.holds(rule.query.root):
                    matches.append(rule.id)
                elif near and (miss := _near_miss(rule, reader)):
                    misses.append(miss)
            except Exception as error:
                failures.append(Failure(rule.id, f"{type(error).__name__}: {error}"))
        return MatchReport(tuple(matches), tuple(misses), len(self._rules), tuple(failures))


def _near_miss(rule: Rule, reader: Reader) -> NearMiss | None:
    root = rule.query.root
    if not isinstance(root, And):
        return None
    unmet = [clause for clause in root.children if not reader.holds(clause)]
    return NearMiss(rule.id, str(unmet[0])) if len(unmet) == 1 else None
