"""When a feed's new address is believed."""

from datetime import UTC, datetime, timedelta

from bot.feeds.moves import moved
from bot.model import Habits

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW, OTHER = "https://new.example/feed", "https://other.example/feed"


def after(*answers: tuple[int, str | None]) -> Habits:
    """The habits after answers, each so many hours from now and from where it forwarded to."""
    habits = Habits()
    for hours, target in answers:
        habits = moved(habits, target, NOW + hours * HOUR)
    return habits


def test_three_times_over_a_day_is_believed() -> None:
    habits = after((0, NEW), (12, NEW), (24, NEW))
    assert habits == Habits(address=NEW)


def test_three_times_within_a_day_is_not() -> None:
    assert after((0, NEW), (8, NEW), (23, NEW)).address is None


def test_twice_is_not_enough_however_far_apart() -> None:
    assert after((0, NEW), (200, NEW)).address is None


def test_an_answer_from_the_old_address_begins_anew() -> None:
    assert after((0, NEW), (12, None), (24, NEW), (30, NEW)).address is None
    assert after((0, NEW), (12, None), (24, NEW), (30, NEW), (48, NEW)).address == NEW


def test_another_target_begins_anew() -> None:
    assert after((0, NEW), (12, OTHER), (24, NEW)).address is None
    assert after((0, OTHER), (1, NEW), (13, NEW), (25, NEW)).address == NEW


def test_a_feed_may_move_again() -> None:
    days = [(hour, NEW) for hour in (0, 12, 24)] + [(hour, OTHER) for hour in (48, 60, 72)]
    assert after(*days).address == OTHER


def test_a_feed_that_stays_where_it_moved_is_left_there() -> None:
    assert after((0, NEW), (12, NEW), (24, NEW), (36, None), (48, None)) == Habits(address=NEW)
