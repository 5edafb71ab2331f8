"""Says which articles deserve a look at their page, and how much. Pure and slow, like matching.

A near miss is worth a page: of what some watchlist needs all but one clause is there, and more text
could bring it. What is read, and when, is the store's and the page reader's matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.alerts.decide import age
from bot.alerts.rulebook import Hit, Rulebook
from bot.model import Article, FullText, Reader

LEAST_WANTED = 10_001
"""The rank of a page that no near miss asks for; ranks are articles in 10,000, see `NearMiss`."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is to be done about an article's page.

    `rank` says how much it is wanted, the lowest the most; None is not at all. `hits` are what the
    article matches with its page, where that was read.
    """

    article: Article
    readers: tuple[Reader, ...]
    rank: int | None = None
    hits: tuple[Hit, ...] = ()


def weigh(
    rulebook: Rulebook, article: Article, readers: Sequence[Reader], *, usual: FullText
) -> Weighed:
    """Match an article whose page was read; say of any other how much its page is wanted.

    `usual` is what holds for those who did not choose. Who wants no pages hears nothing from them.
    """
    by_choice = {choice: _who(readers, choice, usual) for choice in FullText}
    wanting = (*by_choice[FullText.NEAR_MISS], *by_choice[FullText.ALWAYS])
    if article.page:
        return Weighed(article, wanting, hits=rulebook.hits(article, wanting))
    rank = rulebook.nearness(article, wanting) if wanting else None
    if rank is None and by_choice[FullText.ALWAYS]:
        rank = LEAST_WANTED
    return Weighed(article, wanting, rank)


def worth_reading(article: Article, age_limit: timedelta) -> bool:
    """Whether anybody could still be told of the article."""
    return bool(article.url) and age(article) <= age_limit


def _who(readers: Sequence[Reader], choice: FullText, usual: FullText) -> tuple[Reader, ...]:
    return tuple(reader for reader in readers if (reader.full_text or usual) is choice)
