"""What people think of alerts: votes that one was not relevant, per decision and person.

They count towards a watchlist's precision; nothing is matched or told otherwise because of them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, distinct, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import AlertReason, DecisionId, Watchlist, WorkspaceId
from bot.store.abreast import move_stamp
from bot.store.audit import Change, note
from bot.store.database import Database
from bot.store.deliveries import Delivery
from bot.store.differences import insert
from bot.store.mutes import By
from bot.store.reaction_schema import votes
from bot.store.redrawing import card_of_delivery, redraw
from bot.store.schema import decisions, revisions

CARDS = (AlertReason.MATCHED.value, AlertReason.ESCALATED.value)
"""Why a card is posted. What goes into its thread is no alert that anybody votes on."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Of `alerts` cards `not_relevant` were called that by anybody."""

    alerts: int
    not_relevant: int

    @property
    def precision(self) -> float:
        """The part that nobody called not relevant, 0 to 1; of no alerts it is 1."""
        return 1 - self.not_relevant / self.alerts if self.alerts else 1.0

    def __str__(self) -> str:
        """`Of 20 alerts 3 were called not relevant: precision 85 %.`; without votes nothing."""
        if not self.not_relevant:
            return ""
        alerts = "1 alert" if self.alerts == 1 else f"{self.alerts} alerts"
        were = "was" if self.not_relevant == 1 else "were"
        return (
            f"Of {alerts} {self.not_relevant} {were} called not relevant:"
            f" precision {100 * self.precision:.0f} %."
        )


@dataclass(frozen=True, slots=True)
class Votes:
    """All votes of all workspaces."""

    database: Database

    async def cast(self, delivery: Delivery, *, by: By, at: datetime) -> bool:
        """Record that a card is not relevant to somebody, for every watchlist that it told of.

        False if this person said so before, or if no decision caused the card.
        """

        async def work(connection: AsyncConnection) -> bool:
            stamp = await move_stamp(connection)
            told = await _told(connection, delivery)
            vote = insert(connection, votes).on_conflict_do_nothing()
            shared = {
                "workspace_id": delivery.workspace,
                "delivery_id": delivery.id,
                "actor": by.actor,
                "name": by.name,
                "at": at,
            }
            added = 0
            for decision in told:
                row = vote.values(decision_id=decision, **shared)
                added += (await connection.execute(row)).rowcount
            if not added:
                return False
            await _changed(connection, delivery, stamp, by, "called an alert not relevant", at)
            return True

        return await self.database.write(work)

    async def take_back(self, delivery: Delivery, *, by: By, at: datetime) -> bool:
        """Undo what was said of a card. False if nothing was; of two who try, one gets True."""

        async def work(connection: AsyncConnection) -> bool:
            stamp = await move_stamp(connection)
            undone = await connection.execute(
                update(votes)
                .where(
                    votes.c.workspace_id == delivery.workspace,
                    votes.c.delivery_id == delivery.id,
                    votes.c.undone_at.is_(None),
                )
                .values(undone_at=at)
            )
            if not undone.rowcount:
                return False
            await _changed(connection, delivery, stamp, by, "took back: not relevant", at)
            return True

        return await self.database.write(work)

    async def callers(self, workspace: WorkspaceId, decision: DecisionId) -> tuple[str, ...]:
        """Who called an alert not relevant, first come first."""
        statement = (
            select(votes.c.name)
            .where(
                votes.c.workspace_id == workspace,
                votes.c.decision_id == decision,
                votes.c.undone_at.is_(None),
            )
            .order_by(votes.c.id)
        )
        async with self.database.reading() as connection:
            return tuple(dict.fromkeys((await connection.execute(statement)).scalars()))

    async def tally(self, watchlist: Watchlist) -> Tally:
        """How many cards a watchlist's query as it reads now brought, and what was said of them."""
        statement = (
            select(
                func.count(distinct(decisions.c.id)).label("alerts"),
                func.count(distinct(votes.c.decision_id)).label("called"),
            )
            .select_from(decisions)
            .join(
                revisions,
                and_(
                    revisions.c.watchlist_id == decisions.c.watchlist_id,
                    revisions.c.revision == decisions.c.revision,
                ),
            )
            .outerjoin(
                votes, and_(votes.c.decision_id == decisions.c.id, votes.c.undone_at.is_(None))
            )
            .where(
                decisions.c.workspace_id == watchlist.workspace,
                decisions.c.watchlist_id == watchlist.id,
                decisions.c.told,
                decisions.c.reason.in_(CARDS),
                revisions.c.query == watchlist.query,
            )
        )
        async with self.database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return Tally(row.alerts, row.called)


async def _told(connection: AsyncConnection, delivery: Delivery) -> list[int]:
    """The decisions that a card tells of: of its article, to tell it at its destination."""
    article = select(decisions.c.article_id).where(
        decisions.c.workspace_id == delivery.workspace, decisions.c.id == delivery.decision
    )
    statement = (
        select(decisions.c.id, revisions.c.destinations)
        .join(
            revisions,
            and_(
                revisions.c.watchlist_id == decisions.c.watchlist_id,
                revisions.c.revision == decisions.c.revision,
            ),
        )
        .where(
            decisions.c.workspace_id == delivery.workspace,
            decisions.c.article_id == article.scalar_subquery(),
            decisions.c.told,
        )
        .order_by(decisions.c.id)
    )
    rows = await connection.execute(statement)
    return [row.id for row in rows if delivery.destination in row.destinations]


async def _changed(
    connection: AsyncConnection, delivery: Delivery, stamp: int, by: By, action: str, at: datetime
) -> None:
    """Audit what was done, and draw the card as it reads now."""
    subject = getattr(delivery.message, "watch", "")
    change = Change(
        at, by.actor, action, subject, f"message {delivery.id}", place=delivery.destination
    )
    await note(connection, delivery.workspace, change)
    await redraw(connection, await card_of_delivery(connection, delivery), stamp, at)
