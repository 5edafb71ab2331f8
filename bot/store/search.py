"""Finds the articles that may answer a query, newest first, without reading the others.

The index gives candidates and never a verdict; an article whose text it does not know yet is a
candidate, too. Newest is what reached us last: the order of ids. It parses and matches nothing.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, TextClause, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

import rules
from bot.model import ArticleId, WorkspaceId
from bot.store.database import Database
from bot.store.reading import (
    EVERYTHING,
    begin_edition,
    keep_unless_changed,
    keys_of_unread,
    next_unread,
)
from bot.store.schema import Id, articles
from bot.store.search_schema import unread
from bot.store.subscriptions import read_by

READ_AT_ONCE = 100
CHARACTERS_AT_ONCE = 500_000  # of text, so that a write of what was read stays short
_GAP = b"\n\n"

# Bytes, which is what a sieve takes: texts of up to hundreds of articles are never decoded.
_TEXTS_SQLITE = """
    select articles.id, cast(title as blob), cast(body as blob), cast(pages.text as blob)
    from articles left join pages on pages.article_id = articles.id
    where articles.id in (select value from json_each(:ids))
"""
_TEXTS_POSTGRESQL = """
    select articles.id, convert_to(title, 'UTF8'), convert_to(body, 'UTF8'),
        convert_to(pages.text, 'UTF8')
    from articles left join pages on pages.article_id = articles.id
    where articles.id in (select value::bigint from json_array_elements_text(cast(:ids as json)))
"""

_OWN_FEEDS = (
    "(select feed_id from subscriptions where workspace_id = :workspace and removed_at is null)"
)
# CROSS JOIN keeps SQLite from turning the join around: the index walks from the newest on.
_SQLITE = f"""
    select json_group_array(article_id) from (
    select readings.article_id from readings_index cross join readings
    where readings_index match :asked and readings.article_id = readings_index.rowid
    and readings_index.rowid >= :floor and readings_index.rowid < :before
    and readings.feed_id in {_OWN_FEEDS}
    order by readings_index.rowid desc limit :most)
"""  # noqa: S608 - made of constants; what people ask is bound
# MATERIALIZED, with nothing but keys to go by, leaves the planner no way but the index: it would
# walk the ids in search of a word that never occurs, and unpack the keys of every article.
_POSTGRESQL = f"""
    with hits as materialized (
        select article_id, feed_id from readings where keys @@ cast(:asked as tsquery)
    )
    select cast(json_agg(article_id) as text) from (
    select article_id from hits
    where article_id >= :floor and article_id < :before and feed_id in {_OWN_FEEDS}
    order by article_id desc limit :most) as newest
"""  # noqa: S608 - as above
# Words that are everywhere fill a page within the newest readings, told row by row without the
# index, which would gather every article that has them.
_NEWEST_POSTGRESQL = f"""
    select cast(json_agg(article_id) as text) from (
    select article_id from readings
    where article_id > (select max(article_id) from readings where article_id < :before) - :near
    and article_id >= :floor and article_id < :before
    and keys @@ cast(:asked as tsquery) and feed_id in {_OWN_FEEDS}
    order by article_id desc limit :most) as newest
"""  # noqa: S608 - as above
_IDS = (bindparam("floor", type_=Id), bindparam("before", type_=Id))
_NEAR = 20  # times as many rows as articles are asked for: a millisecond or two for fifty
_COST_OF_ROW = 10  # of one whose keys are unpacked, in rows that the index gives


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the archive: ids from `floor` on, and below `before`, if that is given."""

    floor: int = 0
    before: int = 2**62


