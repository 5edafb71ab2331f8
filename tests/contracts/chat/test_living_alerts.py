"""A card that lives: edited in its place, with what is new in its thread, on every platform."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.chat.attempt import carry_out
from bot.chat.deliver import Post, deliver_due
from bot.chat.pacing import Pacing
from bot.message import AlertCard, Button, ChangedFigure, Literal, Message, Quote, Update
from bot.model import Act, DeliveryState, Published, Severity

SEEN = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CARD = AlertCard(
    headline=Quote("Soldiers sent to Kursk", ((17, 22),)),
    url="https://news.example.org/a",
    severity=Severity.NOTABLE,
    source="Example Wire",
    published=Published(SEEN),
    first_seen=SEEN,
    watch="kursk",
    sentences=(Quote("They arrived on Monday."),),
    left_out=(),
    why=(Literal("matched Kursk"),),
    buttons=(Button("Why?", "alert:why"),),
    corroboration=(Literal("1 source so far (Example Wire)"),),
)
UPDATE = Update(
    headline=Quote("Seoul counts them"),
    url="https://other.example.net/b",
    source="Other Agency",
    published=Published(SEEN),
    first_seen=SEEN,
    figures=(
        ChangedFigure(
            "troops", "3,000", "around 10,000", Quote("Around 10,000 are there @everyone <!here>.")
        ),
    ),
    sentences=(Quote("More are on their way."),),
    why=(Literal("matched Kursk"),),
    buttons=(Button("Why?", "alert:why"),),
)


def carried_by(number: int) -> AlertCard:
    return replace(CARD, corroboration=(Literal(f"{number} independent sources"),))


async def queue(seat, key: str, message: Message, act: Act = Act.POST) -> None:
    """Queue for the seat's channel; replies and edits belong to what was queued as `card`."""
    store = seat.bot.store
    home = await store.workspaces.home()
    card = "" if act is Act.POST else "card"
    at = datetime.now(UTC)
    await store.outbox.post(home.id, seat.here, message, key, at, act=act, card=card)


async def deliver(seat, after: timedelta = timedelta(0), lease: timedelta = MINUTE) -> None:
    adapters = {seat.adapter.platform: seat.adapter}
    post = Post(seat.bot.store, adapters, lease, timedelta(seconds=1), pacing=Pacing({}))
    while await deliver_due(post, datetime.now(UTC) + after):
        pass


async def states(seat) -> dict[DeliveryState, int]:
    counts = await seat.bot.store.outbox.counts()
    return {state: number for state, number in counts.items() if number}


async def test_a_card_its_new_state_and_a_reply_come_in_this_order(seat):
    await queue(seat, "card", CARD)
    await queue(seat, "edit", carried_by(3), Act.EDIT)
    await queue(seat, "reply", UPDATE, Act.REPLY)
    await deliver(seat)

    seen = seat.channel().replace("*", "")
    parts = ("Soldiers sent to Kursk", "3 independent sources", "troops: 3,000 → around 10,000")
    places = [seen.index(part) for part in parts]
    assert places == sorted(places)
    assert await states(seat) == {DeliveryState.SENT: 3}


async def test_a_reply_shows_figures_quotations_source_and_link_and_means_nothing_else(seat):
    await queue(seat, "card", CARD)
    await queue(seat, "reply", UPDATE, Act.REPLY)
    await deliver(seat)

    seen = seat.channel()
    for part in (
        "troops: 3,000 → around 10,000",
        "Around 10,000 are there @everyone <!here>.",
        "More are on their way.",
        "Seoul counts them",
        "Other Agency",
        "https://other.example.net/b",
    ):
        assert part in seen, part


async def test_edits_that_wait_become_one(seat):
    await queue(seat, "card", CARD)
    await deliver(seat)
    for number in range(2, 6):
        await queue(seat, f"edit {number}", carried_by(number), Act.EDIT)
    await deliver(seat)

    assert "5 independent sources" in seat.channel()
    assert "4 independent sources" not in seat.channel()
    assert await states(seat) == {DeliveryState.SENT: 2}


async def test_a_reply_to_a_card_that_was_never_posted_goes_out_by_itself(seat):
    await queue(seat, "reply", UPDATE, Act.REPLY)
    await deliver(seat)

    assert "troops: 3,000 → around 10,000" in seat.channel()
    assert await states(seat) == {DeliveryState.SENT: 1}


async def test_an_edit_of_a_card_that_was_never_posted_ends_quietly(seat):
    await queue(seat, "edit", carried_by(3), Act.EDIT)
    await deliver(seat)

    assert "independent sources" not in seat.channel()
    assert await states(seat) == {DeliveryState.OBSOLETE: 1}


