"""Who may manage a workspace in each chat, where people chose otherwise than the configuration.

Who somebody is in their chat, the chat's adapter finds out.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.config import Managers, WhoManages
from bot.model import Platform, WorkspaceId
from bot.store.audit import Change, note
from bot.store.columns import Prose
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import Id, metadata

managers = Table(
    "managers",
    metadata,
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False),
    Column("platform", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("group_id", Prose, nullable=False),
    PrimaryKeyConstraint("workspace_id", "platform"),
)


@dataclass(frozen=True, slots=True)
class Managing:
    """What each workspace chose."""

    database: Database

    async def of(self, workspace: WorkspaceId, platform: Platform) -> WhoManages | None:
        """Who manages in this chat; None where the configuration decides."""
        statement = select(managers).where(
            managers.c.workspace_id == workspace, managers.c.platform == platform
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return None if row is None else WhoManages(Managers(row.who), row.group_id)

    async def choose(
        self,
        workspace: WorkspaceId,
        platform: Platform,
        chosen: WhoManages,
        *,
        by: str,
        at: datetime,
    ) -> None:
        """Let these people manage from now on."""

        async def work(connection: AsyncConnection) -> None:
            values = {"who": chosen.who.value, "group_id": chosen.group}
            row = insert(connection, managers).values(
                workspace_id=workspace, platform=platform, **values
            )
            await connection.execute(
                row.on_conflict_do_update(index_elements=["workspace_id", "platform"], set_=values)
            )
            change = Change(at, by, "chose managers", str(platform), str(chosen))
            await note(connection, workspace, change)

        await self.database.write(work)
