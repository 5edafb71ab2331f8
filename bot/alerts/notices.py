"""What we say of a feed's own troubles to those who keep the bot: one notice down, one back.

Pure. It says nothing of alerts, and nothing twice: which poll brings a notice follows from counts.
"""

from datetime import datetime

from bot.message import Answer, Paragraph, Tone, plain
from bot.model import DueFeed

SHOWN_AFTER_FAILURES = 3


def notices(
    feed: DueFeed, failure: str | None, *, gone: bool, address: str | None, held_back: int
) -> tuple[Answer, ...]:
    """What a poll brought that is worth telling, mostly nothing.

    Args:
        feed: The feed as it was before the poll.
        failure: Why the poll failed, in a sentence.
        gone: Whether the server says that there will never be this feed again.
        address: Where the feed is read from now on, if it moved at any time.
        held_back: How many articles were stored without an alert because the feed started over.
    """
    found = (
        _health(feed, failure, gone=gone),
        _move(feed, address),
        _flood(feed, held_back),
    )
    return tuple(notice for notice in found if notice is not None)


def _health(feed: DueFeed, failure: str | None, *, gone: bool) -> Answer | None:
    if gone:
        return _notice(
            f"The feed “{feed.name}” is gone",
            f"{failure} It is paused; remove it, or resume it to try it again.",
            Tone.WARNING,
        )
    if failure and feed.failures + 1 == SHOWN_AFTER_FAILURES:
        return _notice(
            f"The feed “{feed.name}” is down", f"{failure} It is tried again.", Tone.WARNING
        )
    if not failure and feed.failures >= SHOWN_AFTER_FAILURES:
        return _notice(
            f"The feed “{feed.name}” is back", f"{feed.failures} attempts had failed.", Tone.GOOD
        )
    return None


def _move(feed: DueFeed, address: str | None) -> Answer | None:
    if address is None or address == feed.habits.address:
        return None
    return _notice(
        f"The feed “{feed.name}” has moved",
        f"Its server said so for a day or more. It is read at {address} from now on.",
        Tone.PLAIN,
    )


def _flood(feed: DueFeed, held_back: int) -> Answer | None:
    if not held_back:
        return None
    return _notice(
        f"The feed “{feed.name}” started over",
        f"It showed {held_back} articles as new that are not dated today. They are stored and"
        " can be searched; nobody was alerted.",
        Tone.WARNING,
    )


def notice_key(feed: DueFeed, notice: Answer, now: datetime) -> str:
    """A feed that starts over again and again is told once a day, the rest as it happens."""
    once = f"{now:%Y%m%d}" if "started over" in notice.title else f"{now:%Y%m%dT%H%M%S}"
    return f"feed:{feed.id}:{notice.tone}:{once}"


def _notice(title: str, text: str, tone: Tone) -> Answer:
    return Answer(title, (Paragraph(plain(text)),), tone=tone)
