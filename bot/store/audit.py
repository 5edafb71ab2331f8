"""Who changed what and when, written in the transaction of the change itself.

It knows only words: what an action means is up to the table that was changed.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import WorkspaceId
from bot.store.database import Database
from bot.store.schema import audit


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `action` is a verb with its object, `subject` what it was done to."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


async def note(connection: AsyncConnection, workspace: WorkspaceId, change: Change) -> None:
    """Write a change down; it stands or falls with the transaction."""
    await connection.execute(
        audit.insert().values(
            workspace_id=workspace,
            at=change.at,
            actor=change.actor,
            action=change.action,
            subject=change.subject,
            detail=change.detail,
        )
    )


@dataclass(frozen=True, slots=True)
class Audit:
    """The changes of each workspace."""

    database: Database

    async def of(self, workspace: WorkspaceId, limit: int) -> tuple[Change, ...]:
        """The last changes, newest first."""
        statement = (
            select(audit)
            .where(audit.c.workspace_id == workspace)
            .order_by(audit.c.id.desc())
            .limit(limit)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
        return tuple(Change(row.at, row.actor, row.action, row.subject, row.detail) for row in rows)
