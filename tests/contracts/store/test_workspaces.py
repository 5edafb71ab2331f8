"""Workspaces and seats, drafts, the audit, and what the configuration file declared."""

import asyncio
from datetime import timedelta

import pytest

from bot.model import HOME, Platform, Seat
from bot.store.drafts import KEPT_FOR


async def test_home_is_made_when_it_is_first_asked_for_and_stays(store):
    homes = await asyncio.gather(*(store.workspaces.home() for _ in range(5)))

    assert homes[0].name == HOME
    assert set(homes) == {homes[0]}
    assert await store.workspaces.home() == homes[0]


async def test_a_workspace_that_is_called_home_is_not_home(store, home):
    impostor = await store.workspaces.found(HOME)

    assert impostor.id != home.id
    assert await store.workspaces.home() == home


async def test_a_seat_leads_to_its_workspace(store, home, other):
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.workspaces.take_seat(home.id, Platform.DISCORD, "1")
    await store.workspaces.take_seat(other.id, Platform.SLACK, "T2")

    assert await store.workspaces.seat(Platform.SLACK, "T1") == home
    assert await store.workspaces.seat(Platform.SLACK, "T2") == other
    assert await store.workspaces.seat(Platform.DISCORD, "T1") is None
    assert await store.workspaces.seats(home.id) == (
        Seat(home.id, Platform.DISCORD, "1"),
        Seat(home.id, Platform.SLACK, "T1"),
    )


async def test_taking_a_seat_again_changes_nothing(store, home):
    for _ in range(2):
        await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")

    assert len(await store.workspaces.seats(home.id)) == 1


async def test_a_seat_belongs_to_the_last_workspace_that_took_it(store, home, other):
    await store.workspaces.take_seat(other.id, Platform.SLACK, "T1")
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")

    assert await store.workspaces.seat(Platform.SLACK, "T1") == home
    assert await store.workspaces.seats(other.id) == ()


async def test_a_draft_is_found_again_until_it_is_dropped(store, home, now):
    payload = {"name": "Kursk", "query": '"North Korea" AND Курск\n', "": ""}

    kept = await store.drafts.keep(home.id, "slack:U1", "watch add", payload, now)

    assert len(kept) <= 20
    assert kept.replace("-", "").replace("_", "").isalnum()
    for _ in range(2):
        draft = await store.drafts.take(home.id, kept)
        assert (draft.id, draft.workspace, draft.created_at) == (kept, home.id, now)
        assert (draft.actor, draft.kind, dict(draft.payload)) == ("slack:U1", "watch add", payload)
    assert await store.drafts.drop(home.id, kept)
    assert await store.drafts.take(home.id, kept) is None


async def test_of_many_who_drop_a_draft_one_is_told_that_it_was_there(store, home, now):
    kept = await store.drafts.keep(home.id, "ann", "watch add", {}, now)

    dropped = await asyncio.gather(*(store.drafts.drop(home.id, kept) for _ in range(5)))

    assert sorted(dropped) == [False] * 4 + [True]


async def test_a_draft_that_is_put_back_is_as_it_was(store, home, now):
    kept = await store.drafts.keep(home.id, "ann", "watch add", {"name": "x"}, now)
    draft = await store.drafts.take(home.id, kept)
    await store.drafts.drop(home.id, kept)

    await store.drafts.put_back(draft)

    assert await store.drafts.take(home.id, kept) == draft


async def test_another_workspaces_draft_is_as_if_it_were_not_there(store, home, other, now):
    kept = await store.drafts.keep(home.id, "ann", "watch add", {}, now)

    assert await store.drafts.take(other.id, kept) is None
    assert not await store.drafts.drop(other.id, kept)
    assert await store.drafts.take(home.id, kept) is not None


async def test_a_draft_is_kept_for_seven_days(store, home, now):
    old = await store.drafts.keep(home.id, "ann", "watch add", {}, now)

    await store.drafts.keep(home.id, "ann", "watch add", {}, now + KEPT_FOR)
    assert await store.drafts.take(home.id, old) is not None

    await store.drafts.keep(
        home.id, "ann", "watch add", {}, now + KEPT_FOR + timedelta(microseconds=1)
    )
    assert await store.drafts.take(home.id, old) is None


async def test_the_audit_shows_a_workspace_its_own_changes_newest_first(store, home, other, hand):
    for name in ("a", "b", "c"):
        await hand.watchlist(home, name)
    await hand.watchlist(other, "theirs")

    assert [change.subject for change in await store.audit.of(home.id, 2)] == ["c", "b"]
    assert [change.subject for change in await store.audit.of(other.id, 9)] == ["theirs"]


async def test_what_was_declared_is_remembered_per_workspace_kind_and_name(store, home, other):
    declared = store.declared
    assert await declared.digest(home.id, "feeds", "A") is None

    await declared.remember(home.id, "feeds", "A", "digest 1")
    await declared.remember(home.id, "watchlists", "A", "digest 2")
    await declared.remember(home.id, "feeds", "A", "digest 3")

    assert await declared.digest(home.id, "feeds", "A") == "digest 3"
    assert await declared.digest(home.id, "watchlists", "A") == "digest 2"
    assert await declared.digest(home.id, "feeds", "a") is None
    assert await declared.digest(other.id, "feeds", "A") is None


@pytest.mark.parametrize("name", ["'; drop table workspaces; --", "a\x00b", "%s {} ?", "𝕏"])
async def test_a_name_is_only_ever_a_name(store, name):
    made = await store.workspaces.found(name)

    assert made.name == name.replace("\x00", "\ufffd")
    assert await store.workspaces.home() is not None
