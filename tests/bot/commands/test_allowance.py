"""How often something may be asked for."""

from datetime import UTC, datetime, timedelta

from bot.commands.allowance import Allowance

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_what_is_too_much_within_a_minute_waits_for_its_end() -> None:
    allowed = Allowance(2, MINUTE)
    assert not allowed.wait("a", NOW)
    assert not allowed.wait("a", NOW + SECOND)
    assert allowed.wait("a", NOW + 2 * SECOND) == 58 * SECOND
    assert not allowed.wait("a", NOW + MINUTE)
    assert allowed.wait("a", NOW + MINUTE) == SECOND


def test_one_who_asks_too_much_takes_nothing_from_another() -> None:
    allowed = Allowance(1, MINUTE)
    assert not allowed.wait("a", NOW)
    assert not allowed.wait("b", NOW)
    assert allowed.wait("a", NOW)
