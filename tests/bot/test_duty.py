"""What one process at a time does, on a PostgreSQL that several share."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.duty import Duty
from bot.store.schema import duties
from bot.store.store import Store

NAME, LEASE = "articles", timedelta(seconds=0.6)


@pytest.fixture
async def store(postgres_url):
    store = await Store.open(postgres_url)
    yield store
    await store.close()


@pytest.fixture
def two(store):
    return Duty(store.duties, NAME, LEASE), Duty(store.duties, NAME, LEASE)


async def one_article() -> int:
    return 1


async def until_done(duty):
    async with asyncio.timeout(10):
        while not await duty.do(one_article):  # noqa: ASYNC110 -- no one tells of a lease's end
            await asyncio.sleep(0.02)


async def test_one_of_two_does_the_deed_and_the_other_stands_by(two):
    first, second = two
    assert [await first.do(one_article), await second.do(one_article)] == [1, 0]
    assert [await second.do(one_article), await first.do(one_article)] == [0, 1]


async def test_of_many_at_once_one_does_it(store):
    many = [Duty(store.duties, NAME, LEASE) for _ in range(8)]
    assert sum(await asyncio.gather(*(each.do(one_article) for each in many))) == 1


async def test_who_leaves_is_followed_at_once(two):
    first, second = two
    await first.do(one_article)
    await first.leave()
    assert await second.do(one_article) == 1


async def test_who_stood_by_puts_nobody_out_by_leaving(two):
    first, second = two
    await first.do(one_article)
    await second.do(one_article)
    await second.leave()
    assert [await second.do(one_article), await first.do(one_article)] == [0, 1]


async def test_who_is_not_heard_of_is_followed_when_the_lease_is_over(two):
    first, second = two
    await first.do(one_article)
    assert await second.do(one_article) == 0
    await until_done(second)
    assert await first.do(one_article) == 0  # it wakes, and finds that it was followed


async def test_the_duty_is_kept_while_a_long_deed_lasts(two):
    first, second = two

    async def long() -> int:
        await asyncio.sleep(3 * LEASE.total_seconds())
        return 1

    await first.do(one_article)
    deed = asyncio.create_task(first.do(long))
    while not deed.done():
        assert await second.do(one_article) == 0
        await asyncio.sleep(0.05)
    assert deed.result() == 1


async def test_a_deed_that_fails_is_no_reason_to_keep_the_duty(two):
    first, second = two

    async def fail() -> int:
        raise LookupError

    with pytest.raises(LookupError):
        await first.do(fail)
    await until_done(second)


async def test_who_has_it_asks_the_store_only_now_and_then(two, store):
    first, _ = two
    await first.do(one_article)
    await store.duties.take_over()
    assert await first.do(one_article) == 1  # not asked again yet
    await asyncio.sleep(LEASE.total_seconds() / 3)
    assert await store.duties.hold(NAME, "another", timedelta(minutes=1))
    assert await first.do(one_article) == 0


async def test_on_sqlite_where_one_is_alone_nobody_is_asked(sqlite_url):
    store = await Store.open(sqlite_url)
    two = Duty(store.duties, NAME, LEASE), Duty(store.duties, NAME, LEASE)
    assert [await each.do(one_article) for each in two] == [1, 1]
    await two[0].leave()
    async with store.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(duties))).scalar() == 0
    await store.close()
