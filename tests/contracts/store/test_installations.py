"""Slack teams that installed the app: one installation each, tokens never shown, states once."""

from datetime import timedelta

MINUTE = timedelta(minutes=1)


async def save(store, now, team="T1", *, token="xoxb-1"):  # noqa: S107 -- no real one
    await store.installations.save(
        team,
        team_name="Desk",
        bot_token=token,
        bot_id="B1",
        bot_user="U1",
        scopes="chat:write",
        installed_by="U2",
        at=now,
    )


async def test_a_team_has_the_installation_that_it_made_last(store, now):
    await save(store, now)
    await save(store, now + MINUTE, token="xoxb-2")
    found = await store.installations.find("T1")
    assert (found.bot_token, found.installed_at) == ("xoxb-2", now + MINUTE)
    assert await store.installations.find("T2") is None


async def test_all_are_given_oldest_first(store, now):
    await save(store, now + MINUTE, "T1")
    await save(store, now, "T2")
    assert [each.team_id for each in await store.installations.all()] == ["T2", "T1"]


async def test_a_removed_installation_leaves_no_token(store, now):
    await save(store, now)
    assert await store.installations.remove("T1")
    assert not await store.installations.remove("T1")
    assert await store.installations.all() == ()


async def test_a_token_is_not_shown_by_accident(store, now):
    await save(store, now)
    assert "xoxb" not in repr(await store.installations.find("T1"))


async def test_a_state_is_good_once_and_for_its_time(store, now):
    state = await store.installations.issue_state(now + 10 * MINUTE)
    late = await store.installations.issue_state(now + MINUTE)
    assert state != late
    assert not await store.installations.consume_state(late, now + 2 * MINUTE)
    assert await store.installations.consume_state(state, now + 2 * MINUTE)
    assert not await store.installations.consume_state(state, now + 2 * MINUTE)
    assert not await store.installations.consume_state("made up", now)
