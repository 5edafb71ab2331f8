"""Replies and edits in the outbox loop: where they go, whose buttons they carry, how they end."""

from datetime import UTC, datetime, timedelta

from bot.chat.deliver import ATTEMPTS
from bot.chat.pacing import Pacing, Rate
from bot.errors import SendError, SendKind
from bot.message import AlertCard, Answer, Button, Quote, Update
from bot.model import Act, DeliveryState, Destination, Platform, Receipt, Severity

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERE = Destination(Platform.SLACK, "C1")
WHY = (Button("Why?", "alert:why"),)
UPDATE = Update(Quote("more"), "https://example.org/b", "s", None, NOW, (), (), (), WHY)


def card(name: str) -> AlertCard:
    return AlertCard(Quote(name), None, Severity.ROUTINE, "s", None, NOW, name, (), (), (), WHY)


def trouble(kind: SendKind) -> SendError:
    return SendError(kind, f"it was {kind}")


async def test_an_edited_card_keeps_the_buttons_of_the_card_and_its_place(office):
    await office.queue("before", card("another"))
    await office.queue("card", card("as it was"))
    await office.deliver()
    await office.queue("edit", card("new state"), Act.EDIT)
    await office.deliver()
    ((receipt, message),) = office.chat.edited
    key = office.chat.stored[1][1]
    assert receipt == Receipt(HERE, key)
    assert message.headline == Quote("new state")
    assert [button.value for button in message.buttons] == [key]


async def test_an_update_has_buttons_of_its_own_and_goes_into_the_thread_of_its_card(office):
    await office.queue("card", card("a card"))
    await office.queue("update", UPDATE, Act.REPLY)
    await office.deliver()
    (_, first, _), (_, second, sent) = office.chat.stored
    assert office.chat.threads == [None, Receipt(HERE, first)]
    assert [button.value for button in sent.buttons] == [second]
    assert first != second


async def test_an_update_that_is_refused_goes_into_the_thread_in_plain_words(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("update", UPDATE, Act.REPLY)
    office.chat.troubles = [trouble(SendKind.REJECTED)]
    await office.deliver()
    assert office.chat.titles == ["more"]
    assert office.chat.threads[-1] is not None


async def test_a_thread_that_cannot_be_written_to_costs_no_update(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("update", UPDATE, Act.REPLY)
    office.chat.troubles = [trouble(SendKind.GONE)]
    await office.deliver()
    assert office.chat.threads == [None, None]
    assert await office.states() == {DeliveryState.SENT: 2}


async def test_edits_take_no_turn_of_what_people_read_and_are_not_reported_as_sent(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("edit", card("new state"), Act.EDIT)
    once = Pacing({Platform.SLACK: (Rate(1, timedelta(hours=1)),)})
    await office.deliver(pacing=once)
    await office.write("one")
    await office.deliver(pacing=once)
    assert len(office.chat.edited) == 1
    assert office.chat.titles == ["one"]
    assert [type(message) for message in office.heard] == [AlertCard, Answer]


async def test_an_edit_that_must_wait_holds_up_no_news(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("edit", card("new state"), Act.EDIT)
    await office.write("one")
    office.chat.troubles = [trouble(SendKind.NOT_SENT)]
    await office.deliver()
    assert office.chat.titles == ["one"]
    assert office.chat.edited == []
    await office.deliver(after=timedelta(minutes=1))
    assert len(office.chat.edited) == 1


async def test_an_edit_that_is_never_answered_is_given_up_after_ten_attempts(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("edit", card("new state"), Act.EDIT)
    office.chat.troubles = [trouble(SendKind.AMBIGUOUS) for _ in range(2 * ATTEMPTS)]
    for hour in range(2 * ATTEMPTS):
        await office.deliver(after=timedelta(hours=hour))
    assert await office.states() == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}
    assert len(office.chat.troubles) == ATTEMPTS


async def test_an_edit_that_the_platform_will_not_take_leaves_the_card_as_it_was(office):
    await office.queue("card", card("a card"))
    await office.deliver()
    await office.queue("edit", card("new state"), Act.EDIT)
    office.chat.troubles = [trouble(SendKind.REJECTED)]
    await office.deliver()
    assert office.chat.edited == []
    assert await office.states() == {DeliveryState.SENT: 1, DeliveryState.DEAD: 1}
