"""Says when a feed is due again, from how its last poll went.

Pure arithmetic: it reads no clock, rolls no dice and knows no feed. What interval suits a feed is
`rhythm`'s matter.
"""

from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_WAIT = timedelta(hours=24)
LONGEST_AT_FIRST = timedelta(hours=4)
PATIENCE = timedelta(days=7)
SLOWED = timedelta(hours=1)
JITTER = 0.1


class PollOutcome(StrEnum):
    """How a poll went, as far as the next one is concerned."""

    SUCCESS = "success"
    FAILURE = "failure"  # asking again may help by itself
    PERMANENT = "permanent"  # somebody must change something; we still look now and then


def next_poll(
    now: datetime,
    *,
    interval: timedelta,
    floor: timedelta,
    outcome: PollOutcome,
    failures: int = 0,
    failing_for: timedelta = timedelta(0),
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
    spread: bool = False,
) -> datetime:
    """Say when to poll again.

    Args:
        now: The end of the poll.
        interval: The feed's usual distance between polls.
        floor: The least distance that we ever keep, whatever the feed's interval.
        outcome: How the poll went.
        failures: Failures in a row, this one included.
        failing_for: How long it has been failing.
        retry_after: The server's wish; kept to the second within the interval and 24 h.
        jitter: From 0 to 1, how much of the extra tenth a failed feed waits, so that the feeds of
            one dead host do not return together. It only ever lengthens a wait.
        spread: That many feeds may have been polled at this very moment; after a success the next
            wait is then, by `jitter`, half of the interval to all of it.

    After a success that is the interval. After failures it doubles from the interval (1, 2, 4, ...)
    up to 4 h, so that a feed that recovers is not missed for long; a permanent failure starts at an
    hour and goes up fourfold, up to 24 h. What has failed for a week is asked once a day. Nothing
    is given up.
    """
    usual = min(max(interval, floor), max(LONGEST_WAIT, floor))
    share = min(max(jitter, 0.0), 1.0)
    if outcome is PollOutcome.SUCCESS:
        wait = max(floor, usual * (1 + share) / 2) if spread else usual
    else:
        wait = _backed_off(usual, outcome, failures, failing_for) * (1 + JITTER * share)
    if retry_after is not None:
        wait = max(wait, min(retry_after, LONGEST_WAIT))
    return now + wait


def _backed_off(
    usual: timedelta, outcome: PollOutcome, failures: int, failing_for: timedelta
) -> timedelta:
    if failing_for >= PATIENCE:
        return max(usual, LONGEST_WAIT)
    doublings, longest = max(failures, 1) - 1, LONGEST_AT_FIRST
    if outcome is PollOutcome.PERMANENT:
        usual, doublings, longest = max(usual, SLOWED), 2 * doublings, LONGEST_WAIT
    # 24 doublings of a second are half a year: past the cap for every interval, and no overflow.
    return max(usual, min(usual * (1 << min(doublings, 24)), longest))
