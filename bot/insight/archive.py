"""Counts what a query matches in the stored articles: exact verdicts within a time budget.

Where the budget ends before the archive does, the answer says how far it got. It writes nothing.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import rules
from bot.insight.walk import Found, Walk, shown
from bot.model import Article, ArticleId, WorkspaceId
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look over the archive found, newest first.

    `articles` were looked at of `held` in all, back to `back_to`; `complete` says that everything
    asked for was looked at. What the index ruled out was looked at, too. `per_day` counts the
    matches by the UTC day of first sight. `silent` are those of the parts asked about that no
    article looked at answers, by their place.
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
    budget: timedelta = timedelta(seconds=1.5),
    saw: Callable[[Article], None] = lambda article: None,
    parts: Sequence[rules.Query] = (),
) -> Looked:
    """Match the archive of a workspace, newest first, and show `saw` every match.

    Stops at `since` or when `budget` is used up, whichever comes first. Of the queries in `parts`
    it is only told which no article answers.
    """
    deadline = time.monotonic() + budget.total_seconds()
    walk = Walk(store, workspace, since)
    held = await store.articles.held(workspace)
    found: list[Found] = []
    days: Counter[date] = Counter()
    last: Article | None = None
    complete = True
    async for step in walk.steps(query, rules.narrowing(query)):
        last = step.articles[-1] if step.articles else last
        days.update(hit.first_seen_at.date() for hit in step.hits)
        for hit in step.hits:
            saw(hit)
        missing = max(0, samples - len(found))
        found += await asyncio.to_thread(shown, query, step.hits[:missing])
        if time.monotonic() > deadline:
            complete = step.is_last
            break
    back_to = ArticleId(0) if complete or last is None else last.id
    is_whole = complete and since is None
    return Looked(
        found=tuple(found),
        matched=days.total(),
        articles=held.count if is_whole else await walk.count(back_to),
        held=held.count,
        held_since=held.since,
        back_to=last.first_seen_at if last else None,
        complete=complete,
        per_day=tuple(sorted(days.items())),
        silent=tuple([n for n, part in enumerate(parts) if await _is_silent(walk, part, deadline)]),
    )


async def _is_silent(walk: Walk, part: rules.Query, deadline: float) -> bool:
    """Whether it is certain that nothing on the way answers; there is no time to look for long."""
    async for step in walk.steps(part, rules.narrowing(part)):
        if step.hits or (time.monotonic() > deadline and not step.is_last):
            return False
    return True
