"""Workspaces and their seats: which people sit behind a Slack team, a guild or the console.

It knows nothing of what a workspace owns.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import HOME, Platform, Seat, Workspace, WorkspaceId
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import seats, workspaces


@dataclass(frozen=True, slots=True)
class Workspaces:
    """All workspaces."""

    database: Database

    async def home(self) -> Workspace:
        """The workspace of the configuration file; made when it is first asked for."""

        async def make(connection: AsyncConnection) -> None:
            statement = insert(connection, workspaces).values(name=HOME, is_home=True)
            await connection.execute(statement.on_conflict_do_nothing())

        found = await self._home()
        if found is None:
            await self.database.write(make)
            found = await self._home()
        assert found is not None  # noqa: S101 -- it was just made, or another process made it
        return found

    async def _home(self) -> Workspace | None:
        async with self.database.reading() as connection:
            row = (await connection.execute(select(workspaces).where(workspaces.c.is_home))).first()
        return Workspace(WorkspaceId(row.id), row.name) if row else None

    async def named(self, workspace_id: WorkspaceId) -> Workspace:
        """A workspace that is there, with its name."""
        statement = select(workspaces).where(workspaces.c.id == workspace_id)
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return Workspace(workspace_id, row.name)

    async def found(self, name: str) -> Workspace:
        """Make a further workspace, for people who install the bot by themselves."""

        async def make(connection: AsyncConnection) -> Workspace:
            statement = workspaces.insert().values(name=name, is_home=False)
            row = (await connection.execute(statement.returning(*workspaces.c))).one()
            return Workspace(WorkspaceId(row.id), row.name)

        return await self.database.write(make)

    async def seat(self, platform: Platform, external_id: str) -> Workspace | None:
        """The workspace that sits at this team or guild."""
        statement = (
            select(workspaces)
            .join(seats)
            .where(seats.c.platform == platform, seats.c.external_id == external_id)
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return Workspace(WorkspaceId(row.id), row.name) if row else None

    async def take_seat(
        self, workspace_id: WorkspaceId, platform: Platform, external_id: str
    ) -> None:
        """Seat a workspace at a team or guild. A seat has one workspace: the last that took it."""

        async def take(connection: AsyncConnection) -> None:
            sits = {"workspace_id": workspace_id, "own_workspace_id": None, "joined_at": None}
            statement = insert(connection, seats).values(
                platform=platform, external_id=external_id, **sits
            )
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["platform", "external_id"],
                    set_=sits,
                )
            )

        await self.database.write(take)

    async def seats(self, workspace_id: WorkspaceId) -> tuple[Seat, ...]:
        """Where a workspace sits, by platform and id."""
        statement = (
            select(seats)
            .where(seats.c.workspace_id == workspace_id)
            .order_by(seats.c.platform, seats.c.external_id)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(Seat(workspace_id, Platform(row.platform), row.external_id) for row in rows)
