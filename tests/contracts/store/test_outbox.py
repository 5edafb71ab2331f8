"""The outbox: order, leases and outcomes of what is to be sent."""

from datetime import timedelta

import pytest

from bot.message import Answer
from bot.model import DeliveryId, DeliveryState, Destination, Platform, Receipt

MINUTE = timedelta(minutes=1)
AT_ONCE = timedelta(0)
SLACK, CONSOLE = Destination.parse("slack:C1"), Destination.parse("console")


def keys(deliveries):
    return [delivery.dedup_key for delivery in deliveries]


async def test_a_posted_message_is_handed_out_as_it_was_posted(store, home, hand, now):
    message = Answer("Feed A does not answer")
    await store.outbox.post(home.id, SLACK, message, "health:1", now)

    (delivery,) = await hand.claim()

    assert (delivery.workspace, delivery.decision) == (home.id, None)
    assert (delivery.destination, delivery.dedup_key) == (SLACK, "health:1")
    assert delivery.message == message
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 1)
    assert (delivery.created_at, delivery.attempt_started_at) == (now, None)
    assert (delivery.receipt, delivery.error) == (None, None)


async def test_a_destination_gets_a_key_once_also_after_it_was_sent(store, home, other, hand, now):
    assert await hand.post(home, "key")
    assert not await hand.post(home, "key")
    assert await hand.post(home, "key", to="slack:C2")
    for delivery in await hand.claim():
        await store.outbox.sent(delivery, Receipt(delivery.destination, "1"), now)

    assert not await hand.post(home, "key")
    assert not await hand.post(other, "key")
    assert await hand.claim() == ()


async def test_deliveries_come_in_the_order_in_which_they_were_queued(store, home, hand):
    for key, to in (("a", "slack:C1"), ("b", "console"), ("c", "slack:C1"), ("d", "console")):
        await hand.post(home, key, to)

    assert keys(await hand.claim(limit=3)) == ["a", "b", "c"]


async def test_only_the_platforms_asked_for_are_handed_out(store, home, hand, now):
    for key, to in (("a", "slack:C1"), ("b", "console"), ("c", "discord:1")):
        await hand.post(home, key, to)

    async def claim(*platforms):
        return await store.outbox.claim(now, platforms=platforms, limit=10, lease=MINUTE)

    assert keys(await claim(Platform.DISCORD, Platform.CONSOLE)) == ["b", "c"]
    assert await claim() == ()
    assert keys(await claim(Platform.SLACK)) == ["a"]


async def test_a_claimed_delivery_is_nobody_elses_whatever_the_injected_clock_says(
    store, home, hand, now
):
    await hand.post(home, "a")
    await hand.claim()

    assert await hand.claim(now + timedelta(days=365)) == ()
    assert (await store.outbox.counts())[DeliveryState.PENDING] == 1


async def test_the_attempt_is_committed_before_anything_can_be_sent(
    store, home, hand, database_url
):
    await hand.post(home, "a")
    (claimed,) = await hand.begin()

    second = await type(store).open(database_url)
    try:
        assert (await second.outbox.counts())[DeliveryState.SENDING] == 1
        assert await second.outbox.sent(claimed, Receipt(SLACK, "1"), hand.now)
    finally:
        await second.close()


async def test_nothing_overtakes_what_is_being_sent_to_the_same_destination(store, home, hand, now):
    await hand.post(home, "a1", "slack:C1")
    (first,) = await hand.claim()
    await hand.post(home, "a2", "slack:C1")
    await hand.post(home, "b1", "slack:C2")

    assert keys(await hand.claim()) == ["b1"]
    await store.outbox.sent(first, Receipt(SLACK, "1"), now)
    assert keys(await hand.claim()) == ["a2"]


async def test_nothing_overtakes_what_waits_for_its_next_attempt(store, home, hand, now):
    await hand.post(home, "a1", "slack:C1")
    (first,) = await hand.claim()
    await store.outbox.again(first, now + MINUTE, "429", counts=False)
    await hand.post(home, "a2", "slack:C1")
    await hand.post(home, "b1", "slack:C2")

    assert keys(await hand.claim(now)) == ["b1"]
    assert keys(await hand.claim(now + MINUTE)) == ["a1", "a2"]


