"""Codes are tried a few times only, by all processes together and over a restart."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.model import Platform
from bot.store.code_tries import MOST_OF_ALL, MOST_OF_ONE, WITHIN, code_tries
from bot.store.store import Store

SECOND = timedelta(seconds=1)
GUILD = (Platform.DISCORD, "G2")


async def use_up(store, now, seat=GUILD):
    for number in range(MOST_OF_ONE):
        assert not await store.code_tries.wait(*seat, now + number * SECOND)


async def test_a_chat_may_try_a_few_and_then_waits_for_the_first_to_be_over(store, now):
    await use_up(store, now)
    assert await store.code_tries.wait(*GUILD, now + 10 * SECOND) == WITHIN - 10 * SECOND
    assert not await store.code_tries.wait(*GUILD, now + WITHIN)
    assert await store.code_tries.wait(*GUILD, now + WITHIN) == SECOND


async def test_another_chat_has_its_own_until_all_together_are_too_many(store, now):
    for number in range(MOST_OF_ALL // MOST_OF_ONE):
        await use_up(store, now, (Platform.SLACK, f"T{number}"))
    assert await store.code_tries.wait(*GUILD, now) == WITHIN
    assert not await store.code_tries.wait(*GUILD, now + WITHIN)


async def test_a_restart_forgives_nothing(database_url, now):
    first = await Store.open(database_url)
    await use_up(first, now)
    await first.close()
    second = await Store.open(database_url)
    try:
        assert await second.code_tries.wait(*GUILD, now + SECOND)
    finally:
        await second.close()


async def test_several_processes_count_together(store, database_url, now):
    other = await Store.open(database_url)
    try:
        tried = await asyncio.gather(
            *(each.code_tries.wait(*GUILD, now) for each in (store, other) * MOST_OF_ONE)
        )
    finally:
        await other.close()
    assert sum(not wait for wait in tried) == MOST_OF_ONE


async def test_what_is_over_is_kept_no_longer_and_a_clock_set_back_locks_nobody_out(store, now):
    await use_up(store, now + timedelta(days=1))
    assert not await store.code_tries.wait(*GUILD, now)
    async with store.database.reading() as connection:
        kept = await connection.execute(select(func.count()).select_from(code_tries))
        assert kept.scalar_one() == 1
