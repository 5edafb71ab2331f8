"""Several Slack teams: each installs the app, has its own token, and can leave by itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.chat.slack.adapter import Front, SlackAdapter
from bot.commands.invocation import Invocation
from bot.errors import SendError, SendKind
from bot.message import Answer
from bot.model import Destination, Platform, WorkspaceId
from bot.store.store import Store
from tests.servers.diary import Diary
from tests.servers.slack import SlackServer
from tests.servers.slack_oauth import CLIENT_ID, CLIENT_SECRET
from tests.servers.slack_world import Channel, Team

# slack_sdk gives the client's secret in a way that aiohttp means to drop.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


class Notebook:
    """As the fixture makes it."""

    asked: list[Invocation]


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def open_to_all(
    slack: SlackServer,
    store: Store,
    make_adapter: Callable[..., SlackAdapter],
    running: Callable[..., Any],
) -> Callable[..., Any]:
    """An adapter in which further teams can install the app, for the length of a block."""

    async def workspace_of(team: str) -> WorkspaceId | None:
        return WorkspaceId(1) if team == slack.team.id else WorkspaceId(int(team[1:]))

    @asynccontextmanager
    async def run(**settings: Any) -> AsyncIterator[SlackAdapter]:
        front = Front(
            ("127.0.0.1", 0),
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            public_url="http://bot.example",
            authorize_url=slack.authorize_url,
        )
        chosen: dict[str, Any] = {
            "front": front,
            "book": store.installations,
            "owner_of": store.places.owner,
            "workspace_of": workspace_of,
            "clock": lambda: datetime.now(UTC),
        }
        async with running(make_adapter(**{**chosen, **settings})) as adapter:
            await slack.until(lambda: adapter.door.port)
            yield adapter

    return run


async def install(slack: SlackServer, adapter: SlackAdapter, team: Team, **how: bool) -> str:
    """Install as a person does; the public address leads to the adapter's port."""
    assert adapter.door is not None
    here = f"http://127.0.0.1:{adapter.door.port}"
    return await slack.install(team, here, public="http://bot.example", **how)


def channel_of(team: Team) -> Channel:
    return next(iter(team.channels.values()))


def place(team: Team) -> Destination:
    return Destination(Platform.SLACK, channel_of(team).id)


async def test_a_team_installs_the_app_and_is_served_with_its_own_token(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store, commands: Notebook
) -> None:
    team = slack.add_team("wire")
    admin = next(iter(team.users.values()))
    async with open_to_all() as adapter:
        assert "Watchfloor is installed in wire" in await install(slack, adapter, team)
        await slack.type_command(admin, channel_of(team), "/watch", "list")
        await slack.whispered(admin)
        receipt = await adapter.send(place(team), Answer("hello"), "d-1")
        await adapter.edit(receipt, Answer("hello again"))
        assert await adapter.owner(place(team)) == team.id
        assert await adapter.owner(Destination(Platform.SLACK, slack.alerts.id)) == slack.team.id
    (asked,) = commands.asked
    assert asked.workspace == int(team.id[1:])
    assert asked.actor.manager
    assert [each.text for each in slack.channel_messages(channel_of(team))] == ["hello again"]
    installed = await store.installations.find(team.id)
    assert installed is not None
    assert installed.bot_token == slack.desk(team).tokens.bot


async def test_without_a_token_of_our_own_installed_teams_are_served(
    slack: SlackServer, open_to_all: Callable[..., Any]
) -> None:
    teams = [slack.add_team("one"), slack.add_team("two")]
    async with open_to_all(bot_token="") as adapter:
        for team in teams:
            await install(slack, adapter, team)
        for team in teams:
            await adapter.send(place(team), Answer(f"to {team.name}"), team.name)
        with pytest.raises(SendError, match="channel_not_found") as caught:
            await adapter.send(Destination(Platform.SLACK, "C0GONE"), Answer("x"), "d")
        assert caught.value.kind is SendKind.BLOCKED
    for team in teams:
        (posted,) = slack.channel_messages(channel_of(team))
        assert posted.text == f"to {team.name}"


async def test_an_installation_holds_over_a_restart(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store
) -> None:
    team = slack.add_team("wire")
    async with open_to_all() as adapter:
        await install(slack, adapter, team)
        await store.places.note_owner(place(team), await adapter.owner(place(team)))
    async with open_to_all() as adapter:
        await adapter.send(place(team), Answer("still here"), "d-1")
    assert len(slack.channel_messages(channel_of(team))) == 1


async def test_a_team_that_removes_the_app_stops_and_the_others_go_on(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store, diary: Diary
) -> None:
    team, other = slack.add_team("leaver"), slack.add_team("stayer")
    async with open_to_all() as adapter:
        for each in (team, other):
            await install(slack, adapter, each)
            await store.places.note_owner(place(each), await adapter.owner(place(each)))
        await slack.uninstall(team)
        await slack.until(lambda: ("team lost", team.id) in [heard[:2] for heard in diary.heard])
        assert await store.installations.find(team.id) is None
        before = slack.count("chat.postMessage")
        with pytest.raises(SendError, match="removed from the Slack team") as caught:
            await adapter.send(place(team), Answer("x"), "d-1")
        assert caught.value.kind is SendKind.BLOCKED
        assert slack.count("chat.postMessage") == before
        await adapter.send(place(other), Answer("on"), "d-2")
    assert len(slack.channel_messages(channel_of(other))) == 1


