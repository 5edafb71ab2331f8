"""The flow of an article, from a feed that is due to deliveries that wait in the outbox.

    poll_due_feeds         claim -> visit -> sift -> commit 1: articles, edits, habits, next poll
    process_new_articles   match -> file into stories -> judge -> commit 2: decisions, deliveries,
                           stories, PROCESSED

What stands between the two commits can be repeated after a crash at any point; nothing is lost or
told twice. Sending is `chat.deliver`'s business; when these functions run is `schedule`'s.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts.decide import seen_at, told_at
from bot.alerts.digest import Held
from bot.alerts.judge import judge
from bot.alerts.matching import Matched, match_all
from bot.alerts.notices import notice_key, notices
from bot.alerts.rulebook import Rulebook
from bot.alerts.verdicts import Judged, Terms
from bot.drawn import rulings_for
from bot.facts import held_of, known_of
from bot.feeds.fetch import Fetcher
from bot.feeds.floods import held_back
from bot.feeds.parse import Parser
from bot.feeds.shown import identities
from bot.feeds.sifting import Remembered, Sifted, in_doubt, names, sift
from bot.feeds.underway import Underway
from bot.feeds.visit import Visit, awake, due_again, is_quiet, visit
from bot.metrics import Metrics
from bot.model import (
    Article,
    ArticleId,
    Decision,
    Destination,
    DueFeed,
    FeedId,
    WorkspaceId,
)
from bot.store.deliveries import NewDelivery
from bot.store.polls import QuietPoll
from bot.store.settling import Settlement
from bot.store.store import Store
from bot.store.stories import Filings
from bot.stories.newsroom import Filed, Newsroom, file_all

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 200
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
    terms: Terms
    stories: bool
    lease: timedelta
    notices: Destination
    home: WorkspaceId
    saw: Callable[[Article, Sequence[Decision]], None] = lambda article, decisions: None
    underway: Underway[QuietPoll] = field(default_factory=Underway)
    newsroom: Newsroom = field(default_factory=Newsroom)
    metrics: Metrics = field(default_factory=Metrics)


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
        flow.store.feeds.record_quiet,
        to_the_end=patience is None,
    )
    return len(due)


async def poll_feed(flow: Flow, feed: DueFeed, now: datetime) -> QuietPoll | None:
    """Visit one claimed feed, then commit what came of it and when to come back.

    A poll that brought nothing is left to the caller, who commits many of them at once.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    seen = await visit(
        flow.fetcher, flow.parser, feed, now, lambda: flow.store.feeds.shown(feed.id)
    )
    result = type(seen.failure).__name__ if seen.failure else "ok"
    flow.metrics.fetched(result, loop.time() - began)
    if seen.validators and is_quiet(feed, seen):
        next_poll_at = due_again(feed, seen, now, usual=flow.interval, floor=flow.floor)
        return QuietPoll(feed, now, next_poll_at, seen.validators, seen.habits)
    sifted = await _sifted(flow, feed, seen, now)
    seen = awake(seen, sifted.new, now) if sifted.new else seen
    held = held_back(sifted.new, seen.count, now)
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
        shown=seen.shown,
        retired=seen.gone,
    )
    if recorded is None:  # the claim was lost: who holds it now tells of it
        return None
    flow.metrics.found(recorded.new)
    address, many = seen.habits.address, len(held)
    for notice in notices(feed, seen.error, gone=seen.gone, address=address, held_back=many):
        key = notice_key(feed, notice, now)
        await flow.store.outbox.post(flow.home, flow.notices, notice, key, now)
    return None


async def _sifted(flow: Flow, feed: DueFeed, seen: Visit, now: datetime) -> Sifted:
    """Say what is new of what was read, with all of the document in mind where that matters."""
    feeds, known = flow.store.feeds, {name for entry in seen.entries for name in names(entry)}
    memory = await feeds.remembered(feed.id, known) if known else {}
    beside: Mapping[str, Remembered] = {}
    if seen.shown and in_doubt(seen.entries, memory):
        beside = await feeds.remembered(feed.id, identities(seen.shown))
    return sift(seen.entries, memory, now, beside.values())


