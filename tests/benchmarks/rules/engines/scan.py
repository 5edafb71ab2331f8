"""A bare Hyperscan scan for the literal terms: the nearest thing to a physical limit.

It evaluates no watchlist; the terms it saw are all it knows.
"""

import time
from collections.abc import Sequence

import hyperscan

from tests.benchmarks.rules.reading import Prepared
from tests.benchmarks.rules.watchlists import Watchlist


class Scan:
    """One database of literals, each reported once for an article."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        terms = dict.fromkeys(term for rule in watchlists for term in rule.terms())
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[f" {term} ".encode() for term in terms],
            ids=list(range(len(terms))),
            elements=len(terms),
            flags=hyperscan.HS_FLAG_SINGLEMATCH,
            literal=True,
        )

    def clock(self) -> float:
        return time.thread_time()

    def ready(self, prepared: Prepared) -> bytes:
        return prepared.text.encode()

    def match(self, given: bytes) -> list[int]:
        found: list[int] = []

        def seen(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            found.append(number)

        self._database.scan(given, match_event_handler=seen)
        return found
