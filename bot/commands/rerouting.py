"""What a lost channel missed follows its watchlists to where they alert now.

The store says what goes; here people are told.
"""

from collections.abc import Sequence

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation
from bot.message import Block, Paragraph, plain
from bot.model import Watchlist
from bot.store.places import KEPT
from bot.store.rerouting import Rerouted, Since


async def send_on(
    desk: Desk, invocation: Invocation, before: Watchlist, after: Watchlist
) -> Sequence[Block]:
    """After an edit: what lost channels of before missed in the last 24 hours goes on; so many."""
    left = set(before.destinations) - set(after.destinations)
    lines = []
    for lost in await desk.store.places.lost():
        if lost.destination in left:
            went = await desk.store.rerouting.follow(
                invocation.workspace,
                lost,
                Since(invocation.at - KEPT),
                by=str(invocation.actor),
                at=invocation.at,
            )
            if went.moved:
                lines.append(told(went, lost.called))
    return tuple(Paragraph(plain(line)) for line in lines)


def told(went: Rerouted, missed_by: str) -> str:
    """What went on, in a sentence: `2 messages that #news on Discord missed go to slack:C1.`."""
    to = ", ".join(sorted(map(str, went.to)))
    if went.moved == 1:
        return f"1 message that {missed_by} missed goes to {to}."
    return f"{went.moved} messages that {missed_by} missed go to {to}."
