"""A workspace is deleted without a rest, and nobody else loses anything by it."""

import pytest
from sqlalchemy import func, select

from bot.message import Answer
from bot.model import Destination, Entry, Platform, Receipt
from bot.store.belongings import BY_FEED, NOBODYS, WORKSPACE
from bot.store.schema import feeds, metadata
from bot.stories.hours import Hours

BY_OTHER_WAYS = {"workspaces", "watchlist_revisions", "places", "channel_hours", "installations"}
THEIRS, OURS = Destination.parse("slack:C1"), Destination.parse("slack:C9")


def test_of_every_table_somebody_said_what_becomes_of_it_when_a_workspace_is_deleted():
    """A new table without a workspace belongs into one of these lists, and into the deletion."""
    by_column = {name for name, table in metadata.tables.items() if WORKSPACE in table.c}
    known = by_column | BY_OTHER_WAYS | set(BY_FEED) | set(NOBODYS)
    assert set(metadata.tables) - known == set()
    assert not by_column & (BY_OTHER_WAYS | set(BY_FEED) | set(NOBODYS))


@pytest.fixture
def furnish(store, hand, now):
    """Fills what a workspace can have, by the ways in which it comes about."""

    async def furnish(workspace, place, team):
        await store.workspaces.take_seat(workspace.id, Platform.SLACK, team)
        await store.places.note_owner(place, team)
        await hand.subscribe(workspace, f"http://feeds.example/{team}")
        (due,) = await hand.claim_feeds()
        await hand.poll(due, [Entry(team, "North Korea in Kursk", "Body.")])
        (article,) = await store.articles.newest(workspace.id, limit=1)
        watchlist = await hand.watchlist(workspace)
        await store.lists.put(workspace.id, "gulf", "Bahrain", by="ann", at=now)
        await hand.alert(workspace, article, watchlist, str(place))
        for each in await hand.begin():
            await store.outbox.sent(each, Receipt(each.destination, "1"), now)
        await store.drafts.keep(workspace.id, "ann", "watch add", {"name": "x"}, now)
        await store.hours.choose(workspace.id, place, Hours(), by="ann", at=now)
        return article

    return furnish


@pytest.fixture
def rows(store):
    async def count():
        async with store.database.reading() as connection:
            found = {}
            for name, table in metadata.tables.items():
                counted = select(func.count()).select_from(table)
                found[name] = (await connection.execute(counted)).scalar_one()
            return found

    return count


async def test_a_workspace_goes_whole_and_another_keeps_all(store, home, furnish, rows, other):
    await furnish(other, OURS, "T9")
    before = await rows()
    third = await store.workspaces.found("slack T1")
    await furnish(third, THEIRS, "T1")
    counted = await store.belongings.count(third.id)

    gone = await store.belongings.delete(third.id)

    after = await rows()
    kept = {"stories", "stamps"}
    assert {k: v for k, v in after.items() if k not in kept} == {
        k: v for k, v in before.items() if k not in kept
    }
    assert await store.belongings.count(third.id) == {}
    assert counted.items() <= gone.rows.items()
    assert gone.total > 10
    assert await store.workspaces.seat(Platform.SLACK, "T1") is None
    assert (await store.workspaces.seat(Platform.SLACK, "T9")).id == other.id


async def test_a_feed_that_others_read_stays_with_its_articles(store, other, hand, now):
    third = await store.workspaces.found("slack T1")
    for workspace in (other, third):
        await hand.subscribe(workspace, "http://feeds.example/both")
    (due,) = await hand.claim_feeds()
    await hand.poll(due, [Entry("1", "North Korea in Kursk", "Body.")])

    await store.belongings.delete(third.id)

    assert len(await store.articles.newest(other.id, limit=9)) == 1
    assert len(await store.feeds.of(other.id)) == 1


async def test_the_workspace_of_the_configuration_stays_empty_and_seated(
    store, home, furnish, hand, now
):
    await furnish(home, THEIRS, "T1")
    stamp = await store.watchlists.stamp()

    await store.belongings.delete(home.id)

    assert await store.belongings.count(home.id) == {}
    assert (await store.workspaces.home()) == home
    assert (await store.workspaces.seat(Platform.SLACK, "T1")).id == home.id
    assert await store.watchlists.stamp() > stamp  # so that every worker reads them anew
    await hand.post(home, "later", str(THEIRS), Answer("It goes on"))
    async with store.database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(feeds))).scalar() == 0
