"""Lets later articles follow those that people split off or moved, where they are most like them.

Placing is the same for everybody; what a workspace ruled holds for what comes after, too, or it
would have to be said again for each report. What is kept with a ruling is undone with it.
"""

import asyncio
from collections.abc import Mapping, Sequence

from bot.alerts.matching import Matched
from bot.model import Article, ArticleId, WorkspaceId
from bot.store.store import Store
from bot.stories import vector
from bot.stories.newsroom import Filed, Newsroom
from bot.stories.rulings import Rulings
from bot.stories.vector import Vector

_LOOKED_AT = 20  # articles of either side, the newest


async def rulings_for(
    store: Store,
    newsroom: Newsroom,
    poll: Sequence[Matched],
    filed: Mapping[ArticleId, Filed],
) -> Mapping[WorkspaceId, Rulings]:
    """What the readers of a poll ruled, these articles included where a ruling draws them along."""
    readers = {reader.workspace for one in poll for reader in one.readers}
    rulings = await store.rulings.of(readers)
    followed = False
    for workspace, ruled in rulings.items():
        moved = ruled.moved()
        placed = await store.stories.filed(moved) if moved else {}
        for one in poll:
            its = filed.get(one.article.id)
            if its is None or its.known or one.article.id in moved:
                continue
            if workspace not in {reader.workspace for reader in one.readers}:
                continue
            away = [article for article, story in placed.items() if story == its.story]
            like = away and await _like(store, newsroom, workspace, ruled, one.article, its, away)
            if like:
                await store.rulings.follow(workspace, like, one.article.id)
                followed = True
    return await store.rulings.of(readers) if followed else rulings


async def _like(
    store: Store,
    newsroom: Newsroom,
    workspace: WorkspaceId,
    ruled: Rulings,
    article: Article,
    filed: Filed,
    away: Sequence[ArticleId],
) -> ArticleId | None:
    """Which of the articles taken from its story this one is most like; None: it stays."""
    gone = await store.articles.several(workspace, sorted(away)[-_LOOKED_AT:])
    story = ruled.standing_for(filed.story)
    members = await store.telling.members(workspace, story, ruled, _LOOKED_AT)
    stayed = [each.article for each in members]
    return await asyncio.to_thread(nearest, newsroom, article, gone, stayed)


def nearest(
    newsroom: Newsroom, article: Article, away: Sequence[Article], stayed: Sequence[Article]
) -> ArticleId | None:
    """The article of `away` that this one is most like; None if one that stayed is as much so."""
    its = _vector(newsroom, article)
    likeness = {each.id: _cosine(its, _vector(newsroom, each)) for each in away}
    best = max(likeness, key=lambda each: (likeness[each], each), default=None)
    least = max((_cosine(its, _vector(newsroom, each)) for each in stayed), default=0.0)
    return best if best is not None and likeness[best] > least else None


def _vector(newsroom: Newsroom, article: Article) -> Vector:
    terms = vector.read(newsroom.wording, article.title, article.body, article.language)
    return newsroom.frequencies.vector(terms)


def _cosine(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())
