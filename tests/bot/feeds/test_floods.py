"""A feed that starts over, and a day full of news."""

from datetime import UTC, datetime, timedelta

from bot.feeds.floods import held_back, is_reset
from bot.model import Entry, Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entries(count: int, age: timedelta | None) -> list[Entry]:
    published = None if age is None else Published(NOW - age)
    return [Entry(f"{age} {number}", "T", "B", published=published) for number in range(count)]


def test_much_of_a_document_must_be_new_and_most_of_it() -> None:
    assert is_reset(21, 41)
    assert not is_reset(20, 20)
    assert not is_reset(21, 42)


def test_of_a_feed_that_starts_over_only_the_news_of_the_day_is_told() -> None:
    old, undated, fresh = entries(30, 30 * HOUR), entries(5, None), entries(5, 23 * HOUR)
    held = held_back([*old, *undated, *fresh], 40, NOW)
    assert held == {entry.identity for entry in (*old, *undated)}


def test_a_day_without_a_time_is_fresh_until_a_day_after_its_end() -> None:
    yesterday = Published(datetime(2024, 10, 31, tzinfo=UTC), day_only=True)
    before = Published(datetime(2024, 10, 30, tzinfo=UTC), day_only=True)
    items = [Entry(str(n), "T", "B", published=before if n else yesterday) for n in range(30)]
    assert held_back(items, 30, NOW) == {entry.identity for entry in items[1:]}


def test_a_burst_of_true_news_is_not_held_back() -> None:
    assert held_back(entries(200, HOUR), 200, NOW) == frozenset()


def test_a_few_old_articles_are_not_held_back_here() -> None:
    assert held_back(entries(20, 300 * HOUR), 20, NOW) == frozenset()
