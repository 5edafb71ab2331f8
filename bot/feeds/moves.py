"""Decides when a feed's new address is believed: after three confirmations over at least a day.

Pure. A redirect that says "for good" may be a mistake, or a captive page of somebody's network; the
address itself passed the guard each time that it was followed.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model import Habits

CONFIRMATIONS = 3
OVER = timedelta(hours=24)


def moved(habits: Habits, target: str | None, now: datetime) -> Habits:
    """Note where a good answer came from; `address` changes once the move is confirmed.

    `target` is where a permanent redirect led, None if there was none. A target other than the
    last one begins a new count.
    """
    if target is None:
        return replace(habits, moved_to=None, moved_since=None, moved_times=0)
    if target != habits.moved_to or habits.moved_since is None:
        return replace(habits, moved_to=target, moved_since=now, moved_times=1)
    times = habits.moved_times + 1
    if times < CONFIRMATIONS or now - habits.moved_since < OVER:
        return replace(habits, moved_times=times)
    return replace(habits, address=target, moved_to=None, moved_since=None, moved_times=0)
