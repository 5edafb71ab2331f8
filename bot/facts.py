"""What judging a poll needs to know, asked of the store in a few questions for the whole poll.

It decides nothing; the judge stays pure because all this is gathered before.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime

from bot.alerts.digest import Held, waits
from bot.alerts.matching import Matched
from bot.alerts.mute import Mutes
from bot.alerts.rulebook import Rulebook
from bot.alerts.verdicts import Judged, Known, Waiting
from bot.model import Alert, AlertReason, ArticleId, StoryId, WorkspaceId
from bot.store.store import Store
from bot.stories.newsroom import Filed
from bot.stories.rulings import Rulings


async def known_of(
    store: Store,
    rulebook: Rulebook,
    poll: Sequence[Matched],
    filed: Mapping[ArticleId, Filed],
    rulings: Mapping[WorkspaceId, Rulings],
    now: datetime,
) -> Known:
    """What judging needs of the store, in a few questions for the whole poll."""
    matched = [one.article for one in poll if one.hits]
    known = Known(rulings=rulings, mutes=Mutes(await store.mutes.holding(now)))
    seen = {
        (reader.workspace, known.story(reader.workspace, filed[one.article.id]))
        for one in poll
        for reader in one.readers
        if one.article.id in filed
    }
    standings = await store.stories.standings({story for _, story in seen})
    asked = {(hit.watchlist.workspace, one.article.id) for one in poll for hit in one.hits}
    wanted = {(one.workspace, one.story) for one in standings} & seen | {
        (workspace, known.story(workspace, filed[article]))
        for workspace, article in asked
        if article in filed
    }
    waiting = await _waiting(store, rulebook, known, seen, now)
    wanted |= {
        (
            one.alert.watchlist.workspace,
            known.ruled(one.alert.watchlist.workspace, one.alert.article.id, one.placed),
        )
        for one in waiting
    }
    return replace(
        known,
        waiting=waiting,
        decided=await store.articles.decided([article.id for article in matched if article.before]),
        told=await store.articles.told(matched),
        standings=standings,
        pairs=await store.stories.pairs({saw for one in standings for saw in one.thread.saw}),
        reports=await store.stories.reports(wanted, rulings),
    )


async def _waiting(
    store: Store,
    rulebook: Rulebook,
    known: Known,
    seen: Set[tuple[WorkspaceId, StoryId]],
    now: datetime,
) -> list[Waiting]:
    """What waits for more sources in these stories, for watchlists that are still watched for."""
    if not rulebook.asks_for_sources or not seen:
        return []
    placed: set[StoryId] = set()
    moved: set[ArticleId] = set()
    for workspace, its in seen:
        ruled = known.rulings.get(workspace, Rulings())
        placed |= ruled.stories_of(its)
        moved |= {article for article, into in ruled.moved().items() if into == its}
    found = []
    for one in await store.telling.waiting(placed, moved, now):
        watchlist = rulebook.watching(one.watchlist)
        if watchlist is None:
            continue
        alert = Alert(watchlist, one.article, AlertReason.CORROBORATED, one.evidence)
        story = known.ruled(watchlist.workspace, one.article.id, one.placed)
        if (watchlist.workspace, story) in seen:
            found.append(Waiting(one.decision, one.placed, alert))
    return found


async def held_of(store: Store, rulebook: Rulebook, judged: Judged, now: datetime) -> Held:
    """Until when messages wait for a digest or the end of quiet hours, those that do."""
    if not judged.sendings:
        return {}
    places = {sending.place[1] for sending in judged.sendings}
    return waits(judged, rulebook.watching, await store.hours.of(places), now)
