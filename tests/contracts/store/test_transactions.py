"""What a transaction promises: whole or not at all, also when whoever asked for it is cancelled."""

import asyncio
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text

from bot.errors import StoreError
from bot.store.database import Database

# Counts for some tenths of a second, so that a cancellation falls into the middle of a statement.
SLOW = (
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000)"
    " select count(*) from n"
)
MOVE = "update stamps set value = value + 1 where kind = 'watchlists'"
LOOK = "select value from stamps where kind = 'watchlists'"


async def stamp(database):
    async with database.reading() as connection:
        return (await connection.execute(text(LOOK))).scalar_one()


async def test_a_write_is_committed_and_its_result_returned(store):
    async def work(connection):
        await connection.execute(text(MOVE))
        return "result"

    assert await store.database.write(work) == "result"
    assert await stamp(store.database) == 1


async def test_a_write_that_fails_leaves_nothing(store):
    async def work(connection):
        await connection.execute(text(MOVE))
        raise LookupError("of our own")

    with pytest.raises(LookupError, match="of our own"):
        await store.database.write(work)
    assert await stamp(store.database) == 0


async def test_a_reader_sees_no_half_of_a_write(store):
    written, read = asyncio.Event(), asyncio.Event()

    async def work(connection):
        await connection.execute(text(MOVE))
        written.set()
        await read.wait()

    writing = asyncio.create_task(store.database.write(work))
    await written.wait()
    assert await stamp(store.database) == 0
    read.set()
    await writing
    assert await stamp(store.database) == 1


async def test_a_cancelled_write_runs_to_its_end_before_the_cancellation_arrives(store):
    begun = asyncio.Event()

    async def work(connection):
        await connection.execute(text(MOVE))
        begun.set()
        await connection.execute(text(SLOW))
        await connection.execute(text(MOVE))

    writing = asyncio.create_task(store.database.write(work))
    await begun.wait()
    writing.cancel()
    await asyncio.sleep(0.01)
    writing.cancel()  # asked twice, as at a hasty stop

    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await stamp(store.database) == 2


@pytest.mark.parametrize("delay", [0, 0.001, 0.005, 0.02])
async def test_a_cancellation_at_any_moment_leaves_no_lock(store, home, hand, delay):
    writing = [asyncio.create_task(hand.post(home, str(number))) for number in range(20)]
    await asyncio.sleep(delay)
    for task in writing:
        task.cancel()
    outcomes = await asyncio.gather(*writing, return_exceptions=True)

    async with asyncio.timeout(5):
        assert await hand.post(home, "afterwards")
    written = {delivery.dedup_key for delivery in await hand.claim()}
    assert {str(n) for n, outcome in enumerate(outcomes) if outcome is True} <= written


async def test_a_write_that_fails_after_it_was_cancelled_is_quiet(store):
    begun = asyncio.Event()

    async def work(connection):
        begun.set()
        await connection.execute(text(SLOW))
        raise LookupError("nobody asks any more")

    writing = asyncio.create_task(store.database.write(work))
    await begun.wait()
    writing.cancel()

    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await stamp(store.database) == 0


async def test_a_cancelled_reader_holds_nothing_up(store, home, hand):
    async def read():
        async with store.database.reading() as connection:
            await connection.execute(text(SLOW))

    for _ in range(6):  # more than there are connections to read with
        reading = asyncio.create_task(read())
        await asyncio.sleep(0.01)
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading

    async with asyncio.timeout(5):
        assert await hand.post(home, "a")
        assert await store.outbox.pending() == 1


async def test_many_writes_at_once_all_happen(store):
    async def work(connection):
        await connection.execute(text(MOVE))

    await asyncio.gather(*(store.database.write(work) for _ in range(100)))

    assert await stamp(store.database) == 100


async def test_who_is_frozen_inside_a_write_holds_nobody_up_for_long(postgres_url, monkeypatch):
    monkeypatch.setattr("bot.store.engines.STILL_SECONDS", 1)
    begun, thawed = asyncio.Event(), asyncio.Event()

    async def move(connection):
        await connection.execute(text(MOVE))

    async def stand_still(connection):
        await move(connection)
        begun.set()
        await thawed.wait()
        await move(connection)

    async with opened(postgres_url) as frozen, opened(postgres_url) as awake:
        writing = asyncio.create_task(frozen.write(stand_still))
        await begun.wait()
        await awake.write(move)
        thawed.set()
        with pytest.raises(StoreError, match="goes on by itself"):
            await writing
        assert await stamp(frozen) == 1


@asynccontextmanager
async def opened(url):
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.close()
