"""/intel sources: how each feed does, as a table to scan, the troubled ones first."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.commands.calling import fitting
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.pages import List
from bot.commands.subscribing import none_yet
from bot.feeds.tags import STATE_MEDIA
from bot.message import Answer, Line, Literal, Tone, When, plain
from bot.model import FeedId
from bot.store.subscriptions import Subscription

WINDOW = timedelta(days=7)
DAY = timedelta(days=1)
FAILING = "failing"


SOURCES = List("/intel sources", "sources:more", ("feed", "last read", "a day", "trouble", "voice"))


async def sources(desk: Desk, invocation: Invocation) -> Reply:
    """The health of every feed, or of those that fit a word; `failing` are those in trouble."""
    wanted = invocation.values.get("filter", "").strip()
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    if wanted.casefold() == FAILING:
        chosen = tuple(each for each in subscriptions if in_trouble(each))
        if subscriptions and not chosen:
            all_ = "The feed answers" if len(subscriptions) == 1 else "All feeds answer"
            return Reply(Answer(f"{all_}.", tone=Tone.GOOD))
    else:
        chosen = fitting(subscriptions, wanted)
    if not chosen:
        return Reply(none_yet(wanted))
    arrivals = await desk.store.feeds.arrivals(invocation.workspace, invocation.at - WINDOW)
    ordered = sorted(chosen, key=lambda each: (not in_trouble(each), each.paused_at is None))
    rows = tuple(_row(each, arrivals, invocation.at) for each in ordered)
    return SOURCES.page(_title(chosen), rows, invocation, _tone(chosen))


def in_trouble(subscription: Subscription) -> bool:
    """Whether a feed that should answer does not."""
    return bool(subscription.failures) and subscription.paused_at is None


def _title(chosen: tuple[Subscription, ...]) -> str:
    failing = sum(map(in_trouble, chosen))
    paused = sum(each.paused_at is not None for each in chosen)
    many = "1 feed" if len(chosen) == 1 else f"{len(chosen)} feeds"
    unread = sum(each.last_polled_at is None and each.paused_at is None for each in chosen)
    counts = {"failing": failing, "paused": paused, "not read yet": unread}
    states = [f"{count} {state}" for state, count in counts.items() if count]
    return f"{many}: {', '.join(states) or 'all answer'}"


def _tone(chosen: tuple[Subscription, ...]) -> Tone:
    return Tone.WARNING if any(map(in_trouble, chosen)) else Tone.GOOD


def _row(
    subscription: Subscription, arrivals: Mapping[FeedId, int], now: datetime
) -> tuple[Line, ...]:
    last = subscription.last_success_at
    return (
        (Literal(subscription.name, bold=True),),
        (When(last),) if last else plain("never"),
        plain(_per_day(subscription, arrivals.get(subscription.feed, 0), now)),
        _trouble(subscription),
        plain("state media" if STATE_MEDIA in subscription.tags else ""),
    )


def _per_day(subscription: Subscription, count: int, now: datetime) -> str:
    """New items a day over the last week, or over the time since the feed was taken up."""
    if subscription.last_success_at is None:
        return "–"
    known = now - subscription.created_at if subscription.created_at else WINDOW
    days = max(DAY, min(WINDOW, known)) / DAY
    rate = count / days
    return f"{rate:.0f}" if rate >= 10 or rate == 0 else f"{rate:.1f}"


def _trouble(subscription: Subscription) -> Line:
    """Since when a feed fails, which is when it last answered, and why."""
    if subscription.paused_at is not None:
        return (Literal("paused since "), When(subscription.paused_at))
    if not subscription.failures:
        return ()
    tries = "1 attempt" if subscription.failures == 1 else f"{subscription.failures} attempts"
    why = f"{subscription.error or 'no reason was kept'} ({tries})"
    since = subscription.last_success_at or subscription.created_at
    return (Literal("since "), When(since), Literal(f": {why}")) if since else plain(why)
