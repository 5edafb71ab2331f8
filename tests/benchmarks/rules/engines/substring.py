"""`in` for each term of each watchlist: what the simplest bot does."""

import time
from collections.abc import Sequence

from tests.benchmarks.rules.reading import Prepared, is_near
from tests.benchmarks.rules.watchlists import Watchlist


class Substring:
    """Terms between spaces are looked for in the text, clause by clause, until one fails."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        spaced: dict[str, str] = {}

        def between_spaces(terms: Sequence[str]) -> tuple[str, ...]:
            return tuple(spaced.setdefault(term, f" {term} ") for term in terms)

        self._rules = [
            (tuple(map(between_spaces, rule.clauses)), between_spaces(rule.excluded), rule.near)
            for rule in watchlists
        ]

    def clock(self) -> float:
        return time.thread_time()

    def ready(self, prepared: Prepared) -> tuple[str, Prepared]:
        return prepared.text, prepared

    def match(self, given: tuple[str, Prepared]) -> list[int]:
        text, prepared = given
        found = []
        for number, (clauses, excluded, near) in enumerate(self._rules):
            for clause in clauses:
                for term in clause:
                    if term in text:
                        break
                else:
                    break
            else:
                if not any(term in text for term in excluded) and (
                    near is None or is_near(prepared, *near)
                ):
                    found.append(number)
        return found
