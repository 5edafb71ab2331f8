"""Ticks only ask: a slow deed is never doubled, a failing one is asked again, a stop waits."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from bot.errors import StoreError
from bot.schedule import Job, Schedule

SOON = timedelta(milliseconds=20)
PATIENCE = timedelta(seconds=2)


class Deed:
    """Something that a tick asks for; it remembers how often it began and ended."""

    def __init__(self, *, lasts: float = 0.0, finds: int = 0, fails: bool = False) -> None:
        self.began = 0
        self.ended = 0
        self.at_once = 0
        self._lasts = lasts
        self._finds = finds
        self._fails = fails

    async def __call__(self) -> int:
        self.began += 1
        self.at_once = max(self.at_once, self.began - self.ended)
        await asyncio.sleep(self._lasts)
        self.ended += 1
        if self._fails:
            raise RuntimeError("nobody foresaw this")
        self._finds, found = max(0, self._finds - 1), self._finds
        return found


async def ticking(deed: Callable[[], Awaitable[int]], seconds: float) -> None:
    schedule = Schedule((Job("deed", SOON, deed),))
    schedule.start()
    await asyncio.sleep(seconds)
    await schedule.stop(PATIENCE)


async def test_a_deed_is_asked_for_again_and_again():
    deed = Deed()
    await ticking(deed, 0.5)
    assert deed.began >= 3


async def test_a_deed_that_lasts_longer_than_a_tick_is_not_doubled():
    deed = Deed(lasts=0.1)
    await ticking(deed, 0.5)
    assert deed.at_once == 1


async def test_a_round_goes_on_while_there_is_something_to_do():
    deed = Deed(finds=50)
    schedule = Schedule((Job("deed", timedelta(seconds=0.3), deed),))
    schedule.start()
    await asyncio.sleep(0.5)
    await schedule.stop(PATIENCE)
    assert deed.began >= 51


async def test_a_clock_that_was_set_back_stops_no_ticks(monkeypatch):
    monkeypatch.setattr("bot.schedule.CLOCK_LOOKED_AT", timedelta(seconds=0.1))
    deed = Deed()
    schedule = Schedule((Job("deed", SOON, deed),))
    schedule.start()
    await asyncio.sleep(0.2)
    # What APScheduler is left with: the next turn is as far away as the clock was set back.
    far = datetime.now(UTC) + timedelta(hours=5)
    schedule._scheduler.get_job("deed").modify(next_run_time=far)
    began = deed.began
    await asyncio.sleep(0.5)
    await schedule.stop(PATIENCE)
    assert deed.began >= began + 3


async def test_what_nobody_foresaw_ends_one_round_and_is_told(caplog):
    deed = Deed(fails=True)
    await ticking(deed, 0.5)
    assert deed.began >= 3
    assert "deed failed; it is tried again" in caplog.text


async def test_a_database_in_trouble_is_told_once_however_many_ask_and_so_is_its_end(
    caplog, monkeypatch
):
    monkeypatch.setattr("bot.schedule.OVER_AFTER", timedelta(seconds=0.2))
    caplog.set_level("INFO")
    away, asked = True, 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        if away:
            raise StoreError("The database is away. It is waited for.")
        return 0

    schedule = Schedule((Job("one", SOON, ask), Job("another", SOON, ask)))
    schedule.start()
    await asyncio.sleep(0.3)
    assert asked > 4
    away = False
    await asyncio.sleep(0.5)
    await schedule.stop(PATIENCE)
    assert [record.message.partition(".")[0] for record in caplog.records] == [
        "The database is away",
        "The database has given no trouble for 0 seconds",
    ]
    assert not any(record.exc_info for record in caplog.records)


async def test_a_trouble_that_lasts_is_told_again_after_a_while(caplog, monkeypatch):
    monkeypatch.setattr("bot.schedule.SAID_AGAIN", timedelta(seconds=0.1))

    async def ask() -> int:
        raise StoreError("The database is away.")

    await ticking(ask, 0.5)
    assert 2 <= caplog.text.count("The database is away.") <= 6


async def test_a_stop_lets_what_runs_finish():
    deed = Deed(lasts=0.3)
    await ticking(deed, 0.1)
    assert deed.began == deed.ended == 1


async def test_a_stop_does_not_wait_for_ever():
    deed = Deed(lasts=60)
    schedule = Schedule((Job("deed", SOON, deed),))
    schedule.start()
    await asyncio.sleep(0.1)
    async with asyncio.timeout(2):
        await schedule.stop(timedelta(seconds=0.1))
    assert (deed.began, deed.ended) == (1, 0)
