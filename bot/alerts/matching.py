"""Holds a batch of articles against the rulebook; an edited one against its earlier text, too.

Pure and slow: it runs in a thread. What follows from a match is `decide`'s matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.alerts.rulebook import Hit, Rulebook, findings
from bot.model import Article, Reader, WatchlistId


@dataclass(frozen=True, slots=True)
class Matched:
    """An article, the watchlists that it matches, and those that it matched before an edit."""

    article: Article
    hits: tuple[Hit, ...]
    before: frozenset[WatchlistId] = frozenset()
    readers: tuple[Reader, ...] = ()

    @property
    def found(self) -> frozenset[str]:
        """The words of the article by which watchlists found it."""
        every = (each for hit in self.hits for each in findings(self.article, hit.match))
        return frozenset(each.text for each in every)


def match_all(
    rulebook: Rulebook, waiting: Sequence[tuple[Article, tuple[Reader, ...]]]
) -> list[Matched]:
    """Match each article for those who read its feed, in the order given."""
    return [_match(rulebook, article, readers) for article, readers in waiting]


def _match(rulebook: Rulebook, article: Article, readers: tuple[Reader, ...]) -> Matched:
    hits = rulebook.hits(article, readers)
    if article.before is None:
        return Matched(article, hits, readers=readers)
    earlier = replace(article, title=article.before.title, body=article.before.body)
    before = frozenset(hit.watchlist.id for hit in rulebook.hits(earlier, readers))
    return Matched(article, hits, before, readers)
