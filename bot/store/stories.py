"""Stories as they are kept: what lives, where each article was put, what each place was told.

One commit after the other puts articles into stories; who comes second reads along first. It
compares no text and decides on no alert.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.feeds.called import source_of
from bot.message import AlertCard
from bot.model import (
    Act,
    AlertReason,
    ArticleId,
    DecisionId,
    Destination,
    FeedId,
    Severity,
    StoryId,
    WorkspaceId,
)
from bot.store.abreast import move_from, move_stamp, read_stamp
from bot.store.database import Database
from bot.store.deliveries import NewDelivery, put
from bot.store.differences import insert
from bot.store.rulings import belongs, holding
from bot.store.schema import articles, decisions
from bot.store.seen import OwnFeed, own_feeds
from bot.store.story_schema import placements, standings, stories
from bot.store.subscriptions import read_by
from bot.stories.cluster import StoryState, Thresholds
from bot.stories.corroboration import Report
from bot.stories.fingerprint import COPIED_WITHIN, Fingerprint
from bot.stories.newsroom import Filed
from bot.stories.novelty import Thread
from bot.stories.packed import Packed
from bot.stories.rulings import Rulings
from bot.stories.standing import Standing

MOST_REPORTS = 1_000  # of one story; its sources are counted from the newest of them
_PAIRS = ("told", "seen")
Drawn = Callable[[AlertCard, Sequence[Report]], AlertCard]


@dataclass(frozen=True, slots=True)
class ReadAlong:
    """What was committed since a stamp: stories as they stand, and the texts that were filed."""

    states: tuple[StoryState, ...]
    texts: tuple[tuple[ArticleId, StoryId, Fingerprint, datetime], ...]
    stamp: int


@dataclass(frozen=True, slots=True)
class Filings:
    """What a commit adds to the stories. `after` is the stamp up to which it knew the others.

    `released` are decisions that waited for sources and are told by it, `pairs` what those of the
    articles say that a place saw.
    """

    after: int
    filed: Sequence[Filed]
    standings: Sequence[Standing]
    released: Sequence[DecisionId] = ()
    pairs: Mapping[ArticleId, Set[int]] = field(default_factory=dict)


class OvertakenError(Exception):
    """Somebody else filed articles meanwhile; read along, and judge again."""


@dataclass(frozen=True, slots=True)
class StoryArchive:
    """All stories."""

    database: Database

    async def stamp(self) -> int:
        """A number that changes with every commit that files articles, and with people's deeds."""
        async with self.database.reading() as connection:
            return await read_stamp(connection)

    async def since(self, stamp: int | None, now: datetime) -> ReadAlong:
        """What was committed after `stamp`; all that lives now, if there is none."""
        changed = select(stories).where(
            stories.c.changed > (stamp or -1), stories.c.last_at > now - Thresholds().live
        )
        placed = placements.c
        filed = select(placed.article_id, placed.story_id, placed.marks, placed.at).where(
            placed.changed > (stamp or -1), placed.at > now - COPIED_WITHIN
        )
        async with self.database.reading() as connection:
            # The stamp first: what is committed while we read may come twice, and is never missed.
            up_to = await read_stamp(connection)
            states = [row.state for row in await connection.execute(changed)]
            texts = await connection.execute(filed.order_by(placed.at))
            return ReadAlong(
                tuple(states),
                tuple(
                    (
                        ArticleId(row.article_id),
                        StoryId(row.story_id),
                        Fingerprint(frozenset(row.marks)),
                        row.at,
                    )
                    for row in texts
                ),
                up_to,
            )

    async def filed(self, ids: Collection[ArticleId]) -> Mapping[ArticleId, StoryId]:
        """The stories of those of these articles that were filed before."""
        statement = select(placements.c.article_id, placements.c.story_id).where(
            placements.c.article_id.in_(ids)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            return {ArticleId(row.article_id): StoryId(row.story_id) for row in rows}

    async def redraw(
        self, workspace: WorkspaceId, story: StoryId, drawn: Drawn, at: datetime
    ) -> None:
        """Draw a story's cards anew where that changes them, and queue the edits.

        `drawn` gets a card as it reads by then, with the reports that the workspace sees in the
        story by then, newest first; nobody files an article meanwhile.
        """
        its = and_(standings.c.workspace_id == workspace, standings.c.story_id == story)

        async def work(connection: AsyncConnection) -> None:
            moved = await move_stamp(connection)
            ruled = (await holding(connection, [workspace])).get(workspace)
            reports = (await _read_reports(connection, workspace, [story], ruled)).get(story, ())
            for row in (await connection.execute(select(standings).where(its))).all():
                card = drawn(row.card, reports)
                if card == row.card:
                    continue
                here = and_(its, standings.c.destination == row.destination)
                await connection.execute(update(standings).where(here).values(card=card))
                place, key = Destination.parse(row.destination), f"ruled:{row.card_key}:{moved}"
                edit = NewDelivery(workspace, None, place, key, card, Act.EDIT, row.card_key)
                await put(connection, edit, None, at)

        await self.database.write(work)

    async def standings(self, of: Collection[StoryId]) -> tuple[Standing, ...]:
        """What every place was told of these stories."""
        statement = select(standings).where(standings.c.story_id.in_(of))
        async with self.database.reading() as connection:
            return tuple(map(as_standing, await connection.execute(statement)))

    async def pairs(self, of: Collection[ArticleId]) -> Mapping[ArticleId, Set[int]]:
        """What these articles say, in word pairs; one that no place saw is absent."""
        statement = select(placements.c.article_id, placements.c.pairs).where(
            placements.c.article_id.in_(of), placements.c.pairs.is_not(None)
        )
        async with self.database.reading() as connection:
            rows = await connection.execute(statement)
            return {ArticleId(row.article_id): row.pairs for row in rows}

    async def reports(
        self,
        wanted: Collection[tuple[WorkspaceId, StoryId]],
        rulings: Mapping[WorkspaceId, Rulings],
    ) -> Mapping[tuple[WorkspaceId, StoryId], tuple[Report, ...]]:
        """The articles of each story that a workspace can see, newest first."""
        found: dict[tuple[WorkspaceId, StoryId], tuple[Report, ...]] = dict.fromkeys(wanted, ())
        async with self.database.reading() as connection:
            for workspace in {workspace for workspace, _ in wanted}:
                stories = [story for its, story in wanted if its == workspace]
                ruled = rulings.get(workspace)
                for alike in [stories] if ruled is None else [[story] for story in stories]:
                    told = await _read_reports(connection, workspace, alike, ruled)
                    found |= {(workspace, story): reports for story, reports in told.items()}
        return found


async def keep_filings(connection: AsyncConnection, filings: Filings) -> None:
    """Add to the stories in a commit that runs. Raises OvertakenError if others came first."""
    moved = await move_from(connection, filings.after)
    if moved is None:
        raise OvertakenError
    newest = {each.story: each.state for each in filings.filed}
    await _put(
        connection,
        stories,
        [
            {
                "id": story,
                "first_at": state.first_at,
                "last_at": state.last_at,
                "changed": moved,
                "state": state,
            }
            for story, state in newest.items()
        ],
    )
    placed = [
        _placement(each, moved) | {"pairs": filings.pairs.get(each.article)}
        for each in filings.filed
    ]
    await _put(connection, placements, placed)
    await _keep_standings(connection, filings.standings)
    if filings.released:
        await connection.execute(
            update(decisions)
            .where(decisions.c.id.in_(filings.released))
            .values(told=True, reason=AlertReason.CORROBORATED.value)
        )


async def _keep_standings(connection: AsyncConnection, changed: Sequence[Standing]) -> None:
    """Write what changed of them; pairs that are as they were read are not written again."""
    whole = [each for each in changed if not _as_read(each.thread)]
    await _put(connection, standings, [_row(each) for each in whole])
    rows = [_row(each) for each in changed if _as_read(each.thread)]
    if rows:
        keys = [column.name for column in standings.primary_key]
        rest: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in rows[0] if name not in (*keys, *_PAIRS)
        }
        statement = update(standings).values(rest)
        for key in keys:
            statement = statement.where(standings.c[key] == bindparam(f"new_{key}"))
        named = [
            {f"new_{name}": value for name, value in row.items() if name not in _PAIRS}
            for row in rows
        ]
        await connection.execute(statement, named)


