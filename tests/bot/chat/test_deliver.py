"""The outbox loop: one attempt each, in order, and every outcome has its consequence."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.deliver import ATTEMPTS, Post, deliver_due
from bot.chat.pacing import Pacing
from bot.errors import SendError, SendKind, StoreError
from bot.message import AlertCard, Answer, Button, Literal, Message, Quote
from bot.model import DeliveryState, Destination, Platform, Severity

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination(Platform.SLACK, "C1")
LEASE = timedelta(minutes=1)
THERE = Destination(Platform.SLACK, "C2")


def trouble(kind: SendKind, retry_after: timedelta | None = None) -> SendError:
    return SendError(kind, f"it was {kind}", retry_after=retry_after)


async def test_what_is_due_is_sent_once_and_in_order(office):
    for title in ("one", "two", "three"):
        await office.write(title)
    await office.deliver()
    await office.deliver()
    assert office.chat.titles == ["one", "two", "three"]
    assert await office.states() == {DeliveryState.SENT: 3}


async def test_what_was_certainly_not_sent_waits_and_keeps_its_place_before_the_others(office):
    await office.write("one")
    await office.write("two")
    office.chat.troubles = [trouble(SendKind.NOT_SENT)]
    await office.deliver()
    assert office.chat.titles == []
    await office.deliver(after=timedelta(minutes=1))
    assert office.chat.titles == ["one", "two"]


async def test_one_lost_channel_holds_up_no_other(office):
    await office.write("here")
    await office.write("there", THERE)
    office.chat.troubles = [trouble(SendKind.BLOCKED)]
    await office.deliver()
    states = await office.states()
    notice = {DeliveryState.PENDING: 1}
    assert states == {DeliveryState.BLOCKED: 1, DeliveryState.SENT: 1} | notice


async def test_the_wish_to_wait_is_kept_to_the_second(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.NOT_SENT, retry_after=timedelta(seconds=90))]
    await office.deliver()
    await office.deliver(after=timedelta(seconds=89))
    assert office.chat.titles == []
    await office.deliver(after=timedelta(seconds=91))
    assert office.chat.titles == ["one"]


async def test_an_attempt_whose_answer_was_lost_is_looked_up_and_not_repeated(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.AMBIGUOUS)]
    office.chat.stores_before_failing = True
    await office.deliver()
    assert await office.states() == {DeliveryState.UNCERTAIN: 1}
    await office.deliver(after=timedelta(minutes=1))
    assert office.chat.titles == ["one"]
    assert await office.states() == {DeliveryState.SENT: 1}


async def test_where_the_platform_cannot_tell_it_is_sent_again_rather_than_lost(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.AMBIGUOUS)]
    office.chat.knows_history = False
    await office.deliver()
    await office.deliver(after=timedelta(minutes=1))
    assert office.chat.titles == ["one"]


async def test_a_refused_message_is_dead_and_the_next_one_goes(office):
    await office.write("one")
    await office.write("two")
    office.chat.troubles = [trouble(SendKind.REJECTED)]
    await office.deliver()
    assert office.chat.titles == ["two"]
    assert (await office.states())[DeliveryState.DEAD] == 1


async def test_a_card_that_is_refused_goes_out_in_plain_words(office):
    card = AlertCard(
        headline=Quote("Tanker seized"),
        url="https://example.org/a",
        severity=Severity.NOTABLE,
        source="Example",
        published=None,
        first_seen=NOW,
        watch="hormuz",
        sentences=(),
        left_out=(),
        why=(Literal("matched Hormuz"),),
        buttons=(Button("Why?", "alert:why"),),
    )
    await office.store.outbox.post(office.workspace, HERE, card, "card", NOW)
    office.chat.troubles = [trouble(SendKind.REJECTED)]
    await office.deliver()
    assert office.chat.titles == ["hormuz: Tanker seized"]
    assert await office.states() == {DeliveryState.SENT: 1}


async def test_a_platform_that_is_down_for_long_costs_no_message_its_life(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.PLATFORM_DOWN) for _ in range(3 * ATTEMPTS)]
    for hour in range(3 * ATTEMPTS):
        await office.deliver(after=timedelta(hours=hour))
    await office.deliver(after=timedelta(days=4))
    assert office.chat.titles == ["one"]


async def test_a_message_that_stays_uncertain_is_given_up_after_ten_attempts(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.AMBIGUOUS) for _ in range(2 * ATTEMPTS)]
    for hour in range(2 * ATTEMPTS):
        await office.deliver(after=timedelta(hours=hour))
    assert await office.states() == {DeliveryState.DEAD: 1}
    assert len(office.chat.troubles) == ATTEMPTS


async def test_the_why_button_knows_its_delivery(office):
    card = AlertCard(
        Quote("x"),
        None,
        Severity.ROUTINE,
        "s",
        None,
        NOW,
        "w",
        (),
        (),
        (),
        (Button("Why?", "alert:why"),),
    )
    await office.store.outbox.post(office.workspace, HERE, card, "card", NOW)
    await office.deliver()
    ((_, key, sent),) = office.chat.stored
    assert isinstance(sent, AlertCard)
    assert sent.buttons[0].value == key


async def test_a_look_up_that_fails_leaves_it_uncertain_and_it_is_not_sent_twice(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.AMBIGUOUS)]
    office.chat.stores_before_failing = True
    await office.deliver()
    office.chat.look_up_fails = True
    await office.deliver(after=timedelta(minutes=1))
    assert await office.states() == {DeliveryState.UNCERTAIN: 1}
    office.chat.look_up_fails = False
    await office.deliver(after=timedelta(minutes=5))
    assert office.chat.titles == ["one"]


async def test_the_longer_a_platform_is_down_the_longer_it_is_left_alone_up_to_a_minute(office):
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.PLATFORM_DOWN) for _ in range(1000)]
    for second in range(0, 600, 2):
        await office.deliver(after=timedelta(seconds=second))
    asked = 1000 - len(office.chat.troubles)
    assert 10 <= asked <= 40


def card_of(name: str) -> AlertCard:
    return AlertCard(Quote(name), None, Severity.ROUTINE, "s", None, NOW, name, (), (), ())


async def alert(office, name: str, at: datetime = NOW) -> None:
    await office.store.outbox.post(office.workspace, HERE, card_of(name), name, at)


async def test_a_burst_is_spread_out_to_one_message_a_second_and_keeps_its_order(office):
    pacing = Pacing()
    for number in range(6):
        await office.write(str(number))
    for second, sent in ((0, 3), (0.5, 3), (1.1, 4), (2.2, 5), (3.3, 6)):
        await office.deliver(after=timedelta(seconds=second), pacing=pacing)
        assert office.chat.titles == [str(number) for number in range(sent)], second


async def test_above_thirty_in_ten_minutes_what_waits_comes_as_one_message(office):
    pacing = Pacing()
    for number in range(60):
        await alert(office, f"watch {number}")
    for second in range(60):
        await office.deliver(after=timedelta(seconds=1.01 * second), pacing=pacing)
    cards = [each for _, _, each in office.chat.stored if isinstance(each, AlertCard)]
    digests = [each for _, _, each in office.chat.stored if isinstance(each, Answer)]
    assert 29 <= len(cards) <= 32
    (digest,) = digests
    assert digest.title.startswith(f"{60 - len(cards)} alerts at once")
    assert office.chat.stored[-1][2] == digest
    assert (await office.states())[DeliveryState.JOINED] == 60 - len(cards)


async def test_cards_that_waited_for_more_than_a_day_come_as_one_message(office):
    for number in range(4):
        await alert(office, f"old {number}", NOW - timedelta(hours=25))
    await alert(office, "new")
    await office.deliver()
    assert office.chat.titles == ["4 alerts at once, for old 0, old 1, old 2, old 3"]
    (fresh,) = [each for _, _, each in office.chat.stored if isinstance(each, AlertCard)]
    assert fresh.watch == "new"


async def test_a_lost_channel_is_not_tried_again_and_gets_what_it_missed_when_it_is_back(office):
    await office.write("one")
    await office.write("two")
    office.chat.troubles = [trouble(SendKind.BLOCKED)]
    await office.deliver()
    await office.write("three")
    await office.deliver(after=timedelta(minutes=5))
    assert office.chat.titles == []
    assert office.chat.troubles == []
    await office.store.places.find_again(HERE, NOW + timedelta(hours=1))
    await office.deliver(after=timedelta(hours=1))
    assert office.chat.titles == ["one", "two", "three"]


async def test_an_attempt_is_broken_off_before_its_claim_ends_and_is_looked_for(office):
    """Under load a slow call would else be under way while another worker makes its own."""
    heard = []

    async def slowly(destination, message, delivery_key, thread=None):
        heard.append(delivery_key)
        await asyncio.sleep(30)

    send, office.chat.send = office.chat.send, slowly
    await office.write("one")
    await office.deliver()
    assert len(heard) == 1
    assert await office.states() == {DeliveryState.UNCERTAIN: 1}

    office.chat.send = send
    await office.deliver(after=timedelta(minutes=1))
    assert office.chat.titles == ["one"]
    assert await office.states() == {DeliveryState.SENT: 1}


async def test_a_fault_beside_the_sending_stops_no_other_channel(office, caplog):
    def shown(destination: Destination, _message: Message) -> None:
        if destination == HERE:
            raise ZeroDivisionError

    await office.write("here")
    await office.write("there", THERE)
    adapters = {Platform.SLACK: office.chat}
    await deliver_due(Post(office.store, adapters, LEASE, LEASE, sent=shown), NOW)
    assert sorted(office.chat.titles) == ["here", "there"]
    assert "what waits for slack:C1 was not sent" in caplog.text


async def test_a_database_in_trouble_is_told_when_every_channel_has_had_its_turn(office):
    await office.write("here")
    await office.write("there", THERE)
    office.chat.troubles = [StoreError("The database is locked.")]
    with pytest.raises(StoreError):
        await office.deliver()
    assert office.chat.titles == ["there"]
    assert await office.states() == {DeliveryState.SENDING: 1, DeliveryState.SENT: 1}
