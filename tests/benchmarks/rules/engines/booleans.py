"""Python booleans over the set of present terms: what a good bot does after a term search."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.rules.reading import Prepared, is_near
from tests.benchmarks.rules.watchlists import Watchlist


@dataclass(frozen=True, slots=True)
class Booleans:
    """Watchlists with numbers in place of terms. `terms` gives the term of each number."""

    terms: list[str]
    rules: list[tuple[int, tuple[frozenset[int], ...], frozenset[int], tuple[str, str, int] | None]]

    def holding(self, present: set[int], prepared: Prepared) -> list[int]:
        """Every watchlist is looked at."""
        found = []
        for number, clauses, excluded, near in self.rules:
            for clause in clauses:
                if clause.isdisjoint(present):
                    break
            else:
                if excluded.isdisjoint(present) and (near is None or is_near(prepared, *near)):
                    found.append(number)
        return found


def compile_booleans(watchlists: Sequence[Watchlist]) -> Booleans:
    """Number the terms."""
    numbers: dict[str, int] = {}

    def numbered(terms: Sequence[str]) -> frozenset[int]:
        return frozenset(numbers.setdefault(term, len(numbers)) for term in terms)

    rules = [
        (number, tuple(map(numbered, rule.clauses)), numbered(rule.excluded), rule.near)
        for number, rule in enumerate(watchlists)
    ]
    return Booleans(list(numbers), rules)
