"""A code lets one chat join a workspace, once and for a short time."""

import asyncio
from datetime import timedelta

from bot.model import Platform
from bot.store.invitations import GOOD_FOR, Standing

SECOND = timedelta(seconds=1)


async def standing(store, code, now):
    return (await store.invitations.look(code, now)).standing


async def test_a_code_seats_a_chat_at_the_workspace_that_issued_it(store, home, other, now):
    await store.workspaces.take_seat(other.id, Platform.DISCORD, "G2")
    code = await store.invitations.issue(home.id, by="ann", at=now)
    found = await store.invitations.look(code, now)
    assert (found.standing, found.workspace, found.created_by) == (Standing.GOOD, home.id, "ann")

    assert await store.invitations.accept(code, Platform.DISCORD, "G2", by="bob", at=now)

    assert await store.workspaces.seat(Platform.DISCORD, "G2") == home
    assert await store.workspaces.seats(other.id) == ()
    assert [each.action for each in await store.audit.of(home.id, 2)] == [
        "joined with",
        "issued a code for",
    ]


async def test_how_a_code_is_typed_is_no_matter(store, home, now):
    code = await store.invitations.issue(home.id, by="ann", at=now)
    assert len(code) == 9
    for typed in (code.lower(), code.replace("-", ""), f" {code[:4]} {code[5:]} "):
        assert await standing(store, typed, now) is Standing.GOOD


async def test_a_code_is_good_once(store, home, now):
    code = await store.invitations.issue(home.id, by="ann", at=now)
    tried = await asyncio.gather(
        *(
            store.invitations.accept(code, Platform.SLACK, f"T{n}", by="bob", at=now)
            for n in range(5)
        )
    )
    assert sorted(tried) == [False] * 4 + [True]
    assert await standing(store, code, now) is Standing.USED
    assert len(await store.workspaces.seats(home.id)) == 1


async def test_a_code_ends_with_its_time_and_with_the_next_one(store, home, other, now):
    first = await store.invitations.issue(home.id, by="ann", at=now)
    theirs = await store.invitations.issue(other.id, by="eve", at=now)
    late = now + GOOD_FOR
    assert await standing(store, first, late - SECOND) is Standing.GOOD
    assert await standing(store, first, late) is Standing.EXPIRED
    assert not await store.invitations.accept(first, Platform.SLACK, "T1", by="b", at=late)
    await store.invitations.issue(home.id, by="ann", at=now)
    assert await standing(store, first, now) is Standing.EXPIRED
    assert await standing(store, theirs, now) is Standing.GOOD
    assert await standing(store, "AAAA-AAAA", now) is Standing.UNKNOWN


async def test_codes_are_not_kept_as_they_are_and_not_for_long(store, home, now):
    code = await store.invitations.issue(home.id, by="ann", at=now)
    await store.invitations.issue(home.id, by="ann", at=now + timedelta(days=2))
    assert await standing(store, code, now) is Standing.UNKNOWN