def _as_read(thread: Thread) -> bool:
    """Whether its own pairs came from the store, and none were added."""
    return isinstance(thread.told, Packed) and isinstance(thread.seen, Packed)


async def _put(connection: AsyncConnection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows, or put them in the place of those with their keys."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    statement = insert(connection, table)
    rest = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)


def _placement(filed: Filed, changed: int) -> dict[str, Any]:
    return {
        "article_id": filed.article,
        "story_id": filed.story,
        "at": filed.at,
        "changed": changed,
        "reason": str(filed.placement),
        "copies": filed.copies,
        "marks": filed.print.marks,
    }


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "workspace_id": standing.workspace,
        "destination": str(standing.destination),
        "story_id": standing.story,
        "card_key": standing.key,
        "card": standing.card,
        "severity": standing.severity.value,
        "watchlists": standing.watchlists,
        "ledger": standing.ledger,
        "told": standing.thread.told,
        "seen": standing.thread.seen,
        "length": standing.thread.length,
        "saw": standing.thread.saw,
        "spoken": standing.spoken,
        "changed_at": standing.changed_at,
        "kept_back": standing.kept_back,
    }


def as_standing(row: Row[Any]) -> Standing:
    """A row of `standings` as what the other rooms know."""
    return Standing(
        workspace=WorkspaceId(row.workspace_id),
        destination=Destination.parse(row.destination),
        story=StoryId(row.story_id),
        key=row.card_key,
        card=row.card,
        severity=Severity(row.severity),
        watchlists=row.watchlists,
        ledger=row.ledger,
        thread=Thread(row.told, row.seen, row.length, row.saw),
        spoken=row.spoken,
        changed_at=row.changed_at,
        kept_back=row.kept_back,
    )


