"""What people ruled about stories, kept per workspace, every ruling audited and undoable.

What a ruling means for an article is read in `bot.stories.rulings`.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArticleId, StoryId, WorkspaceId
from bot.store.abreast import move_stamp
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.story_schema import placements, rulings, standings
from bot.stories.rulings import Ruling, Rulings

NEW = StoryId(0)
_MOST_FOLLOWED = 500  # they are named in questions to the database


def belongs(story: StoryId, ruled: Rulings | None) -> ColumnElement[bool]:
    """Whether a placed article is in a story, as a workspace with these rulings sees it."""
    if ruled is None:
        return placements.c.story_id == story
    moved = ruled.moved()
    here = [article for article, into in moved.items() if into == story]
    away = [article for article, into in moved.items() if into != story]
    placed = placements.c.story_id.in_(ruled.stories_of(story))
    return or_(
        and_(placed, placements.c.article_id.not_in(away)), placements.c.article_id.in_(here)
    )


async def holding(
    connection: AsyncConnection, workspaces: Collection[WorkspaceId]
) -> Mapping[WorkspaceId, Rulings]:
    """What holds in each of these workspaces; one where nobody ruled is absent."""
    statement = (
        select(rulings.c.workspace_id, rulings.c.ruling)
        .where(rulings.c.workspace_id.in_(workspaces), rulings.c.undone_at.is_(None))
        .order_by(rulings.c.id)
    )
    found: dict[WorkspaceId, list[Ruling]] = defaultdict(list)
    for row in await connection.execute(statement):
        found[WorkspaceId(row.workspace_id)].append(row.ruling)
    return {workspace: Rulings(each) for workspace, each in found.items()}


@dataclass(frozen=True, slots=True)
class KeptRulings:
    """All rulings of all workspaces."""

    database: Database

    async def of(self, workspaces: Collection[WorkspaceId]) -> Mapping[WorkspaceId, Rulings]:
        """What holds in each of these workspaces; one where nobody ruled is absent."""
        async with self.database.reading() as connection:
            return await holding(connection, workspaces)

    async def rule(self, workspace: WorkspaceId, ruling: Ruling, said: str) -> tuple[int, StoryId]:
        """Keep a ruling, with what it says in words for the audit.

        Into `NEW` it makes a story, whose number is below zero: those that articles found have
        theirs above. Where only the story that goes into another had a card, that card goes on with
        the other. The answer is the ruling's number and the story.
        """

        async def work(connection: AsyncConnection) -> tuple[int, StoryId]:
            await move_stamp(connection)
            row = rulings.insert().values(workspace_id=workspace, ruling=ruling)
            made = await connection.execute(row.returning(rulings.c.id))
            number = int(made.scalar_one())
            into = StoryId(-number) if ruling.into == NEW else ruling.into
            await connection.execute(
                update(rulings)
                .where(rulings.c.id == number)
                .values(ruling=replace(ruling, into=into))
            )
            if ruling.gone is not None:
                await _hand_over(connection, workspace, ruling.gone, into)
            change = Change(ruling.at, ruling.by, "ruled on a story", f"{into}", said)
            await note(connection, workspace, change)
            return number, into

        return await self.database.write(work)

    async def follow(self, workspace: WorkspaceId, one: ArticleId, after: ArticleId) -> None:
        """Let an article go where a ruling put another one, as a part of that ruling.

        A ruling grows to 500 articles; what comes then stays where it was placed.
        """
        holding = rulings.c.workspace_id == workspace, rulings.c.undone_at.is_(None)

        async def work(connection: AsyncConnection) -> None:
            rows = await connection.execute(
                select(rulings.c.id, rulings.c.ruling)
                .where(*holding)
                .order_by(rulings.c.id.desc())
                .with_for_update()
            )
            for row in rows:
                ruling: Ruling = row.ruling
                if one in ruling.articles:
                    if len(ruling.articles) < _MOST_FOLLOWED and after not in ruling.articles:
                        grown = replace(ruling, articles=(*ruling.articles, after))
                        await connection.execute(
                            update(rulings).where(rulings.c.id == row.id).values(ruling=grown)
                        )
                    return

        await self.database.write(work)

    async def undo(
        self, workspace: WorkspaceId, number: int, *, by: str, at: datetime
    ) -> Ruling | None:
        """Take a ruling back; None if there is none of this number that holds."""

        async def work(connection: AsyncConnection) -> Ruling | None:
            await move_stamp(connection)
            found = await connection.execute(
                update(rulings)
                .where(
                    rulings.c.id == number,
                    rulings.c.workspace_id == workspace,
                    rulings.c.undone_at.is_(None),
                )
                .values(undone_at=at)
                .returning(rulings.c.ruling)
            )
            ruling: Ruling | None = found.scalar_one_or_none()
            if ruling is not None:
                change = Change(at, by, "took back a ruling", f"{ruling.into}", f"ruling {number}")
                await note(connection, workspace, change)
            return ruling

        return await self.database.write(work)


async def _hand_over(
    connection: AsyncConnection, workspace: WorkspaceId, gone: StoryId, into: StoryId
) -> None:
    ours = standings.c.workspace_id == workspace
    has_its_own = select(standings.c.destination).where(ours, standings.c.story_id == into)
    await connection.execute(
        update(standings)
        .where(ours, standings.c.story_id == gone, standings.c.destination.not_in(has_its_own))
        .values(story_id=into)
    )
