"""The flow of an article, from a feed that is due to deliveries that wait in the outbox.

    poll_due_feeds         claim -> visit -> sift -> commit 1: articles, edits, habits, next poll
    process_new_articles   match -> decide -> compose -> commit 2: decisions, deliveries, PROCESSED

What stands between the two commits can be repeated after a crash at any point; nothing is lost or
told twice. Sending is `chat.deliver`'s business; when these functions run is `schedule`'s.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.alerts.decide import decide, seen_at
from bot.alerts.matching import Matched, match_all
from bot.alerts.notices import notice_key, notices
from bot.alerts.parcels import Parcel, Told, parcels
from bot.alerts.rulebook import Rulebook
from bot.feeds.fetch import Fetcher
from bot.feeds.floods import held_back
from bot.feeds.parse import Parser
from bot.feeds.sifting import names, sift
from bot.feeds.underway import Underway
from bot.feeds.visit import awake, due_again, visit
from bot.model import (
    Alert,
    Article,
    Decision,
    Destination,
    DueFeed,
    FeedId,
    WorkspaceId,
)
from bot.store.articles import Settlement
from bot.store.deliveries import NewDelivery
from bot.store.store import Store

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 50
POLLED_AT_ONCE = 200  # many of them wait for their host; the fetcher bounds what is on the wire
PROCESSED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Flow:
    """What an article passes through: the parts of the running bot that this module puts to work.

    `saw` is told of every article and what was decided about it, after that was committed.
    """

    store: Store
    fetcher: Fetcher
    parser: Parser
    rulebook: Rulebook
    interval: timedelta
    floor: timedelta
    age_limit: timedelta
    lease: timedelta
    notices: Destination
    home: WorkspaceId
    saw: Callable[[Article, Sequence[Decision]], None] = lambda article, decisions: None
    underway: Underway = field(default_factory=Underway)


async def poll_due_feeds(flow: Flow, now: datetime, patience: timedelta | None = None) -> int:
    """Start to poll every feed that is due and return how many that were.

    Feeds are claimed in the store, so several workers never poll the same one. A feed that fails
    changes nothing for the others: its failure is recorded with the feed. Polls that take longer
    than `patience` go on while the next ones start; without it all are waited for.
    """
    due = await flow.store.feeds.claim_due(
        now,
        limit=min(CLAIMED_AT_ONCE, POLLED_AT_ONCE - len(flow.underway)),
        lease=flow.lease,
        usual=flow.interval,
    )
    for feed in due:
        flow.underway.start(feed, poll_feed(flow, feed, now))
    await flow.underway.wait(
        patience or flow.lease / 3,
        lambda held: flow.store.feeds.renew(held, flow.lease),
        to_the_end=patience is None,
    )
    return len(due)


async def poll_feed(flow: Flow, feed: DueFeed, now: datetime) -> None:
    """Visit one claimed feed, then commit what came of it and when to come back."""
    seen = await visit(flow.fetcher, flow.parser, feed, now)
    known = {name for entry in seen.entries for name in names(entry)}
    memory = await flow.store.feeds.remembered(feed.id, known) if known else {}
    sifted = sift(seen.entries, memory, now)
    seen = awake(seen, now) if sifted.new else seen
    held = held_back(sifted.new, len(seen.entries), now)
    if held and not await flow.store.feeds.has_shown(feed.id):
        held = frozenset()
    recorded = await flow.store.feeds.record_poll(
        feed,
        at=now,
        next_poll_at=due_again(feed, seen, now, usual=flow.interval, floor=flow.floor),
        validators=seen.validators,
        entries=sifted.new,
        error=seen.error,
        baseline=not feed.polled_before,
        sifted=sifted,
        held_back=held,
        habits=seen.habits,
        retired=seen.gone,
    )
    if recorded is None:  # the claim was lost: who holds it now tells of it
        return
    address, many = seen.habits.address, len(held)
    for notice in notices(feed, seen.error, gone=seen.gone, address=address, held_back=many):
        key = notice_key(feed, notice, now)
        await flow.store.outbox.post(flow.home, flow.notices, notice, key, now)


async def process_new_articles(flow: Flow, now: datetime) -> int:
    """Match, decide and commit the articles that wait, oldest first; return how many that were.

    Matching runs in a thread, ahead of the serial part: one commit per article, in order, or one
    for a whole poll where a message tells of several articles.
    """
    waiting = await flow.store.articles.waiting(PROCESSED_AT_ONCE)
    if not waiting:
        return 0
    await _keep_in_step(flow)
    matched = await asyncio.to_thread(match_all, flow.rulebook, waiting)
    polls: dict[tuple[FeedId, datetime], list[Matched]] = defaultdict(list)
    for one in matched:
        polls[one.article.feed, seen_at(one.article)].append(one)
    for poll in polls.values():
        await settle(flow, poll, now)
    return len(waiting)


async def _keep_in_step(flow: Flow) -> None:
    """Take over what was changed in any workspace since the last batch; mostly nothing was."""
    stamp = await flow.store.watchlists.stamp()
    if stamp != flow.rulebook.stamp:
        lists = await flow.store.lists.all_texts()
        flow.rulebook.update(await flow.store.watchlists.all_enabled(), lists, stamp)
        for said in flow.rulebook.broken.values():
            log.error("a watchlist watches no more: %s", said)


async def settle(flow: Flow, poll: Sequence[Matched], now: datetime) -> None:
    """Decide for every watchlist that matches, and commit it with the article: all or nothing."""
    told: dict[str, Told] = {}
    decided = [(one.article, await _decide(flow, one, told)) for one in poll]
    messages = parcels(tuple(told.values()))
    together = any(len(message.tells) > 1 for message in messages)
    for batch in [decided] if together else [[one] for one in decided]:
        settlements = [_settlement(article, choices, messages) for article, choices in batch]
        if await flow.store.articles.settle_together(settlements, now):
            for article, choices in batch:
                flow.saw(article, choices)


async def _decide(flow: Flow, one: Matched, told: dict[str, Told]) -> tuple[Decision, ...]:
    """Decide for each hit; `told` gathers what is told in this poll. A first decision stands."""
    articles, article = flow.store.articles, one.article
    judged = await articles.decided(article.id) if article.before else frozenset()
    decisions: list[Decision] = []
    for hit in one.hits:
        watchlist = hit.watchlist.id
        if watchlist in judged:
            continue
        same = f"{watchlist} {article.url or article.id} {article.title}"
        decision = decide(
            article,
            hit,
            age_limit=flow.age_limit,
            told=same in told or await articles.told(watchlist, article),
            matched_before=watchlist in one.before,
        )
        if isinstance(decision, Alert):
            told[same] = Told(hit, decision)
        decisions.append(decision)
    return tuple(decisions)


def _settlement(
    article: Article, decisions: Sequence[Decision], messages: Sequence[Parcel]
) -> Settlement:
    """What is committed of an article; a message goes with the first article that it tells of."""
    places = {each.watchlist.id: index for index, each in enumerate(decisions)}
    deliveries = [
        NewDelivery(each.workspace, places[watchlist], each.destination, each.key, each.message)
        for each in messages
        for first, watchlist in each.tells[:1]
        if first == article.id
    ]
    return Settlement(article.id, decisions, deliveries, article.revised_at)
