"""A watchlist in words: when it speaks, how it stands, and what differs between two readings of it.

It shows what it is given; who may see that is decided before.
"""

from collections import Counter
from collections.abc import Mapping

from bot.message import Line, Literal, When, many, plain
from bot.model import Cadence, DeliveryState, Watchlist
from bot.store.revisions import Revision

LONGEST_QUERY = 160


def manner(cadence: Cadence, min_sources: int) -> str:
    """When a watchlist speaks: `each alert at once, from 2 independent sources on`."""
    when = "each alert at once" if cadence is Cadence.INSTANT else f"{cadence} digests"
    return when if min_sources == 1 else f"{when}, from {min_sources} independent sources on"


def state(watchlist: Watchlist | Revision) -> Line:
    """`on`, `paused`, or `paused until …`."""
    if watchlist.enabled:
        return (Literal("on"),)
    if watchlist.paused_until is None:
        return (Literal("paused"),)
    return (Literal("paused until "), When(watchlist.paused_until))


def differences(was: Revision | Watchlist, now: Revision | Watchlist) -> Line:
    """What one revision changed, in words: `query: A → B · severity: notable → critical`."""
    parts = list(settings_changed(was, now))
    if was.query != now.query:
        query: Line = (
            Literal("query: "),
            short_query(was.query),
            Literal(" → "),
            short_query(now.query),
        )
        parts.insert(was.name != now.name, query)
    if (was.enabled, was.paused_until) != (now.enabled, now.paused_until):
        parts.append(plain("resumed") if now.enabled else state(now))
    return tuple(
        piece for number, part in enumerate(parts) for piece in ((*_DOT, *part) if number else part)
    ) or plain("nothing that shows")


def settings_changed(was: Revision | Watchlist, now: Revision | Watchlist) -> tuple[Line, ...]:
    """Each setting besides the query that differs: `severity: notable → critical`."""
    return tuple(
        plain(f"{word}: {before} → {after}")
        for word, before, after in (
            ("name", was.name, now.name),
            ("severity", was.severity, now.severity),
            ("alerts to", places_of(was), places_of(now)),
            (
                "delivery",
                manner(was.cadence, was.min_sources),
                manner(now.cadence, now.min_sources),
            ),
        )
        if before != after
    )


_DOT = plain(" · ")


def places_of(one: Revision | Watchlist) -> str:
    """Where it alerts to."""
    return ", ".join(map(str, one.destinations)) or "nowhere"


def short_query(text: str) -> Literal:
    """A query as it stands in a row."""
    return Literal(shortened(text), code=True)


def shortened(text: str) -> str:
    """At most as much of a text as has room in a row."""
    return text if len(text) <= LONGEST_QUERY else f"{text[: LONGEST_QUERY - 1]}…"


def sent_and_waiting(counts: Mapping[DeliveryState, int]) -> str:
    """`3 messages sent, 2 waiting to be sent`; what waits for a digest waits, too."""
    of = Counter(counts)
    held = of[DeliveryState.HELD]
    waiting = held + sum(of[each] for each in _UNDER_WAY)
    why = "for a digest or the end of quiet hours"
    rest = f", {'' if held == waiting else f'{held} of them '}{why}" if held else ""
    return f"{many(of[DeliveryState.SENT], 'message')} sent, {waiting} waiting to be sent{rest}"


_UNDER_WAY = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN)
