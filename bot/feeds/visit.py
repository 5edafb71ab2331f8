"""Asks one feed what is new: fetch, parse, and what we learned of its habits on the way.

Whatever goes wrong comes back as a value, so one feed never disturbs another. It stores nothing.
"""

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.errors import AddressRefused, FetchError, ParseError
from bot.feeds.fetch import Fetched, Fetcher, NotModified
from bot.feeds.moves import moved
from bot.feeds.parse import Parser
from bot.feeds.polling import PollOutcome, next_poll
from bot.feeds.rhythm import interval_of
from bot.feeds.wire import ParsedFeed
from bot.model import DueFeed, Entry, Habits, Validators
from bot.stories.corroboration import sites

ASKED_IN_FULL = timedelta(hours=24)
REMEMBERED_SITES = 20  # enough to tell a publisher's feed from one of many publishers

Failure = FetchError | ParseError | AddressRefused


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of asking a feed. With a `failure` there are no entries, and habits tell of it.

    `validators` are None where nothing new is known of them; `max_age` is the answer's own. Entries
    that stood there before may be missing: `count` counts them too. `shown` is what to keep of the
    document, None where there is nothing else to keep than before.
    """

    habits: Habits
    entries: tuple[Entry, ...] = ()
    count: int = 0
    shown: bytes | None = None
    validators: Validators | None = None
    max_age: timedelta | None = None
    failure: Failure | None = None

    @property
    def error(self) -> str | None:
        """The failure in a sentence for people."""
        return str(self.failure) if self.failure else None

    @property
    def gone(self) -> bool:
        """Whether the server says that there will never be this feed again."""
        return isinstance(self.failure, FetchError) and self.failure.gone


async def visit(
    fetcher: Fetcher,
    parser: Parser,
    feed: DueFeed,
    now: datetime,
    shown: Callable[[], Awaitable[bytes]],
) -> Visit:
    """Fetch a feed and read it. Raises nothing that we foresaw.

    `shown` looks up what was kept of its last document; it is asked only when there is another.
    """
    try:
        rank = feed.failures + (not feed.polled_before)  # who behaved so far goes first
        answer = await fetcher.fetch(feed.address, _conditions(feed, now), rank=rank)
        if isinstance(answer, NotModified):
            habits = _answered(feed.habits, answer, now)
            return Visit(habits, validators=answer.validators, max_age=answer.max_age)
        before = await shown() if feed.polled_before else b""
        proven = feed.polled_before and not feed.failures
        read = await read_feed(parser, answer, now, proven=proven, shown=before)
        return Visit(
            habits=_learned(_answered(feed.habits, answer, now), read),
            entries=read.entries,
            count=read.count,
            shown=None if read.shown == before else read.shown,
            validators=answer.validators,
            max_age=answer.max_age,
        )
    except (FetchError, ParseError, AddressRefused) as failure:
        since = feed.habits.failing_since or now
        return Visit(replace(feed.habits, failing_since=since), failure=failure)


def is_quiet(feed: DueFeed, seen: Visit) -> bool:
    """Whether there is nothing to tell or to keep of a visit but that the feed was asked."""
    as_ever = not feed.failures and seen.habits.address == feed.habits.address
    return as_ever and not (seen.failure or seen.entries or seen.shown is not None)


def awake(seen: Visit, new: Sequence[Entry], now: datetime) -> Visit:
    """The visit as one that brought something new: we learn where the feed's own items stand."""
    habits = seen.habits
    # An item that names its publisher says nothing of whose feed it is.
    own = (entry for entry in new if entry.source in (None, habits.title))
    linked = sites(urlsplit(entry.source_url or entry.url or "").hostname for entry in own)
    known = (*linked, *habits.sites)[:REMEMBERED_SITES]
    return replace(seen, habits=replace(habits, newest_at=now, sites=known))


async def read_feed(
    parser: Parser, answer: Fetched, now: datetime, *, proven: bool = False, shown: bytes = b""
) -> ParsedFeed:
    """Turn a fetched body into entries. Raises ParseError."""
    return await parser.parse(
        answer.body,
        url=answer.url,
        content_type=answer.content_type,
        now=now,
        proven=proven,
        shown=shown,
    )


def due_again(
    feed: DueFeed, seen: Visit, now: datetime, *, usual: timedelta, floor: timedelta
) -> datetime:
    """When to ask this feed again.

    An interval that a reader chose is kept to. Otherwise the feed's habits decide. A feed that is
    gone is due at once if ever its readers resume it.
    """
    if seen.gone:
        return now
    failures = feed.failures + 1 if seen.failure else 0
    interval = feed.interval or usual
    if interval == usual and not seen.failure:
        interval = interval_of(seen.habits, now, usual=usual, floor=floor, max_age=seen.max_age)
        floor = min(floor, interval)
    late = feed.due_at is not None and now - feed.due_at >= interval
    return next_poll(
        now,
        interval=interval,
        floor=floor,
        outcome=_outcome(seen.failure),
        failures=failures,
        failing_for=now - (seen.habits.failing_since or now),
        retry_after=getattr(seen.failure, "retry_after", None),
        jitter=random.random(),  # noqa: S311 - spreads polls; nothing secret hangs on it
        spread=not seen.failure and (late or not feed.polled_before),
    )


def _conditions(feed: DueFeed, now: datetime) -> Validators:
    """What to ask with: once a day without conditions, in case they mislead the server."""
    full_at = feed.habits.full_at
    if full_at is None or now - full_at < ASKED_IN_FULL:
        return feed.validators
    return Validators(body_hash=feed.validators.body_hash)


def _answered(habits: Habits, answer: Fetched | NotModified, now: datetime) -> Habits:
    full = isinstance(answer, Fetched) or answer.full
    habits = replace(habits, failing_since=None, full_at=now if full else habits.full_at)
    return moved(habits, answer.moved_to, now)


def _learned(habits: Habits, read: ParsedFeed) -> Habits:
    if read.unread and not read.entries:  # nothing was new, so nothing was read
        return habits
    return replace(habits, pace=read.pace or read.period, ttl=read.ttl, title=read.title)


def _outcome(failure: Failure | None) -> PollOutcome:
    if failure is None:
        return PollOutcome.SUCCESS
    lasting = isinstance(failure, AddressRefused) or getattr(failure, "permanent", False)
    return PollOutcome.PERMANENT if lasting else PollOutcome.FAILURE
