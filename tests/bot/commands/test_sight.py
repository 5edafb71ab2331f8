"""What may be seen from where somebody asks."""

from bot.commands.sight import Sight
from bot.model import Destination, Platform

GENERAL, NEWS = Destination.parse("slack:C1"), Destination.parse("slack:C2")
ROOM, CONSOLE = Destination.parse("slack:C3"), Destination(Platform.CONSOLE)


def sight(*here: Destination | None) -> Sight:
    return Sight(frozenset(here), frozenset({GENERAL, NEWS}))


def test_what_open_channels_watch_is_seen_everywhere():
    for here in (NEWS, ROOM, None):
        assert sight(here).shows([GENERAL])
        assert sight(here).shows([GENERAL, NEWS])


def test_what_a_private_channel_watches_is_seen_in_it_alone():
    assert sight(ROOM).shows([ROOM])
    assert not sight(GENERAL).shows([ROOM])
    assert not sight(None).shows([ROOM])


def test_a_thread_of_it_is_in_it():
    assert sight(Destination.parse("slack:C4"), ROOM).shows([ROOM])


def test_what_alerts_to_an_open_and_a_private_channel_is_seen_in_both_and_nowhere_else():
    for here in (GENERAL, ROOM):
        assert sight(here).shows([GENERAL, ROOM])
    assert not sight(NEWS).shows([GENERAL, ROOM])


def test_an_alert_is_seen_where_it_stands():
    assert sight(NEWS).sees(GENERAL)
    assert sight(ROOM).sees(ROOM)
    assert not sight(NEWS).sees(ROOM)


def test_the_console_sees_everything_and_what_it_is_told_is_seen_by_all():
    assert sight(CONSOLE).shows([ROOM])
    assert sight(NEWS).shows([CONSOLE])


def test_what_alerts_nowhere_is_no_secret():
    assert sight(NEWS).shows([])
