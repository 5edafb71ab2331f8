"""The schema: made by real migrations, the same as the queries see, never newer than we are."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.errors import StoreError
from bot.store.database import Database
from bot.store.schema import metadata
from bot.store.store import Store


async def test_the_migrations_make_exactly_the_tables_that_the_queries_see(store):
    def is_known(_element, name, kind, *_):
        """Only SQL says what the search's index is; test_search.py sees that it is there."""
        return not (kind == "table" and name.startswith("readings_index")) and (
            name != "readings_by_keys"
        )

    def differences(connection):
        opts = {"target_metadata": metadata, "compare_type": True, "include_object": is_known}
        context = MigrationContext.configure(connection, opts=opts)
        return compare_metadata(context, metadata)

    async with store.database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_was_stored_is_there_when_the_database_is_opened_again(database_url, now):
    first = await Store.open(database_url)
    home = await first.workspaces.home()
    made = await first.feeds.subscribe(home.id, "http://feeds.example/a", "A", by="ann", at=now)
    await first.close()

    second = await Store.open(database_url)
    try:
        assert await second.workspaces.home() == home
        assert await second.feeds.of(home.id) == (made,)
    finally:
        await second.close()


async def test_two_may_open_an_empty_database_at_once(database_url):
    opened = await asyncio.gather(*(Store.open(database_url) for _ in range(4)))
    try:
        homes = [await store.workspaces.home() for store in opened]
        assert len(set(homes)) == 1
    finally:
        for store in opened:
            await store.close()


async def test_a_schema_newer_than_the_program_is_refused_and_left_alone(database_url):
    database = await Database.open(database_url)

    async def upgrade(connection):
        await connection.execute(text("update alembic_version set version_num = '9999'"))

    await database.write(upgrade)
    try:
        with pytest.raises(StoreError, match=r"schema 9999.*newer than this program.*backup"):
            await Database.open(database_url)
        async with database.reading() as connection:
            version = await connection.execute(text("select version_num from alembic_version"))
            assert version.scalar_one() == "9999"
    finally:
        await database.close()


async def test_a_migration_that_fails_leaves_nothing_behind(database_url):
    database = await Database.open(database_url)

    async def undo(connection):
        """As if the program had stopped before the first step, with one table in its way."""
        await connection.execute(text("delete from alembic_version"))
        await connection.execute(text("drop table if exists readings_index"))
        for table in reversed(metadata.sorted_tables):
            if table.name != "stamps":  # the last one that the first step makes
                await connection.execute(text(f"drop table {table.name}"))

    async def tables(connection):
        found = await connection.run_sync(lambda sync: sync.dialect.get_table_names(sync))
        index = {name for name in found if name.startswith("readings_index")}
        return {*found} - {"sqlite_sequence", *index}

    await database.write(undo)
    try:
        with pytest.raises(Exception, match="stamps"):
            await database.migrate()
        async with database.reading() as connection:
            assert await tables(connection) == {"alembic_version", "stamps"}

        async def clear(connection):
            await connection.execute(text("drop table stamps"))

        await database.write(clear)
        await database.migrate()
        async with database.reading() as connection:
            assert await tables(connection) == {*metadata.tables, "alembic_version"}
    finally:
        await database.close()
