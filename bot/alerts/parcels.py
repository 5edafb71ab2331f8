"""Makes messages of what one poll of a feed has to tell: single cards, and groups when it is much.

Five cards per destination, then lists; ten messages at most, and what they hold no room for is
counted. Pure: what is told at all was decided before.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.alerts.compose import evidence_of, extract
from bot.message import Answer, Extract, Message, Paragraph, plain
from bot.model import Alert, Article, ArticleId, WatchlistId

CARDS = 5
MESSAGES = 10
LISTED = 10  # in one message: more would not fit on every platform


@dataclass(frozen=True, slots=True)
class Told:
    """An article that a destination is told of, because of one watchlist or several.

    `key` names the card that tells of it.
    """

    key: str
    alerts: tuple[Alert, ...]

    @property
    def article(self) -> Article:
        """What people are told of."""
        return self.alerts[0].article

    @property
    def names(self) -> tuple[tuple[ArticleId, WatchlistId], ...]:
        """What is told, by the numbers of the article and of each watchlist."""
        return tuple((alert.article.id, alert.watchlist.id) for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for a destination, and the alerts that it tells."""

    key: str
    message: Message
    tells: tuple[tuple[ArticleId, WatchlistId], ...]


def carded(waiting: Sequence[Told]) -> int:
    """How many of these get a card of their own; a list of one would be no use."""
    return len(waiting) if len(waiting) <= CARDS + 1 else CARDS


def lists(rest: Sequence[Told]) -> Iterator[Parcel]:
    """Messages that list what came beyond the cards."""
    groups = [rest[at : at + LISTED] for at in range(0, len(rest), LISTED)]
    untold = [one for group in groups[MESSAGES - CARDS :] for one in group]
    for number, group in enumerate(groups[: MESSAGES - CARDS]):
        last = number == MESSAGES - CARDS - 1
        members = [*group, *untold] if last else group
        key = "group:" + _digest(" ".join(f"{a}:{w}" for a, w in _names(members)))
        yield Parcel(key, _list(group, len(untold) if last else 0), _names(members))


def _list(group: Sequence[Told], untold: int) -> Answer:
    source = group[0].article.source
    names = (alert.watchlist.name for one in group for alert in one.alerts)
    rows = tuple(_row(one) for one in group)
    more = f"… and {untold} more that had no room here. /intel search finds them."
    return Answer(
        f"{len(group)} more at once from {source}, for {', '.join(dict.fromkeys(names))}",
        (*rows, Paragraph(plain(more))) if untold else rows,
    )


def _row(one: Told) -> Extract:
    return replace(extract(one.article, evidence_of(one.alerts)), sentences=())


def _names(told: Sequence[Told]) -> tuple[tuple[ArticleId, WatchlistId], ...]:
    return tuple(name for one in told for name in one.names)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
