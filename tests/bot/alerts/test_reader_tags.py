"""A watchlist scoped by `tag:` hears of the feeds that its own workspace tagged so, of no other."""

from datetime import UTC, datetime

import pytest

from bot.alerts.rulebook import Rulebook
from bot.model import (
    Article,
    ArticleId,
    ArticleState,
    FeedId,
    FeedNames,
    Reader,
    Severity,
    Watchlist,
    WatchlistId,
    WorkspaceId,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OURS, THEIRS = WorkspaceId(1), WorkspaceId(2)


def watchlist(number: int, workspace: WorkspaceId, query: str) -> Watchlist:
    return Watchlist(
        id=WatchlistId(number),
        workspace=workspace,
        name=f"watch {number}",
        query=query,
        revision=1,
        severity=Severity.NOTABLE,
        destinations=(),
        enabled=True,
        created_by="ann",
        changed_at=NOW,
    )


@pytest.fixture
def article() -> Article:
    return Article(
        id=ArticleId(1),
        feed=FeedId(1),
        title="Missile launched",
        body="A missile was launched on Monday.",
        url="https://news.example/1",
        source="Wire",
        source_host="news.example",
        language="en",
        published=None,
        author=None,
        tags=("defence",),
        first_seen_at=NOW,
        state=ArticleState.NEW,
        baseline=False,
    )


@pytest.fixture
def rulebook() -> Rulebook:
    book = Rulebook()
    book.update(
        [
            watchlist(1, OURS, "missile AND tag:korea"),
            watchlist(2, OURS, "missile AND tag:asia"),
            watchlist(3, THEIRS, "missile AND tag:korea"),
            watchlist(4, THEIRS, "missile AND tag:asia"),
            watchlist(5, THEIRS, "missile AND tag:defence"),
            watchlist(6, OURS, "missile NOT tag:korea"),
        ],
        {},
        stamp=1,
    )
    return book


def heard(rulebook: Rulebook, article: Article, *readers: Reader) -> list[int]:
    return [hit.watchlist.id for hit in rulebook.hits(article, readers)]


def test_each_workspace_matches_with_its_own_tags_of_the_feed(rulebook, article):
    ours, theirs = Reader(OURS, ("korea",)), Reader(THEIRS, ("asia", "wire"))

    assert heard(rulebook, article, ours, theirs) == [1, 4, 5]


def test_a_feed_without_tags_lets_the_article_speak_for_itself(rulebook, article):
    assert heard(rulebook, article, Reader(OURS), Reader(THEIRS)) == [5, 6]


def test_each_workspace_asks_for_a_source_by_its_own_name_for_the_feed(article):
    book, query = Rulebook(), 'missile AND source:"The Wire"'
    both = 'source:"Wire" AND source:news.example'
    watchlists = [watchlist(1, OURS, query), watchlist(2, THEIRS, query), watchlist(3, OURS, both)]
    book.update(watchlists, {}, stamp=1)
    ours = Reader(OURS, feed=FeedNames("The Wire", "Wire"))

    assert heard(book, article, ours, Reader(THEIRS, feed=FeedNames("W", "Wire"))) == [1, 3]


def test_those_who_tag_alike_are_both_told(rulebook, article):
    readers = (Reader(OURS, ("korea",)), Reader(THEIRS, ("korea",)))

    assert heard(rulebook, article, *readers) == [1, 3, 5]


def test_nobody_is_told_of_a_feed_that_they_do_not_read(rulebook, article):
    assert heard(rulebook, article, Reader(OURS, ("korea", "asia"))) == [1, 2]
    assert heard(rulebook, article) == []
