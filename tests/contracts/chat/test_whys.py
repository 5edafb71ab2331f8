"""What became of an article is told on every platform, whose chats wrap links in their own ways."""

from datetime import UTC, datetime, timedelta

from bot.model import Entry
from bot.pipeline import process_new_articles

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
LINK = "https://news.example.org/a"


async def test_an_article_is_asked_about_by_its_link(seat):
    store, home = seat.bot.store, seat.bot.home
    await store.feeds.subscribe(home.id, "http://feeds.example/a", "The Paper", by="ann", at=NOW)
    (due,) = await store.feeds.claim_due(NOW, limit=1, lease=timedelta(minutes=1))
    await seat.type("watch add rivers Rhine AND flood")
    await seat.press("Save")
    await store.feeds.record_poll(
        due,
        at=NOW,
        next_poll_at=NOW,
        validators=None,
        entries=[Entry("1", "The Rhine is low", "Ships wait near Kaub.", LINK)],
        error=None,
        baseline=False,
    )
    await process_new_articles(seat.bot.flow, NOW)
    shown = await seat.type(f"intel why {LINK}?utm_source=chat")
    assert "The Rhine is low" in shown
    assert "lacks one thing: " in shown
    assert "flood" in shown
    assert "No feed showed" in await seat.type("intel why https://nowhere.example/x")
