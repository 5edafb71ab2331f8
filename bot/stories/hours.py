"""When a channel may be spoken to: its time zone, its quiet hours, its digests. Pure.

Times are those of the clock on the channel's wall, also on the days on which it is put forward or
back. What waits until then, the store keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import Cadence, Severity

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a channel. `quiet` is from when to when nobody wants to be woken, if ever."""

    zone: str = "UTC"
    quiet: tuple[time, time] | None = None
    digest_at: time = time(8)


USUAL = Hours()


def due(now: datetime, hours: Hours, cadence: Cadence, severity: Severity) -> datetime | None:
    """When an alert goes out that would be told at `now`; None is at once.

    A digest goes at the next full hour, or at the channel's digest time. Quiet hours hold back
    whatever is not critical until they end.
    """
    moment = _digest(now, hours, cadence)
    if severity is not Severity.CRITICAL and is_quiet(moment, hours):
        moment = _quiet_ends(moment, hours)
    return None if moment == now else moment


def is_quiet(moment: datetime, hours: Hours) -> bool:
    """Whether a moment lies in the quiet hours; their end does not."""
    if hours.quiet is None:
        return False
    begins, ends = hours.quiet
    wall = moment.astimezone(_zone(hours)).time()
    return begins <= wall < ends if begins < ends else wall >= begins or wall < ends


def _digest(now: datetime, hours: Hours, cadence: Cadence) -> datetime:
    if cadence is Cadence.INSTANT:
        return now
    if cadence is Cadence.DAILY:
        return min(at for at in _when(now, hours.digest_at, hours) if at > now)
    wall = now.astimezone(_zone(hours))
    past = timedelta(minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
    return now - past + timedelta(hours=1)


def _quiet_ends(moment: datetime, hours: Hours) -> datetime:
    ends = _when(moment, hours.quiet[1], hours) if hours.quiet else ()
    return min(at for at in ends if at > moment and not is_quiet(at, hours))


def _when(around: datetime, wall: time, hours: Hours) -> Iterator[datetime]:
    """The instants around a moment at which the wall clock shows a time.

    Where it is put back it shows the time twice. A time that it skips counts an hour late, as
    Python's own arithmetic has it.
    """
    zone = _zone(hours)
    day = around.astimezone(zone).date()
    for offset in range(-1, 4):
        for fold in (0, 1):
            local = datetime.combine(day + offset * DAY, wall.replace(fold=fold), zone)
            yield local.astimezone(around.tzinfo)


def _zone(hours: Hours) -> ZoneInfo:
    try:
        return ZoneInfo(hours.zone)
    except ZoneInfoNotFoundError:  # its name was checked; the machine's tables may have lost it
        return ZoneInfo("UTC")
