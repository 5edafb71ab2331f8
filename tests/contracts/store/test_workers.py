"""Several workers on one database, each with its own connections: nobody gets what another has."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from bot.model import Platform, Receipt
from bot.store.store import Store

LONG = timedelta(seconds=60)


@pytest.fixture
async def workers(store, database_url):
    async with AsyncExitStack() as stack:
        others = []
        for _ in range(3):
            other = await Store.open(database_url)
            stack.push_async_callback(other.close)
            others.append(other)
        yield [store, *others]


async def test_no_feed_is_claimed_by_two(workers, home, now):
    for number in range(40):
        url = f"http://feeds.example/{number}"
        await workers[0].feeds.subscribe(home.id, url, "F", by="ann", at=now)

    claims = await asyncio.gather(
        *(worker.feeds.claim_due(now, limit=7, lease=LONG) for worker in workers for _ in range(3))
    )

    claimed = [due.id for claim in claims for due in claim]
    assert len(claimed) == len(set(claimed)) == 40


async def test_no_delivery_is_claimed_by_two_and_none_is_forgotten(workers, home, hand, now):
    for number in range(60):
        await hand.post(home, str(number), f"slack:C{number % 15}")
    sent = []

    async def deliver(worker):
        while claimed := await worker.outbox.claim(
            now, platforms=[Platform.SLACK], limit=3, lease=LONG
        ):
            for delivery in claimed:
                sent.append(delivery.dedup_key)
                await worker.outbox.sent(delivery, Receipt(delivery.destination, "1"), now)

    while await workers[0].outbox.pending():
        await asyncio.gather(*(deliver(worker) for worker in workers))

    assert sorted(sent, key=int) == [str(number) for number in range(60)]


async def test_each_destination_gets_its_messages_in_order_however_many_send(
    workers, home, hand, now
):
    for number in range(60):
        await hand.post(home, str(number), f"slack:C{number % 4}")
    arrived: dict[str, list[int]] = {}

    async def deliver(worker):
        while claimed := await worker.outbox.claim(
            now, platforms=[Platform.SLACK], limit=5, lease=LONG
        ):
            for delivery in claimed:
                await asyncio.sleep(0.001)
                arrived.setdefault(str(delivery.destination), []).append(int(delivery.dedup_key))
                await worker.outbox.sent(delivery, Receipt(delivery.destination, "1"), now)

    while await workers[0].outbox.pending():
        await asyncio.gather(*(deliver(worker) for worker in workers))

    assert len(arrived) == 4
    for numbers in arrived.values():
        assert numbers == sorted(numbers)
        assert len(numbers) == 15


async def test_workers_poll_and_post_at_the_same_time_without_a_fault(workers, home, hand, now):
    async def busy(worker, number):
        for step in range(5):
            url = f"http://feeds.example/{number}-{step}"
            await worker.feeds.subscribe(home.id, url, "F", by="ann", at=now)
            await hand.post(home, f"{number}-{step}")
            await worker.articles.newest(home.id, limit=10)

    await asyncio.gather(*(busy(worker, n) for n, worker in enumerate(workers * 2)))

    assert len(await workers[0].feeds.of(home.id)) == 40
    assert await workers[0].outbox.pending() == 40


async def test_a_watchlist_edit_shows_in_every_workers_stamp(workers, hand, home):
    before = [await worker.watchlists.stamp() for worker in workers]

    await hand.watchlist(home)

    after = [await worker.watchlists.stamp() for worker in workers]
    assert set(before).isdisjoint(after)
    assert len(set(after)) == 1
