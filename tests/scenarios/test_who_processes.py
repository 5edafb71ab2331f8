"""Three processes on one PostgreSQL, of which one processes: it is frozen, killed and stopped."""

import asyncio
import signal
from contextlib import asynccontextmanager

import pytest

from tests.crashes.books import Books
from tests.crashes.drill import workers
from tests.crashes.world import FEEDS, Place, until, world

LEASE_SECONDS = 3
TICKS = 3.0  # two, and a second for a busy machine


@asynccontextmanager
async def at_work(folder, url):
    """The world, three workers in it, and their database, once every feed was read."""
    async with world(seed=3) as around:
        config = around.configure(folder / "config.toml", url, LEASE_SECONDS)
        three = workers(folder, config, around.environment, 3)
        try:
            for each in three:
                await each.start()
            books = Books(url)
            while not await books.read_every_feed():  # noqa: ASYNC110 -- nobody tells us
                await asyncio.sleep(0.2)
            yield around, three, books
        finally:
            for each in three:
                await each.kill()


async def takes_over(three, after, within):
    """Wait for the next worker that says it processes; `after` says how often each said so."""

    def next_one():
        return [each for each in three if took(each) > after[each]]

    assert await until(next_one, within, pause=0.05)
    (one,) = next_one()
    return one


def took(worker):
    return worker.said("This process has the duty “articles”")


async def processed(around, books):
    """Print articles, and wait until all of them were decided."""
    around.publish(FEEDS)
    done = "select count(*) from articles where state = 'processed'"
    async with asyncio.timeout(60):
        while (await books.ask(done))[0] < (len(around.published),):  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.1)


@pytest.mark.timeout(240)
async def test_one_of_three_processes_and_who_follows_it_repeats_and_loses_nothing(
    tmp_path, postgres_url
):
    async with at_work(tmp_path, postgres_url) as (around, three, books):
        await processed(around, books)
        (first,) = [each for each in three if took(each)]

        times = {each: took(each) for each in three}
        first.strike(signal.SIGSTOP)
        second = await takes_over(three, times, within=LEASE_SECONDS + TICKS)
        await processed(around, books)
        first.strike(signal.SIGCONT)
        await processed(around, books)
        assert first.said("Another process has the duty “articles”") == 1

        times = {each: took(each) for each in three}
        await second.kill()
        third = await takes_over(three, times, within=LEASE_SECONDS + TICKS)
        await processed(around, books)

        times = {each: took(each) for each in three}
        third.strike(signal.SIGTERM)
        assert await third.ended() == 0
        await takes_over(three, times, within=TICKS)
        await processed(around, books)

        assert await until(lambda: not around.missing(), 60)
        repeats = around.repeats()
        assert repeats[Place.DISCORD] == repeats[Place.SLACK] == 0
