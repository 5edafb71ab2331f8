"""/watch pause and resume: a watchlist is silent, for a while or until somebody says otherwise.

That a pause ends by itself is the upkeep's deed.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.commands.announcing import announce
from bot.commands.desk import Desk, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.watch import changeable
from bot.errors import CommandError
from bot.message import Answer, Line, Literal, Paragraph, Tone, When
from bot.model import Destination, Platform, Watchlist

PERIODS: Mapping[str, timedelta] = {
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
    "1w": timedelta(weeks=1),
}
CHOICES = tuple(PERIODS)
LONGEST = timedelta(days=366)
_UNTIL = re.compile(r"(?:(\d{4}-\d{2}-\d{2})[ T]?)?(\d{1,2}:\d{2})?")


async def pause(desk: Desk, invocation: Invocation) -> Reply:
    """Stop the alerts of a watchlist, for a while if one is given; it is kept."""
    watchlist = await changeable(desk, invocation, invocation.values["watch"])
    until = await _until(desk, invocation)
    if not watchlist.enabled and watchlist.paused_until == until:
        return Reply(Answer(f"“{watchlist.name}” is paused already.", _lines(watchlist)))
    changed = await _revised(desk, invocation, watchlist, enabled=False, until=until)
    said = Answer(f"“{changed.name}” is paused.", _lines(changed), tone=Tone.GOOD)
    public = await announce(desk, invocation, "paused", watchlist, changed, _lines(changed))
    return Reply(said, public=public)


async def resume(desk: Desk, invocation: Invocation) -> Reply:
    """Let a paused watchlist speak again, from now on."""
    watchlist = await changeable(desk, invocation, invocation.values["watch"])
    if watchlist.enabled:
        return Reply(Answer(f"“{watchlist.name}” is on already."))
    changed = await _revised(desk, invocation, watchlist, enabled=True, until=None)
    said = Answer(f"“{changed.name}” is on again.", tone=Tone.GOOD)
    return Reply(said, public=await announce(desk, invocation, "resumed", watchlist, changed))


async def _revised(
    desk: Desk,
    invocation: Invocation,
    watchlist: Watchlist,
    *,
    enabled: bool,
    until: datetime | None,
) -> Watchlist:
    return await desk.store.watchlists.revise(
        invocation.workspace,
        watchlist.id,
        enabled=enabled,
        paused_until=until,
        by=str(invocation.actor),
        at=invocation.at,
    )


def _lines(watchlist: Watchlist) -> tuple[Paragraph, ...]:
    if watchlist.paused_until is None:
        return ()
    until: Line = (Literal("It speaks again at "), When(watchlist.paused_until), Literal("."))
    return (Paragraph(until),)


async def _until(desk: Desk, invocation: Invocation) -> datetime | None:
    """When a pause ends: after a span, or at a time of the channel's own zone; None is never."""
    values = invocation.values
    text = values.get("until", "").strip()
    if values.get("for") and text:
        raise CommandError(
            "Give either how long or until when.",
            suggestion=f"/watch pause {quoted(values['watch'])} --for {values['for']}",
        )
    if values.get("for"):
        return invocation.at + PERIODS[values["for"].lower()]
    if not text:
        return None
    place = invocation.channel or Destination(Platform.CONSOLE)
    zone = (await desk.store.hours.of([place]))[place].zone
    return instant(text, invocation.at, ZoneInfo(zone))


def instant(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A time that is typed, `18:00` or `2026-11-25` or both, as an instant; a time alone is next.

    Raises:
        CommandError: it is no time, over already, or more than a year away.
    """
    read = _UNTIL.fullmatch(text)
    wall = now.astimezone(zone)
    example = f'--until "{wall + timedelta(days=1):%Y-%m-%d} 18:00"'
    try:
        if read is None or not text:
            raise ValueError(text)
        day = datetime.fromisoformat(read[1]).date() if read[1] else wall.date()
        hour, _, minute = (read[2] or "0:00").partition(":")
        found = datetime.combine(day, time(int(hour), int(minute)), zone)
    except ValueError:
        raise CommandError(f"'{text[:40]}' is no time.", example=example) from None
    if read[1] is None and found <= wall:
        found = datetime.combine(day + timedelta(days=1), found.timetz())
    if found <= now:
        raise CommandError(f"{text} is over already.", example=example)
    if found - now > LONGEST:
        raise CommandError("A pause that ends lasts a year at most.", example=example)
    return found.astimezone(UTC)
