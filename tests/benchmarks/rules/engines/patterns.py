"""One compiled regular expression per term, and Python booleans: what most bots do."""

import re
import time
from collections.abc import Sequence

from tests.benchmarks.rules.reading import Prepared, is_near
from tests.benchmarks.rules.watchlists import Watchlist


class Patterns:
    """Each pattern looks for whole words; clauses are tried until one fails."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        compiled: dict[str, re.Pattern[str]] = {}

        def patterns(terms: Sequence[str]) -> tuple[re.Pattern[str], ...]:
            for term in terms:
                if term not in compiled:
                    compiled[term] = re.compile(rf"\b{re.escape(term)}\b")
            return tuple(compiled[term] for term in terms)

        self._rules = [
            (tuple(map(patterns, rule.clauses)), patterns(rule.excluded), rule.near)
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
            if (
                all(any(term.search(text) for term in clause) for clause in clauses)
                and not any(term.search(text) for term in excluded)
                and (near is None or is_near(prepared, *near))
            ):
                found.append(number)
        return found
