"""The flow of an article, from a feed that is due to deliveries that wait in the outbox.

    poll_due_feeds         claim -> fetch -> parse -> commit 1: articles, validators, next poll
    process_new_articles   match -> decide -> compose -> commit 2: decisions, deliveries, PROCESSED

What stands between the two commits can be repeated after a crash at any point; nothing is lost or
told twice. Sending is `chat.deliver`'s business; when these functions run is `schedule`'s.
"""

import asyncio
import hashlib
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alerts.compose import card
from bot.alerts.decide import decide
from bot.alerts.rulebook import Hit, Rulebook
from bot.errors import AddressRefused, FetchError, ParseError
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.parse import ParsedFeed, Parser
from bot.feeds.polling import PollOutcome, next_poll
from bot.message import Answer, Paragraph, Tone, plain
from bot.model import (
    Alert,
    Article,
    Decision,
    Destination,
    DueFeed,
    Entry,
    Reader,
    Validators,
    WorkspaceId,
)
from bot.store.deliveries import NewDelivery
from bot.store.store import Store

log = logging.getLogger(__name__)

POLLED_AT_ONCE = 20
PROCESSED_AT_ONCE = 50
SHOWN_AFTER_FAILURES = 3


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


async def poll_due_feeds(flow: Flow, now: datetime) -> int:
    """Poll every feed that is due and return how many that were.

    Feeds are claimed in the store, so several workers never poll the same one. A feed that fails
    changes nothing for the others: its failure is recorded with the feed.
    """
    due = await flow.store.feeds.claim_due(
        now, limit=POLLED_AT_ONCE, lease=flow.lease, usual=flow.interval
    )
    await asyncio.gather(*(poll_feed(flow, feed, now) for feed in due))
    return len(due)


async def poll_feed(flow: Flow, feed: DueFeed, now: datetime) -> None:
    """Fetch and read one claimed feed, then commit what came of it and when to come back."""
    entries: Sequence[Entry] = ()
    validators: Validators | None = None
    failure: FetchError | ParseError | AddressRefused | None = None
    try:
        answer = await flow.fetcher.fetch(feed.url, feed.validators)
        validators = answer.validators
        if isinstance(answer, Fetched):
            entries = (await read_feed(flow.parser, answer, now)).entries
    except (FetchError, ParseError, AddressRefused) as error:
        failure = error
        validators = None
    await flow.store.feeds.record_poll(
        feed,
        at=now,
        next_poll_at=_next_poll(flow, feed, failure, now),
        validators=validators,
        entries=entries,
        error=str(failure) if failure else None,
        baseline=not feed.polled_before,
    )
    await _tell_of_health(flow, feed, failure, now)


async def read_feed(parser: Parser, answer: Fetched, now: datetime) -> ParsedFeed:
    """Turn a fetched body into entries. Raises ParseError."""
    return await parser.parse(
        answer.body, url=answer.url, content_type=answer.content_type, now=now
    )


def _next_poll(flow: Flow, feed: DueFeed, failure: Exception | None, now: datetime) -> datetime:
    return next_poll(
        now,
        interval=feed.interval or flow.interval,
        floor=flow.floor,
        outcome=_outcome(failure),
        failures=feed.failures + 1 if failure else 0,
        retry_after=failure.retry_after if isinstance(failure, FetchError) else None,
        jitter=random.random(),  # noqa: S311 - spreads polls; nothing secret hangs on it
    )


def _outcome(failure: Exception | None) -> PollOutcome:
    if failure is None:
        return PollOutcome.SUCCESS
    lasting = isinstance(failure, AddressRefused) or getattr(failure, "permanent", False)
    return PollOutcome.PERMANENT if lasting else PollOutcome.FAILURE


async def _tell_of_health(
    flow: Flow, feed: DueFeed, failure: Exception | None, now: datetime
) -> None:
    """One notice when a feed goes down, one when it is back; the dedup key keeps it at one."""
    failures = feed.failures + 1 if failure else 0
    if failure and failures == SHOWN_AFTER_FAILURES:
        title, text = f"The feed “{feed.name}” is down", f"{failure} It is tried again."
    elif not failure and feed.failures >= SHOWN_AFTER_FAILURES:
        title, text = f"The feed “{feed.name}” is back", f"{feed.failures} attempts had failed."
    else:
        return
    tone = Tone.WARNING if failure else Tone.GOOD
    notice = Answer(title, (Paragraph(plain(text)),), tone=tone)
    key = f"health:{feed.id}:{now:%Y%m%dT%H%M%S}"
    await flow.store.outbox.post(flow.home, flow.notices, notice, key, now)


async def process_new_articles(flow: Flow, now: datetime) -> int:
    """Match, decide and commit the articles that wait, oldest first; return how many that were.

    Matching runs in a thread, ahead of the serial part: one commit per article, in order.
    """
    waiting = await flow.store.articles.unprocessed(PROCESSED_AT_ONCE)
    if not waiting:
        return 0
    await _keep_in_step(flow)
    matched = await asyncio.to_thread(_match_all, flow.rulebook, waiting)
    for article, hits in matched:
        await settle(flow, article, hits, now)
    return len(waiting)


async def _keep_in_step(flow: Flow) -> None:
    """Take over what was changed in any workspace since the last batch; mostly nothing was."""
    stamp = await flow.store.watchlists.stamp()
    if stamp != flow.rulebook.stamp:
        flow.rulebook.update(await flow.store.watchlists.all_enabled(), stamp)
        for said in flow.rulebook.broken.values():
            log.error("a watchlist watches no more: %s", said)


def _match_all(
    rulebook: Rulebook, waiting: Sequence[tuple[Article, tuple[Reader, ...]]]
) -> list[tuple[Article, tuple[Hit, ...]]]:
    return [(article, rulebook.hits(article, readers)) for article, readers in waiting]


async def settle(flow: Flow, article: Article, hits: Sequence[Hit], now: datetime) -> None:
    """Decide for every watchlist that matches, and commit it with the article: all or nothing."""
    decisions: list[Decision] = []
    deliveries: list[NewDelivery] = []
    for hit in hits:
        told = await flow.store.articles.told(hit.watchlist.id, article)
        decision = decide(article, hit, age_limit=flow.age_limit, told=told)
        if isinstance(decision, Alert):
            deliveries += _deliveries(article, hit, decision, len(decisions))
        decisions.append(decision)
    if await flow.store.articles.settle(article.id, decisions, deliveries, now):
        flow.saw(article, decisions)


def _deliveries(article: Article, hit: Hit, decision: Alert, index: int) -> list[NewDelivery]:
    message = card(article, hit, decision.evidence)
    key = dedup_key(hit, article)
    return [
        NewDelivery(hit.watchlist.workspace, index, destination, key, message)
        for destination in hit.watchlist.destinations
    ]


def dedup_key(hit: Hit, article: Article) -> str:
    """One alert per watchlist and address, whichever feed brought it and however often."""
    address = article.url or f"article {article.id}"
    digest = hashlib.blake2b(address.encode(), digest_size=12).hexdigest()
    return f"alert:{hit.watchlist.id}:{digest}"
