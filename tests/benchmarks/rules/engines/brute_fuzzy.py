"""rapidfuzz holds every word of an article against every fuzzy term.

Its matches must be ours, so what the language adds to the distance is asked of the product: the
same first letter, and never another known word.
"""

import time
from collections.abc import Sequence

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from rules.known_words import is_known_word
from tests.benchmarks.rules.reading import STOP, Prepared
from tests.benchmarks.rules.watchlists import Watchlist

TWO_EDITS_FROM = 8


class BruteFuzzy:
    """Each watchlist is one word, allowed one edit below eight letters, else two."""

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        self._terms = [rule.clauses[0][0] for rule in watchlists]
        allowed = [2 if len(term) >= TWO_EDITS_FROM else 1 for term in self._terms]
        self._allowed = np.array(allowed, dtype=np.uint8)[:, None]

    def clock(self) -> float:
        return time.thread_time()

    def ready(self, prepared: Prepared) -> list[str]:
        return sorted({*prepared.title, *prepared.body, *prepared.readings} - {STOP})

    def match(self, given: list[str]) -> list[int]:
        edits = cdist(self._terms, given, scorer=OSA.distance, score_cutoff=2, dtype=np.uint8)
        found = set()
        for term, word in np.argwhere(edits <= self._allowed).tolist():
            wanted, token = self._terms[term], given[word]
            if wanted == token or (wanted[0] == token[0] and not is_known_word(token)):
                found.add(term)
        return list(found)
