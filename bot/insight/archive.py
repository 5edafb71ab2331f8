"""Runs a query over the stored articles, newest first: exact verdicts within a time budget.

The rule engine alone decides; where the budget ends before the archive does, the answer says how
far it got. It writes nothing.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import rules
from bot.alerts.rulebook import as_document, findings
from bot.model import Article, Finding, WorkspaceId
from bot.store.store import Store

_ASKED = "asked"
BATCH = 50  # articles between two looks at the clock: a few dozen milliseconds of matching


@dataclass(frozen=True, slots=True)
class Found:
    """A stored article that matches."""

    article: Article
    evidence: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look over the archive found, newest first.

    `articles` were looked at of `held` in all, back to `back_to`; `complete` says that everything
    asked for was looked at. `per_day` counts the matches by the UTC day of first sight. `silent`
    are those of the parts asked about that no article looked at answers, by their place.
    """

    found: tuple[Found, ...]
    matched: int
    articles: int
    held: int
    held_since: datetime | None
    back_to: datetime | None
    complete: bool
    per_day: tuple[tuple[date, int], ...]
    silent: tuple[int, ...] = ()


async def look(
    store: Store,
    workspace: WorkspaceId,
    query: rules.Query,
    *,
    since: datetime | None = None,
    samples: int = 5,
    enough: int | None = None,
    budget: timedelta = timedelta(seconds=1.5),
    saw: Callable[[Article], None] = lambda article: None,
    parts: Sequence[rules.Query] = (),
) -> Looked:
    """Match the archive of a workspace, newest first, and show `saw` every match.

    Stops at `since`, after `enough` matches, or when `budget` is used up, whichever comes first.
    Of the queries in `parts` it is only told which no article answers.
    """
    deadline = time.monotonic() + budget.total_seconds()
    held = await store.articles.held(workspace)
    sieve = await asyncio.to_thread(_Sieve, query, parts)
    found: list[Found] = []
    days: Counter[date] = Counter()
    looked, place, complete = 0, None, True
    while batch := await store.articles.newest(workspace, before=place, limit=BATCH, since=since):
        hits = await asyncio.to_thread(sieve.matching, batch)
        looked += len(batch)
        place = (batch[-1].first_seen_at, batch[-1].id)
        days.update(hit.first_seen_at.date() for hit in hits)
        for hit in hits:
            saw(hit)
        found += await asyncio.to_thread(_shown, query, hits[: max(0, samples - len(found))])
        if enough is not None and days.total() >= enough:
            break
        if time.monotonic() > deadline:
            complete = len(batch) < BATCH
            break
    return Looked(
        found=tuple(found),
        matched=days.total(),
        articles=looked,
        held=held.count,
        held_since=held.since,
        back_to=place[0] if place else None,
        complete=complete,
        per_day=tuple(sorted(days.items())),
        silent=tuple(sorted(sieve.silent)),
    )


class _Sieve:
    """A query and parts of it as rules; `silent` are the parts that no article answered so far."""

    def __init__(self, query: rules.Query, parts: Sequence[rules.Query]) -> None:
        self.silent = set(range(len(parts)))
        self._ruleset = rules.Ruleset()
        self._ruleset.add(rules.Rule(_ASKED, query))
        for number, part in enumerate(parts):
            self._ruleset.add(rules.Rule(str(number), part))

    def matching(self, articles: Sequence[Article]) -> list[Article]:
        """Those that match: the same verdicts as with evidence, several times sooner."""
        return [article for article in articles if _ASKED in self._answered(article)]

    def _answered(self, article: Article) -> tuple[str, ...]:
        found = self._ruleset.match(as_document(article)).matches
        self.silent.difference_update(int(number) for number in found if number != _ASKED)
        return found


def _shown(query: rules.Query, articles: Sequence[Article]) -> list[Found]:
    shown = []
    for article in articles:
        match = rules.match(query, as_document(article))
        if match is not None:
            shown.append(Found(article, findings(article, match)))
    return shown
