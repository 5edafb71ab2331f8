"""What a team would be answered if it were alone: the same database, without all other teams.

Whatever differs is told of others, be it only how many of something they have. Both questions are
put to copies, so the play goes on as if nobody had asked.
"""

import re
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

from bot.commands.command import Commands
from bot.commands.invocation import Invocation
from bot.model import WorkspaceId
from bot.store.store import Store
from tests.tenants.watch import Leak, in_words
from tests.tenants.world import Team, World

ASKED = (
    *("watch list", "watch lists", "watch history", "watch export", "watch unmute"),
    *("feeds list", "feeds export", "intel brief", "intel sources", "intel status"),
    *("watchfloor status", "watchfloor audit", "watchfloor setup", "watchfloor managers"),
)
ROLLED = re.compile(r"value='[\w-]{16}'")
"""What a draft is called, which no two answers have in common."""


async def compare(world: World, team: Team, changed: Callable[[Store], Store]) -> None:
    """Ask the same with the others there and without them. Raises Leak."""
    workspace = await world.workspace(team)
    async with _copy(world, changed) as among, _copy(world, changed, workspace) as alone:
        for name in ASKED:
            for place in team.places:
                asked = Invocation(
                    name,
                    {},
                    world.someone(team, "ann"),
                    workspace,
                    world.now,
                    place,
                    seat=team.number,
                )
                said, without = [await _answer(each, asked) for each in (among, alone)]
                if said != without:
                    raise Leak(
                        f"{team.name} at {place} is told of others by {name}:"
                        f" {said[:3000]}\nalone: {without[:3000]}"
                    )


@asynccontextmanager
async def _copy(
    world: World, changed: Callable[[Store], Store], only: WorkspaceId | None = None
) -> AsyncIterator[Commands]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.db"
        with closing(sqlite3.connect(world.database)) as here, closing(sqlite3.connect(path)) as to:
            here.backup(to)
        store = await Store.open(f"sqlite:///{path}")
        try:
            for other in world.teams:
                if only not in {None, other.workspace}:
                    await store.belongings.delete(other.workspace)
            yield Commands(replace(world.commands._desk, store=changed(store)))
        finally:
            await store.close()


async def _answer(commands: Commands, asked: Invocation) -> str:
    return ROLLED.sub("", in_words(await commands.answer(asked)))
