"""Three teams in one database, one of them with a private channel, each with secrets of its own.

It uses the real store, the real command layer and the real judging of articles; only the chats are
a list in memory. What is planted is written through the doors that people use, where there are any.
"""

import io
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from bot.app import Bot, Wiring, built
from bot.chat.adapter import ChatAdapter, Health, Limits, Readiness, Room
from bot.chat.deliver import Post, deliver_due
from bot.chat.pacing import Pacing
from bot.commands.command import Commands
from bot.commands.invocation import Invocation, Reply
from bot.config import defaults
from bot.errors import SendError, SendKind
from bot.message import Message
from bot.model import (
    Actor,
    Destination,
    Entry,
    Platform,
    Receipt,
    Severity,
    WorkspaceId,
)
from bot.pipeline import process_new_articles
from bot.seats import owners
from bot.store.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMMON = "http://wire.example/rss"
REFUSED_ONE_OF = 5


@dataclass(frozen=True, slots=True)
class Team:
    """One team: where its people write, and the words that it alone may read.

    `hush` are those of its private channel, `names` what anybody might guess and type.
    """

    name: str
    workspace: WorkspaceId
    platform: Platform
    number: str
    open_: tuple[Destination, ...]
    room: Destination
    secrets: frozenset[str]
    hush: frozenset[str]
    names: tuple[str, ...]
    room_names: tuple[str, ...]
    links: tuple[str, ...]
    feed: str

    @property
    def places(self) -> tuple[Destination, ...]:
        return (*self.open_, self.room)


class Chat:
    """A chat in memory: it never takes some messages, and remembers where the others went."""

    limits = Limits(headline=100, sentence_total=100, text_total=100, buttons=5)

    def __init__(self, platform: Platform, owners: dict[Destination, str]) -> None:
        self.platform = platform
        self.owners = owners
        self.rooms: set[Destination] = set()
        self.posted: list[tuple[Destination, Message]] = []

    @property
    def readiness(self) -> Readiness:
        return Readiness(Health.READY)

    async def run(self) -> None:
        return

    async def owner(self, destination: Destination) -> str:
        return self.owners.get(destination, "nobody")

    async def room(self, destination: Destination) -> Room:
        owner = await self.owner(destination)
        return Room(destination in self.rooms, f"{owner} {destination.address}")

    async def send(
        self,
        destination: Destination,
        message: Message,
        delivery_key: str,
        thread: Receipt | None = None,
    ) -> Receipt:
        if crc32(delivery_key.encode()) % REFUSED_ONE_OF == 0:
            raise SendError(SendKind.REJECTED, "This message is not to its taste.")
        self.posted.append((destination, message))
        return Receipt(destination, f"{len(self.posted)}")

    async def find(
        self,
        destination: Destination,
        delivery_key: str,
        since: datetime,
        thread: Receipt | None = None,
    ) -> Receipt | None:
        return None

    async def edit(self, receipt: Receipt, message: Message) -> None:
        self.posted.append((receipt.destination, message))

    async def close(self) -> None:
        return


@dataclass
class World:
    """The teams, the bot that serves them, and a clock that only the play moves."""

    bot: Bot
    teams: list[Team]
    chats: dict[Platform, Chat]
    commands: Commands
    now: datetime = NOW
    printed: int = 0
    post: Post = field(init=False)

    def __post_init__(self) -> None:
        adapters: dict[Platform, ChatAdapter] = dict(self.chats)
        self.post = replace(self.bot.post, adapters=adapters, pacing=Pacing())

    @property
    def store(self) -> Store:
        return self.bot.store

    @property
    def database(self) -> str:
        return self.bot.settings.database.url.removeprefix("sqlite:///")

    def someone(self, team: Team, who: str, *, manager: bool = True) -> Actor:
        return Actor(team.platform, f"U{team.name}{who}", who, manager)

    async def ask(
        self,
        team: Team,
        name: str,
        values: dict[str, str],
        channel: Destination | None,
        who: str = "ann",
        *,
        manager: bool = True,
    ) -> Reply:
        actor = self.someone(team, who, manager=manager)
        workspace = await self.workspace(team)
        asked = Invocation(name, values, actor, workspace, self.now, channel, seat=team.number)
        return await self.commands.answer(asked)

    async def workspace(self, team: Team) -> WorkspaceId:
        """The workspace at which a team's people sit: their own, or one that they joined."""
        seat = await self.store.workspaces.seat(team.platform, team.number)
        assert seat is not None
        return seat.id

    async def print_news(self, feed: str, entries: list[Entry]) -> None:
        """Let a feed bring something, judge it, and post what comes of it."""
        self.now += timedelta(seconds=2)
        store = self.store
        due = await store.feeds.claim_due(self.now, limit=100, lease=timedelta(minutes=1))
        for each in due:
            await store.feeds.record_poll(
                each,
                at=self.now,
                next_poll_at=self.now + timedelta(seconds=1),
                validators=None,
                entries=entries if each.url == feed else [],
                error=None,
                baseline=False,
            )
        while await process_new_articles(self.bot.flow, self.now):
            pass
        while await deliver_due(self.post, self.now):
            pass

    async def news(self, team: Team, words: str, feed: str = "") -> None:
        """An article of a team's own feed, or of the wire that all of them read."""
        self.printed += 1
        body = f"{words} stands in report {self.printed}. Officials said {self.printed} were hurt."
        link = f"http://news.example/{team.name}/{self.printed}" if not feed else ""
        entry = Entry(
            f"{team.name}-{self.printed}",
            f"{words} report {self.printed}",
            body,
            url=link or f"http://wire.example/{self.printed}",
        )
        await self.print_news(feed or team.feed, [entry])


