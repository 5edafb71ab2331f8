"""The watchlists of every workspace as one rule set, kept in step with their newest revisions.

It holds parsed queries in memory; where watchlists are stored and who is told is not its business.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import rules
from bot.alerts.wording import Reading, reading
from bot.feeds.called import as_read
from bot.model import (
    Article,
    FeedNames,
    Finding,
    Reader,
    Watchlist,
    WatchlistId,
    WorkspaceId,
)

log = logging.getLogger(__name__)

ListsByWorkspace = Mapping[WorkspaceId, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article matches a watchlist; `match` has the evidence, in offsets of the article."""

    watchlist: Watchlist
    query: rules.Query
    match: rules.Match


@dataclass(frozen=True, slots=True)
class _Watched:
    """A watchlist that can be read, and the text of each list that it was read with."""

    watchlist: Watchlist
    query: rules.Query
    lists: Mapping[str, str]

    def is_as(self, watchlist: Watchlist, lists: Mapping[str, str]) -> bool:
        """Whether it would be read the same again."""
        same_lists = all(lists.get(name) == text for name, text in self.lists.items())
        return self.watchlist == watchlist and same_lists


class Rulebook:
    """What is watched for right now. One thread uses it at a time.

    `watchlists` are all that were taken over, those among them that cannot be read, too.
    """

    def __init__(self) -> None:
        self._ruleset = rules.Ruleset()
        self._watched: dict[WatchlistId, _Watched] = {}
        self.watchlists: Mapping[WatchlistId, Watchlist] = {}
        self.broken: Mapping[WatchlistId, str] = {}
        self.stamp: int | None = None
        self.asks_for_sources = False
        """Whether any watchlist waits until several sources tell it."""

    def update(self, watchlists: Iterable[Watchlist], lists: ListsByWorkspace, stamp: int) -> None:
        """Take over the enabled watchlists as of `stamp`; only what changed is touched.

        A query that cannot be read any more is left out and named in `broken`; the others watch on.
        """
        wanted = {watchlist.id: watchlist for watchlist in watchlists}
        broken: dict[WatchlistId, str] = {}
        for gone in self._watched.keys() - wanted.keys():
            self._forget(gone)
        for id_, watchlist in wanted.items():
            known, texts = self._watched.get(id_), lists.get(watchlist.workspace, {})
            if known is not None and known.is_as(watchlist, texts):
                continue
            if known is not None:
                self._forget(id_)
            try:
                query = rules.parse(watchlist.query, lists=texts)
            except rules.QueryError as error:
                broken[id_] = f"{watchlist.name}: {error.message}"
                continue
            self._ruleset.add(rules.Rule(str(id_), query))
            used = {name: texts[name] for name in query.lists}
            self._watched[id_] = _Watched(watchlist, query, used)
        self.asks_for_sources = any(each.min_sources > 1 for each in wanted.values())
        self.watchlists = wanted
        self.broken = broken
        self.stamp = stamp

    def watching(self, id_: WatchlistId) -> Watchlist | None:
        """The watchlist as it is watched for; None if it is not, or no more."""
        known = self._watched.get(id_)
        return None if known is None else known.watchlist

    def _forget(self, id_: WatchlistId) -> None:
        self._ruleset.remove(str(id_))
        del self._watched[id_]

    def hits(self, article: Article, readers: Iterable[Reader]) -> tuple[Hit, ...]:
        """Every watchlist of these readers that the article matches, in order of their ids.

        Each of them sees the article with its own tags of the feed and its own name for it; those
        who tagged and named it alike, as nearly all do, share one look.
        """
        found = [
            hit
            for (tags, names), workspaces in _alike(readers).items()
            for hit in self._hits(as_document(as_read(article, names), tags), workspaces)
        ]
        return tuple(sorted(found, key=lambda hit: hit.watchlist.id))

    def nearness(self, article: Article, readers: Iterable[Reader]) -> int | None:
        """How rare the rarest term is by which the article nearly matches; None if it does not.

        It nearly matches a watchlist of these readers of which one clause is unmet that more text
        could meet. The number is that of `rules.NearMiss`, the lower the rarer.
        """
        ranks = [
            misses[-1].rarity
            for (tags, names), workspaces in _alike(readers).items()
            if (misses := self._misses(as_document(as_read(article, names), tags), workspaces))
        ]
        return min(ranks, default=None)

    def _misses(
        self, document: rules.Document, workspaces: Set[WorkspaceId]
    ) -> Sequence[rules.NearMiss]:
        """Near misses up to the first that more text could complete for one of these workspaces."""

        def fits(miss: rules.NearMiss) -> bool:
            return miss.wants_text and self._watched_by(miss.rule) in workspaces

        misses = self._ruleset.match(document, near=True, enough=fits).near_misses
        return misses if misses and fits(misses[-1]) else ()

    def _watched_by(self, rule_id: str) -> WorkspaceId:
        return self._watched[WatchlistId(int(rule_id))].watchlist.workspace

    def _hits(self, document: rules.Document, workspaces: Set[WorkspaceId]) -> Iterator[Hit]:
        """A watchlist that fails is no hit, which is logged; the others are looked at as ever."""
        report = self._ruleset.match(document)
        for failure in report.failures:
            log.error("watchlist %s fails at %s: %s", failure.rule, document.url, failure.reason)
        matched = [self._watched[WatchlistId(int(rule_id))] for rule_id in report.matches]
        watched = [one for one in matched if one.watchlist.workspace in workspaces]
        proofs = rules.match_each([one.query for one in watched], document)
        for one in watched:
            try:
                proof = next(proofs)
            except Exception:
                log.exception("watchlist %s fails at %s", one.watchlist.id, document.url)
                continue
            if proof is not None:
                yield Hit(one.watchlist, one.query, proof)


def _alike(
    readers: Iterable[Reader],
) -> Mapping[tuple[tuple[str, ...], FeedNames], Set[WorkspaceId]]:
    """Workspaces by the tags that they gave a feed and what they call it."""
    alike: dict[tuple[tuple[str, ...], FeedNames], set[WorkspaceId]] = defaultdict(set)
    for reader in readers:
        alike[reader.tags, reader.feed].add(reader.workspace)
    return alike


def as_document(article: Article, feed_tags: tuple[str, ...] = ()) -> rules.Document:
    """An article as the rule engine reads it, for people who gave its feed these tags."""
    return rules.Document(
        article.title,
        reading(article).text,
        source=article.source_host or article.source,
        names=article.names or (article.source,),
        language=article.language,
        published=article.published.at if article.published else None,
        author=article.author,
        tags=tuple(dict.fromkeys((*article.tags, *feed_tags))),
        url=article.url,
        seen=article.first_seen_at,
    )


def findings(article: Article, match: rules.Match) -> tuple[Finding, ...]:
    """The evidence of a match, with the words that were found, to be kept with a decision."""
    read = reading(article)
    return tuple(_finding(article, read, evidence) for evidence in match.evidence)


def _finding(article: Article, read: Reading, evidence: rules.Evidence) -> Finding:
    texts = {rules.Field.TITLE: article.title, rules.Field.BODY: read.text}
    field, start, end = str(evidence.field), evidence.start, evidence.end
    if evidence.field is rules.Field.BODY:
        field, start, end = read.place(start, end)
    return Finding(
        term=evidence.term,
        field=field,
        start=start,
        end=end,
        how=str(evidence.how),
        text=texts.get(evidence.field, "")[evidence.start : evidence.end],
    )
