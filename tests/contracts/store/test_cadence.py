"""What is kept of a watchlist's delivery, in every revision."""

from datetime import timedelta

from bot.model import Cadence, Severity


async def test_delivery_and_sources_read_back_and_every_revision_keeps_its_own(store, home, now):
    added = await store.watchlists.add(
        home.id,
        "kursk",
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(),
        min_sources=3,
        cadence=Cadence.DAILY,
        by="ann",
        at=now,
    )
    assert (added.min_sources, added.cadence) == (3, Cadence.DAILY)
    assert await store.watchlists.of(home.id) == (added,)

    revised = await store.watchlists.revise(
        home.id, added.id, cadence=Cadence.HOURLY, by="ben", at=now + timedelta(minutes=1)
    )
    assert (revised.revision, revised.min_sources, revised.cadence) == (2, 3, Cadence.HOURLY)
    assert await store.watchlists.find(home.id, "kursk") == revised
    history = await store.watchlists.history(home.id, added.id)
    assert [(each.min_sources, each.cadence) for each in history] == [
        (3, Cadence.DAILY),
        (3, Cadence.HOURLY),
    ]
    changes = await store.audit.of(home.id, limit=10)
    assert "delivery: daily -> hourly" in changes[0].detail


async def test_a_watchlist_speaks_at_once_of_what_one_source_says_unless_told_otherwise(
    store, home, hand
):
    watchlist = await hand.watchlist(home, "kursk")
    assert (watchlist.min_sources, watchlist.cadence) == (1, Cadence.INSTANT)
