"""Ends the pauses of watchlists when their time is over, and says so where they alert.

How long a pause lasts was said by whoever made it.
"""

import logging
from datetime import datetime

from bot.message import Answer
from bot.model import Platform, Watchlist
from bot.store.store import Store
from bot.store.watchlists import NoSuchWatchlist, Overtaken

log = logging.getLogger(__name__)

BY = "the clock"


async def end_pauses(store: Store, now: datetime) -> int:
    """Resume every watchlist whose pause is over. Always returns 0: nothing is left then."""
    for watchlist in await store.watchlists.over(now):
        try:
            resumed = await store.watchlists.revise(
                watchlist.workspace,
                watchlist.id,
                enabled=True,
                by=BY,
                at=now,
                expected_revision=watchlist.revision,
            )
        except (NoSuchWatchlist, Overtaken):
            log.info("%s was changed while its pause ended", watchlist.name)
            continue
        await _announce(store, resumed, now)
    return 0


async def _announce(store: Store, watchlist: Watchlist, now: datetime) -> None:
    said = Answer(f"The pause of “{watchlist.name}” is over: it alerts here again.")
    for place in watchlist.destinations:
        if place.platform is not Platform.CONSOLE:
            key = f"resumed:{watchlist.id}:{watchlist.revision}"
            await store.outbox.post(watchlist.workspace, place, said, key, now)
