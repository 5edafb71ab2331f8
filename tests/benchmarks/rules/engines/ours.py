"""Ours: the shipped Ruleset, from the text of the watchlists and the raw article.

The queries are parsed one by one, as at the start of the bot; only what the Ruleset keeps is kept.
"""

import time
from collections.abc import Sequence

import rules
from tests.benchmarks.rules.reading import Prepared


class Ours:
    """A Ruleset whose watchlists are named by their place."""

    def build(self, queries: Sequence[str]) -> float:
        """Take the queries in; the answer is the seconds that parsing took of it."""
        self._ruleset = rules.Ruleset()
        parsing = 0.0
        for number, query in enumerate(queries):
            start = time.perf_counter()
            parsed = rules.parse(query)
            parsing += time.perf_counter() - start
            self._ruleset.add(rules.Rule(str(number), parsed))
        return parsing

    def clock(self) -> float:
        """Processor time: what other programs do in the meantime is not ours."""
        return time.thread_time()

    def ready(self, prepared: Prepared) -> rules.Document:
        """The article, raw."""
        return rules.Document(prepared.article.title, prepared.article.body)

    def match(self, given: rules.Document) -> list[int]:
        """The watchlists that the article answers."""
        return self._numbers(self._ruleset.match(given))

    def match_near(self, given: rules.Document) -> list[int]:
        """The same, with near misses worked out as well."""
        return self._numbers(self._ruleset.match(given, near=True))

    def _numbers(self, report: rules.MatchReport) -> list[int]:
        if report.failures:
            raise RuntimeError(f"A watchlist failed: {report.failures[0]}")
        return [int(number) for number in report.matches]

    def edit(self, queries: Sequence[str], document: rules.Document) -> "Edits":
        """Add each query to the standing set and take it out again, with a match in between.

        The match makes sure that no work was put off until the next article.
        """
        added, removed, matched = [], [], []
        for number, query in enumerate(queries):
            rule = rules.Rule(f"live {number}", rules.parse(query))
            start = time.thread_time()
            self._ruleset.add(rule)
            added.append(time.thread_time() - start)
            start = time.thread_time()
            self._ruleset.match(document)
            matched.append(time.thread_time() - start)
            start = time.thread_time()
            self._ruleset.remove(rule.id)
            removed.append(time.thread_time() - start)
        return {"added": added, "matched": matched, "removed": removed}


Edits = dict[str, list[float]]
"""Seconds: of each adding, of the match after it, of each removal."""
