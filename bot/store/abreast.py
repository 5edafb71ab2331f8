"""The number by which those who judge articles keep abreast of each other and of what people do.

Each commit that files articles, and each deed of a person that changes what a place knows of its
stories, moves it: what was judged meanwhile is judged again. What changed, it does not say.
"""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import stamps

_OF_STORIES = stamps.c.kind == "stories"


async def read_stamp(connection: AsyncConnection) -> int:
    """The number as it stands."""
    return int((await connection.execute(select(stamps.c.value).where(_OF_STORIES))).scalar_one())


async def move_stamp(connection: AsyncConnection) -> int:
    """Make whoever judges articles now read along first. It comes before all else is read."""
    moved = update(stamps).where(_OF_STORIES).values(value=stamps.c.value + 1)
    return int((await connection.execute(moved.returning(stamps.c.value))).scalar_one())


async def move_from(connection: AsyncConnection, known: int) -> int | None:
    """Move the number on, if it is still the one that is known; None: somebody else was quicker."""
    moved = update(stamps).where(_OF_STORIES, stamps.c.value == known).values(value=known + 1)
    hit = (await connection.execute(moved)).rowcount == 1
    return known + 1 if hit else None
