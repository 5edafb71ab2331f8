"""Slack teams that installed the app by themselves, with their tokens, and installs under way.

It speaks to no Slack. The tokens stand here as they are: whoever reads the database can post as
the bot, so the database is kept as the tokens of the environment are.
"""

import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, PrimaryKeyConstraint, Row, Table, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.columns import Instant, Prose
from bot.store.database import Database
from bot.store.differences import insert
from bot.store.schema import metadata

installations = Table(
    "installations",
    metadata,
    Column("team_id", Text, nullable=False),
    Column("team_name", Prose, nullable=False),
    Column("bot_token", Text, nullable=False),
    Column("bot_id", Text, nullable=False),
    Column("bot_user", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("installed_by", Text, nullable=False),
    Column("installed_at", Instant, nullable=False),
    PrimaryKeyConstraint("team_id"),
)

install_states = Table(
    "install_states",
    metadata,
    Column("state", Text, nullable=False),
    Column("expires_at", Instant, nullable=False),
    PrimaryKeyConstraint("state"),
)


@dataclass(frozen=True, slots=True)
class Installation:
    """A team that installed the app. The token is a secret: repr() leaves it out."""

    team_id: str
    team_name: str
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user: str
    scopes: str
    installed_by: str
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class Installations:
    """The installations of all teams. A team has one: the newest."""

    database: Database

    async def save(
        self,
        team_id: str,
        *,
        team_name: str,
        bot_token: str,
        bot_id: str,
        bot_user: str,
        scopes: str,
        installed_by: str,
        at: datetime,
    ) -> None:
        """Keep a team's installation in the place of an older one."""
        new = Installation(
            team_id, team_name, bot_token, bot_id, bot_user, scopes, installed_by, at
        )

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(connection, installations)
                .values(asdict(new))
                .on_conflict_do_update(index_elements=["team_id"], set_=asdict(new))
            )

        await self.database.write(work)

    async def find(self, team_id: str) -> Installation | None:
        """A team's installation."""
        statement = select(installations).where(installations.c.team_id == team_id)
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).first()
        return _as_installation(row) if row else None

    async def all(self) -> tuple[Installation, ...]:
        """Every installation, oldest first."""
        statement = select(installations).order_by(
            installations.c.installed_at, installations.c.team_id
        )
        async with self.database.reading() as connection:
            return tuple(_as_installation(row) for row in await connection.execute(statement))

    async def remove(self, team_id: str) -> bool:
        """Forget a team's token. False if there was none."""

        async def work(connection: AsyncConnection) -> bool:
            gone = await connection.execute(
                delete(installations).where(installations.c.team_id == team_id)
            )
            return gone.rowcount == 1

        return await self.database.write(work)

    async def issue_state(self, expires_at: datetime) -> str:
        """A secret that comes back from Slack with the person who began to install."""
        state = secrets.token_urlsafe(32)

        async def work(connection: AsyncConnection) -> None:
            await connection.execute(
                install_states.insert().values(state=state, expires_at=expires_at)
            )

        await self.database.write(work)
        return state

    async def consume_state(self, state: str, now: datetime) -> bool:
        """Whether the secret is one of ours and still good; it is good once. Old ones are swept."""

        async def work(connection: AsyncConnection) -> bool:
            used = await connection.execute(
                delete(install_states).where(
                    install_states.c.state == state, install_states.c.expires_at > now
                )
            )
            await connection.execute(
                delete(install_states).where(install_states.c.expires_at <= now)
            )
            return used.rowcount == 1

        return await self.database.write(work)


def _as_installation(row: Row[Any]) -> Installation:
    return Installation(**row._mapping)