async def _read_reports(
    connection: AsyncConnection,
    workspace: WorkspaceId,
    of: Sequence[StoryId],
    ruled: Rulings | None,
) -> Mapping[StoryId, tuple[Report, ...]]:
    """The reports of stories, newest first; one that the workspace sees nothing of is absent."""
    rows = (await connection.execute(_reports(workspace, of, ruled))).all()
    own = await own_feeds(connection, workspace, {row.feed_id for row in rows})
    return {
        StoryId(story): tuple(_report(row, own[FeedId(row.feed_id)]) for row in reports)
        for story, reports in groupby(rows, key=lambda row: row.story)
    }


def _reports(workspace: WorkspaceId, of: Sequence[StoryId], ruled: Rulings | None) -> Any:
    """The newest reports of stories, one story after the other; of one alone if people ruled."""
    placed = placements.c.story_id
    story = placed if ruled is None else literal(of[0], placed.type)
    newest = func.row_number().over(partition_by=story, order_by=articles.c.id.desc())
    found = (
        select(
            story.label("story"),
            articles.c.id,
            articles.c.feed_id,
            articles.c.source,
            articles.c.source_host,
            articles.c.first_seen_at,
            placements.c.copies,
            newest.label("rank"),
        )
        .join(articles, articles.c.id == placements.c.article_id)
        .where(placed.in_(of) if ruled is None else belongs(of[0], ruled), read_by(workspace))
        .subquery()
    )
    return (
        select(found).where(found.c.rank <= MOST_REPORTS).order_by(found.c.story, found.c.id.desc())
    )


def _report(row: Row[Any], own: OwnFeed) -> Report:
    outlet, home = source_of(row.source, row.source_host, own.names)
    return Report(
        ArticleId(row.id),
        outlet,
        row.source_host,
        row.first_seen_at,
        tuple(copy.article for copy in row.copies),
        home,
    )
