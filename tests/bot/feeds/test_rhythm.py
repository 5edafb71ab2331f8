"""How often a feed is worth asking."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.rhythm import interval_of, pace_of
from bot.model import Entry, Habits, Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
USUAL, FLOOR = 15 * MINUTE, 5 * MINUTE


def interval(max_age: timedelta | None = None, **habits: Any) -> timedelta:
    return interval_of(
        Habits(**{"newest_at": NOW, **habits}), NOW, usual=USUAL, floor=FLOOR, max_age=max_age
    )


def published(*ages: timedelta) -> list[Entry]:
    return [Entry(str(age), "T", "B", published=Published(NOW - age)) for age in ages]


def test_a_feed_of_which_nothing_is_known_is_asked_as_usual() -> None:
    assert interval() == USUAL


@pytest.mark.parametrize(
    ("pace", "expected"),
    [(6 * HOUR, USUAL), (40 * MINUTE, 10 * MINUTE), (20 * MINUTE, FLOOR), (MINUTE, FLOOR)],
)
def test_a_quick_feed_is_asked_four_times_per_article_down_to_the_floor(
    pace: timedelta, expected: timedelta
) -> None:
    assert interval(pace=pace) == expected


def test_a_quick_feed_that_allows_it_is_asked_every_minute() -> None:
    assert interval(pace=2 * MINUTE, ttl=MINUTE) == MINUTE
    assert interval(pace=2 * MINUTE, max_age=MINUTE) == MINUTE
    assert interval(pace=2 * MINUTE, max_age=10 * SECOND) == MINUTE


def test_what_the_feed_allows_is_as_short_as_its_longest_wish() -> None:
    assert interval(pace=2 * MINUTE, ttl=3 * MINUTE, max_age=MINUTE) == 3 * MINUTE


def test_a_wish_to_be_asked_less_often_is_kept_up_to_a_day() -> None:
    assert interval(ttl=HOUR) == HOUR
    assert interval(max_age=2 * HOUR) == 2 * HOUR
    assert interval(max_age=30 * DAY) == DAY


def test_a_leave_to_come_often_changes_nothing_for_a_slow_feed() -> None:
    assert interval(pace=6 * HOUR, ttl=MINUTE) == USUAL


@pytest.mark.parametrize(
    ("asleep", "expected"),
    [(23 * HOUR, USUAL), (36 * HOUR, 45 * MINUTE), (48 * HOUR, HOUR), (400 * DAY, HOUR)],
)
def test_a_feed_that_sleeps_is_asked_more_seldom(asleep: timedelta, expected: timedelta) -> None:
    assert interval(newest_at=NOW - asleep) == expected


def test_the_pace_is_the_middle_gap_so_one_long_night_does_not_count() -> None:
    ages = [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 9 * HOUR, 9 * HOUR + 10 * MINUTE]
    assert pace_of(published(*ages, 9 * HOUR + 20 * MINUTE)) == 10 * MINUTE


def test_a_handful_of_dates_says_no_pace_and_neither_do_days() -> None:
    assert pace_of(published(MINUTE, HOUR, DAY)) is None
    days = [Published(NOW - number * DAY, day_only=True) for number in range(9)]
    assert pace_of([Entry(str(day), "T", "B", published=day) for day in days]) is None


spans = st.none() | st.timedeltas(timedelta(0), timedelta(days=10**4))


@given(spans, spans, spans, spans)
def test_no_feed_is_asked_within_its_wish_or_more_than_once_a_minute(
    pace: timedelta | None,
    ttl: timedelta | None,
    max_age: timedelta | None,
    asleep: timedelta | None,
) -> None:
    newest = NOW - asleep if asleep is not None else None
    waited = interval(max_age, pace=pace, ttl=ttl, newest_at=newest)
    assert MINUTE <= waited <= DAY
    assert waited >= min(max(ttl or MINUTE, max_age or MINUTE), DAY)
    if not (ttl or max_age):
        assert waited >= FLOOR
