"""A way through the stored articles for a query, newest first, batch by batch.

The store's index proposes, a sieve holds back most that cannot answer, the rule engine decides on
the others; what no index can narrow is looked at article by article. When to stop is up to whoever
walks.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

import rules
from bot.alerts.rulebook import as_document, findings
from bot.model import Article, ArticleId, Finding, WorkspaceId
from bot.store.search import Stretch, Texts
from bot.store.store import Store

FIRST = 16  # enough for ten answers to most queries
BATCH = 50  # articles between two looks at the clock: a few dozen milliseconds of matching
SIFTED = 500  # articles whose bare texts are looked at together: about ten milliseconds
MOST_SIFTED = 2000  # of them between two looks at the clock, where hardly any passes
_FEW = 6  # as long as fewer passed, it is not worth reading them
_ASKED = "asked"
_GROWTH, _MOST_IDS = 8, 10_000
_SLACK = 2  # times as far as the candidates before let expect


@dataclass(frozen=True, slots=True)
class Found:
    """A stored article that matches."""

    article: Article
    evidence: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles that are to be looked at; after the last batch there are none.

    Articles between them that the index or the sieve ruled out are not here.
    """

    articles: tuple[Article, ...]
    is_last: bool


@dataclass(frozen=True, slots=True)
class Step(Batch):
    """Articles that were looked at, and those of them that match."""

    hits: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a workspace holds, from the newest article back to `since`.

    Articles that reached us after the one called `newest` are not on the way.
    """

    store: Store
    workspace: WorkspaceId
    since: datetime | None = None
    newest: ArticleId | None = None

    async def steps(
        self, query: rules.Query, condition: rules.Narrowing | None
    ) -> AsyncIterator[Step]:
        """Every article that fulfils the condition on its keys, held against the query."""
        ruleset = rules.Ruleset()
        ruleset.add(rules.Rule(_ASKED, query))
        async for batch in self.batches(query, condition):
            hits = await asyncio.to_thread(_matching, ruleset, batch.articles)
            yield Step(batch.articles, batch.is_last, hits)

    async def batches(
        self, query: rules.Query, condition: rules.Narrowing | None
    ) -> AsyncIterator[Batch]:
        """The articles that `steps` holds against the query."""
        if self.since is not None and await self._floor() is None:
            return
        sieve = rules.sieve(query)
        floor, before, limit = await self._floor() or 0, self._before, BATCH
        near: int | None = None
        more = True
        while more:
            ids = await self.store.search.candidates(
                self.workspace, condition, Stretch(floor, before), limit, near
            )
            more = len(ids) == limit
            async for kept in self._sifted(ids, sieve):
                yield Batch(await self._read(kept), not more and kept[-1] == ids[-1])
            if more:
                limit, known = min(limit * _GROWTH, _MOST_IDS), limit
                near = (ids[0] - ids[-1] + 1) * limit // known * _SLACK
                before = ids[-1]

    async def count(self, back_to: ArticleId) -> int:
        """How many articles there are on the way back to this one."""
        stretch = Stretch(back_to, self._before)
        return await self.store.search.count(self.workspace, stretch, self.since)

    async def _sifted(
        self, ids: Sequence[ArticleId], sieve: rules.Sieve | None
    ) -> AsyncIterator[Sequence[ArticleId]]:
        """The ids but for those whose texts the sieve holds back, a few at a time.

        The last of those sifted is among them all the same: it tells how far we are.
        """
        kept: list[ArticleId] = []
        size = FIRST
        for start in range(0, len(ids), SIFTED):
            part = ids[start : start + SIFTED]
            kept += part if sieve is None else await self._passing(sieve, part)
            goes_on = start + SIFTED < len(ids) and (start + SIFTED) % MOST_SIFTED
            if len(kept) < _FEW and goes_on:
                continue
            if part[-1] not in kept[-1:]:
                kept.append(part[-1])
            while kept:
                yield kept[:size]
                kept, size = kept[size:], BATCH

    async def _passing(self, sieve: rules.Sieve, ids: Sequence[ArticleId]) -> Iterable[ArticleId]:
        texts = await self.store.search.texts(ids)
        passed = await asyncio.to_thread(_passed, sieve, texts)
        return filter(passed.__contains__, ids)

    @property
    def _before(self) -> int:
        return Stretch().before if self.newest is None else self.newest + 1

    async def _floor(self) -> ArticleId | None:
        return None if self.since is None else await self.store.search.floor(self.since)

    async def _read(self, ids: Sequence[ArticleId]) -> tuple[Article, ...]:
        found = await self.store.articles.several(self.workspace, ids)
        since = self.since
        return tuple(each for each in found if since is None or each.first_seen_at >= since)


def _passed(sieve: rules.Sieve, texts: Iterable[Texts]) -> Set[ArticleId]:
    return {each.article for each in texts if sieve.passes(each.title, each.body)}


def _matching(ruleset: rules.Ruleset, articles: Sequence[Article]) -> tuple[Article, ...]:
    """Those that match: the same verdicts as with evidence, several times sooner."""
    return tuple(each for each in articles if ruleset.match(as_document(each)).matches)


def shown(query: rules.Query, articles: Sequence[Article]) -> list[Found]:
    """Articles that match, with the evidence. It is slow: call it in a thread."""
    question = rules.Question(query)
    found = []
    for article in articles:
        match = question.match(as_document(article))
        if match is not None:
            found.append(Found(article, findings(article, match)))
    return found