@asynccontextmanager
async def planted(
    database_url: str, changed: Callable[[Store], Store] = lambda store: store
) -> AsyncIterator[World]:
    """The three teams, with everything in place that one of them could see of another.

    `changed` may break the store that the commands use, to see that the watch notices.
    """
    settings = defaults(database={"url": database_url}, web={"bind": ""})
    wiring = Wiring(clock=lambda: NOW, out=io.StringIO())
    async with built(settings, wiring) as bot:
        chats = {each: Chat(each, {}) for each in (Platform.SLACK, Platform.DISCORD)}
        world = World(bot, [], chats, bot.commands)
        for name, platform in (
            ("north", Platform.SLACK),
            ("south", Platform.DISCORD),
            ("east", Platform.SLACK),
        ):
            world.teams.append(await _team(world, name, platform))
        for team in world.teams:
            await _belongings(world, team)
        for team in world.teams:
            await _alerts(world, team)
        # The desk as the bot made it, but for chats that are in memory and a store to break.
        adapters: dict[Platform, ChatAdapter] = dict(chats)
        owner = owners(
            bot.store, lambda: adapters, Destination(Platform.CONSOLE), lambda: world.now
        )
        desk = replace(bot.commands._desk, store=changed(bot.store), owner=owner)
        world.commands = Commands(desk)
        yield world


async def _team(world: World, name: str, platform: Platform) -> Team:
    place = len(world.teams) * 10
    workspace = await world.store.workspaces.found(name)
    number = f"T{place}"
    await world.store.workspaces.take_seat(workspace.id, platform, number)
    first, second, room = (
        Destination(
            platform, f"C{place + each}" if platform is Platform.SLACK else f"{place + each}"
        )
        for each in (1, 2, 3)
    )
    chat = world.chats[platform]
    chat.owners |= dict.fromkeys((first, second, room), number)
    chat.rooms.add(room)
    for each in (first, second, room):
        await world.store.places.note_owner(each, number)
        await world.store.places.note_privacy(each, each == room, NOW)
    return Team(
        name,
        workspace.id,
        platform,
        number,
        (first, second),
        room,
        frozenset(f"{name}{what}zq" for what in ("query", "list", "text", "tag", "person", "feed")),
        frozenset({f"{name}roomzq", f"{name}inroomzq", f"{name}hushzq", f"{name}endedzq"}),
        (f"{name} watch", f"{name}-list", f"{name} paper", f"{name} gone"),
        (f"{name} room",),
        tuple(f"http://news.example/{name}/{each}" for each in range(1, 40)),
        f"http://{name}feedzq.example/rss",
    )


async def _belongings(world: World, team: Team) -> None:
    """A feed, the wire under a name of its own, a list, watchlists open, private and removed."""
    store, name, by = world.store, team.name, f"{team.name}personzq"
    told: dict[str, Any] = {"by": by, "at": NOW}
    await store.feeds.subscribe(
        team.workspace, team.feed, f"{name} paper", tags=(f"{name}tagzq",), **told
    )
    await store.feeds.subscribe(team.workspace, COMMON, f"{name} wire", **told)
    await store.lists.put(team.workspace, f"{name}-list", f"{name}listzq OR ceasefire", **told)

    async def watch(called: str, query: str, place: Destination):
        return await store.watchlists.add(
            team.workspace, called, query, severity=Severity.NOTABLE, destinations=(place,), **told
        )

    await watch(f"{name} watch", f"{name}queryzq OR {name}textzq OR @{name}-list", team.open_[0])
    room = f"{name}inroomzq OR {name}textzq OR {name}roomzq"
    mended = await watch(f"{name} room", f"{name}inroomzq", team.room)
    await store.watchlists.revise(team.workspace, mended.id, query=room, **told)
    ended = await watch(f"{name}endedzq", f"{name}roomzq", team.room)
    await store.watchlists.remove(team.workspace, ended.id, **told)
    await watch(f"{name}hushzq", f"{name}textzq OR @{name}-list", team.room)
    gone = await watch(f"{name} gone", f"{name}queryzq", team.open_[1])
    await store.watchlists.remove(team.workspace, gone.id, **told)


async def _alerts(world: World, team: Team) -> None:
    """Stories that were told in the open and in the room, and what people did with them."""
    name, person = team.name, f"{team.name}personzq"
    for _ in range(3):
        await world.news(team, f"{name}textzq")
    await world.news(team, "ceasefire", COMMON)
    posted = "select id, destination from deliveries where workspace_id = ? and kind = 'alert'"
    with closing(sqlite3.connect(world.database)) as database:
        cards = database.execute(posted, [team.workspace]).fetchall()
    for number, place in cards[:2]:
        for action in ("alert:mute", "alert:irrelevant"):
            where = Destination.parse(place)
            await world.ask(team, action, {"value": str(number)}, where, person)
    for place in team.places:
        await world.ask(team, "watch mute", {"target": f"term:{name}queryzq"}, place, person)
        asked = {"name": f"draft of {name}", "query": f"{name}queryzq"}
        await world.ask(team, "watch add", asked, place, person)
