"""Whose a team or guild is: the configuration opens home, whoever comes later gets a room."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.model import Platform
from bot.seats import Lobby
from bot.store.store import Store


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


async def test_the_first_guild_sits_in_home_and_a_second_one_does_not(store):
    home = await store.workspaces.home()
    workspace_of = Lobby(store, home, own_slack=True).of(Platform.DISCORD)
    assert await workspace_of("1") == home.id
    other = await workspace_of("2")
    assert other != home.id
    assert await workspace_of("1") == home.id
    assert await workspace_of("2") == other


async def test_two_first_words_of_one_guild_found_one_workspace(store):
    home = await store.workspaces.home()
    workspace_of = Lobby(store, home, own_slack=True).of(Platform.DISCORD)
    await workspace_of("1")
    assert len(set(await asyncio.gather(*(workspace_of("2") for _ in range(5))))) == 1


async def test_the_team_that_the_slack_tokens_open_is_home_s(store):
    home = await store.workspaces.home()
    assert await Lobby(store, home, own_slack=True).of(Platform.SLACK)("T1") == home.id


async def test_a_seat_is_kept_over_a_restart(store):
    home = await store.workspaces.home()
    await Lobby(store, home, own_slack=True).of(Platform.DISCORD)("1")
    other = await Lobby(store, home, own_slack=True).of(Platform.DISCORD)("2")
    assert await Lobby(store, home, own_slack=True).of(Platform.DISCORD)("2") == other


async def install(store, team):
    await store.installations.save(
        team,
        team_name=team,
        bot_token="xoxb-1",
        bot_id="B1",
        bot_user="U1",
        scopes="",
        installed_by="U2",
        at=datetime(2026, 11, 22, tzinfo=UTC),
    )


async def test_a_slack_team_that_installed_the_app_sees_nothing_of_home(store):
    home = await store.workspaces.home()
    await install(store, "T2")
    workspace_of = Lobby(store, home, own_slack=True).of(Platform.SLACK)
    theirs = await workspace_of("T2")
    assert theirs not in (None, home.id)
    assert await workspace_of("T1") == home.id
    assert await workspace_of("T2") == theirs


async def test_without_a_token_of_our_own_the_first_team_to_install_has_home(store):
    home = await store.workspaces.home()
    await install(store, "T1")
    await install(store, "T2")
    workspace_of = Lobby(store, home, own_slack=False).of(Platform.SLACK)
    assert await workspace_of("T1") == home.id
    assert await workspace_of("T2") not in (None, home.id)


async def test_a_slack_team_without_the_app_has_no_workspace(store):
    home = await store.workspaces.home()
    assert await Lobby(store, home, own_slack=False).of(Platform.SLACK)("T9") is None
