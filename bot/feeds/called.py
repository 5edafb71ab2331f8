"""What an article's source is called where somebody reads it: by the feed's name that they gave.

What an item says of its publisher stands, so a feed of many publishers goes on naming each of them.
"""

from dataclasses import replace

from bot.model import Article, FeedNames


def as_read(article: Article, feed: FeedNames) -> Article:
    """An article as a workspace reads it that calls its feed by these names."""
    source, home = source_of(article.source, article.source_host, feed)
    names = tuple(filter(None, dict.fromkeys((article.source, feed.given, feed.own))))
    return replace(article, source=source, names=names, home=home)


def source_of(source: str, host: str | None, feed: FeedNames) -> tuple[str, str | None]:
    """What is shown as the source, and whose feed it is if the source is the feed itself.

    An item without a publisher of its own has the feed's title for one, or else its host.
    """
    if source != (feed.own or host or source):
        return source, None
    return feed.given or source, feed.home
