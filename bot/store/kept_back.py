"""What stories keep back because they have spoken enough, and the commit that tells it after all.

When a story may speak again is decided elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import AlertReason, DecisionId, QuietReason
from bot.store.abreast import move_stamp
from bot.store.database import Database
from bot.store.deliveries import NewDelivery, put
from bot.store.schema import decisions
from bot.store.stories import as_standing
from bot.store.story_schema import standings
from bot.stories.standing import KeptBack, Standing


@dataclass(frozen=True, slots=True)
class KeptUpdates:
    """Updates that wait until their story may speak again."""

    database: Database

    async def all(self) -> tuple[Standing, ...]:
        """What every place was told of the stories that keep something back."""
        statement = select(standings).where(standings.c.kept_back.is_not(None))
        async with self.database.reading() as connection:
            return tuple(map(as_standing, await connection.execute(statement)))

    async def end(
        self, was: Standing, now: Standing, delivery: NewDelivery | None, at: datetime
    ) -> bool:
        """Let a standing that kept something back be as it is `now`, and queue what it tells.

        Without `delivery` it is told no more. False, and nothing is done, if the standing changed
        meanwhile.
        """

        async def work(connection: AsyncConnection) -> bool:
            await move_stamp(connection)
            same = and_(
                standings.c.workspace_id == was.workspace,
                standings.c.destination == str(was.destination),
                standings.c.story_id == was.story,
                standings.c.card_key == was.key,
                standings.c.changed_at == was.changed_at,
                standings.c.kept_back.is_not(None),
            )
            rest = {
                "kept_back": now.kept_back,
                "spoken": now.spoken,
                "changed_at": now.changed_at,
            }
            if (await connection.execute(update(standings).where(same).values(rest))).rowcount != 1:
                return False
            if delivery is not None and was.kept_back is not None:
                decision = await _told(connection, was, was.kept_back)
                await put(connection, delivery, decision, at)
            return True

        return await self.database.write(work)


async def _told(
    connection: AsyncConnection, standing: Standing, kept: KeptBack
) -> DecisionId | None:
    """The decisions that kept the article quiet say now that it was told; one of them, if any."""
    quiet = and_(
        decisions.c.workspace_id == standing.workspace,
        decisions.c.article_id == kept.article,
        decisions.c.watchlist_id.in_(kept.watchlists),
        decisions.c.reason == QuietReason.OVER_BUDGET.value,
    )
    told = update(decisions).where(quiet).values(told=True, reason=AlertReason.UPDATE.value)
    found = (await connection.execute(told.returning(decisions.c.id))).scalars().all()
    return DecisionId(min(found)) if found else None
