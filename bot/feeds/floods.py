"""Tells a feed that started over from a day full of news. Pure arithmetic.

It stores and posts nothing; how many messages a true burst becomes is `alerts.parcels`' matter.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.model import Entry

MANY = 20
FRESH = timedelta(hours=24)


def is_reset(new: int, shown: int) -> bool:
    """Whether so much of a document is new that the feed must have renamed what it had.

    Feeds do so when they change their software: every item comes again under a new name. A feed
    that never showed an item before cannot have renamed any; whoever asks knows that.
    """
    return new > MANY and 2 * new > shown


def held_back(new: Sequence[Entry], shown: int, now: datetime) -> frozenset[str]:
    """The identities of new entries that nobody is told of, because the feed started over.

    Those that say of themselves that they are less than a day old are news all the same.
    """
    if not is_reset(len(new), shown):
        return frozenset()
    return frozenset(entry.identity for entry in new if not _fresh(entry, now))


def _fresh(entry: Entry, now: datetime) -> bool:
    if entry.published is None:
        return False
    at = entry.published.at + timedelta(days=1 if entry.published.day_only else 0)
    return now - at < FRESH
