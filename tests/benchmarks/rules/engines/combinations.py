"""Hyperscan with logical combinations: the library itself evaluates AND and OR.

NOT and NEAR are decided in Python for the watchlists it reports: its `!` is judged at the moment a
pattern fires, so a word that comes later does not take a match back, and it has no NEAR.
"""

import re
import time
from collections.abc import Sequence

import hyperscan

from tests.benchmarks.rules.reading import Prepared, is_near
from tests.benchmarks.rules.watchlists import Watchlist

_TERM = hyperscan.HS_FLAG_SINGLEMATCH
_SILENT = _TERM | hyperscan.HS_FLAG_QUIET
_RULE = hyperscan.HS_FLAG_COMBINATION | hyperscan.HS_FLAG_SINGLEMATCH


class Combinations:
    """Terms needed for a NOT, and those that are a watchlist alone, are reported; others silent."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        self._rules = watchlists
        numbers: dict[str, int] = {}
        for rule in watchlists:
            for term in rule.terms():
                numbers.setdefault(term, len(numbers))
        self._numbers = numbers
        self._first = len(numbers)
        self._alone: dict[int, list[int]] = {}
        expressions, ids, flags = self._combined(watchlists)
        loud = {numbers[term] for rule in watchlists for term in rule.excluded} | set(self._alone)
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[re.escape(f" {term} ").encode() for term in numbers] + expressions,
            ids=[*range(len(numbers)), *ids],
            elements=len(numbers) + len(ids),
            flags=[_TERM if number in loud else _SILENT for number in range(len(numbers))] + flags,
        )

    def _combined(
        self, watchlists: Sequence[Watchlist]
    ) -> tuple[list[bytes], list[int], list[int]]:
        expressions, ids = [], []
        for place, rule in enumerate(watchlists):
            clauses = [[self._numbers[term] for term in clause] for clause in rule.clauses]
            if len(clauses) == 1 and len(clauses[0]) == 1:  # one number is no combination
                self._alone.setdefault(clauses[0][0], []).append(place)
                continue
            text = "&".join(f"({'|'.join(map(str, clause))})" for clause in clauses)
            expressions.append(text.encode())
            ids.append(self._first + place)
        return expressions, ids, [_RULE] * len(ids)

    def clock(self) -> float:
        return time.thread_time()

    def ready(self, prepared: Prepared) -> tuple[bytes, Prepared]:
        return prepared.text.encode(), prepared

    def match(self, given: tuple[bytes, Prepared]) -> list[int]:
        data, prepared = given
        terms: set[int] = set()
        rules: list[int] = []
        first, alone = self._first, self._alone

        def seen(number: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            if number >= first:
                rules.append(number - first)
            else:
                terms.add(number)
                rules.extend(alone.get(number, ()))

        self._database.scan(data, match_event_handler=seen)
        return [place for place in rules if self._holds(self._rules[place], terms, prepared)]

    def _holds(self, rule: Watchlist, terms: set[int], prepared: Prepared) -> bool:
        if any(self._numbers[term] in terms for term in rule.excluded):
            return False
        return rule.near is None or is_near(prepared, *rule.near)
