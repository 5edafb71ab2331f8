"""What belongs to one workspace, in all tables: how much there is, and its deletion without a rest.

Each table is a workspace's, by a column that says so or by what it refers to, or nobody's; a test
sees that none is forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ForeignKey, Table, delete, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WorkspaceId
from bot.store.database import Database
from bot.store.hours import channel_hours
from bot.store.installations import installations
from bot.store.places import places
from bot.store.revisions import STAMP
from bot.store.schema import (
    deliveries,
    feeds,
    metadata,
    revisions,
    seats,
    stamps,
    subscriptions,
    watchlists,
    workspaces,
)

WORKSPACE = "workspace_id"
NOBODYS = {
    "stories": "one story is many workspaces'; those without articles go when their time is over",
    "placements": "they go with their article",
    "whereabouts": "they go with their article",
    "stamps": "numbers that say that something changed",
    "duties": "which process answers in the chats, and which processes articles",
    "install_states": "random numbers that live for minutes",
    "code_tries": "that a chat tried a code, for a quarter of an hour",
    "unread": "it goes with its article",
}
"""Tables without rows of a workspace, and why."""

BY_FEED = frozenset({"feeds", "articles", "pages", "names", "documents", "readings"})
"""Their rows are shared by whoever reads the feed; of a feed that nobody else reads they go."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How many rows were deleted, by table; those of none are left out."""

    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """All of them together."""
        return sum(self.rows.values())


@dataclass(frozen=True, slots=True)
class Belongings:
    """Everything that each workspace has."""

    database: Database

    async def count(self, workspace: WorkspaceId) -> Mapping[str, int]:
        """How many rows a workspace has in each table; feeds that others read, too, not counted."""
        async with self.database.reading() as connection:
            found = {}
            for table, theirs in (await _conditions(connection, workspace)).items():
                counted = select(func.count()).select_from(table).where(theirs)
                found[table.name] = int((await connection.execute(counted)).scalar_one())
        return {name: number for name, number in found.items() if number}

    async def delete(self, workspace: WorkspaceId) -> Gone:
        """Delete every row of a workspace, in one transaction.

        The workspace of the configuration stays as an empty one with its seats, because the bot
        itself works for it. A feed that nobody else has subscribed to goes with its articles.
        """

        async def work(connection: AsyncConnection) -> Gone:
            conditions = await _conditions(connection, workspace)
            rows: dict[str, int] = {}
            for table in reversed(metadata.sorted_tables):
                if table in conditions:
                    gone = await connection.execute(delete(table).where(conditions[table]))
                    rows[table.name] = gone.rowcount
            for name, number in (await _delete_unread_feeds(connection)).items():
                rows[name] = rows.get(name, 0) + number
            moved = update(stamps).where(stamps.c.kind == STAMP).values(value=stamps.c.value + 1)
            await connection.execute(moved)
            return Gone({name: number for name, number in rows.items() if number})

        return await self.database.write(work)


async def _conditions(
    connection: AsyncConnection, workspace: WorkspaceId
) -> Mapping[Table, ColumnElement[bool]]:
    """Which rows of each table are the workspace's. They are told before anything is deleted."""
    found = await connection.execute(select(seats).where(seats.c.workspace_id == workspace))
    sits = [(str(row.platform), str(row.external_id)) for row in found]
    at = await _places(connection, workspace, sits)
    home = select(workspaces.c.is_home).where(workspaces.c.id == workspace)
    is_home = bool((await connection.execute(home)).scalar())
    conditions: dict[Table, ColumnElement[bool]] = {
        table: table.c[WORKSPACE] == workspace
        for table in metadata.sorted_tables
        if WORKSPACE in table.c and not (is_home and table is seats)
    }
    theirs = select(watchlists.c.id).where(watchlists.c.workspace_id == workspace)
    conditions[revisions] = revisions.c.watchlist_id.in_(theirs)
    conditions[places] = places.c.destination.in_(at)
    conditions[channel_hours] = channel_hours.c.destination.in_(at)
    slack = [team for platform, team in sits if platform == "slack"]
    conditions[installations] = false() if is_home else installations.c.team_id.in_(slack)
    if not is_home:
        conditions[workspaces] = workspaces.c.id == workspace
    return conditions


async def _places(
    connection: AsyncConnection, workspace: WorkspaceId, sits: list[tuple[str, str]]
) -> list[str]:
    """The channels of a workspace: those of its teams, and those that it alone has alerted to."""
    known = {row.destination: row.external_id for row in await connection.execute(select(places))}
    teams = {team for _, team in sits}
    used: set[str] = set()
    said = select(deliveries.c.destination).where(deliveries.c.workspace_id == workspace)
    used |= {row.destination for row in await connection.execute(said.distinct())}
    kept = select(revisions.c.destinations).join(
        watchlists, watchlists.c.id == revisions.c.watchlist_id
    )
    kept = kept.where(watchlists.c.workspace_id == workspace)
    used |= {str(each) for row in await connection.execute(kept) for each in row.destinations}
    ours = {place for place, team in known.items() if team in teams}
    return sorted(ours | {each for each in used if known.get(each) is None})


async def _delete_unread_feeds(connection: AsyncConnection) -> Mapping[str, int]:
    """Delete the feeds to which no workspace ever subscribed that still is there."""
    unread = feeds.c.id.not_in(select(subscriptions.c.feed_id))
    ids = list((await connection.execute(select(feeds.c.id).where(unread))).scalars())
    gone: dict[str, int] = {}
    if not ids:
        return gone
    for table in reversed(metadata.sorted_tables):
        if table is feeds:
            which = feeds.c.id.in_(ids)
        elif (key := _refers(table, feeds)) is not None and table is not subscriptions:
            which = table.c[key.parent.name].in_(ids)
        else:
            continue
        gone[table.name] = (await connection.execute(delete(table).where(which))).rowcount
    return gone


def _refers(table: Table, to: Table) -> ForeignKey | None:
    return next((key for key in table.foreign_keys if key.column.table is to), None)