@pytest.mark.parametrize("over", ["sent", "dead", "blocked"])
async def test_what_is_over_holds_nothing_up(store, home, hand, now, over):
    await hand.post(home, "a1")
    (first,) = await hand.claim()
    if over == "sent":
        assert await store.outbox.sent(first, Receipt(SLACK, "1"), now)
    else:
        assert await getattr(store.outbox, over)(first, "channel_not_found")
    await hand.post(home, "a2")

    assert keys(await hand.claim()) == ["a2"]
    counts = await store.outbox.counts()
    assert counts == dict.fromkeys(DeliveryState, 0) | {
        DeliveryState(over): 1,
        DeliveryState.PENDING: 1,
    }


async def test_a_delivery_whose_sender_died_is_handed_out_as_uncertain_when_the_lease_ends(
    store, home, hand, now, eventually
):
    await hand.post(home, "a")
    (lost,) = await hand.begin(lease=timedelta(seconds=0.2))
    assert await hand.claim(now + MINUTE) == ()

    async def claim():
        return await hand.begin(now + MINUTE, lease=AT_ONCE)

    (found,) = await eventually(claim)

    assert found.state is DeliveryState.UNCERTAIN
    assert found.attempts == lost.attempts == 1
    assert found.attempt_started_at == now  # since when to look for the message
    (again,) = await eventually(claim)  # the second sender died too, while it looked
    assert (again.state, again.attempts, again.attempt_started_at) == (
        DeliveryState.UNCERTAIN,
        1,
        now,
    )
    assert again.lease not in {lost.lease, found.lease}


async def test_what_was_claimed_and_not_begun_is_handed_out_again_as_it_was(
    store, home, hand, now, eventually
):
    await hand.post(home, "a")
    await hand.claim(lease=AT_ONCE)

    (again,) = await eventually(hand.claim)

    assert (again.state, again.attempts) == (DeliveryState.PENDING, 1)
    assert again.attempt_started_at is None


async def test_an_attempt_cannot_begin_once_the_claim_is_lost(store, home, hand, now, eventually):
    await hand.post(home, "a")
    (frozen,) = await hand.claim(lease=AT_ONCE)
    (holder,) = await eventually(hand.claim)

    assert not await store.outbox.begin(frozen, now, MINUTE)
    assert await store.outbox.begin(holder, now, MINUTE)
    assert not await store.outbox.begin(frozen, now, MINUTE)


async def test_the_beginning_of_an_attempt_holds_the_claim_anew(store, home, hand, now):
    await hand.post(home, "a")
    (claimed,) = await hand.claim(lease=AT_ONCE)

    assert await store.outbox.begin(claimed, now, MINUTE)

    assert await hand.claim() == ()


async def test_who_is_alone_takes_over_at_once_what_the_dead_had(store, home, hand, now):
    for key, to in (("begun", "slack:C1"), ("waits", "slack:C1"), ("other", "console")):
        await hand.post(home, key, to)
    begun, _, _ = await hand.claim()
    await store.outbox.begin(begun, now, MINUTE)

    assert await store.outbox.take_over() == 3

    states = {one.dedup_key: one.state for one in await hand.claim()}
    assert states == {
        "begun": DeliveryState.UNCERTAIN,
        "waits": DeliveryState.PENDING,
        "other": DeliveryState.PENDING,
    }
    assert not await store.outbox.sent(begun, Receipt(SLACK, "1"), now)


async def test_an_uncertain_delivery_is_looked_for_at_its_time(store, home, hand, now):
    await hand.post(home, "a")
    (first,) = await hand.begin()

    assert await store.outbox.uncertain(first, now + MINUTE, "timeout")

    assert await hand.claim(now) == ()
    (second,) = await hand.claim(now + MINUTE)
    assert (second.state, second.error) == (DeliveryState.UNCERTAIN, "timeout")
    assert second.attempts == 2
    assert second.attempt_started_at == now


async def test_an_attempt_counts_only_if_the_answer_was_about_the_message(store, home, hand, now):
    await hand.post(home, "a")
    seen = []
    for counts in (False, False, True, False, True):
        (delivery,) = await hand.claim()
        seen.append(delivery.attempts)
        await store.outbox.again(delivery, now, "no", counts=counts)

    (delivery,) = await hand.claim()

    assert [*seen, delivery.attempts] == [1, 1, 1, 2, 2, 3]
    assert (delivery.state, delivery.error) == (DeliveryState.PENDING, "no")


async def test_a_new_attempt_after_one_that_certainly_failed_starts_anew(store, home, hand, now):
    await hand.post(home, "a")
    (first,) = await hand.begin(now)
    await store.outbox.again(first, now, "refused", counts=False)
    (second,) = await hand.begin(now + MINUTE)
    await store.outbox.uncertain(second, now + MINUTE, "timeout")

    (third,) = await hand.claim(now + MINUTE)

    assert third.attempt_started_at == now + MINUTE


