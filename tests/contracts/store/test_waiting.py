"""What waits until its story has more sources: found by the stories that a poll touches."""

from datetime import timedelta

from bot.model import Quiet, QuietReason
from bot.store.settling import Settlement
from bot.store.stories import Filings
from bot.stories.newsroom import Newsroom
from tests.newsdesk import SHIPS, WIRE


async def test_of_all_that_waits_for_sources_only_what_these_stories_have_is_read(
    store, home, hand, now
):
    newsroom = Newsroom()
    watchlist = await hand.watchlist(home)
    bodies = {"1": WIRE, "2": SHIPS, "3": "Voters went to the polls."}
    articles = [await hand.article(home, n, title=n, body=body) for n, body in bodies.items()]
    filed = [newsroom.file(newsroom.look(one), one.first_seen_at) for one in articles]
    waits = [
        Settlement(one.id, (Quiet(watchlist, one, QuietReason.FEW_SOURCES),), ())
        for one in articles
    ]
    assert await store.articles.settle_together(waits, now, Filings(0, filed, ()))

    async def waiting(stories, moved=(), later=timedelta(0)):
        found = await store.telling.waiting(stories, moved, now + later)
        return [(one.article.id, one.placed) for one in found]

    first, second, _ = ((one.article, one.story) for one in filed)
    assert await waiting({first[1]}) == [first]
    assert await waiting({first[1]}, {second[0]}) == [first, second]
    assert await waiting((), {second[0]}) == [second]
    assert await waiting(()) == []
    assert await waiting({first[1]}, later=timedelta(days=15)) == []
