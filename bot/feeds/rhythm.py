"""Says how often a feed is worth asking: from how often it publishes, and what it asks for itself.

Pure. Failures and Retry-After are `polling`'s matter; redirects are `moves`'.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from bot.model import Entry, Habits

QUICKEST = timedelta(seconds=60)
LONGEST = timedelta(hours=24)
# A quarter of the usual gap between two articles: most are then found well before the next one.
POLLS_PER_ARTICLE = 4
# A feed that brought nothing for a day is asked every half hour, and more seldom as it sleeps on.
# What counts is what we saw ourselves: dates of articles may be anything.
ASLEEP_AFTER = timedelta(hours=24)
POLLS_PER_SLEEP = 48
SLOWEST = 4  # times the usual interval
GAPS = 20
FEWEST_GAPS = 4


def interval_of(
    habits: Habits, now: datetime, *, usual: timedelta, floor: timedelta, max_age: timedelta | None
) -> timedelta:
    """How long to wait after a good answer.

    Args:
        habits: What is known of the feed.
        now: When it answered.
        usual: The interval of feeds of which nothing is known.
        floor: The shortest interval, unless the feed's own ttl or max-age says that less is welcome
            (never below 60 s).
        max_age: How much longer this answer stays fresh, as its Cache-Control says.

    A quick feed is asked more often, a sleeping one more seldom (up to four times the usual). What
    the feed asks for itself, by ttl or max-age, is waited for, up to 24 h.
    """
    wishes = [wish for wish in (habits.ttl, max_age) if wish]
    wish = max(wishes, default=None)
    shortest = min(floor, max(QUICKEST, wish)) if wish else floor
    interval = usual
    if habits.pace is not None:
        interval = min(usual, max(shortest, habits.pace / POLLS_PER_ARTICLE))
    asleep = now - habits.newest_at if habits.newest_at else timedelta(0)
    if asleep > ASLEEP_AFTER:
        interval = max(interval, min(asleep / POLLS_PER_SLEEP, usual * SLOWEST))
    return max(interval, min(wish, LONGEST)) if wish else interval


def pace_of(entries: Sequence[Entry]) -> timedelta | None:
    """The usual gap between the newest dated articles; None if there are too few."""
    return gap_of(moment for one in entries if (moment := moment_of(one)))


def moment_of(entry: Entry) -> datetime | None:
    """When an article says it was published; None if it says no more than the day."""
    return entry.published.at if entry.published and not entry.published.day_only else None


def gap_of(moments: Iterable[datetime]) -> timedelta | None:
    """The middle one of the gaps between the newest of them; None if there are too few."""
    newest = sorted(set(moments))[-GAPS - 1 :]
    gaps = sorted(later - earlier for earlier, later in pairwise(newest))
    return gaps[len(gaps) // 2] if len(gaps) >= FEWEST_GAPS else None
