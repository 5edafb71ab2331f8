"""Makes one message of several cards that would have come too fast, or came too late. Pure.

When that is due, the outbox loop says; nothing is dropped without being counted.
"""

from collections.abc import Sequence

from bot.alerts.compose import each_once
from bot.alerts.parcels import LISTED
from bot.message import AlertCard, Answer, Extract, Paragraph, plain
from bot.model import Published, Severity

_LOUDNESS = {severity: place for place, severity in enumerate(reversed(Severity))}


def joined(cards: Sequence[AlertCard]) -> Answer:
    """The cards as a list, the most severe first and older ones before newer ones."""
    ordered = sorted(cards, key=lambda card: _LOUDNESS[card.severity])
    watches = each_once(card.watch for card in ordered)
    rows = tuple(_row(card) for card in ordered[:LISTED])
    untold = len(ordered) - len(rows)
    more = f"… and {untold} more that had no room here. /intel search finds them."
    return Answer(
        f"{len(ordered)} alerts at once, for {watches}",
        (*rows, Paragraph(plain(more))) if untold else rows,
    )


def _row(card: AlertCard) -> Extract:
    published = card.published or Published(card.first_seen, seen=True)
    return Extract(card.headline, card.url, card.source, published, sentences=())
