"""What a lost channel missed goes to where its watchlists alert now: each once, and no secrets."""

from datetime import timedelta

import pytest

from bot.message import Answer
from bot.model import Alert, AlertReason, DeliveryState, Destination, Severity
from bot.store.deliveries import NewDelivery
from bot.store.rerouting import Since

LOST, NEW, CONSOLE = map(Destination.parse, ("slack:C1", "slack:C2", "console"))
HOUR = timedelta(hours=1)


@pytest.fixture
def watch(store, home, now):
    """A watchlist that alerts to these places."""

    async def watch(name, *places):
        found = await store.watchlists.find(home.id, name)
        if found is None:
            return await store.watchlists.add(
                home.id,
                name,
                name,
                severity=Severity.NOTABLE,
                destinations=places,
                by="ann",
                at=now,
            )
        return await store.watchlists.revise(
            home.id, found.id, destinations=places, by="ann", at=now
        )

    return watch


@pytest.fixture
def tell(store, home, hand, now):
    """An article that these watchlists tell a place of."""

    async def tell(key, *watchlists, to=LOST):
        article = await hand.article(home, key, url=None)
        decisions = [Alert(each, article, AlertReason.MATCHED) for each in watchlists]
        post = NewDelivery(home.id, 0, to, key, Answer(key))
        assert await store.articles.settle(article.id, decisions, [post], now)

    return tell


@pytest.fixture
def follow(store, home, now):
    """Lose the channel, and let what it missed follow."""

    async def follow(at=now, **lost):
        await store.places.lose(LOST, "gone", now, **lost)
        place = await store.places.lost_at(LOST)
        since = Since(at - 24 * HOUR)
        return await store.rerouting.follow(home.id, place, since, by="ann", at=at)

    return follow


async def waiting(hand):
    return [(each.dedup_key, str(each.destination)) for each in await hand.claim()]


async def test_a_message_goes_to_the_new_channel_of_its_watchlist_and_once_only(
    store, home, hand, now, watch, tell, follow
):
    await tell("a", await watch("kursk", LOST, CONSOLE))
    await watch("kursk", NEW, CONSOLE)
    went = await follow(for_good=True)
    assert (went.moved, went.to, went.over) == (1, {NEW}, 0)
    assert (await follow()).moved == 0
    assert await waiting(hand) == [("a", "slack:C2")]
    counts = await store.outbox.counts(home.id)
    assert counts[DeliveryState.OBSOLETE] == 1


async def test_what_a_watchlist_still_alerts_there_stays(hand, watch, tell, follow):
    await tell("a", await watch("kursk", LOST))
    await watch("kursk", LOST, NEW)
    assert (await follow(for_good=True)).moved == 0
    assert await waiting(hand) == []


async def test_what_two_watchlists_told_goes_only_where_both_alert_now(hand, watch, tell, follow):
    await tell("a", await watch("kursk", LOST), await watch("secret", LOST))
    await watch("kursk", NEW)
    assert (await follow()).moved == 0
    await watch("secret", CONSOLE)
    assert (await follow()).moved == 0
    await watch("secret", NEW, CONSOLE)
    assert (await follow()).to == {NEW}
    assert await waiting(hand) == [("a", "slack:C2")]


async def test_what_the_other_channel_had_already_is_not_told_again(
    store, home, hand, now, watch, tell, follow
):
    await tell("a", await watch("kursk", LOST))
    await hand.post(home, "a", "slack:C2")
    await watch("kursk", NEW)
    went = await follow()
    assert (went.moved, went.over) == (0, 1)
    assert await waiting(hand) == [("a", "slack:C2")]


async def test_what_is_older_than_asked_for_stays(hand, now, watch, tell, follow):
    await tell("a", await watch("kursk", LOST))
    await watch("kursk", NEW)
    assert (await follow(now + 25 * HOUR)).moved == 0


async def test_an_announcement_waits_for_its_channel_until_that_is_gone_for_good(
    home, hand, follow
):
    await hand.post(home, "ann changed it", "slack:C1")
    assert (await follow()).over == 0
    assert (await follow(for_good=True)).over == 1


async def test_a_digest_goes_where_all_that_it_tells_of_goes(
    store, home, hand, now, watch, tell, follow
):
    kursk, iran = await watch("kursk", LOST), await watch("iran", LOST)
    await tell("a", kursk)
    await tell("b", iran)
    members = await hand.claim()
    assert await store.outbox.join(members, Answer("both"), now)
    await watch("kursk", NEW)
    assert (await follow()).moved == 0
    await watch("iran", NEW)
    assert (await follow()).moved == 1
    (digest,) = await hand.claim()
    assert (digest.destination, digest.message.title) == (NEW, "both")


async def test_another_workspace_of_the_same_channel_is_left_alone(
    store, home, other, hand, now, follow
):
    await hand.post(other, "theirs", "slack:C1")
    await follow(for_good=True)
    counts = await store.outbox.counts(other.id)
    assert counts[DeliveryState.BLOCKED] == 1
