"""What an article's source is called: as its reader calls the feed, if it is the feed itself."""

from datetime import UTC, datetime

from bot.feeds.called import as_read
from bot.model import Article, ArticleId, ArticleState, FeedId, FeedNames

WIRE = FeedNames("AP", "AP News - Top Stories", "apnews.com")


def article(source: str, host: str | None = "apnews.com") -> Article:
    return Article(
        id=ArticleId(1),
        feed=FeedId(1),
        title="Kursk",
        body="",
        url=None,
        source=source,
        source_host=host,
        language=None,
        published=None,
        author=None,
        tags=(),
        first_seen_at=datetime(2026, 11, 23, tzinfo=UTC),
        state=ArticleState.NEW,
        baseline=False,
    )


def test_a_feeds_own_articles_are_called_by_the_name_that_was_given_to_it():
    seen = as_read(article("AP News - Top Stories"), WIRE)

    assert (seen.source, seen.home) == ("AP", "apnews.com")
    assert seen.names == ("AP News - Top Stories", "AP")


def test_a_publisher_that_an_item_names_stays_and_the_feeds_names_are_known_too():
    seen = as_read(article("Reuters", "reuters.com"), WIRE)

    assert (seen.source, seen.home) == ("Reuters", None)
    assert seen.names == ("Reuters", "AP", "AP News - Top Stories")


def test_a_feed_that_nobody_named_is_called_by_its_title():
    seen = as_read(article("AP News - Top Stories"), FeedNames("", "AP News - Top Stories"))

    assert (seen.source, seen.names) == ("AP News - Top Stories", ("AP News - Top Stories",))


def test_a_feed_without_a_title_is_called_by_its_name_and_not_by_its_host():
    assert as_read(article("apnews.com"), FeedNames("AP")).source == "AP"
    assert as_read(article("AP World"), FeedNames("AP")).source == "AP World"
