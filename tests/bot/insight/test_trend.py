"""A trend counts by UTC hour or day, knows what is usual, and names what stands out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.insight.trend import (
    Grain,
    Mention,
    begins,
    grain_for,
    happened,
    trend,
    usual,
)
from bot.model import Article, ArticleId, ArticleState, FeedId, Published

NOW = datetime(2026, 11, 22, 14, 20, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def daily(counts, headline="Talks go on"):
    """So many mentions a day, the last count for today."""
    return [
        Mention(NOW - timedelta(days=ago, minutes=number), headline, "Reuters")
        for ago, count in enumerate(reversed(counts))
        for number in range(count)
    ]


def made(mentions, days=14, known_since=LONG_AGO):
    return trend(mentions, now=NOW, days=days, known_since=known_since)


def test_up_to_three_days_are_counted_by_hour_and_more_by_day():
    assert [grain_for(days) for days in (1, 3, 4, 90)] == [
        Grain.HOUR,
        Grain.HOUR,
        Grain.DAY,
        Grain.DAY,
    ]
    assert len(made([], days=2).bars) == 48
    assert len(made([], days=14).bars) == 14


def test_bars_begin_at_utc_midnight_and_the_last_one_is_today_so_far():
    shown = made(daily([1] * 20))
    assert shown.bars[-1].start == datetime(2026, 11, 22, tzinfo=UTC)
    assert not shown.bars[-1].whole
    assert all(bar.whole for bar in shown.bars[:-1])


def test_an_instant_counts_in_its_utc_period_whatever_zone_it_is_written_in():
    tokyo = timezone(timedelta(hours=9))
    at = datetime(2026, 11, 21, 8, 30, tzinfo=tokyo)
    assert Grain.DAY.begin(at) == datetime(2026, 11, 20, tzinfo=UTC)
    assert Grain.HOUR.begin(at) == datetime(2026, 11, 20, 23, tzinfo=UTC)


def test_the_usual_level_is_the_median_and_one_great_day_does_not_move_it():
    calm = usual([8, 9, 10, 9, 8, 10, 9])
    stormy = usual([8, 9, 10, 9, 8, 10, 500])
    assert calm is not None
    assert stormy is not None
    assert calm.middle == stormy.middle == 9
    assert calm.high == stormy.high


def test_counts_that_are_all_alike_still_leave_the_room_that_chance_needs():
    level = usual([9] * 10)
    assert level is not None
    assert (level.low, level.high) == (0, 18)  # three roots of nine to either side


def test_too_few_articles_or_periods_have_no_usual_level_and_no_spikes():
    assert usual([0, 1, 2, 1, 0, 3, 2]) is None
    few_days = made(daily([3, 3, 3, 40]), known_since=NOW - timedelta(days=4))
    assert few_days.usual is None
    assert few_days.spikes == ()


def test_a_short_picture_takes_its_usual_level_from_the_days_before_it():
    shown = made(daily([4] * 15), days=4)
    assert len(shown.bars) == 4
    assert shown.usual is not None
    assert shown.usual.periods == 14


def test_days_before_the_archive_began_are_shown_and_count_for_nothing():
    shown = made(daily([1, 1, 1, *[9] * 11]), known_since=NOW - timedelta(days=11))
    assert [bar.whole for bar in shown.bars] == [False] * 3 + [True] * 10 + [False]
    assert shown.usual is not None
    assert (shown.usual.middle, shown.usual.periods) == (9, 10)


def test_without_any_archive_nothing_is_whole():
    assert not any(bar.whole for bar in made([], known_since=None).bars)


def test_a_spike_is_named_by_the_headline_that_sets_it_apart():
    quiet = daily([5] * 14)
    at = NOW - timedelta(days=3)
    news = [
        Mention(at, "Talks go on", "BBC"),
        Mention(at, "Live-fire zone announced off Pingtan", "AP"),
        *[Mention(at, f"Pingtan live-fire drills, day {day}", "CNA") for day in range(20)],
    ]
    (spike,) = made(quiet + news).spikes
    assert spike.peak.count == 27
    assert "Pingtan" in spike.headline.headline


def test_spikes_in_a_row_are_one_and_todays_counts_as_soon_as_it_stands_out():
    (spike,) = made(daily([5] * 11 + [30, 40, 35])).spikes
    assert [bar.count for bar in spike.bars] == [30, 40, 35]
    assert (spike.peak.count, spike.articles) == (40, 105)


def test_only_the_five_loudest_spikes_are_named_in_order_of_time():
    counts = [2] * 40
    for number, place in enumerate(range(3, 38, 5)):
        counts[place] = 30 + number
    shown = made(daily(counts), days=40)
    assert [spike.peak.count for spike in shown.spikes] == [32, 33, 34, 35, 36]


def article(seen, published=None):
    return Article(
        id=ArticleId(1),
        feed=FeedId(1),
        title="A",
        body="",
        url=None,
        source="S",
        source_host=None,
        language=None,
        published=published,
        author=None,
        tags=(),
        first_seen_at=seen,
        state=ArticleState.PROCESSED,
        baseline=False,
    )


@pytest.mark.parametrize(
    ("published", "at"),
    [
        (None, NOW),
        (Published(NOW - timedelta(hours=5)), NOW - timedelta(hours=5)),
        (Published(NOW + timedelta(days=300)), NOW),
        (Published(datetime(2026, 11, 22, tzinfo=UTC), day_only=True), NOW),
        (
            Published(datetime(2026, 11, 20, tzinfo=UTC), day_only=True),
            datetime(2026, 11, 20, tzinfo=UTC),
        ),
    ],
    ids=["undated", "dated", "dated after we saw it", "today, no time", "an earlier day, no time"],
)
def test_an_article_counts_when_it_was_published_as_far_as_that_can_be_told(published, at):
    assert happened(article(NOW, published), Grain.DAY) == at


def test_a_day_without_a_time_counts_in_the_hour_in_which_it_was_seen():
    undated = Published(datetime(2026, 11, 20, tzinfo=UTC), day_only=True)
    assert happened(article(NOW, undated), Grain.HOUR) == NOW


@given(
    st.lists(st.tuples(st.integers(0, 40 * 24), st.text(max_size=40)), max_size=60),
    st.integers(1, 30),
)
def test_every_article_of_the_window_is_in_exactly_one_bar(found, days):
    mentions = [Mention(NOW - timedelta(hours=hours), text, "S") for hours, text in found]
    shown = made(mentions, days=days)
    assert shown.articles == sum(shown.bars[0].start <= each.at for each in mentions)
    assert begins(NOW, days) <= shown.bars[0].start
    assert all(spike.headline in mentions for spike in shown.spikes)
