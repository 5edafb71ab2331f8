"""When a feed is asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.polling import LONGEST_WAIT, PollOutcome, next_poll

NOW = datetime(2024, 10, 31, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def wait(
    outcome: PollOutcome,
    failures: int = 0,
    *,
    interval: timedelta = 15 * MINUTE,
    floor: timedelta = 5 * MINUTE,
    failing_for: timedelta = timedelta(0),
    retry_after: timedelta | None = None,
    jitter: float = 0.0,
    spread: bool = False,
) -> timedelta:
    due = next_poll(
        NOW,
        interval=interval,
        floor=floor,
        outcome=outcome,
        failures=failures,
        failing_for=failing_for,
        retry_after=retry_after,
        jitter=jitter,
        spread=spread,
    )
    return due - NOW


def test_after_a_success_comes_the_interval() -> None:
    assert wait(PollOutcome.SUCCESS) == 15 * MINUTE


def test_no_interval_goes_under_the_floor() -> None:
    assert wait(PollOutcome.SUCCESS, interval=MINUTE) == 5 * MINUTE


def test_no_interval_goes_over_a_day() -> None:
    assert wait(PollOutcome.SUCCESS, interval=timedelta(days=9)) == LONGEST_WAIT


def test_failures_double_the_wait_up_to_four_hours() -> None:
    waits = [wait(PollOutcome.FAILURE, failures) for failures in range(1, 10)]
    assert waits[:5] == [15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR]
    assert set(waits[5:]) == {4 * HOUR}


def test_what_has_failed_for_a_week_is_asked_once_a_day() -> None:
    week = timedelta(days=7)
    assert wait(PollOutcome.FAILURE, 60, failing_for=week - MINUTE) == 4 * HOUR
    assert wait(PollOutcome.FAILURE, 60, failing_for=week) == LONGEST_WAIT
    assert wait(PollOutcome.FAILURE, 1, failing_for=10 * week) == LONGEST_WAIT


def test_feeds_polled_at_one_moment_are_spread_over_the_interval() -> None:
    waits = [wait(PollOutcome.SUCCESS, jitter=share, spread=True) for share in (0.0, 0.5, 1.0)]
    assert waits == [7.5 * MINUTE, 11.25 * MINUTE, 15 * MINUTE]
    assert wait(PollOutcome.SUCCESS, interval=MINUTE, jitter=0.0, spread=True) == 5 * MINUTE


def test_a_permanent_failure_is_slowed_down_sooner_and_never_given_up() -> None:
    waits = [wait(PollOutcome.PERMANENT, failures) for failures in (1, 2, 3, 4, 1000)]
    assert waits == [HOUR, 4 * HOUR, 16 * HOUR, LONGEST_WAIT, LONGEST_WAIT]


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (timedelta(seconds=7201), timedelta(seconds=7201)),
        (timedelta(0), 15 * MINUTE),
        (timedelta(days=30), LONGEST_WAIT),
    ],
)
def test_retry_after_is_kept_to_the_second_within_the_interval_and_a_day(
    asked: timedelta, granted: timedelta
) -> None:
    assert wait(PollOutcome.FAILURE, 1, retry_after=asked) == granted


def test_jitter_only_lengthens_and_by_a_tenth_at_most() -> None:
    assert wait(PollOutcome.FAILURE, 1, jitter=1.0) == timedelta(minutes=16, seconds=30)
    assert wait(PollOutcome.FAILURE, 1, jitter=0.0) == 15 * MINUTE
    assert wait(PollOutcome.SUCCESS, jitter=1.0) == 15 * MINUTE


@given(
    outcome=st.sampled_from(PollOutcome),
    failures=st.integers(0, 10**9),
    interval=st.timedeltas(timedelta(seconds=1), timedelta(days=365)),
    floor=st.timedeltas(timedelta(0), timedelta(days=1)),
    retry_after=st.none() | st.timedeltas(timedelta(0), timedelta(days=10**6)),
    jitter=st.floats(0, 1),
)
def test_a_feed_is_always_due_again_within_a_day_and_a_tenth(
    outcome: PollOutcome,
    failures: int,
    interval: timedelta,
    floor: timedelta,
    retry_after: timedelta | None,
    jitter: float,
) -> None:
    waited = wait(
        outcome,
        failures,
        interval=interval,
        floor=floor,
        retry_after=retry_after,
        jitter=jitter,
    )
    assert min(max(floor, interval), LONGEST_WAIT) <= waited <= LONGEST_WAIT * 1.1
    if retry_after is not None:
        assert waited >= min(retry_after, LONGEST_WAIT)