@pytest.mark.parametrize("unsure", [False, True])
async def test_a_released_delivery_is_as_it_was(store, home, hand, now, unsure):
    await hand.post(home, "a")
    (before,) = await hand.claim()
    if unsure:
        await store.outbox.uncertain(before, now, "timeout")
        (before,) = await hand.claim()

    assert await store.outbox.release(before)

    (after,) = await hand.claim()
    assert (after.state, after.attempts, after.error) == (
        before.state,
        before.attempts,
        before.error,
    )


async def test_a_sent_delivery_keeps_its_receipt(store, home, other, hand, now):
    await hand.post(home, "a")
    (delivery,) = await hand.claim()
    assert await store.outbox.find_sent(home.id, delivery.id) is None
    thread = Receipt(Destination.parse("slack:D9"), "1729944000.000100")

    assert await store.outbox.sent(delivery, thread, now)

    found = await store.outbox.find_sent(home.id, delivery.id)
    assert (found.state, found.receipt, found.attempts) == (DeliveryState.SENT, thread, 1)
    assert found.message == delivery.message
    assert await store.outbox.find_sent(other.id, delivery.id) is None
    assert await store.outbox.find_sent(home.id, DeliveryId(999)) is None


async def test_outcomes_are_ignored_once_the_lease_is_lost(store, home, hand, now, eventually):
    await hand.post(home, "a")
    (frozen,) = await hand.claim(lease=AT_ONCE)
    (holder,) = await eventually(hand.claim)
    outbox = store.outbox

    assert not await outbox.sent(frozen, Receipt(SLACK, "1"), now)
    assert not await outbox.again(frozen, now, "no", counts=True)
    assert not await outbox.uncertain(frozen, now, "no")
    assert not await outbox.dead(frozen, "no")
    assert not await outbox.blocked(frozen, "no")
    assert not await outbox.release(frozen)

    assert await hand.claim() == ()
    assert await outbox.sent(holder, Receipt(SLACK, "2"), now)
    assert not await outbox.sent(holder, Receipt(SLACK, "3"), now)
    assert (await outbox.find_sent(home.id, holder.id)).receipt == Receipt(SLACK, "2")


async def test_what_is_in_trouble_is_shown_to_its_workspace(store, home, other, hand):
    for workspace, key, to in (
        (home, "dead", "slack:C1"),
        (home, "blocked", "slack:C2"),
        (home, "fine", "slack:C3"),
        (other, "theirs", "slack:C4"),
    ):
        await hand.post(workspace, key, to)
    dead, blocked, _, theirs = await hand.claim()
    await store.outbox.dead(dead, "invalid_blocks")
    await store.outbox.blocked(blocked, "is_archived")
    await store.outbox.blocked(theirs, "is_archived")

    troubled = await store.outbox.troubled(home.id)

    assert [(one.dedup_key, one.state, one.error) for one in troubled] == [
        ("dead", DeliveryState.DEAD, "invalid_blocks"),
        ("blocked", DeliveryState.BLOCKED, "is_archived"),
    ]


async def test_deliveries_are_counted_by_state_for_one_workspace_or_for_all(
    store, home, other, hand, now
):
    for key in ("a", "b", "c"):
        await hand.post(home, key, f"slack:{key}")
    await hand.post(other, "d", "slack:d")
    sent, unsure = await hand.claim(limit=2)
    await store.outbox.sent(sent, Receipt(SLACK, "1"), now)
    await store.outbox.uncertain(unsure, now, "timeout")

    mine = await store.outbox.counts(home.id)
    everyones = await store.outbox.counts()

    nothing = dict.fromkeys(DeliveryState, 0)
    one_each = {DeliveryState.SENT: 1, DeliveryState.UNCERTAIN: 1, DeliveryState.PENDING: 1}
    assert mine == nothing | one_each
    assert everyones == nothing | one_each | {DeliveryState.PENDING: 2}
    assert await store.outbox.pending() == 3


async def test_another_workspaces_decision_is_as_if_it_were_not_there(store, home, other, hand):
    await hand.alert(home, await hand.article(home), await hand.watchlist(home))
    (delivery,) = await hand.claim()

    assert await store.outbox.decision(home.id, delivery.decision) is not None
    assert await store.outbox.decision(other.id, delivery.decision) is None
