"""What somebody began and has not saved yet, so that a button finds it again after a restart.

It does not know what a draft means: that is between the command that keeps it and its buttons.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WorkspaceId
from bot.store.database import Database
from bot.store.schema import drafts

KEPT_FOR = timedelta(days=7)
_RANDOM_BYTES = 12  # 16 url-safe characters: too many to guess, short enough for any button


@dataclass(frozen=True, slots=True)
class Draft:
    """Something begun by `actor`; `kind` names the command that understands the payload."""

    id: str
    workspace: WorkspaceId
    actor: str
    kind: str
    payload: Mapping[str, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of each workspace."""

    database: Database

    async def keep(
        self,
        workspace: WorkspaceId,
        actor: str,
        kind: str,
        payload: Mapping[str, str],
        at: datetime,
    ) -> str:
        """Keep a draft for seven days and return its id, 16 url-safe characters."""
        draft = secrets.token_urlsafe(_RANDOM_BYTES)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(delete(drafts).where(drafts.c.created_at < at - KEPT_FOR))
            await connection.execute(
                drafts.insert().values(
                    id=draft,
                    workspace_id=workspace,
                    actor=actor,
                    kind=kind,
                    payload=dict(payload),
                    created_at=at,
                )
            )

        await self.database.write(work)
        return draft

    async def put_back(self, draft: Draft) -> None:
        """Keep a draft again that was dropped, under its id and as old as it was."""
        again = drafts.insert().values(
            id=draft.id,
            workspace_id=draft.workspace,
            actor=draft.actor,
            kind=draft.kind,
            payload=dict(draft.payload),
            created_at=draft.created_at,
        )

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(again)

        await self.database.write(work)

    async def take(self, workspace: WorkspaceId, draft: str) -> Draft | None:
        """Read a draft. It stays until it is dropped."""
        statement = select(drafts).where(drafts.c.workspace_id == workspace, drafts.c.id == draft)
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return None
        return Draft(row.id, workspace, row.actor, row.kind, row.payload, row.created_at)

    async def drop(self, workspace: WorkspaceId, draft: str) -> bool:
        """Forget a draft. False if it was gone: of two who drop it, one gets True."""

        async def work(connection: AsyncConnection) -> bool:
            gone = await connection.execute(
                delete(drafts).where(drafts.c.workspace_id == workspace, drafts.c.id == draft)
            )
            return gone.rowcount == 1

        return await self.database.write(work)
