"""Lists: queries with a name that watchlists use as `@name`, kept per workspace.

Whether a list makes sense, and who uses it, is asked before; here it is text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WorkspaceId
from bot.store.audit import Change, note
from bot.store.columns import Instant, Prose
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.revisions import STAMP
from bot.store.schema import Id, metadata, stamps

lists = Table(
    "lists",
    metadata,
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False),
    Column("name", Prose, nullable=False),
    Column("query", Prose, nullable=False),
    Column("changed_by", Prose, nullable=False),
    Column("changed_at", Instant, nullable=False),
    PrimaryKeyConstraint("workspace_id", "name"),
)


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list as it stands; its name is in lower case."""

    name: str
    query: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of each workspace. A change moves the watchlists' stamp: they read it anew."""

    database: Database

    async def of(self, workspace: WorkspaceId) -> tuple[NamedList, ...]:
        """A workspace's lists, by name."""
        statement = select(lists).where(lists.c.workspace_id == workspace).order_by(lists.c.name)
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(NamedList(row.name, row.query, row.changed_by, row.changed_at) for row in rows)

    async def texts(self, workspace: WorkspaceId) -> Mapping[str, str]:
        """A workspace's lists as the rules take them: query text by name."""
        return {each.name: each.query for each in await self.of(workspace)}

    async def all_texts(self) -> Mapping[WorkspaceId, Mapping[str, str]]:
        """The lists of every workspace that has any."""
        found: dict[WorkspaceId, dict[str, str]] = {}
        async with self.database.reading() as connection:
            for row in await connection.execute(select(lists)):
                found.setdefault(WorkspaceId(row.workspace_id), {})[row.name] = row.query
        return found

    async def put(
        self, workspace: WorkspaceId, name: str, query: str, *, by: str, at: datetime
    ) -> None:
        """Make a list, or give it another query; the audit row keeps the old one."""

        async def work(connection: AsyncConnection) -> None:
            mine = (lists.c.workspace_id == workspace, lists.c.name == name.lower())
            was = (await connection.execute(select(lists.c.query).where(*mine))).scalar()
            values = {"query": query, "changed_by": by, "changed_at": at}
            row = insert(connection, lists).values(
                workspace_id=workspace, name=name.lower(), **values
            )
            await connection.execute(
                row.on_conflict_do_update(index_elements=["workspace_id", "name"], set_=values)
            )
            detail = query if was is None else f"query: {was} -> {query}"
            deed = "made list" if was is None else "changed list"
            await self._tell(connection, workspace, Change(at, by, deed, name.lower(), detail))

        await self.database.write(work)

    async def remove(self, workspace: WorkspaceId, name: str, *, by: str, at: datetime) -> bool:
        """End a list. False means that there was none of that name."""

        async def work(connection: AsyncConnection) -> bool:
            gone = await connection.execute(
                delete(lists)
                .where(lists.c.workspace_id == workspace, lists.c.name == name.lower())
                .returning(lists.c.query)
            )
            query = gone.scalar()
            if query is None:
                return False
            change = Change(at, by, "removed list", name.lower(), query)
            await self._tell(connection, workspace, change)
            return True

        return await self.database.write(work)

    async def _tell(
        self, connection: AsyncConnection, workspace: WorkspaceId, change: Change
    ) -> None:
        await note(connection, workspace, change)
        await connection.execute(
            update(stamps).where(stamps.c.kind == STAMP).values(value=stamps.c.value + 1)
        )