async def test_in_a_chat_the_card_is_edited_and_the_replies_stand_in_its_thread(far_seat):
    await queue(far_seat, "card", CARD)
    await queue(far_seat, "edit", carried_by(3), Act.EDIT)
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    await queue(far_seat, "again", replace(UPDATE, headline=Quote("Third")), Act.REPLY)
    await deliver(far_seat)

    (card,) = far_seat.cards()
    assert "3 independent sources" in card
    assert "1 source so far" not in card
    first, second = far_seat.replies()
    assert "Seoul counts them" in first
    assert "Third" in second


async def test_an_edit_of_a_deleted_card_ends_without_trouble(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    far_seat.delete_card()
    await queue(far_seat, "edit", carried_by(3), Act.EDIT)
    await deliver(far_seat)

    assert far_seat.cards() == []
    assert await states(far_seat) == {DeliveryState.SENT: 1, DeliveryState.OBSOLETE: 1}
    home = await far_seat.bot.store.workspaces.home()
    assert await far_seat.bot.store.outbox.troubled(home.id) == ()


async def test_a_reply_to_a_deleted_card_goes_out_by_itself(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    far_seat.delete_card()
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    await deliver(far_seat)

    (alone,) = far_seat.cards()
    assert "Seoul counts them" in alone
    assert far_seat.replies() == []


async def test_an_edit_whose_answer_was_lost_is_made_again_and_is_no_possible_repeat(
    far_seat, caplog
):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    await queue(far_seat, "edit", carried_by(3), Act.EDIT)
    far_seat.lose_answer_to_edit()
    await deliver(far_seat)
    assert (await states(far_seat))[DeliveryState.PENDING] == 1
    await deliver(far_seat, after=MINUTE)

    (card,) = far_seat.cards()
    assert "3 independent sources" in card
    assert await states(far_seat) == {DeliveryState.SENT: 2}
    assert "may arrive twice" not in caplog.text


async def test_a_newer_state_takes_the_place_of_one_whose_answer_was_lost(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    await queue(far_seat, "edit", carried_by(3), Act.EDIT)
    far_seat.lose_answer_to_edit()
    await deliver(far_seat)
    await queue(far_seat, "later", carried_by(4), Act.EDIT)
    await deliver(far_seat, after=MINUTE)

    (card,) = far_seat.cards()
    assert "4 independent sources" in card
    assert await states(far_seat) == {DeliveryState.SENT: 2}


async def test_a_first_reply_whose_answer_was_lost_is_there_once(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    far_seat.lose_answer()
    await deliver(far_seat)
    assert (await states(far_seat))[DeliveryState.UNCERTAIN] == 1
    await deliver(far_seat, after=MINUTE)

    assert len(far_seat.cards()) == len(far_seat.replies()) == 1
    assert await states(far_seat) == {DeliveryState.SENT: 2}


async def test_a_later_reply_whose_answer_was_lost_is_there_once(far_seat):
    await queue(far_seat, "card", CARD)
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    await deliver(far_seat)
    await queue(far_seat, "again", replace(UPDATE, headline=Quote("Third")), Act.REPLY)
    far_seat.lose_answer()
    await deliver(far_seat)
    await deliver(far_seat, after=MINUTE)

    assert ["Third" in reply for reply in far_seat.replies()] == [False, True]
    assert await states(far_seat) == {DeliveryState.SENT: 3}


async def crash_inside(seat) -> None:
    """Carry out what is due, and die before it can be noted."""
    outbox, lease = seat.bot.store.outbox, timedelta(milliseconds=1)
    platforms = [seat.adapter.platform]
    now = datetime.now(UTC)
    for delivery in await outbox.claim(now, platforms=platforms, limit=9, lease=lease):
        assert await outbox.begin(delivery, now, lease)
        await carry_out(seat.adapter, delivery, await outbox.card_of(delivery))
    await asyncio.sleep(0.05)


async def test_a_crash_inside_a_reply_ends_with_one_reply(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    await crash_inside(far_seat)
    await deliver(far_seat)

    assert len(far_seat.cards()) == len(far_seat.replies()) == 1
    assert await states(far_seat) == {DeliveryState.SENT: 2}


async def test_a_crash_inside_a_reply_that_stands_by_itself_ends_with_one_message(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    far_seat.delete_card()
    await queue(far_seat, "reply", UPDATE, Act.REPLY)
    await crash_inside(far_seat)
    await deliver(far_seat)

    assert len(far_seat.cards()) == 1
    assert far_seat.replies() == []
    assert await states(far_seat) == {DeliveryState.SENT: 2}


async def test_a_crash_inside_an_edit_ends_with_the_card_edited_once(far_seat):
    await queue(far_seat, "card", CARD)
    await deliver(far_seat)
    await queue(far_seat, "edit", carried_by(3), Act.EDIT)
    await crash_inside(far_seat)
    await deliver(far_seat)

    (card,) = far_seat.cards()
    assert "3 independent sources" in card
    assert await states(far_seat) == {DeliveryState.SENT: 2}