async def test_a_team_that_installs_again_is_served_with_its_new_token(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store, diary: Diary
) -> None:
    team = slack.add_team("wire")
    async with open_to_all() as adapter:
        await install(slack, adapter, team)
        await store.places.note_owner(place(team), await adapter.owner(place(team)))
        await slack.uninstall(team)
        await slack.until(lambda: diary.heard[-1][:2] == ("team lost", team.id))
        await install(slack, adapter, team)
        assert diary.heard[-1][:2] == ("team", team.id)
        await adapter.send(place(team), Answer("back"), "d-1")


async def test_one_team_s_limit_does_not_hold_up_another(
    slack: SlackServer, open_to_all: Callable[..., Any]
) -> None:
    team = slack.add_team("wire")
    home = Destination(Platform.SLACK, slack.alerts.id)
    async with open_to_all() as adapter:
        await install(slack, adapter, team)
        await adapter.owner(place(team))
        slack.faults.limit(30)
        with pytest.raises(SendError):
            await adapter.send(home, Answer("x"), "d-1")
        await adapter.send(place(team), Answer("on"), "d-2")
        before = slack.count("chat.postMessage")
        with pytest.raises(SendError, match="asked us to wait"):
            await adapter.send(home, Answer("x"), "d-1")
        assert slack.count("chat.postMessage") == before


async def test_whoever_presses_cancel_installs_nothing(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store
) -> None:
    team = slack.add_team("wire")
    async with open_to_all() as adapter:
        assert "You pressed Cancel" in await install(slack, adapter, team, cancel=True)
    assert await store.installations.all() == ()


@pytest.mark.parametrize(
    ("query", "cookie", "told"),
    [
        ("code=x&state={state}", "", "accept cookies"),
        ("code=x&state=made-up", "slack-app-oauth-state=made-up", "Begin again"),
        ("code=made-up&state={state}", "slack-app-oauth-state={state}", "did not accept"),
        ("state={state}", "slack-app-oauth-state={state}", "did not finish"),
        ("error=<script>alert(1)</script>", "", "did not finish"),
    ],
    ids=["another browser", "made-up state", "made-up code", "no code", "nonsense"],
)
async def test_a_forged_return_from_slack_installs_nothing(
    slack: SlackServer,
    open_to_all: Callable[..., Any],
    store: Store,
    query: str,
    cookie: str,
    told: str,
) -> None:
    async with open_to_all() as adapter, aiohttp.ClientSession() as browser:
        here = f"http://127.0.0.1:{adapter.door.port}/slack"
        async with browser.get(f"{here}/install", allow_redirects=False) as asked:
            state = asked.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        headers = {"Cookie": cookie.format(state=state)}
        address = f"{here}/oauth_redirect?{query.format(state=state)}"
        async with browser.get(address, headers=headers) as page:
            shown = await page.text()
    assert told in shown
    assert "<script>" not in shown
    assert await store.installations.all() == ()


async def test_a_state_is_good_once(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store
) -> None:
    async with open_to_all() as adapter, aiohttp.ClientSession() as browser:
        here = f"http://127.0.0.1:{adapter.door.port}/slack"
        async with browser.get(f"{here}/install", allow_redirects=False) as asked:
            cookie = asked.headers["Set-Cookie"].partition(";")[0]
        state = cookie.partition("=")[2]
        address = f"{here}/oauth_redirect?code=x&state={state}"
        shown = []
        for _ in range(2):
            async with browser.get(address, headers={"Cookie": cookie}) as page:
                shown.append(await page.text())
    assert "did not accept" in shown[0]
    assert "opened twice" in shown[1]


async def test_slack_may_be_down_in_the_middle_of_it(
    slack: SlackServer, open_to_all: Callable[..., Any], store: Store
) -> None:
    team = slack.add_team("wire")
    async with open_to_all() as adapter:
        slack.faults.break_before("oauth.v2.access")
        assert "Slack does not answer" in await install(slack, adapter, team)
        assert "is installed" in await install(slack, adapter, team)


async def test_tokens_and_secrets_of_an_installation_stay_out_of_the_log(
    slack: SlackServer, open_to_all: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="bot")
    caplog.set_level("DEBUG", logger="slack_sdk")
    team = slack.add_team("wire")
    async with open_to_all() as adapter:
        await install(slack, adapter, team)
        slack.desk(team).tokens.bot_error = "invalid_auth"
        with pytest.raises(SendError):
            await adapter.owner(Destination(Platform.SLACK, "C0GONE"))
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert slack.desk(team).tokens.bot not in logged
    assert CLIENT_SECRET not in logged
    assert "code-0" not in logged


async def test_secrets_in_the_environment_do_not_bring_the_library_s_own_ways_in(
    slack: SlackServer,
    open_to_all: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET", "BOT_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "planted")
    team = slack.add_team("wire")
    admin = next(iter(team.users.values()))
    async with open_to_all() as adapter:
        await install(slack, adapter, team)
        await slack.type_command(admin, channel_of(team), "/watch", "list")
        await slack.whispered(admin)
    assert not home.exists()
