"""When a channel may be spoken to, also where clocks are put forward and back."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Cadence, Severity
from bot.stories.hours import USUAL, Hours, due, is_quiet

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")
NIGHT = Hours("Europe/Berlin", (time(22), time(7)), time(8))
clocks = st.builds(time, st.integers(0, 23), st.integers(0, 59))
spans = st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1])
hours = st.builds(Hours, st.sampled_from(ZONES), st.none() | spans, clocks)
START = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda passed: START + passed)


def berlin(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin"))


@given(moments, hours, st.sampled_from(Cadence), st.sampled_from(Severity))
def test_whatever_waits_goes_out_later_within_two_days_and_not_in_quiet_hours(
    now, kept, cadence, severity
):
    when = due(now, kept, cadence, severity)
    told = when or now
    assert now <= told <= now + timedelta(hours=50)
    assert (when is None) == (told == now)
    if severity is not Severity.CRITICAL:
        assert not is_quiet(told, kept)


@given(moments, hours)
def test_critical_alerts_that_go_at_once_never_wait(now, kept):
    assert due(now, kept, Cadence.INSTANT, Severity.CRITICAL) is None


@given(moments, hours, st.sampled_from(Cadence))
def test_who_comes_later_is_never_told_earlier(now, kept, cadence):
    first = due(now, kept, cadence, Severity.NOTABLE) or now
    later = now + timedelta(minutes=20)
    assert first <= (due(later, kept, cadence, Severity.NOTABLE) or later)


@given(moments, hours)
def test_a_daily_digest_goes_when_the_wall_clock_says_so_or_skips_it(now, kept):
    when = due(now, kept, Cadence.DAILY, Severity.CRITICAL)
    assert when is not None
    wall = when.astimezone(ZoneInfo(kept.zone)).time()
    assert wall == kept.digest_at or when - timedelta(hours=2) < _last_change(when, kept.zone)


def _last_change(moment: datetime, zone: str) -> datetime:
    """The latest hour up to a moment at which the zone's offset was another one an hour before."""
    at = moment
    while at.astimezone(ZoneInfo(zone)).utcoffset() == (
        (at - timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
    ):
        at -= timedelta(hours=1)
        if at < moment - timedelta(hours=5):
            break
    return at


@pytest.mark.parametrize(
    ("now", "cadence", "when"),
    [
        (berlin(2024, 11, 1, 23), Cadence.INSTANT, berlin(2024, 11, 2, 7)),
        (berlin(2024, 11, 2, 6, 59), Cadence.INSTANT, berlin(2024, 11, 2, 7)),
        (berlin(2024, 11, 2, 7), Cadence.INSTANT, None),
        (berlin(2024, 11, 2, 12, 10), Cadence.HOURLY, berlin(2024, 11, 2, 13)),
        (berlin(2024, 11, 2, 21, 10), Cadence.HOURLY, berlin(2024, 11, 3, 7)),
        (berlin(2024, 11, 2, 7, 59), Cadence.DAILY, berlin(2024, 11, 2, 8)),
        (berlin(2024, 11, 2, 8), Cadence.DAILY, berlin(2024, 11, 3, 8)),
        # The night in which clocks are put forward, and the one in which they are put back.
        (berlin(2024, 3, 30, 23), Cadence.INSTANT, datetime(2024, 3, 31, 5, tzinfo=UTC)),
        (berlin(2024, 10, 26, 23), Cadence.INSTANT, datetime(2024, 10, 27, 6, tzinfo=UTC)),
        (berlin(2024, 10, 26, 9), Cadence.DAILY, datetime(2024, 10, 27, 7, tzinfo=UTC)),
    ],
)
def test_a_night_in_berlin(now, cadence, when):
    assert due(now, NIGHT, cadence, Severity.NOTABLE) == when


def test_nothing_waits_where_nobody_asked_for_it():
    now = datetime(2024, 11, 1, 3, tzinfo=UTC)
    assert due(now, USUAL, Cadence.INSTANT, Severity.ROUTINE) is None


def test_a_zone_that_the_machine_no_longer_knows_is_utc():
    lost = Hours("Nowhere/Gone", (time(22), time(7)))
    assert is_quiet(datetime(2024, 11, 1, 23, tzinfo=UTC), lost)
