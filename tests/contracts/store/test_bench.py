"""The bench of the store is fair only while both sides write the same and searches are exact."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.store.schema import articles as held
from bot.store.search_schema import readings
from tests.benchmarks.store import inserts, outbox, searches
from tests.benchmarks.store.articles import articles
from tests.benchmarks.store.goals import Results, goals
from tests.benchmarks.store.worlds import AT_ONCE, World, opened


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    name = "SQLite" if database_url.startswith("sqlite") else "PostgreSQL"
    async with opened(name, database_url) as made:
        yield made


async def test_both_sides_write_articles_that_the_search_knows(world):
    found = await inserts.measure(world, articles(None, 1_000), rounds=2, polls=1)
    assert len(found.ours) == len(found.bare) == 2
    async with world.store.database.reading() as connection:
        for table in (held, readings):
            count = await connection.execute(select(func.count()).select_from(table))
            assert count.scalar_one() == 4 * AT_ONCE
    assert await world.store.search.unread() == 0
    assert await searches.exact(world)
    newest, best = await searches.measure(world, 4 * AT_ONCE, rounds=1)
    assert newest.median <= newest.p95
    judged = goals(Results("invented", inserts=[found], exact={world.name: True}, searches=[best]))
    assert judged[0].met
    assert len(judged) == 2  # of so few articles no search is judged


async def test_every_delivery_is_claimed_once(world):
    claims = await outbox.measure(world, 150)
    assert claims.waiting == 150
    assert claims.per_second > 0


def test_the_same_seed_makes_the_same_archive():
    assert list(articles(None, 20)) == list(articles(None, 20))
    assert len({entry.identity for entry in articles(None, 20)}) == 20
