"""What is watched for right now, kept in step with the newest revisions."""

from dataclasses import replace

import pytest

from bot.alerts.rulebook import Rulebook, as_document
from bot.model import Reader, WatchlistId, WorkspaceId

HOME, OTHER = WorkspaceId(1), WorkspaceId(2)


def names(rulebook, article, *workspaces):
    readers = [Reader(workspace) for workspace in workspaces]
    return [hit.watchlist.name for hit in rulebook.hits(article, readers)]


def test_an_article_hits_the_watchlists_of_its_readers_alone(article, watchlist):
    book = Rulebook()
    theirs = replace(watchlist, id=WatchlistId(2), workspace=OTHER, name="theirs")
    book.update([watchlist, theirs], {}, 1)
    assert names(book, article, HOME) == ["hormuz"]
    assert names(book, article, HOME, OTHER) == ["hormuz", "theirs"]
    assert names(book, article) == []


def test_a_changed_a_removed_and_a_new_watchlist_are_taken_over(article, watchlist):
    book = Rulebook()
    book.update([watchlist], {}, 1)
    book.update([replace(watchlist, query="Belgorod", revision=2)], {}, 2)
    assert names(book, article, HOME) == []
    book.update([replace(watchlist, id=WatchlistId(3), name="new")], {}, 3)
    assert names(book, article, HOME) == ["new"]
    assert book.stamp == 3


def test_a_watchlist_that_cannot_be_read_is_named_and_the_others_watch_on(article, watchlist):
    book = Rulebook()
    broken = replace(watchlist, id=WatchlistId(2), name="broken", query="Iran AND @gone")
    book.update([broken, watchlist], {}, 1)
    assert names(book, article, HOME) == ["hormuz"]
    assert "broken" in book.broken[WatchlistId(2)]
    book.update([broken, watchlist], {HOME: {"gone": "Hormuz"}}, 2)
    assert book.broken == {}
    assert names(book, article, HOME) == ["hormuz", "broken"]


def test_a_list_belongs_to_its_workspace(article, watchlist):
    book = Rulebook()
    mine = replace(watchlist, query="@straits")
    theirs = replace(mine, id=WatchlistId(2), workspace=OTHER, name="theirs")
    book.update([mine, theirs], {HOME: {"straits": "Hormuz"}, OTHER: {"straits": "Malacca"}}, 1)
    assert names(book, article, HOME, OTHER) == ["hormuz"]


def test_only_a_watchlist_that_uses_a_changed_list_is_read_anew(article, watchlist):
    book = Rulebook()
    plain = replace(watchlist, query="Iran")
    using = replace(watchlist, id=WatchlistId(2), name="using", query="@deep")
    texts = {"deep": "@straits OR Aden", "straits": "Malacca"}
    book.update([plain, using], {HOME: texts}, 1)
    (before,) = book.hits(article, [Reader(HOME)])
    book.update([plain, using], {HOME: {**texts, "straits": "Hormuz", "new": "Suez"}}, 2)
    again, found = book.hits(article, [Reader(HOME)])
    assert again.query is before.query
    assert found.watchlist == using


def test_whether_anybody_waits_for_several_sources_follows_the_watchlists(watchlist):
    book = Rulebook()
    book.update([watchlist, replace(watchlist, id=WatchlistId(2), min_sources=2)], {}, 1)
    assert book.asks_for_sources
    book.update([watchlist], {}, 2)
    assert not book.asks_for_sources


def test_an_article_is_read_with_its_source_tags_and_language(article):
    document = as_document(article)
    assert (document.source, document.language) == ("example.org", "en")


def _breaks(*_, **__):
    raise RuntimeError("broken on purpose")


def _breaks_at_the_strait(hit, stream):
    if stream.tokens[hit.start] == "strait":
        raise RuntimeError("broken on purpose")
    return stream.offsets(hit.start, hit.end)


@pytest.mark.parametrize(
    ("part", "breaking"),
    [("rules.distance.near", _breaks), ("rules.finder.Hit.offsets", _breaks_at_the_strait)],
    ids=["while it is asked", "while its evidence is gathered"],
)
def test_a_watchlist_that_fails_is_logged_and_the_others_still_hit(
    article, watchlist, caplog, monkeypatch, part, breaking
):
    book = Rulebook()
    failing = replace(watchlist, query="Strait NEAR/s Hormuz", name="failing")
    others = [replace(watchlist, id=WatchlistId(number), name=f"w{number}") for number in (2, 3)]
    book.update([failing, *others], {}, 1)
    monkeypatch.setattr(part, breaking)
    assert names(book, article, HOME) == ["w2", "w3"]
    assert "watchlist 1 fails at https://example.org/a" in caplog.text
    assert "broken on purpose" in caplog.text
