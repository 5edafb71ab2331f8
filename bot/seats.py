"""Makes the adapter of every chat that is on, and says whose a team, a guild or the console is.

The tokens of the configuration belong to the workspace `home`: so does the one Slack team which
they open, and the first Discord guild that is met. Any further guild, and any Slack team that
installed the app by itself, gets a workspace of its own, so that whoever invites the bot elsewhere
sees nothing of `home`. Where no Slack token is configured, the first team to install has `home`.
"""

import asyncio
import hashlib
import importlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from pydantic import SecretStr

from bot.chat.adapter import ChatAdapter
from bot.chat.console.adapter import LOCAL, ConsoleAdapter
from bot.chat.console.prompt import Prompt
from bot.chat.losses import LOOKED_AT_EVERY, Losses
from bot.commands.command import Commands
from bot.config import Settings, SlackMode, WhoManages
from bot.errors import SendError, SendKind
from bot.model import Destination, Platform, Workspace, WorkspaceId
from bot.store.store import Store

LOOKED_AT_ONCE = 20
"""Channels, each minute: Slack takes fifty such questions in it, and a look asks two."""


LIBRARIES = {
    Platform.SLACK: "bot.chat.slack.adapter",
    Platform.DISCORD: "bot.chat.discord.adapter",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """The terminal: where to print, whom to ask, and what happens when the person leaves."""

    out: TextIO | None
    prompt: Callable[[Commands], Prompt | None]
    left: Callable[[], None]


async def take_seats(
    store: Store,
    home: Workspace,
    settings: Settings,
    commands: Commands,
    clock: Callable[[], datetime],
    screen: Screen,
) -> Mapping[Platform, ChatAdapter]:
    """An adapter for every chat that the settings switch on.

    Their libraries are loaded beside the event loop, which goes on meanwhile.
    """
    for platform in settings.platforms:
        if platform in LIBRARIES:
            await asyncio.to_thread(importlib.import_module, LIBRARIES[platform])
    adapters: dict[Platform, ChatAdapter] = {}
    if Platform.CONSOLE in settings.platforms:
        await store.workspaces.take_seat(home.id, Platform.CONSOLE, LOCAL)
        adapters[Platform.CONSOLE] = ConsoleAdapter(
            commands=commands,
            workspace=home.id,
            clock=clock,
            out=screen.out,
            prompt=screen.prompt(commands),
            left=screen.left,
            allow=frozenset(settings.fetch.allow),
        )
    lobby = Lobby(store, home, own_slack=settings.slack.bot_token is not None)
    news = Losses(store, settings.operations.notices)
    if Platform.SLACK in settings.platforms:
        adapters[Platform.SLACK] = _slack(settings, commands, clock, lobby, store, news)
    if Platform.DISCORD in settings.platforms:
        adapters[Platform.DISCORD] = _discord(settings, commands, clock, lobby, store, home, news)
    return adapters


def managers_of(settings: Settings) -> Mapping[Platform, WhoManages]:
    """Who may manage in each chat, unless a workspace chose otherwise."""
    slack, discord = settings.slack, settings.discord
    return {
        Platform.SLACK: WhoManages(slack.managers, slack.manager_group),
        Platform.DISCORD: WhoManages(discord.managers, discord.manager_role),
    }


def owners(
    store: Store,
    adapters: Callable[[], Mapping[Platform, ChatAdapter]],
    notices: Destination,
    clock: Callable[[], datetime],
) -> Callable[[Destination], Awaitable[WorkspaceId | None]]:
    """Whose a channel is, for those who want to send alerts there.

    What it gives raises SendError where the platform does not let us see the channel. A channel
    that we see is remembered with its team, and is lost no longer.
    """

    async def owner(destination: Destination) -> WorkspaceId | None:
        adapter = adapters().get(destination.platform)
        if adapter is None:
            said = f"{destination.platform} is not switched on."
            raise SendError(SendKind.BLOCKED, said)
        team = await _look_at(store, adapter, destination, clock())
        await Losses(store, notices).find(destination, clock())
        seat = await store.workspaces.seat(destination.platform, team)
        return seat.id if seat else None

    return owner


async def _look_at(
    store: Store, adapter: ChatAdapter, destination: Destination, now: datetime
) -> str:
    """The team of a channel; it is remembered, and so is who sees the channel. Raises SendError."""
    team = await adapter.owner(destination)
    if await store.places.owner(destination) != team:
        await store.places.note_owner(destination, team)
    room = await adapter.room(destination)
    await store.places.note_privacy(destination, room.private, now, room.name)
    return team


async def look_who_sees(
    store: Store, adapters: Mapping[Platform, ChatAdapter], now: datetime
) -> None:
    """Ask about the channels that watchlists alert to, those first that nobody looked at for long.

    A public channel may become a private one, and a watchlist of the configuration names channels
    that nobody asked about yet.
    """
    channels = await store.watchlists.channels()
    asked = [each for each in channels if each.address and each.platform in adapters]
    for each in await store.places.to_ask_about(asked, now - LOOKED_AT_EVERY, LOOKED_AT_ONCE):
        try:
            await _look_at(store, adapters[each.platform], each, now)
        except SendError:  # who saw it before is still believed
            await store.places.note_privacy(each, None, now)


class Lobby:
    """Shows whoever comes in to their workspace; a newcomer gets a seat."""

    def __init__(self, store: Store, home: Workspace, *, own_slack: bool) -> None:
        """`own_slack` says that the configuration has the token of a Slack team."""
        self._store = store
        self._home = home
        self._own_slack = own_slack
        self._door = asyncio.Lock()  # two first words from one guild must not found two workspaces

    def of(self, platform: Platform) -> Callable[[str], Awaitable[WorkspaceId | None]]:
        """What an adapter asks with the id of a team or guild."""

        async def workspace_of(external_id: str) -> WorkspaceId | None:
            async with self._door:
                return await self._seat(platform, external_id)

        return workspace_of

    async def _seat(self, platform: Platform, external_id: str) -> WorkspaceId | None:
        workspaces = self._store.workspaces
        if known := await workspaces.seat(platform, external_id):
            return known.id
        installed = platform is not Platform.SLACK or (
            await self._store.installations.find(external_id) is not None
        )
        if not installed and not self._own_slack:
            return None
        theirs = self._home
        if installed and await self._home_is_taken(platform):
            theirs = await workspaces.found(f"{platform} {external_id}")
        await workspaces.take_seat(theirs.id, platform, external_id)
        return theirs.id

    async def _home_is_taken(self, platform: Platform) -> bool:
        """A Slack team with the configured token has it, whether it was met yet or not."""
        if platform is Platform.SLACK and self._own_slack:
            return True
        seats = await self._store.workspaces.seats(self._home.id)
        return any(each.platform is platform for each in seats)


def _slack(
    settings: Settings,
    commands: Commands,
    clock: Callable[[], datetime],
    lobby: Lobby,
    store: Store,
    news: Losses,
) -> ChatAdapter:
    # Imported where it is switched on: the library costs a noticeable part of every start.
    from bot.chat.slack.adapter import Front, SlackAdapter

    slack = settings.slack
    front = None
    if slack.front is not None:
        front = Front(
            slack.front,
            _said(slack.signing_secret) if slack.mode is SlackMode.HTTP else "",
            slack.client_id,
            _said(slack.client_secret),
            slack.public_url,
            slack.authorize_url,
        )
    return SlackAdapter(
        bot_token=_said(slack.bot_token),
        app_token=_said(slack.app_token),
        commands=commands,
        workspace_of=lobby.of(Platform.SLACK),
        clock=clock,
        news=news,
        front=front,
        book=store.installations if slack.client_id else None,
        owner_of=store.places.owner,
        api_url=slack.api_url,
        ping_interval=slack.ping_interval,
        request_timeout=slack.request_timeout,
        managers=managers_of(settings)[Platform.SLACK],
        chosen=lambda workspace: store.managing.of(workspace, Platform.SLACK),
        allow=frozenset(settings.fetch.allow),
    )


def _said(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


def _discord(
    settings: Settings,
    commands: Commands,
    clock: Callable[[], datetime],
    lobby: Lobby,
    store: Store,
    home: Workspace,
    news: Losses,
) -> ChatAdapter:
    from bot.chat.discord.adapter import DiscordAdapter  # late for the reason that Slack's is

    discord = settings.discord
    assert discord.bot_token is not None  # noqa: S101 - the configuration was refused otherwise
    token = discord.bot_token.get_secret_value()
    return DiscordAdapter(
        token,
        commands=commands,
        workspace_of=lobby.of(Platform.DISCORD),
        clock=clock,
        news=news,
        synced=_Synced(store, home.id, f"{discord.api_url} {token}"),
        api_url=discord.api_url,
        gateway_url=discord.gateway_url or None,
        managers=managers_of(settings)[Platform.DISCORD],
        chosen=lambda workspace: store.managing.of(workspace, Platform.DISCORD),
        allow=frozenset(settings.fetch.allow),
    )


class _Synced:
    """Remembers which commands a Discord application was last given; another token begins anew."""

    KIND = "discord commands"

    def __init__(self, store: Store, workspace: WorkspaceId, application: str) -> None:
        self._declared = store.declared
        self._workspace = workspace
        self._name = hashlib.sha256(application.encode()).hexdigest()[:32]

    async def load(self) -> str | None:
        return await self._declared.digest(self._workspace, self.KIND, self._name)

    async def save(self, fingerprint: str) -> None:
        await self._declared.remember(self._workspace, self.KIND, self._name, fingerprint)
