"""Codes with which a further chat joins a workspace: good once, and for a short time.

Only a hash of a code is kept. What becomes of what the chat had before is the command's affair.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    Column,
    ForeignKey,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Platform, WorkspaceId
from bot.store.audit import Change, note
from bot.store.columns import Instant, Prose
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import Id, metadata, seats

GOOD_FOR = timedelta(minutes=15)
_REMEMBERED = timedelta(days=1)  # so that one who comes late is told why it is refused
_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
_LENGTH = 8  # 40 bits: with a few tries allowed, nobody guesses one within its time

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", Text, nullable=False),
    Column("workspace_id", Id, ForeignKey("workspaces.id"), nullable=False, index=True),
    Column("created_by", Prose, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    PrimaryKeyConstraint("code_hash"),
)


class Standing(StrEnum):
    """How a code stands."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that somebody typed; an unknown one leads to no workspace."""

    standing: Standing
    workspace: WorkspaceId | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class Invitations:
    """The codes of all workspaces."""

    database: Database

    async def issue(self, workspace: WorkspaceId, *, by: str, at: datetime) -> str:
        """A new code, such as `K7QF-2MWD`; the workspace's older ones are good no more."""
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))

        async def work(connection: AsyncConnection) -> None:
            old = invitations.c.expires_at < at - _REMEMBERED
            await connection.execute(delete(invitations).where(old))
            await connection.execute(
                update(invitations)
                .where(
                    invitations.c.workspace_id == workspace,
                    invitations.c.used_at.is_(None),
                    invitations.c.expires_at > at,
                )
                .values(expires_at=at)
            )
            await connection.execute(
                invitations.insert().values(
                    code_hash=_hash(code),
                    workspace_id=workspace,
                    created_by=by,
                    expires_at=at + GOOD_FOR,
                )
            )
            await note(connection, workspace, Change(at, by, "issued a code for", "a seat", ""))

        await self.database.write(work)
        return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"

    async def look(self, code: str, now: datetime) -> Invitation:
        """How a code stands; looking does not use it."""
        statement = select(invitations).where(invitations.c.code_hash == _hash(code))
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        if row is None:
            return Invitation(Standing.UNKNOWN)
        standing = Standing.GOOD if row.expires_at > now else Standing.EXPIRED
        if row.used_at is not None:
            standing = Standing.USED
        return Invitation(standing, WorkspaceId(row.workspace_id), row.created_by)

    async def accept(
        self, code: str, platform: Platform, external_id: str, *, by: str, at: datetime
    ) -> bool:
        """Use a code: the chat sits at its workspace now. False if the code is good no more."""

        async def work(connection: AsyncConnection) -> bool:
            used = await connection.execute(
                update(invitations)
                .where(
                    invitations.c.code_hash == _hash(code),
                    invitations.c.used_at.is_(None),
                    invitations.c.expires_at > at,
                )
                .values(used_at=at)
                .returning(invitations.c.workspace_id)
            )
            workspace = used.scalar()
            if workspace is None:
                return False
            seat = insert(connection, seats).values(
                platform=platform, external_id=external_id, workspace_id=workspace, joined_at=at
            )
            # What it had before is kept, for the day on which it leaves.
            now = {
                "workspace_id": workspace,
                "own_workspace_id": func.coalesce(seats.c.own_workspace_id, seats.c.workspace_id),
                "joined_at": at,
            }
            await connection.execute(
                seat.on_conflict_do_update(index_elements=["platform", "external_id"], set_=now)
            )
            joined = Change(at, by, "joined with", f"{platform} {external_id}", "")
            await note(connection, WorkspaceId(workspace), joined)
            return True

        return await self.database.write(work)


def _hash(code: str) -> str:
    """A code as it is kept; how its letters are cased and grouped is no matter."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
