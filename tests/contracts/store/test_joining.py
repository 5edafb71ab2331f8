"""Several cards that wait for one channel become one message, in one transaction."""

from datetime import UTC, datetime, timedelta

from bot.message import AlertCard, Answer, Quote
from bot.model import DeliveryState, Receipt, Severity

DIGEST = Answer("2 more alerts")


def card(name):
    seen = datetime(2026, 11, 22, tzinfo=UTC)
    return AlertCard(Quote(name), None, Severity.ROUTINE, "s", None, seen, "w", (), (), ())


async def states(store, home):
    counts = await store.outbox.counts(home.id)
    return {state: number for state, number in counts.items() if number}


async def test_the_cards_of_a_channel_that_wait_are_joined_into_one_message(store, home, hand, now):
    for key in "abc":
        await hand.post(home, key, message=card(key))
    first, *_ = await hand.claim(limit=2)
    waiting = await store.outbox.alerts_waiting(first)
    assert [each.dedup_key for each in waiting] == ["a", "b", "c"]

    assert await store.outbox.join(waiting, DIGEST, now)

    (digest,) = await hand.claim()
    assert digest.message == DIGEST
    assert await states(store, home) == {DeliveryState.PENDING: 1, DeliveryState.JOINED: 3}


async def test_answers_other_channels_other_teams_and_begun_attempts_stay_out_of_it(
    store, home, other, hand
):
    await hand.post(home, "begun", message=card("x"))
    await hand.begin()
    await hand.post(home, "elsewhere", "slack:C2", card("x"))
    await hand.post(other, "theirs", message=card("x"))
    await hand.post(home, "notice")
    await hand.post(home, "mine", message=card("x"))
    first = (await hand.claim())[0]
    assert first.dedup_key == "elsewhere"
    begun = await store.outbox.alerts_waiting(first)
    assert [each.dedup_key for each in begun] == ["elsewhere"]


async def test_a_card_that_another_worker_sends_meanwhile_keeps_all_of_them_apart(
    store, home, hand, now
):
    for key in "ab":
        await hand.post(home, key, message=card(key))
    first, _ = await hand.claim(lease=timedelta(0))
    waiting = await store.outbox.alerts_waiting(first)
    other = await hand.begin()
    for each in other:
        await store.outbox.sent(each, Receipt(each.destination, "1"), now)
    assert not await store.outbox.join(waiting, DIGEST, now)
    assert await states(store, home) == {DeliveryState.SENT: 2}


async def test_what_is_put_off_is_not_handed_out_before_its_time(store, home, hand, now):
    await hand.post(home, "a")
    await hand.post(home, "b")
    claimed = await hand.claim()
    await store.outbox.put_off(claimed, now + timedelta(seconds=2))
    assert await hand.claim(now + timedelta(seconds=1)) == ()
    again = await hand.claim(now + timedelta(seconds=2))
    assert [(each.dedup_key, each.attempts) for each in again] == [("a", 1), ("b", 1)]