async def process_new_articles(flow: Flow, now: datetime) -> int:
    """Match, file, judge and commit the articles that wait, oldest first; how many that were.

    Reading and matching run in a thread, ahead of the serial part: articles are put into stories
    one poll of a feed after the other, and each poll is one commit.
    """
    await flow.store.mutes.wake(now)
    waiting = await flow.store.articles.waiting(PROCESSED_AT_ONCE)
    if not waiting:
        return 0
    await keep_in_step(flow, now)
    matched = await asyncio.to_thread(match_all, flow.rulebook, waiting)
    polls: dict[tuple[FeedId, datetime], list[Matched]] = defaultdict(list)
    for one in matched:
        polls[one.article.feed, seen_at(one.article)].append(one)
    for poll in polls.values():
        if not await settle(flow, poll, now):
            break  # others were quicker: read along what they did, then go on
    return len(waiting)


async def keep_in_step(flow: Flow, now: datetime) -> None:
    """Take over what was changed in any workspace since the last batch; mostly nothing was."""
    stamp = await flow.store.watchlists.stamp()
    if stamp != flow.rulebook.stamp:
        lists = await flow.store.lists.all_texts()
        watchlists = await flow.store.watchlists.all_enabled(flow.rulebook.watchlists)
        await asyncio.to_thread(flow.rulebook.update, watchlists, lists, stamp)
        for said in flow.rulebook.broken.values():
            log.error("a watchlist watches no more: %s", said)
    if flow.stories and await flow.store.stories.stamp() != flow.newsroom.stamp:
        news = await flow.store.stories.since(flow.newsroom.stamp, now)
        await asyncio.to_thread(flow.newsroom.take_over, news.states, news.texts, news.stamp)


async def settle(flow: Flow, poll: Sequence[Matched], now: datetime) -> bool:
    """Judge what one poll brought, and commit all of it or nothing. False: it must be done anew."""
    filed = await _file(flow, poll) if flow.stories else {}
    committed = False
    try:
        judged, filings = await _judged(flow, poll, filed, now)
        held = await held_of(flow.store, flow.rulebook, judged, now)
        settlements = [_settlement(one.article, judged, held) for one in poll]
        committed = await flow.store.articles.settle_together(settlements, now, filings)
    finally:
        if not committed:  # else the next try finds its own articles here, and calls them copies
            flow.newsroom.take_back(_new(filed))
    if not committed:
        return False
    if filings:
        flow.newsroom.stamp = filings.after + 1
        flow.newsroom.forget(now)
    for one in poll:
        flow.saw(one.article, judged.decisions[one.article.id])
    return True


async def _judged(
    flow: Flow, poll: Sequence[Matched], filed: Mapping[ArticleId, Filed], now: datetime
) -> tuple[Judged, Filings | None]:
    """What is decided of a poll, and what it adds to the stories, where stories are followed."""
    rulings = await rulings_for(flow.store, flow.newsroom, poll, filed)
    known = await known_of(flow.store, flow.rulebook, poll, filed, rulings, now)
    new = _new(filed)
    try:
        judged = await asyncio.to_thread(judge, poll, filed, known, flow.terms, flow.newsroom, now)
    except Exception:
        # Whatever is wrong with a story, the alerts that are due go out: as single cards.
        log.exception("a story could not be followed; its articles are told one by one")
        flow.newsroom.take_back(new)
        new, known = [], replace(known, standings=())
        judged = await asyncio.to_thread(judge, poll, {}, known, flow.terms, flow.newsroom, now)
    if not flow.stories:
        return judged, None
    stamp = flow.newsroom.stamp or 0
    return judged, Filings(stamp, new, judged.standings, judged.released, judged.pairs)


def _new(filed: Mapping[ArticleId, Filed]) -> list[Filed]:
    """Those that this poll put into their stories, in the order of filing."""
    return [one for one in filed.values() if not one.known]


async def _file(flow: Flow, poll: Sequence[Matched]) -> Mapping[ArticleId, Filed]:
    """Put each article into its story, or say in which it is already."""
    before = await flow.store.stories.filed([one.article.id for one in poll])
    articles = [(one.article, told_at(one.article), one.found) for one in poll]
    return await asyncio.to_thread(file_all, flow.newsroom, articles, before)


def _settlement(article: Article, judged: Judged, held: Held) -> Settlement:
    """What is committed of an article; a message goes with the first article that it tells of."""
    decisions = judged.decisions[article.id]
    places = {each.watchlist.id: index for index, each in enumerate(decisions)}
    deliveries = [
        NewDelivery(
            workspace,
            places.get(sending.because[0]) if sending.because else None,
            destination,
            sending.key,
            sending.message,
            sending.act,
            sending.card,
            held.get((destination, sending.key)),
            sending.decision,
        )
        for sending in judged.sendings
        if sending.article == article.id
        for workspace, destination in [sending.place]
    ]
    return Settlement(article.id, decisions, deliveries, article.revised_at, article.state)
