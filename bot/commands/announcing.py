"""One public line in every channel whose watchlist somebody changed, wherever that was done.

A channel hears of its own watchlists alone, by the name that they have, or had, there. What was
changed, and whether it might be, was settled before.
"""

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation
from bot.message import Answer, Block
from bot.model import Destination, Platform, Watchlist


async def announce(
    desk: Desk,
    invocation: Invocation,
    deed: str,
    before: Watchlist | None,
    after: Watchlist | None,
    blocks: tuple[Block, ...] = (),
) -> Answer | None:
    """Tell the channels that a watchlist alerted to before, or does now; the answer is for here.

    `before` is None of what is new, `after` of what is gone. Where nothing changed nobody is told.
    """
    if before == after:
        return None
    lines = {}
    for watchlist in filter(None, (before, after)):
        for place in watchlist.destinations:
            said = f"{invocation.actor.name} {deed} {_as_seen_at(place, before, after)}."
            lines[place] = Answer(said, blocks)
    named = after or before
    assert named is not None  # noqa: S101 -- else both were None, and equal
    return await tell(desk, invocation, lines, f"{deed} {named.id}.{named.revision}")


async def tell(
    desk: Desk, invocation: Invocation, lines: Mapping[Destination, Answer], key: str
) -> Answer | None:
    """Queue each channel's line, but for the one where it was asked: its line is the answer.

    A channel that was deleted hears nothing.
    """
    here, at = invocation.channel, invocation.at
    gone = {each.destination for each in await desk.store.places.lost() if each.for_good}
    for place, line in lines.items():
        if place != here and place not in gone and place.platform is not Platform.CONSOLE:
            once = f"{key} {at.isoformat()}"
            await desk.store.outbox.post(invocation.workspace, place, line, once, at)
    return None if here is None or here.platform is Platform.CONSOLE else lines.get(here)


def _as_seen_at(place: Destination, before: Watchlist | None, after: Watchlist | None) -> str:
    """The watchlist as a channel knows it, and whether it alerts there from now on."""
    was = before if before is not None and place in before.destinations else None
    is_ = after if after is not None and place in after.destinations else None
    if is_ is None:
        assert was is not None  # noqa: S101 -- the place is one of either
        return f"the watchlist “{was.name}”" + (": it alerts here no more" if after else "")
    comes = before is not None and was is None
    return f"the watchlist “{is_.name}”" + (": it alerts here now" if comes else "")
