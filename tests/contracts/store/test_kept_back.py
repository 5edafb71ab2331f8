"""What a story keeps back reads back as it was, and is told once."""

from dataclasses import replace
from datetime import timedelta

from bot.message import AlertCard, Quote, Update
from bot.model import (
    Act,
    ArticleId,
    DeliveryState,
    Destination,
    Published,
    Severity,
    StoryId,
    WatchlistId,
)
from bot.store.deliveries import NewDelivery
from bot.store.stories import Filings, keep_filings
from bot.stories.ledger import Ledger
from bot.stories.novelty import Thread
from bot.stories.standing import KeptBack, Standing


def keeping_back(home, now) -> Standing:
    card = AlertCard(
        headline=Quote("North Korean soldiers in Kursk"),
        url=None,
        severity=Severity.NOTABLE,
        source="The Paper",
        published=Published(now),
        first_seen=now,
        watch="kursk",
        sentences=(),
        left_out=(),
        why=(),
    )
    update = Update(
        headline=Quote("Soldiers enter Sudzha"),
        url=None,
        source="The Paper",
        published=Published(now),
        first_seen=now,
        figures=(),
        sentences=(Quote("They entered Sudzha at dawn."),),
        why=(),
    )
    watchlists = (WatchlistId(3),)
    return Standing(
        home.id,
        Destination.parse("slack:C1"),
        StoryId(1),
        "story:1:1",
        card,
        Severity.NOTABLE,
        watchlists,
        Ledger(),
        Thread(frozenset(), frozenset(), 0),
        (now,),
        now,
        KeptBack("update:1:2", update, 1.5, ArticleId(2), watchlists),
    )


async def keep(store, *standings) -> None:
    filings = Filings(await store.stories.stamp(), (), standings)
    await store.database.write(lambda connection: keep_filings(connection, filings))


async def test_what_a_story_keeps_back_is_told_once(store, home, now):
    standing = keeping_back(home, now)
    await keep(store, standing, replace(standing, story=StoryId(4), kept_back=None))
    (was,) = await store.kept_updates.all()
    assert was == standing

    after = replace(was, kept_back=None, changed_at=now + timedelta(minutes=1))
    stamp, kept = await store.stories.stamp(), was.kept_back
    reply = NewDelivery(
        home.id, None, was.destination, kept.key, kept.update, Act.REPLY, standing.key
    )
    assert await store.kept_updates.end(was, after, reply, now)
    assert not await store.kept_updates.end(was, after, reply, now)
    assert await store.stories.standings({standing.story}) == (after,)
    assert await store.kept_updates.all() == ()
    assert (await store.outbox.counts(home.id))[DeliveryState.PENDING] == 1
    assert await store.stories.stamp() > stamp  # who judges meanwhile judges again


async def test_what_is_told_no_more_is_dropped_without_a_word(store, home, now):
    standing = keeping_back(home, now)
    await keep(store, standing)
    assert await store.kept_updates.end(standing, replace(standing, kept_back=None), None, now)
    assert await store.kept_updates.all() == ()
    assert (await store.outbox.counts(home.id))[DeliveryState.PENDING] == 0
