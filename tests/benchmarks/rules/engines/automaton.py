"""An Aho-Corasick automaton finds the terms, then every watchlist is looked at."""

import time
from collections.abc import Sequence

import ahocorasick_rs

from tests.benchmarks.rules.engines.booleans import Booleans, compile_booleans
from tests.benchmarks.rules.reading import Prepared
from tests.benchmarks.rules.watchlists import Watchlist


class Automaton:
    """One automaton over all terms, each between spaces."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        self._booleans: Booleans = compile_booleans(watchlists)
        self._automaton = ahocorasick_rs.AhoCorasick(
            [f" {term} " for term in self._booleans.terms], store_patterns=False
        )

    def clock(self) -> float:
        return time.thread_time()

    def ready(self, prepared: Prepared) -> tuple[str, Prepared]:
        return prepared.text, prepared

    def match(self, given: tuple[str, Prepared]) -> list[int]:
        text, prepared = given
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return self._booleans.holding({match[0] for match in found}, prepared)
