"""An article held against watchlists as they read now, to see what it meets and what it lacks.

Pure. What was decided of it when it came is not looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import rules
from bot.alerts.rulebook import as_document, findings
from bot.model import Article, Finding, Watchlist, WatchlistId


@dataclass(frozen=True, slots=True)
class Retrial:
    """Which watchlists an article answers, and by what words.

    `lacking` has those of which one clause alone is unmet, with that clause; the article that comes
    nearest first.
    """

    answered: Mapping[WatchlistId, tuple[Finding, ...]]
    lacking: Mapping[WatchlistId, str]


def retry(article: Article, watchlists: Iterable[Watchlist], lists: Mapping[str, str]) -> Retrial:
    """Hold an article against watchlists of one workspace, with its lists.

    A watchlist whose query cannot be read any more is answered by nothing.
    """
    document = as_document(article)
    ruleset = rules.Ruleset()
    queries: dict[str, rules.Query] = {}
    for watchlist in watchlists:
        try:
            query = rules.parse(watchlist.query, lists=lists)
        except rules.QueryError:
            continue
        queries[str(watchlist.id)] = query
        ruleset.add(rules.Rule(str(watchlist.id), query))
    report = ruleset.match(document, near=True)
    answered = {}
    for name in report.matches:
        if (match := rules.match(queries[name], document)) is not None:
            answered[WatchlistId(int(name))] = findings(article, match)
    lacking = {WatchlistId(int(miss.rule)): miss.unmet for miss in report.near_misses}
    return Retrial(answered, lacking)
