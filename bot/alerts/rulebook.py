"""The watchlists of every workspace as one rule set, kept in step with their newest revisions.

It holds parsed queries in memory; where watchlists are stored and who is told is not its business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import rules
from bot.model import Article, Finding, Watchlist, WatchlistId, WorkspaceId


@dataclass(frozen=True, slots=True)
class Hit:
    """An article matches a watchlist; `match` has the evidence, in offsets of the article."""

    watchlist: Watchlist
    query: rules.Query
    match: rules.Match


class Rulebook:
    """What is watched for right now. One thread uses it at a time."""

    def __init__(self) -> None:
        self._ruleset = rules.Ruleset()
        self._watched: dict[WatchlistId, tuple[Watchlist, rules.Query]] = {}
        self.broken: Mapping[WatchlistId, str] = {}
        self.stamp: int | None = None

    def update(self, watchlists: Iterable[Watchlist], stamp: int) -> None:
        """Take over the enabled watchlists as of `stamp`; only what changed is touched.

        A query that cannot be read any more is left out and named in `broken`; the others watch on.
        """
        wanted = {watchlist.id: watchlist for watchlist in watchlists}
        broken: dict[WatchlistId, str] = {}
        for gone in self._watched.keys() - wanted.keys():
            self._forget(gone)
        for id_, watchlist in wanted.items():
            known = self._watched.get(id_)
            if known is not None and known[0] == watchlist:
                continue
            if known is not None:
                self._forget(id_)
            try:
                query = rules.parse(watchlist.query)
            except rules.QueryError as error:
                broken[id_] = f"{watchlist.name}: {error.message}"
                continue
            self._ruleset.add(rules.Rule(str(id_), query))
            self._watched[id_] = (watchlist, query)
        self.broken = broken
        self.stamp = stamp

    def _forget(self, id_: WatchlistId) -> None:
        self._ruleset.remove(str(id_))
        del self._watched[id_]

    def hits(self, article: Article, workspaces: Iterable[WorkspaceId]) -> tuple[Hit, ...]:
        """Every watchlist of these workspaces that the article matches, in order of their ids."""
        readers = frozenset(workspaces)
        document = as_document(article)
        found = []
        for rule_id in self._ruleset.match(document).matches:
            watchlist, query = self._watched[WatchlistId(int(rule_id))]
            if watchlist.workspace not in readers:
                continue
            if (match := rules.match(query, document)) is not None:
                found.append(Hit(watchlist, query, match))
        return tuple(sorted(found, key=lambda hit: hit.watchlist.id))


def as_document(article: Article) -> rules.Document:
    """An article as the rule engine reads it."""
    return rules.Document(
        article.title,
        article.body,
        source=article.source_host or article.source,
        language=article.language,
        published=article.published.at if article.published else None,
        author=article.author,
        tags=article.tags,
        url=article.url,
        seen=article.first_seen_at,
    )


def findings(article: Article, match: rules.Match) -> tuple[Finding, ...]:
    """The evidence of a match, with the words that were found, to be kept with a decision."""
    texts = {rules.Field.TITLE: article.title, rules.Field.BODY: article.body}
    return tuple(
        Finding(
            term=evidence.term,
            field=str(evidence.field),
            start=evidence.start,
            end=evidence.end,
            how=str(evidence.how),
            text=texts.get(evidence.field, "")[evidence.start : evidence.end],
        )
        for evidence in match.evidence
    )
