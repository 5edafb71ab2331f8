"""The addresses under which articles' pages were found, beside those that their feeds gave.

An article is found by them when somebody asks for it, and is never known again by them: a page must
not be able to pass for another article. Which address is believed, `bot.feeds.canonical` says.
"""

from collections.abc import Collection

from sqlalchemy import Column, ForeignKey, PrimaryKeyConstraint, Select, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.identity import names_of
from bot.model import ArticleId
from bot.store.differences import insert
from bot.store.schema import Id, metadata

whereabouts = Table(
    "whereabouts",
    metadata,
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False, index=True),
    PrimaryKeyConstraint("article_id", "name"),
)


async def note_addresses(
    connection: AsyncConnection, article: ArticleId, addresses: Collection[str]
) -> None:
    """Remember clean addresses of an article's page, each in the forms in which it may be asked."""
    names = {name for each in addresses for name in names_of("", each, "", "").certain}
    if names:
        rows = [{"article_id": article, "name": name} for name in sorted(names)]
        fresh = insert(connection, whereabouts).on_conflict_do_nothing()
        await connection.execute(fresh, rows)


async def copy_addresses(connection: AsyncConnection, of: ArticleId, to: ArticleId) -> None:
    """Remember for an article what is known of another's page, which is the same one."""
    known = select(whereabouts.c.name).where(whereabouts.c.article_id == of)
    rows = [{"article_id": to, "name": row.name} for row in await connection.execute(known)]
    if rows:
        fresh = insert(connection, whereabouts).on_conflict_do_nothing()
        await connection.execute(fresh, rows)


def found_at(names: Collection[str]) -> Select[tuple[int]]:
    """The articles whose page has one of these names."""
    return select(whereabouts.c.article_id).where(whereabouts.c.name.in_(names))
