"""Articles and watchlists as they come out of the store."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import rules
from bot.alerts.rulebook import Hit, as_document
from bot.model import (
    Article,
    ArticleId,
    ArticleState,
    Destination,
    FeedId,
    Platform,
    Severity,
    Watchlist,
    WatchlistId,
    WorkspaceId,
)

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def article() -> Article:
    return Article(
        id=ArticleId(1),
        feed=FeedId(1),
        title="Tanker seized",
        body="A tanker was seized in the Strait of Hormuz on Monday. Iran said nothing.",
        url="https://example.org/a",
        source="Example",
        source_host="example.org",
        language="en",
        published=None,
        author=None,
        tags=("gulf",),
        first_seen_at=SEEN,
        state=ArticleState.NEW,
        baseline=False,
    )


@pytest.fixture
def watchlist() -> Watchlist:
    return Watchlist(
        id=WatchlistId(1),
        workspace=WorkspaceId(1),
        name="hormuz",
        query="Hormuz AND tanker",
        revision=1,
        severity=Severity.NOTABLE,
        destinations=(Destination(Platform.CONSOLE),),
        enabled=True,
        created_by="ann (console:ann)",
        changed_at=SEEN,
    )


@pytest.fixture
def hit_of(watchlist: Watchlist) -> Callable[[Article, str], Hit]:
    """A hit of a query on an article that does match."""

    def hit(article: Article, text: str) -> Hit:
        query = rules.parse(text)
        match = rules.match(query, as_document(article))
        assert match is not None
        return Hit(replace(watchlist, query=text), query, match)

    return hit
