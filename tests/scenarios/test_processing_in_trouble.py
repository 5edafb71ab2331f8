"""The database fails between filing an article and committing it; then it is told all the same."""

from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import DBAPIError

from bot.message import AlertCard, Update
from bot.pipeline import poll_due_feeds, process_new_articles
from tests.newsdesk import OTHERS, QUARTER, WIRE


@asynccontextmanager
async def without(database, table):
    """While it is open, whatever asks for this table fails."""

    async def rename(now, then):
        async def work(connection):
            await connection.exec_driver_sql(f"ALTER TABLE {now} RENAME TO {then}")

        await database.write(work)

    await rename(table, "away")
    yield
    await rename("away", table)


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("rulings", id="rulings are read"),
        pytest.param("standings", id="what places know is read"),
        pytest.param("channel_hours", id="quiet hours are read"),
        pytest.param("decisions", id="it is committed"),
    ],
)
async def test_an_article_is_told_as_an_update_although_the_database_failed_when(open_desk, table):
    async with open_desk() as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        desk.now += QUARTER
        desk.brings("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
        desk.stage.clock.now = desk.now
        await poll_due_feeds(desk.stage.bot.flow, desk.now)
        async with without(desk.stage.bot.store.database, table):
            with pytest.raises(DBAPIError):
                await process_new_articles(desk.stage.bot.flow, desk.now)
        await desk.stage.tick()
        assert [type(message) for message in desk.posted] == [AlertCard, Update]
        assert (await desk.says()).startswith("2 independent sources")