class Texts(NamedTuple):
    """The texts of an article in UTF-8, as they may be matched: the body with the page behind."""

    article: ArticleId
    title: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Search:
    """The index over all articles."""

    database: Database

    async def candidates(
        self,
        workspace: WorkspaceId,
        condition: rules.Narrowing | None,
        stretch: Stretch,
        limit: int,
        near: int | None = None,
    ) -> tuple[ArticleId, ...]:
        """The newest articles of the workspace's feeds that fulfil the condition, or may.

        None is fulfilled by all. Fewer than `limit` means that there are no more. `near` says among
        how many articles so many are expected, for whoever knows; a wrong number costs time alone.
        """
        async with self.database.reading() as connection:
            waiting = await _ids(connection, _all(workspace, stretch, limit, only_unread=True))
            if condition is None:
                return tuple(await _ids(connection, _all(workspace, stretch, limit)))
            asked = self._asked(workspace, condition, stretch, limit)
            found: Sequence[ArticleId] = ()
            near = limit * _NEAR if near is None else near
            if self.database.dialect == "postgresql" and _is_near(near, limit, stretch):
                newest = text(_NEWEST_POSTGRESQL).bindparams(*_IDS)
                found = await _listed(connection, newest, {**asked, "near": near})
            if len(found) < limit:
                found = await self._by_keys(connection, asked)
        return tuple(sorted({*found, *waiting}, reverse=True)[:limit])

    async def _by_keys(
        self, connection: AsyncConnection, asked: Mapping[str, object]
    ) -> Sequence[ArticleId]:
        if self.database.dialect == "sqlite":
            return await _listed(connection, text(_SQLITE).bindparams(*_IDS), asked)
        # A look at every row would unpack the keys of every article.
        await connection.execute(text("set local enable_seqscan = off"))
        return await _listed(connection, text(_POSTGRESQL).bindparams(*_IDS), asked)

    def _asked(
        self, workspace: WorkspaceId, condition: rules.Narrowing, stretch: Stretch, limit: int
    ) -> Mapping[str, object]:
        signs = _FTS5 if self.database.dialect == "sqlite" else _TSQUERY
        return {
            "floor": stretch.floor,
            "before": stretch.before,
            "asked": signs.write(condition),
            "workspace": workspace,
            "most": limit,
        }

    async def texts(self, ids: Sequence[ArticleId]) -> tuple[Texts, ...]:
        """The texts of these articles, in any order, at a tenth of what whole articles cost."""
        sqlite = self.database.dialect == "sqlite"
        statement = text(_TEXTS_SQLITE if sqlite else _TEXTS_POSTGRESQL)
        async with self.database.reading() as connection:
            rows = (await connection.execute(statement, {"ids": json.dumps(list(ids))})).all()
        return tuple(
            Texts(ArticleId(id_), title, body if page is None else body + _GAP + page)
            for id_, title, body, page in rows
        )

    async def floor(self, since: datetime) -> ArticleId | None:
        """The lowest id of the articles first seen since then; None if there is none."""
        statement = select(func.min(articles.c.id)).where(articles.c.first_seen_at >= since)
        async with self.database.reading() as connection:
            found = (await connection.execute(statement)).scalar_one_or_none()
        return None if found is None else ArticleId(found)

    async def count(self, workspace: WorkspaceId, stretch: Stretch, since: datetime | None) -> int:
        """How many articles of the workspace's feeds there are."""
        statement = select(func.count()).where(
            articles.c.id >= stretch.floor, articles.c.id < stretch.before, read_by(workspace)
        )
        if since is not None:
            statement = statement.where(articles.c.first_seen_at >= since)
        async with self.database.reading() as connection:
            return (await connection.execute(statement)).scalar_one()

    async def newest(self, workspace: WorkspaceId) -> ArticleId | None:
        """The article of the workspace's feeds that reached us last."""
        found = await self.candidates(workspace, None, Stretch(), 1)
        return found[0] if found else None

    async def read_some(self) -> int:
        """Read articles that the index does not know yet, the newest first; how many.

        Nothing is locked while their keys are worked out, so others write meanwhile; who edits one
        lets it be read again. Several who read at once only do the same twice.
        """
        async with self.database.reading() as connection:
            found = await next_unread(connection, READ_AT_ONCE, CHARACTERS_AT_ONCE)
        if not found:
            return 0
        keys = await keys_of_unread(found)
        return await self.database.write(
            lambda connection: keep_unless_changed(connection, found, keys)
        )

    async def begin_edition(self) -> None:
        """Let everything be read anew if texts have other keys than when they were read."""
        await self.database.write(begin_edition)

    async def unread(self) -> int:
        """How many articles the index does not know yet."""
        async with self.database.reading() as connection:
            return (await connection.execute(select(func.count()).select_from(unread))).scalar_one()


async def _ids(connection: AsyncConnection, statement: Select[int]) -> Sequence[ArticleId]:
    return [ArticleId(id_) for id_ in (await connection.execute(statement)).scalars()]


async def _listed(
    connection: AsyncConnection, statement: TextClause, parameters: Mapping[str, object]
) -> Sequence[ArticleId]:
    """Ids that come as one list: a row for each costs as much as finding it."""
    found = (await connection.execute(statement, parameters)).scalar_one()
    return [] if found is None else json.loads(found)


def _is_near(near: int, limit: int, stretch: Stretch) -> bool:
    """Whether it is cheaper to look at the newest rows than to gather all that have the keys.

    Where so many are found among so many rows, the index gives as large a part of all rows.
    """
    return near * _COST_OF_ROW <= stretch.before * limit // near


def _all(
    workspace: WorkspaceId, stretch: Stretch, limit: int, *, only_unread: bool = False
) -> Select[int]:
    # By the ids of `unread`, which is nearly empty, and not by those of the articles.
    id_ = unread.c.article_id if only_unread else articles.c.id
    statement = select(id_)
    if only_unread:
        statement = statement.join(articles, articles.c.id == id_)
    return (
        statement.where(id_ >= stretch.floor, id_ < stretch.before, read_by(workspace))
        .order_by(id_.desc())
        .limit(limit)
    )


class _Signs(NamedTuple):
    """How a database writes a condition. No key holds any of these signs."""

    quote: str
    stem: str
    either: str
    both: str

    def write(self, condition: rules.Narrowing) -> str:
        """The condition, and what every search must look at."""
        return f"{self._part(condition)}{self.either}{self.quote}{EVERYTHING}{self.quote}"

    def _part(self, part: rules.Narrowing) -> str:
        if isinstance(part, rules.OneOf):
            words = [f"{self.quote}{key}{self.quote}" for key in part.keys]
            words += [f"{self.quote}{stem}{self.quote}{self.stem}" for stem in part.stems]
            return f"({self.either.join(words)})"
        between = self.both if isinstance(part, rules.AllOf) else self.either
        return f"({between.join(map(self._part, part.parts))})"


_FTS5 = _Signs('"', "*", " OR ", " AND ")
_TSQUERY = _Signs("'", ":*", " | ", " & ")
