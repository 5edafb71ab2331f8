"""/watchfloor setup: a channel's time zone, its quiet hours, and when its daily digest comes.

What waits because of them, and until when, is decided where alerts are.
"""

import difflib
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.errors import CommandError
from bot.message import Answer, Bullets, Code, Line, Literal, Paragraph, Tone, plain
from bot.model import Destination, Platform
from bot.stories.hours import Hours

NONE = "off"
EXAMPLE = "--zone Europe/Kyiv --quiet 22:00-07:00 --digest 08:00"
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_TIME_ELSEWHERE = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|h)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])\s*0?(\d{1,2})(?::?00)?", re.IGNORECASE)
_SPAN = re.compile(r"\s*(\S+?)\s*[-–—]\s*(\S+)\s*")


async def setup(desk: Desk, invocation: Invocation) -> Reply:
    """Change what is given of this channel's hours, then show them."""
    place = invocation.channel or Destination(Platform.CONSOLE)
    before = (await desk.store.hours.of([place]))[place]
    after = asked(before, invocation.values)
    if after == before:
        return Reply(_shown(place, after, invocation.at, "The hours of this channel", Tone.PLAIN))
    await desk.store.hours.choose(
        invocation.workspace, place, after, by=str(invocation.actor), at=invocation.at
    )
    said = _shown(place, after, invocation.at, "Saved. The hours of this channel", Tone.GOOD)
    shared = place.platform is not Platform.CONSOLE
    public = Answer(f"{invocation.actor.name} changed the hours of this channel: {_words(after)}.")
    return Reply(said, public=public if shared else None)


def asked(hours: Hours, values: Mapping[str, str]) -> Hours:
    """The hours with what somebody typed in place of what was.

    Raises:
        CommandError: a zone that nobody knows, or a time that is none.
    """
    if zone := values.get("zone", "").strip():
        hours = replace(hours, zone=_zone(zone))
    if digest := values.get("digest", "").strip():
        hours = replace(hours, digest_at=_digest(digest))
    if quiet := values.get("quiet", "").strip():
        hours = replace(hours, quiet=_quiet(quiet))
    return hours


def _zone(text: str) -> str:
    known = {name.casefold(): name for name in zoneinfo.available_timezones()}
    name = known.get(text.replace(" ", "_").casefold())
    if name is not None:
        return name
    if offset := _OFFSET.fullmatch(text.strip()):
        sign, many = "-" if offset[1] == "+" else "+", int(offset[2])
        if (fixed := f"Etc/GMT{sign}{many}").casefold() in known:  # their signs are turned round
            raise CommandError(
                f"I know no time zone '{text}'. A city's name follows summer time; {fixed} is "
                f"UTC{offset[1]}{many} all year.",
                suggestion=f"--zone {fixed}",
            )
    cities = {fold.rpartition("/")[2]: full for fold, full in sorted(known.items())}
    near = difflib.get_close_matches(text.casefold(), [*cities, *known], n=1, cutoff=0.7)
    raise CommandError(
        f"I know no time zone '{text}'.",
        suggestion=f"--zone {(cities | known)[near[0]]}" if near else "",
        example="--zone Europe/Kyiv",
    )


def _digest(text: str) -> time:
    if _TIME.fullmatch(text):
        return _time(text)
    meant = _time_meant(text)
    raise CommandError(
        f"'{text}' is no time of day.",
        suggestion=f"--digest {meant:%H:%M}" if meant else "",
        example="--digest 08:00",
    )


def _quiet(text: str) -> tuple[time, time] | None:
    if text.casefold() == NONE:
        return None
    span = _SPAN.fullmatch(text)
    example = "--quiet 22:00-07:00"
    if span is None:
        raise CommandError(
            f"Quiet hours go from a time to a time, or are {NONE}; '{text}' is neither.",
            example=example,
        )
    for each in span.groups():
        if not _TIME.fullmatch(each):
            meant = [_time_meant(side) for side in span.groups()]
            line = "-".join(f"{side:%H:%M}" for side in meant if side)
            raise CommandError(
                f"'{each}' is no time of day.",
                suggestion=f"--quiet {line}" if all(meant) and meant[0] != meant[1] else "",
                example=example,
            )
    begins, ends = _time(span[1]), _time(span[2])
    if begins == ends:
        raise CommandError("Quiet hours that end when they begin would never end.", example=example)
    return begins, ends


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def _time_meant(text: str) -> time | None:
    """A time of day that is written in another way: `8`, `22h`, `7.30`, `8 pm`."""
    read = _TIME_ELSEWHERE.fullmatch(text.strip())
    if read is None:
        return None
    hour, minute, half = int(read[1]), int(read[2] or 0), (read[3] or "").lower()
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "pm")
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _shown(place: Destination, hours: Hours, now: datetime, title: str, tone: Tone) -> Answer:
    wall = now.astimezone(ZoneInfo(hours.zone))
    quiet: Line = plain("no quiet hours")
    if hours.quiet is not None:
        quiet = (
            Literal(f"quiet from {_span(hours)}"),
            Literal(": what is not critical waits, and comes as one digest when they end"),
        )
    return Answer(
        title,
        (
            Bullets(
                (
                    (Literal(str(place), code=True), Literal(f" in {hours.zone}")),
                    plain(f"it is {wall:%H:%M} there now"),
                    quiet,
                    plain(f"daily digests come at {hours.digest_at:%H:%M}"),
                )
            ),
            Paragraph(plain("What waits already keeps its time. To change them:")),
            Code(f"/watchfloor setup {EXAMPLE}"),
        ),
        tone=tone,
    )


def _words(hours: Hours) -> str:
    quiet = f"quiet from {_span(hours)}" if hours.quiet else "no quiet hours"
    return f"{hours.zone}, {quiet}, daily digests at {hours.digest_at:%H:%M}"


def _span(hours: Hours) -> str:
    begins, ends = hours.quiet or (time(), time())
    return f"{begins:%H:%M} to {ends:%H:%M}"
