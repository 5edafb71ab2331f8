"""The door that ours and every peer stand behind, and the list of them by name."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Protocol

from tests.benchmarks.rules.reading import Prepared
from tests.benchmarks.rules.watchlists import Watchlist


class Engine(Protocol):
    """Takes watchlists once, then says for each article which of them it answers.

    A watchlist is named by its place in the row that `build` was given.
    """

    def build(self, watchlists: Sequence[Watchlist], seen: Sequence[Prepared]) -> None:
        """Get ready, timed as a whole. `seen` are earlier articles, to count words in."""

    def ready(self, prepared: Prepared) -> Any:
        """What `match` wants of an article; not timed."""

    def clock(self) -> float:
        """Seconds of processor time that the engine has used so far, wherever it works."""

    def match(self, given: Any) -> list[int]:
        """The watchlists that the article answers, in any order. Timed."""


OURS = "ours"
SCAN = "bare Hyperscan scan, no rules"
COMBINATIONS = "Hyperscan combinations"
AUTOMATON = "Aho-Corasick, every rule"
SUBSTRING = "substring per rule"
PATTERNS = "one regex per term"
TSQUERY = "PostgreSQL tsquery"
TSQUERY_GIN = "PostgreSQL tsquery, GIN prefilter"
BRUTE_FUZZY = "brute-force rapidfuzz"

PEERS = (COMBINATIONS, AUTOMATON, TSQUERY_GIN, TSQUERY, SUBSTRING, PATTERNS)
"""Those that evaluate every rule, so that their matches must be ours."""

_MODULES = {
    SCAN: "scan.Scan",
    COMBINATIONS: "combinations.Combinations",
    AUTOMATON: "automaton.Automaton",
    SUBSTRING: "substring.Substring",
    PATTERNS: "patterns.Patterns",
    TSQUERY: "tsquery.Sequential",
    TSQUERY_GIN: "tsquery.Prefiltered",
    BRUTE_FUZZY: "brute_fuzzy.BruteFuzzy",
}


def open_engine(name: str) -> Engine:
    """A peer by its name; its library is imported only now."""
    module, kind = _MODULES[name].split(".")
    found: Engine = getattr(import_module(f"tests.benchmarks.rules.engines.{module}"), kind)()
    return found
