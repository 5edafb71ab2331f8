"""One process serves the chats; the next takes over when it leaves or is not heard of."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest

from bot.chat.adapter import Health, Readiness
from bot.shift import STANDBY, Shift
from bot.store.store import Store


class Line:
    """A chat that notes whether it is served."""

    def __init__(self) -> None:
        self.served = False

    @property
    def readiness(self) -> Readiness:
        return Readiness(Health.READY if self.served else Health.OFF)

    async def run(self) -> None:
        self.served = True
        try:
            await asyncio.Event().wait()
        finally:
            self.served = False


@pytest.fixture
async def store(database_url):
    store = await Store.open(database_url)
    yield store
    await store.close()


@asynccontextmanager
async def on_shift(store, line, seconds=0.3):
    shift = Shift(store.duties, [line], timedelta(seconds=seconds))
    task = asyncio.create_task(shift.run())
    try:
        yield shift
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true):
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 -- nobody tells when a lease has run out
            await asyncio.sleep(0.02)


async def test_only_one_of_two_processes_serves_and_the_other_stands_by(store):
    first, second = Line(), Line()
    async with on_shift(store, first) as on:
        await until(lambda: first.served)
        async with on_shift(store, second) as waiting:
            await asyncio.sleep(0.5)
            assert (first.served, second.served) == (True, False)
            assert (on.health(first), waiting.health(second)) == ("ready", STANDBY)


async def test_when_one_leaves_the_other_takes_over(store):
    first, second = Line(), Line()
    async with on_shift(store, second, seconds=0.3):
        pass
    async with on_shift(store, first) as _:
        await until(lambda: first.served)
        waiting = on_shift(store, second)
        await waiting.__aenter__()
    assert not first.served
    await until(lambda: second.served)
    await waiting.__aexit__(None, None, None)


async def test_who_lost_the_duty_while_it_was_frozen_stops_serving(store):
    line = Line()
    async with on_shift(store, line):
        await until(lambda: line.served)
        await store.duties.take_over()  # as if its lease had run out
        assert await store.duties.hold("chats", "another", timedelta(minutes=1))
        await until(lambda: not line.served)
