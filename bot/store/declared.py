"""What the configuration file said when its entries were last applied.

An entry is applied again only when its own text changed, so what people changed in chat stands. It
does not know what an entry means.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WorkspaceId
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import declared


@dataclass(frozen=True, slots=True)
class Declared:
    """The digests of each workspace's declared entries."""

    database: Database

    async def digest(self, workspace: WorkspaceId, kind: str, name: str) -> str | None:
        """The digest of the entry's text as last applied; None if it never was."""
        statement = select(declared.c.digest).where(
            declared.c.workspace_id == workspace,
            declared.c.kind == kind,
            declared.c.name == name,
        )
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).scalar_one_or_none()

    async def remember(self, workspace: WorkspaceId, kind: str, name: str, digest: str) -> None:
        """Note that the entry was applied as it reads now."""

        async def work(connection: AsyncConnection) -> None:
            statement = insert(connection, declared).values(
                workspace_id=workspace, kind=kind, name=name, digest=digest
            )
            await connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["workspace_id", "kind", "name"], set_={"digest": digest}
                )
            )

        await self.database.write(work)
