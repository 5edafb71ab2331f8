"""Watchlists: every revision kept, every change audited, one number that moves with each change."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.model import Destination, Severity, WatchlistId
from bot.store.watchlists import NameTaken, NoSuchWatchlist, Overtaken
from tests.benchmarks.delivery.desk import furnish

MINUTE = timedelta(minutes=1)


async def test_a_watchlist_reads_back_as_it_was_added(store, home, now):
    destinations = (Destination.parse("discord:42"), Destination.parse("console"))

    added = await store.watchlists.add(
        home.id,
        "Kursk — «удар»",
        '"North Korea" AND Kursk',
        severity=Severity.CRITICAL,
        destinations=destinations,
        by="slack:ann",
        at=now,
    )

    assert await store.watchlists.of(home.id) == (added,)
    assert (added.workspace, added.name, added.query) == (
        home.id,
        "Kursk — «удар»",
        '"North Korea" AND Kursk',
    )
    assert (added.severity, added.destinations) == (Severity.CRITICAL, destinations)
    assert (added.revision, added.enabled) == (1, True)
    assert (added.created_by, added.changed_at) == ("slack:ann", now)


async def test_a_watchlist_without_destinations_is_allowed(store, home, now):
    added = await store.watchlists.add(
        home.id, "a", "b", severity=Severity.ROUTINE, destinations=(), by="ann", at=now
    )

    assert await store.watchlists.of(home.id) == (added,)


@pytest.mark.parametrize("asked", ["straße", "STRASSE", "Straße", "strasse"])
async def test_a_name_is_found_however_its_letters_are_cased(store, home, hand, asked):
    added = await hand.watchlist(home, "Straße")

    assert await store.watchlists.find(home.id, asked) == added
    assert await store.watchlists.find(home.id, "another") is None


async def test_a_name_is_taken_once_per_workspace_whatever_its_case(store, home, other, hand):
    await hand.watchlist(home, "Kursk")

    with pytest.raises(NameTaken, match="KURSK"):
        await hand.watchlist(home, "KURSK")
    assert (await hand.watchlist(other, "Kursk")).workspace == other.id


async def test_watchlists_are_listed_by_name(store, home, hand, now):
    for name in ("b", "C", "a"):
        await hand.watchlist(home, name)
    paused = await store.watchlists.find(home.id, "b")
    await store.watchlists.revise(home.id, paused.id, enabled=False, by="ann", at=now)

    everything = await store.watchlists.of(home.id)
    enabled = await store.watchlists.of(home.id, include_disabled=False)

    assert [watchlist.name for watchlist in everything] == ["a", "b", "C"]
    assert [watchlist.name for watchlist in enabled] == ["a", "C"]


async def test_all_enabled_are_those_of_every_workspace(store, home, other, hand, now):
    mine, theirs = await hand.watchlist(home), await hand.watchlist(other)
    paused, gone = await hand.watchlist(home, "paused"), await hand.watchlist(home, "gone")
    await store.watchlists.revise(home.id, paused.id, enabled=False, by="ann", at=now)
    await store.watchlists.remove(home.id, gone.id, by="ann", at=now)

    assert set(await store.watchlists.all_enabled()) == {mine, theirs}


async def test_only_watchlists_that_are_not_known_as_they_are_now_are_read(store, home, hand, now):
    same, other = await hand.watchlist(home, "same"), await hand.watchlist(home, "other")
    paused, gone = await hand.watchlist(home, "paused"), await hand.watchlist(home, "gone")
    known = {each.id: each for each in (same, other, paused, gone)}
    changed = await store.watchlists.revise(home.id, other.id, query="Sudan", by="ann", at=now)
    await store.watchlists.revise(home.id, paused.id, enabled=False, by="ann", at=now)
    await store.watchlists.remove(home.id, gone.id, by="ann", at=now)
    new = await hand.watchlist(home, "a new one")

    found = await store.watchlists.all_enabled(known)

    assert found == (same, changed, new)
    assert found[0] is same


async def test_many_watchlists_are_all_read(store):
    await furnish(store, 1, 0, [f"Kursk {number}" for number in range(1_001)])
    found = await store.watchlists.all_enabled()
    assert [each.query for each in found] == [f"Kursk {number}" for number in range(1_001)]


async def test_it_is_known_which_channels_are_alerted_and_by_whom(store, home, other, hand, now):
    def to(*channels):
        return tuple(map(Destination.parse, channels))

    mine, theirs, paused = (
        await hand.watchlist(home, "b"),
        await hand.watchlist(other, "a"),
        await hand.watchlist(home, "paused"),
    )
    revise = partial(store.watchlists.revise, by="ann", at=now)
    mine = await revise(home.id, mine.id, destinations=to("slack:C1", "slack:C2"))
    theirs = await revise(other.id, theirs.id, destinations=to("slack:C2"))
    await revise(home.id, paused.id, destinations=to("slack:C3"), enabled=False)

    assert await store.watchlists.channels() == set(to("slack:C1", "slack:C2"))
    assert await store.watchlists.alerting_to(*to("slack:C2")) == (theirs, mine)
    assert await store.watchlists.alerting_to(*to("slack:C3")) == ()


async def test_a_change_makes_the_next_revision_and_leaves_the_rest(store, home, hand, now):
    first = await hand.watchlist(home)

    second = await store.watchlists.revise(
        home.id, first.id, query="Kursk", by="bob", at=now + MINUTE
    )
    third = await store.watchlists.revise(
        home.id,
        first.id,
        name="Region",
        severity=Severity.ROUTINE,
        destinations=(),
        enabled=False,
        by="eve",
        at=now + 2 * MINUTE,
    )

    assert second == replace(first, query="Kursk", revision=2, changed_at=now + MINUTE)
    assert third == replace(
        second,
        name="Region",
        severity=Severity.ROUTINE,
        destinations=(),
        enabled=False,
        revision=3,
        changed_at=now + 2 * MINUTE,
    )
    assert await store.watchlists.of(home.id) == (third,)
    assert third.created_by == "ann"


async def test_every_revision_is_kept(store, home, hand, now):
    watchlist = await hand.watchlist(home, query="one")
    for number, query in enumerate(("two", "three")):
        await store.watchlists.revise(
            home.id, watchlist.id, query=query, by=f"editor {number}", at=now + number * MINUTE
        )
    await store.watchlists.remove(home.id, watchlist.id, by="ann", at=now)

    history = await store.watchlists.history(home.id, watchlist.id)

    assert [(one.revision, one.query, one.changed_by) for one in history] == [
        (1, "one", "ann"),
        (2, "two", "editor 0"),
        (3, "three", "editor 1"),
    ]
    assert history[2].changed_at == now + MINUTE
    assert history[0].destinations == watchlist.destinations


async def test_a_change_that_changes_nothing_is_no_revision(store, home, hand, now):
    watchlist = await hand.watchlist(home)
    stamp = await store.watchlists.stamp()

    same = await store.watchlists.revise(
        home.id, watchlist.id, query=watchlist.query, enabled=True, by="bob", at=now + MINUTE
    )

    assert same == watchlist
    assert await store.watchlists.stamp() == stamp
    assert len(await store.audit.of(home.id, 10)) == 1


async def test_a_change_based_on_an_older_revision_is_refused_with_what_stands_now(
    store, home, hand, now
):
    watchlist = await hand.watchlist(home)
    changed = await store.watchlists.revise(
        home.id, watchlist.id, query="Kursk OR Belgorod", by="bob", at=now, expected_revision=1
    )

    with pytest.raises(Overtaken, match=r"bob has changed 'Kursk'.*Kursk OR Belgorod") as overtaken:
        await store.watchlists.revise(
            home.id, watchlist.id, query="mine", by="eve", at=now, expected_revision=1
        )

    assert overtaken.value.now == changed
    assert await store.watchlists.of(home.id) == (changed,)


async def test_of_two_changes_at_once_based_on_the_same_revision_one_is_refused(
    store, home, hand, now
):
    watchlist = await hand.watchlist(home)

    outcomes = await asyncio.gather(
        *(
            store.watchlists.revise(
                home.id, watchlist.id, query=f"q{n}", by="ann", at=now, expected_revision=1
            )
            for n in range(5)
        ),
        return_exceptions=True,
    )

    assert sorted(isinstance(outcome, Overtaken) for outcome in outcomes) == [False] + [True] * 4
    assert len(await store.watchlists.history(home.id, watchlist.id)) == 2


async def test_changes_at_once_without_a_base_all_happen_one_after_another(store, home, hand, now):
    watchlist = await hand.watchlist(home)

    await asyncio.gather(
        *(
            store.watchlists.revise(home.id, watchlist.id, query=f"q{n}", by="ann", at=now)
            for n in range(5)
        )
    )

    history = await store.watchlists.history(home.id, watchlist.id)
    assert [one.revision for one in history] == [1, 2, 3, 4, 5, 6]


async def test_a_name_cannot_be_changed_to_one_that_is_taken(store, home, hand, now):
    await hand.watchlist(home, "taken")
    watchlist = await hand.watchlist(home, "free")

    with pytest.raises(NameTaken):
        await store.watchlists.revise(home.id, watchlist.id, name="TAKEN", by="bob", at=now)

    assert await store.watchlists.find(home.id, "free") == watchlist
    recased = await store.watchlists.revise(home.id, watchlist.id, name="FREE", by="bob", at=now)
    assert recased.name == "FREE"


async def test_a_removed_watchlist_is_gone_until_it_is_restored(store, home, hand, now):
    watchlist = await hand.watchlist(home)

    assert await store.watchlists.remove(home.id, watchlist.id, by="bob", at=now)
    assert await store.watchlists.of(home.id) == ()
    assert await store.watchlists.find(home.id, watchlist.name) is None
    assert not await store.watchlists.remove(home.id, watchlist.id, by="bob", at=now)
    with pytest.raises(NoSuchWatchlist):
        await store.watchlists.revise(home.id, watchlist.id, query="x", by="bob", at=now)

    assert await store.watchlists.restore(home.id, watchlist.id, by="bob", at=now) == watchlist
    assert await store.watchlists.of(home.id) == (watchlist,)
    with pytest.raises(NoSuchWatchlist):  # it is not removed any more
        await store.watchlists.restore(home.id, watchlist.id, by="bob", at=now)


async def test_the_name_of_a_removed_watchlist_is_free(store, home, hand, now):
    old = await hand.watchlist(home)
    await store.watchlists.remove(home.id, old.id, by="ann", at=now)

    new = await hand.watchlist(home)

    assert new.id != old.id
    with pytest.raises(NameTaken):
        await store.watchlists.restore(home.id, old.id, by="ann", at=now)
    assert await store.watchlists.of(home.id) == (new,)


async def test_another_workspaces_watchlist_is_as_if_it_were_not_there(
    store, home, other, hand, now
):
    watchlist = await hand.watchlist(home)

    assert await store.watchlists.of(other.id) == ()
    assert await store.watchlists.find(other.id, watchlist.name) is None
    assert await store.watchlists.history(other.id, watchlist.id) == ()
    assert not await store.watchlists.remove(other.id, watchlist.id, by="eve", at=now)
    for change in (
        store.watchlists.revise(other.id, watchlist.id, query="x", by="eve", at=now),
        store.watchlists.restore(other.id, watchlist.id, by="eve", at=now),
        store.watchlists.revise(home.id, WatchlistId(999), query="x", by="eve", at=now),
    ):
        with pytest.raises(NoSuchWatchlist):
            await change
    assert await store.watchlists.of(home.id) == (watchlist,)


async def test_the_stamp_moves_with_every_change_in_any_workspace_and_with_nothing_else(
    store, home, other, hand, now
):
    seen = [await store.watchlists.stamp()]

    async def moved():
        seen.append(await store.watchlists.stamp())
        return seen[-1] != seen[-2]

    mine, theirs = await hand.watchlist(home), await hand.watchlist(other)
    assert await moved()
    for change in (
        store.watchlists.revise(home.id, mine.id, enabled=False, by="ann", at=now),
        store.watchlists.remove(other.id, theirs.id, by="bob", at=now),
        store.watchlists.restore(other.id, theirs.id, by="bob", at=now),
    ):
        await change
        assert await moved()
    with pytest.raises(NameTaken):
        await hand.watchlist(home)
    await hand.article(home)
    assert not await moved()
    assert len(set(seen)) == len(seen) - 1


async def test_every_change_is_audited_with_who_what_and_when(store, home, hand, now):
    watchlist = await hand.watchlist(home, "Kursk", "one")
    await store.watchlists.revise(
        home.id,
        watchlist.id,
        query="two",
        destinations=(Destination.parse("console"),),
        by="bob",
        at=now + MINUTE,
    )
    await store.watchlists.remove(home.id, watchlist.id, by="eve", at=now + 2 * MINUTE)
    await store.watchlists.restore(home.id, watchlist.id, by="eve", at=now + 3 * MINUTE)

    changes = await store.audit.of(home.id, 10)

    assert [(one.actor, one.action, one.subject, one.detail) for one in reversed(changes)] == [
        ("ann", "added watchlist", "Kursk", "one"),
        (
            "bob",
            "changed watchlist",
            "Kursk",
            "query: one -> two; channel: slack:C1, console -> console",
        ),
        ("eve", "removed watchlist", "Kursk", "two"),
        ("eve", "restored watchlist", "Kursk", "two"),
    ]
    assert changes[0].at == now + 3 * MINUTE


async def test_what_was_removed_is_found_for_a_week_the_latest_first(store, home, other, hand, now):
    first, second = await hand.watchlist(home, "first"), await hand.watchlist(home, "second")
    await hand.watchlist(other, "theirs")
    await store.watchlists.remove(home.id, first.id, by="ann", at=now)
    await store.watchlists.remove(home.id, second.id, by="ann", at=now + MINUTE)

    assert [each.watchlist for each in await store.watchlists.removed(home.id, now)] == [
        second,
        first,
    ]
    week = now + timedelta(days=7)
    assert [each.watchlist for each in await store.watchlists.removed(home.id, week)] == [second]
    assert await store.watchlists.removed(other.id, now) == ()
    assert await store.watchlists.get(home.id, first.id) is None
    assert await store.watchlists.ever(home.id) == (first, second)


async def test_a_watchlist_can_be_restored_under_another_name(store, home, hand, now):
    gone = await hand.watchlist(home, "Kursk")
    await store.watchlists.remove(home.id, gone.id, by="ann", at=now)
    await hand.watchlist(home, "Kursk")

    back = await store.watchlists.restore(home.id, gone.id, name="Old", by="bob", at=now + MINUTE)

    assert back == replace(gone, name="Old", revision=2, changed_at=now + MINUTE)
    assert await store.watchlists.find(home.id, "old") == back
    moves = await store.audit.comings_and_goings(home.id, gone.id)
    assert [each.action for each in moves] == ["restored watchlist", "removed watchlist"]


async def test_the_audit_is_read_in_parts_without_what_is_not_seen(store, home, hand, now):
    watchlists = [await hand.watchlist(home, f"w{number}") for number in range(5)]

    part, total = await store.audit.part(home.id, [watchlists[4].id], first=1, most=2)

    assert ([each.subject for each in part], total) == (["w2", "w1"], 4)
    everything, count = await store.audit.of_watchlists(home.id, first=0, most=10)
    assert (len(everything), count) == (5, 5)
    assert everything[0].about == watchlists[4].id
