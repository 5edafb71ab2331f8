"""What did not arrive: it is listed, and taken up again without being sent twice in vain."""

from datetime import timedelta

import pytest

from bot.message import Answer
from bot.model import Act, DeliveryState, Destination, Receipt

MINUTE = timedelta(minutes=1)
HERE, THERE = Destination.parse("slack:C1"), Destination.parse("slack:C2")


@pytest.fixture
def states(store, home):
    async def look():
        counts = await store.outbox.counts(home.id)
        return {state: number for state, number in counts.items() if number}

    return look


@pytest.fixture
def retry(store, home, now):
    async def retry(*which, to=HERE, workspace=None):
        return await store.troubles.retry(
            (workspace or home).id, [each.id for each in which], to=to, by="ann", at=now + MINUTE
        )

    return retry


async def test_what_is_dead_blocked_or_uncertain_is_listed_for_its_workspace_alone(
    store, home, other, hand, now
):
    for key in ("sent", "dead", "blocked", "unsure", "waiting"):
        await hand.post(home, key)
    sent, dead, blocked, unsure, _ = await hand.begin()
    await store.outbox.sent(sent, Receipt(HERE, "1"), now)
    await store.outbox.dead(dead, "invalid_blocks")
    await store.outbox.blocked(blocked, "is_archived")
    await store.outbox.uncertain(unsure, now, "timeout")

    found = await store.troubles.of(home.id)

    assert [(each.dedup_key, each.state) for each in found] == [
        ("dead", DeliveryState.DEAD),
        ("blocked", DeliveryState.BLOCKED),
        ("unsure", DeliveryState.UNCERTAIN),
    ]
    assert await store.troubles.of(other.id) == ()


@pytest.mark.parametrize("way", ["dead", "blocked"])
async def test_what_is_certainly_not_there_is_sent_again(store, home, hand, now, retry, way):
    await hand.post(home, "a")
    (delivery,) = await hand.begin()
    await getattr(store.outbox, way)(delivery, "no")

    retried = await retry(delivery)

    assert (retried.to_send, retried.to_look_for) == (1, 0)
    (again,) = await hand.claim(now + MINUTE)
    assert (again.state, again.attempts, again.error) == (DeliveryState.PENDING, 1, None)
    assert again.created_at == now


@pytest.mark.parametrize("way", ["dead", "blocked"])
async def test_what_may_be_there_is_looked_for_first(store, home, hand, now, retry, way):
    await hand.post(home, "a")
    (delivery,) = await hand.begin()
    await getattr(store.outbox, way)(delivery, "timeout", certain=False)

    retried = await retry(delivery)

    assert (retried.to_send, retried.to_look_for) == (0, 1)
    (again,) = await hand.claim(now + MINUTE)
    assert (again.state, again.attempt_started_at) == (DeliveryState.UNCERTAIN, now)


async def test_a_channel_that_is_back_looks_for_what_may_be_there(store, home, hand, now):
    for key in ("unsure", "fresh"):
        await hand.post(home, key)
    unsure, fresh = await hand.begin()
    await store.outbox.uncertain(unsure, now, "timeout")
    await store.outbox.again(fresh, now, "refused", counts=False)
    await store.places.lose(HERE, "archived", now)
    await store.places.find_again(HERE, now + MINUTE)
    claimed = await hand.claim(now + MINUTE)
    assert [(each.dedup_key, each.state) for each in claimed] == [
        ("unsure", DeliveryState.UNCERTAIN),
        ("fresh", DeliveryState.PENDING),
    ]


async def test_only_what_was_given_up_in_this_workspace_and_place_is_retried(
    store, home, other, hand, now, retry, states
):
    for key, to in (("sent", HERE), ("waits", HERE), ("there", THERE), ("dead", HERE)):
        await hand.post(home, key, str(to))
    sent, waits, there, dead = await hand.begin()
    await store.outbox.sent(sent, Receipt(HERE, "1"), now)
    await store.outbox.uncertain(waits, now + 9 * MINUTE, "timeout")
    await store.outbox.dead(there, "no")
    await store.outbox.dead(dead, "no")

    foreign = await retry(sent, waits, there, dead, workspace=other)
    assert (foreign.to_send, foreign.to_look_for, foreign.overtaken) == (0, 0, 0)
    assert (await states())[DeliveryState.DEAD] == 2
    assert (await retry(sent, waits, there, dead)).to_send == 1
    assert await states() == {
        DeliveryState.SENT: 1,
        DeliveryState.UNCERTAIN: 1,
        DeliveryState.DEAD: 1,
        DeliveryState.PENDING: 1,
    }
    (change,) = await store.audit.of(home.id, 10)
    assert (change.actor, change.action, change.subject) == ("ann", "retried", "slack:C1")


async def test_an_edit_that_a_later_one_overtook_is_over(store, home, hand, now, retry, states):
    await hand.post(home, "card")
    (card,) = await hand.begin()
    await store.outbox.sent(card, Receipt(HERE, "1"), now)

    async def edit(key):
        await store.outbox.post(home.id, HERE, Answer(key), key, now, act=Act.EDIT, card="card")
        (delivery,) = await hand.begin()
        return delivery

    first = await edit("first")
    await store.outbox.dead(first, "timeout", certain=False)
    second = await edit("second")
    await store.outbox.dead(second, "timeout", certain=False)

    retried = await retry(first, second)

    assert (retried.to_send, retried.to_look_for, retried.overtaken) == (1, 0, 1)
    assert [each.dedup_key for each in await hand.claim(now + MINUTE)] == ["second"]
    assert (await states())[DeliveryState.OBSOLETE] == 1
