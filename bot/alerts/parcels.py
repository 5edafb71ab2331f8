"""Makes messages of what one poll of a feed has to tell: single cards, and groups when it is much.

Five cards per destination, then lists; ten messages at most, and what they hold no room for is
counted. Pure: what is told at all was decided before.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.alerts.compose import card, extract, shown_date
from bot.alerts.rulebook import Hit
from bot.message import Answer, Extract, Message, Paragraph, plain
from bot.model import Alert, Article, ArticleId, Destination, WatchlistId, WorkspaceId

CARDS = 5
MESSAGES = 10
LISTED = 10  # in one message: more would not fit on every platform


@dataclass(frozen=True, slots=True)
class Told:
    """An alert with the hit that it followed from."""

    hit: Hit
    alert: Alert

    @property
    def article(self) -> Article:
        """What people are told of."""
        return self.alert.article


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message for a destination, and the alerts that it tells: one for a card, else a group."""

    workspace: WorkspaceId
    destination: Destination
    key: str
    message: Message
    tells: tuple[tuple[ArticleId, WatchlistId], ...]


def parcels(told: Sequence[Told]) -> tuple[Parcel, ...]:
    """The messages that tell these alerts, all from one poll of one feed, each to its places."""
    places: dict[tuple[WorkspaceId, Destination], list[Told]] = defaultdict(list)
    for one in told:
        for destination in one.hit.watchlist.destinations:
            places[one.hit.watchlist.workspace, destination].append(one)
    return tuple(
        parcel
        for (workspace, destination), alerts in places.items()
        for parcel in _for_one_place(workspace, destination, alerts)
    )


def _for_one_place(
    workspace: WorkspaceId, destination: Destination, alerts: Sequence[Told]
) -> Iterator[Parcel]:
    singles = alerts if len(alerts) <= CARDS + 1 else alerts[:CARDS]
    for one in singles:
        yield Parcel(
            workspace,
            destination,
            f"alert:{one.hit.watchlist.id}:{one.article.id}",
            card(one.article, one.hit, one.alert.evidence),
            _names([one]),
        )
    rest = alerts[len(singles) :]
    groups = [rest[at : at + LISTED] for at in range(0, len(rest), LISTED)]
    untold = [one for group in groups[MESSAGES - CARDS :] for one in group]
    for number, group in enumerate(groups[: MESSAGES - CARDS]):
        last = number == MESSAGES - CARDS - 1
        members = [*group, *untold] if last else group
        key = "group:" + _digest(" ".join(f"{a}:{w}" for a, w in _names(members)))
        message = _list(group, len(untold) if last else 0)
        yield Parcel(workspace, destination, key, message, _names(members))


def _list(group: Sequence[Told], untold: int) -> Answer:
    source = group[0].article.source
    watches = ", ".join(dict.fromkeys(one.hit.watchlist.name for one in group))
    rows = tuple(_row(one) for one in group)
    more = f"… and {untold} more that had no room here. /intel search finds them."
    return Answer(
        f"{len(group)} more at once from {source}, for {watches}",
        (*rows, Paragraph(plain(more))) if untold else rows,
    )


def _row(one: Told) -> Extract:
    row = extract(one.article, one.alert.evidence)
    return replace(row, sentences=(), published=shown_date(one.article))


def _names(alerts: Sequence[Told]) -> tuple[tuple[ArticleId, WatchlistId], ...]:
    return tuple((one.article.id, one.hit.watchlist.id) for one in alerts)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
