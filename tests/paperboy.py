"""One article that a feed brings to a seat's bot, judged and told as every other."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.chat.deliver import Post, deliver_due
from bot.chat.pacing import Pacing
from bot.model import Entry
from bot.pipeline import process_new_articles

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def bring(seat: Any, entry: Entry, paper: str = "A") -> None:
    """A feed shows an entry for the first time, and what is due is posted."""
    store, home = seat.bot.store, seat.bot.home
    await store.feeds.subscribe(home.id, "http://feeds.example/a", paper, by="ann", at=NOW)
    (due,) = await store.feeds.claim_due(NOW, limit=1, lease=MINUTE)
    await store.feeds.record_poll(
        due,
        at=NOW,
        next_poll_at=NOW + MINUTE,
        validators=None,
        entries=[entry],
        error=None,
        baseline=False,
    )
    await process_new_articles(seat.bot.flow, NOW)
    await deliver(seat)


async def deliver(seat: Any) -> None:
    """Post what waits."""
    adapters = {seat.adapter.platform: seat.adapter}
    post = Post(seat.bot.store, adapters, MINUTE, timedelta(seconds=1), pacing=Pacing({}))
    while await deliver_due(post, NOW + timedelta(hours=1)):
        pass
