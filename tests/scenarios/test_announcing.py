"""A channel hears when one of its watchlists is changed, wherever that is done, and of no other's.

Three teams in one database, each with two open channels and a private one; see `tests/tenants`.
"""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, File, Tone
from bot.model import Actor, Destination, Platform, Severity, Watchlist
from tests.tenants.world import World, planted

CONSOLE = Destination(Platform.CONSOLE)


class Newsroom:
    """ann manages the first of the teams; its channels are called here, there and room."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._team = world.teams[0]
        self.here, self.there, self.room = self._team.places
        self._seen = 0
        self.queued()

    async def watch(self, name: str, *places: Destination, query: str = "Kursk") -> Watchlist:
        """Make a watchlist, and tell nobody."""
        return await self._world.store.watchlists.add(
            self._team.workspace,
            name,
            query,
            severity=Severity.NOTABLE,
            destinations=places,
            by="ann",
            at=self._world.now,
        )

    async def ask(self, line: str, where: Destination | None, *, file: str = "") -> str | None:
        """Type a command and press Save or Remove; what all see where it was typed."""
        name, values = self._world.commands.read(line)
        reply = await self._invoke(name, values, where, file)
        assert isinstance(reply.message, Answer)
        if reply.message.buttons and reply.message.buttons[0].action == "draft:save":
            saved = {"value": reply.message.buttons[0].value}
            reply = await self._invoke("draft:save", saved, where)
        assert isinstance(reply.message, Answer)
        assert reply.message.tone is Tone.GOOD, reply
        return None if reply.public is None else reply.public.title

    async def _invoke(
        self, name: str, values: dict[str, str], where: Destination | None, file: str = ""
    ) -> Reply:
        async def attached() -> File:
            return File("watchlists.json", file.encode(), "watchlists")

        return await self._world.commands.answer(
            Invocation(
                name,
                values,
                Actor(self._team.platform, "Uann", "ann", manager=True),
                self._team.workspace,
                self._world.now,
                where,
                file=attached if file else None,
                seat=self._team.number,
            )
        )

    def queued(self) -> dict[Destination, list[str]]:
        """What was queued for each channel since the last look."""
        wanted = "select id, destination, message from deliveries where id > ? order by id"
        with closing(sqlite3.connect(self._world.database)) as database:
            rows = database.execute(wanted, [self._seen]).fetchall()
        found: dict[Destination, list[str]] = {}
        for self._seen, place, message in rows:
            found.setdefault(Destination.parse(place), []).append(json.loads(message).get("title"))
        return found


@pytest.fixture
async def newsroom(sqlite_url: str) -> AsyncIterator[Newsroom]:
    async with planted(sqlite_url) as world:
        yield Newsroom(world)


async def test_every_channel_of_a_watchlist_is_told_once_of_each_thing_done_with_it(newsroom):
    here, there = newsroom.here, newsroom.there
    places = f"--channel {here},{there}"
    for line, said in (
        (f"/watch add kursk {places} Kursk", "made the watchlist “kursk”"),
        ("/watch edit kursk Kursk AND Sumy", "changed the watchlist “kursk”"),
        ("/watch pause kursk --for 8h", "paused the watchlist “kursk”"),
        ("/watch resume kursk", "resumed the watchlist “kursk”"),
        ("/watch undo kursk", "undid a change of the watchlist “kursk”"),
        ("/watch remove kursk", "removed the watchlist “kursk”"),
        ("/watch undo kursk", "brought back the watchlist “kursk”"),
    ):
        assert await newsroom.ask(line, here) == f"ann {said}.", line
        assert newsroom.queued() == {there: [f"ann {said}."]}, line


async def test_in_a_direct_message_or_at_the_console_nobody_is_told_twice(newsroom):
    await newsroom.watch("kursk", newsroom.here, CONSOLE)
    for where in (None, CONSOLE):
        assert await newsroom.ask("/watch pause kursk", where) is None
        assert await newsroom.ask("/watch resume kursk", where) is None
        said = ["ann paused the watchlist “kursk”.", "ann resumed the watchlist “kursk”."]
        assert newsroom.queued() == {newsroom.here: said}


async def test_a_watchlist_that_moves_is_told_of_where_it_was_and_where_it_is_now(newsroom):
    here, there = newsroom.here, newsroom.there
    await newsroom.watch("kursk", here)
    said = await newsroom.ask(f"/watch edit kursk --channel {there}", here)
    assert said == "ann changed the watchlist “kursk”: it alerts here no more."
    came = "ann changed the watchlist “kursk”: it alerts here now."
    assert newsroom.queued() == {there: [came]}


async def test_a_private_channel_hears_of_its_own_and_is_not_heard_of(newsroom):
    here, room = newsroom.here, newsroom.room
    await newsroom.watch("hushed", room)
    assert "hushed" in await newsroom.ask("/watch pause hushed", room)
    assert newsroom.queued() == {}
    await newsroom.watch("kursk", here)
    assert "no more" in await newsroom.ask(f"/watch edit kursk --channel {room}", here)
    assert newsroom.queued() == {room: ["ann changed the watchlist “kursk”: it alerts here now."]}


async def test_where_nothing_was_changed_nothing_is_told(newsroom):
    await newsroom.watch("kursk", newsroom.here, newsroom.there)
    assert await newsroom.ask("/watch edit kursk Kursk", newsroom.here) is None
    assert newsroom.queued() == {}


async def test_a_list_that_is_changed_is_told_of_where_watchlists_use_it(newsroom):
    here, there, room = newsroom.here, newsroom.there, newsroom.room
    assert await newsroom.ask("/watch list-add gulf Bahrain OR Kuwait", here) is None
    await newsroom.ask("/watch list-add states @gulf OR Iraq", here)
    await newsroom.watch("one", here, there, query="@gulf")
    await newsroom.watch("two", there, query="@states AND oil")
    await newsroom.watch("three", room, query="@gulf AND gas")
    said = await newsroom.ask("/watch list-edit gulf Bahrain OR Kuwait OR Qatar", here)
    assert said == "ann changed the list @gulf, which “one” uses."
    assert newsroom.queued() == {
        there: ["ann changed the list @gulf, which “one” and 1 other watchlist use."],
        room: ["ann changed the list @gulf, which “three” uses."],
    }


async def test_a_file_of_many_rows_is_one_line_for_each_channel(newsroom):
    here, there = newsroom.here, newsroom.there
    await newsroom.watch("old", there)
    await newsroom.watch("listed", newsroom.room, query="@gulf")
    lists = [{"name": "gulf", "query": "Qatar"}]
    rows = [
        {"name": "old", "query": "Sumy", "destinations": [str(here)]},
        *(
            {"name": f"new {number}", "query": "Kursk", "destinations": [str(here), str(there)]}
            for number in range(20)
        ),
    ]
    said = await newsroom.ask(
        "/watch import", here, file=json.dumps({"lists": lists, "watchlists": rows})
    )
    line = "ann imported a file that changed 21 watchlists of this channel."
    assert said == line
    one = "ann imported a file that changed 1 watchlist of this channel."
    assert newsroom.queued() == {there: [line], newsroom.room: [one]}


async def test_no_other_team_is_told(newsroom):
    await newsroom.watch("kursk", newsroom.here, newsroom.there)
    assert await newsroom.ask("/watch remove kursk", None) is None
    assert newsroom.queued().keys() == {newsroom.here, newsroom.there}
