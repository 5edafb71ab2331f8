"""Token buckets: short bursts pass, a steady pace is kept, and each channel has its own."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.pacing import NOW, Pacing, Rate
from bot.model import Destination, Platform

START = datetime(2026, 11, 22, tzinfo=UTC)
HERE = Destination(Platform.SLACK, "C1")
SECOND = timedelta(seconds=1)


def sent_at(pacing: Pacing, messages: int, place: Destination = HERE) -> list[float]:
    """When each of some messages goes that are all ready at once, in seconds."""
    now, times = START, []
    for _ in range(messages):
        now += pacing.wait(place, now)
        pacing.spend(place, now)
        times.append((now - START).total_seconds())
    return times


def test_three_go_to_a_slack_channel_at_once_and_then_one_a_second():
    assert sent_at(Pacing(), 6) == [0, 0, 0, 1, 2, 3]


def test_after_thirty_messages_there_is_one_every_twenty_seconds():
    times = sent_at(Pacing(), 40)
    assert sum(each < 600 for each in times) == 40
    assert times[-1] - times[-2] == 20
    assert sum(each <= 40 for each in times) <= 32


def test_another_channel_and_the_console_are_not_held_up():
    pacing = Pacing()
    sent_at(pacing, 10)
    assert pacing.wait(Destination(Platform.SLACK, "C2"), START) == NOW
    assert sent_at(pacing, 100, Destination(Platform.CONSOLE)) == [0] * 100
    assert pacing.room(Destination(Platform.CONSOLE), START) == float("inf")


def test_discord_is_paced_by_its_own_headers_and_only_kept_readable_here():
    place = Destination(Platform.DISCORD, "1")
    assert sent_at(Pacing(), 30, place)[-1] == 0


def test_a_clock_that_goes_back_lends_nothing_and_takes_nothing():
    pacing = Pacing({Platform.SLACK: (Rate(1, SECOND),)})
    pacing.spend(HERE, START)
    earlier = START - timedelta(hours=1)
    assert pacing.wait(HERE, earlier) == SECOND
    assert pacing.wait(HERE, earlier + SECOND) == NOW


def test_room_says_how_many_people_can_still_read():
    pacing = Pacing({Platform.SLACK: (Rate(5, SECOND),)})
    assert pacing.room(HERE, START) == 5
    pacing.spend(HERE, START)
    assert pacing.room(HERE, START) == 4


def test_channels_that_rest_are_forgotten():
    pacing = Pacing({Platform.SLACK: (Rate(1, SECOND),)})
    for number in range(3_000):
        now = START + number * SECOND
        pacing.spend(Destination(Platform.SLACK, f"C{number}"), now)
    assert len(pacing._buckets) < 1_100


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.integers(1, 5))
def test_no_span_of_time_ever_gets_more_than_burst_and_pace(gaps, burst):
    pacing = Pacing({Platform.SLACK: (Rate(burst, SECOND),)})
    now, times = START, []
    for gap in gaps:
        now += timedelta(seconds=gap)
        now += pacing.wait(HERE, now)
        pacing.spend(HERE, now)
        times.append(now)
    for first, since in enumerate(times):
        for last in range(first, len(times)):
            span = (times[last] - since).total_seconds()
            assert last - first + 1 <= burst + span + 0.001
