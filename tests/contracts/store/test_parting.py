"""A chat that joined a workspace leaves it: what it takes, what ends, what those who stay keep."""

from datetime import timedelta
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text

from bot.model import DeliveryState, Destination, Platform, Severity
from bot.store.mutes import By
from bot.store.parting import GONE
from bot.store.schema import deliveries
from bot.stories.handled import Muted

GUILD = (Platform.DISCORD, "G2")
HERE, THERE = Destination.parse("discord:42"), Destination.parse("slack:C9")
HOUR = timedelta(hours=1)


async def watch(store, workspace, name, *places, at):
    return await store.watchlists.add(
        workspace.id,
        name,
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=places,
        by="ann",
        at=at,
    )


async def state_of(store, key):
    statement = select(deliveries).where(deliveries.c.dedup_key == key)
    async with store.database.reading() as connection:
        return (await connection.execute(statement)).one()


@pytest.fixture
async def joined(store, home, other, now):
    """The guild of another workspace sits at home, and has stopped what it had."""
    await store.workspaces.take_seat(other.id, *GUILD)
    await store.places.note_owner(HERE, "G2")
    await store.places.note_owner(THERE, "T9")
    own = await watch(store, other, "own", HERE, at=now)
    joined_at = now + HOUR
    code = await store.invitations.issue(home.id, by="ann", at=joined_at)
    assert await store.invitations.accept(code, *GUILD, by="bob", at=joined_at)
    return await store.watchlists.revise(other.id, own.id, enabled=False, by="bob", at=joined_at)


async def test_the_chat_sits_at_the_workspace_that_it_had_before(store, home, other, joined, now):
    left = await store.parting.leave(*GUILD, of=home.id, by="bob", at=now + 2 * HOUR)
    assert left is not None
    assert (left.workspace, left.own) == (home.id, other.id)
    assert await store.workspaces.seat(*GUILD) == other
    (home_says,) = await store.audit.of(home.id, 1)
    (other_says,) = [each for each in await store.audit.of(other.id, 9) if "back" in each.action]
    assert (home_says.action, home_says.subject) == ("left with", "discord G2")
    assert (other_says.action, other_says.actor) == ("came back with", "bob")
    assert await store.parting.leave(*GUILD, of=home.id, by="bob", at=now + 2 * HOUR) is None


async def test_what_was_stopped_when_it_joined_goes_on(store, home, other, joined, now):
    assert not joined.enabled
    stamp = await store.watchlists.stamp()
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now + 2 * HOUR)
    (back,) = await store.watchlists.of(other.id)
    assert (back.enabled, back.destinations, back.revision) == (True, (HERE,), 3)
    assert await store.watchlists.stamp() > stamp


async def test_what_somebody_changed_meanwhile_stays_as_it_is(store, home, other, joined, now):
    await store.watchlists.revise(other.id, joined.id, query="Minsk", by="eve", at=now + 2 * HOUR)
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now + 3 * HOUR)
    (same,) = await store.watchlists.of(other.id)
    assert (same.enabled, same.query) == (False, "Minsk")


async def test_watchlists_that_alert_there_alone_end_and_others_lose_their_places_there(
    store, home, joined, now
):
    await watch(store, home, "here", HERE, at=now)
    await watch(store, home, "both", HERE, THERE, at=now)
    await watch(store, home, "there", THERE, at=now)
    ties = await store.parting.ties(*GUILD)
    assert ([each.name for each in ties.ending], [each.name for each in ties.cut]) == (
        ["here"],
        ["both"],
    )
    stamp = await store.watchlists.stamp()
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now + HOUR)
    assert {each.name: each.destinations for each in await store.watchlists.of(home.id)} == {
        "both": (THERE,),
        "there": (THERE,),
    }
    assert [each.watchlist.name for each in await store.watchlists.removed(home.id, now)] == [
        "here"
    ]
    assert await store.watchlists.stamp() > stamp


@pytest.mark.parametrize(
    "waits", [DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.BLOCKED, DeliveryState.DEAD]
)
async def test_what_is_on_its_way_there_is_called_off_and_nothing_else(
    store, home, other, hand, joined, now, waits
):
    for key, place, workspace in (
        ("to it", HERE, home),
        ("elsewhere", THERE, home),
        ("its own", HERE, other),
    ):
        await hand.post(workspace, key, str(place))
    moved = deliveries.update().values(state=waits.value)
    await store.database.write(lambda connection: connection.execute(moved))
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now)
    gone = await state_of(store, "to it")
    assert (gone.state, gone.error) == (DeliveryState.OBSOLETE, GONE)
    for key in ("elsewhere", "its own"):
        assert (await state_of(store, key)).state == waits
    assert [each.dedup_key for each in await store.troubles.of(home.id)] == (
        ["elsewhere"] if waits in {DeliveryState.BLOCKED, DeliveryState.DEAD} else []
    )


async def test_a_message_whose_attempt_is_under_way_is_left_to_whoever_sends_it(
    store, home, hand, joined, now
):
    await hand.post(home, "under way", str(HERE))
    (delivery,) = await hand.begin()
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now)
    row = await state_of(store, "under way")
    assert (row.state, row.lease) == (DeliveryState.SENDING, delivery.lease)


async def test_its_mutes_end_and_those_of_others_hold(store, home, joined, now):
    for place in (HERE, THERE):
        await store.mutes.mute(
            home.id, place, Muted.TERM, "Kursk", until=None, by=By("ann", "ann"), at=now
        )
    await store.parting.leave(*GUILD, of=home.id, by="bob", at=now)
    assert [each.destination for each in await store.mutes.holding(now)] == [THERE]


async def test_a_chat_whose_workspace_is_gone_gets_a_new_one(store, home, other, joined, now):
    await store.belongings.delete(other.id)
    assert (await store.parting.ties(*GUILD)).own is None
    left = await store.parting.leave(*GUILD, of=home.id, by="bob", at=now)
    assert left.own not in {home.id, other.id, None}
    seat = await store.workspaces.seat(*GUILD)
    assert (seat.id, seat.name) == (left.own, "discord G2")


async def test_who_did_not_join_with_a_code_has_nothing_to_leave(store, home, now):
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    for seat in ((Platform.SLACK, "T1"), (Platform.SLACK, "T404")):
        assert await store.parting.ties(*seat) is None
        assert await store.parting.leave(*seat, of=home.id, by="bob", at=now) is None


async def test_a_chat_leaves_only_the_workspace_at_which_it_sits(store, home, other, joined, now):
    assert [each.external_id for each in await store.parting.guests(home.id)] == ["G2"]
    assert await store.parting.guests(other.id) == ()
    assert await store.parting.leave(*GUILD, of=other.id, by="eve", at=now) is None
    assert await store.workspaces.seat(*GUILD) == home


async def test_chats_that_joined_before_ways_back_were_kept_find_theirs(store, home, now):
    """What migration 0022 does, on rows as older versions left them."""
    theirs = await store.workspaces.found("discord G2")
    await store.workspaces.found("discord G3")
    await store.workspaces.take_seat(home.id, *GUILD)
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")

    async def older(connection):
        await connection.execute(text("alter table seats drop column own_workspace_id"))
        await connection.execute(text("alter table seats drop column joined_at"))
        await connection.run_sync(again)

    def again(connection):
        with Operations.context(MigrationContext.configure(connection)):
            import_module("bot.store.migrations.versions.0022_ways_back").upgrade()

    await store.database.write(older)
    assert (await store.parting.ties(*GUILD)).own == theirs.id
    assert await store.parting.ties(Platform.SLACK, "T1") is None
