"""Answers that make no sense cost the message that they are given to, and no other."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.chat.deliver import ATTEMPTS, Post, deliver_due
from bot.chat.pacing import Pacing
from bot.message import Answer
from bot.model import DeliveryState, Destination

MINUTE = timedelta(minutes=1)


async def queue(seat, title: str, destination: Destination) -> None:
    store = seat.bot.store
    home = await store.workspaces.home()
    await store.outbox.post(home.id, destination, Answer(title), title, datetime.now(UTC))


async def deliver(seat, after: timedelta = timedelta(0)) -> None:
    adapters = {seat.adapter.platform: seat.adapter}
    post = Post(seat.bot.store, adapters, MINUTE, timedelta(seconds=1), pacing=Pacing({}))
    while await deliver_due(post, datetime.now(UTC) + after):
        pass


async def states(seat) -> dict[DeliveryState, int]:
    counts = await seat.bot.store.outbox.counts()
    return {state: number for state, number in counts.items() if number}


async def test_an_answer_that_makes_no_sense_holds_up_no_other_channel(far_seat):
    far_seat.answer_nonsense(times=ATTEMPTS)
    await queue(far_seat, "A sick one", far_seat.here)
    await queue(far_seat, "A healthy one", far_seat.there)
    await deliver(far_seat)
    assert "A healthy one" in far_seat.seen_there()
    assert await states(far_seat) == {DeliveryState.SENT: 1, DeliveryState.UNCERTAIN: 1}


async def test_what_was_posted_for_all_that_is_found_and_not_posted_again(far_seat):
    far_seat.answer_nonsense(times=1, stored=True)
    await queue(far_seat, "Once", far_seat.here)
    await deliver(far_seat)
    await deliver(far_seat, after=MINUTE)
    assert len(far_seat.cards()) == 1
    assert await states(far_seat) == {DeliveryState.SENT: 1}


async def test_who_gets_only_nonsense_is_given_up_with_a_reason_and_the_next_one_goes(far_seat):
    far_seat.answer_nonsense(times=2 * ATTEMPTS)
    await queue(far_seat, "A sick one", far_seat.here)
    for hour in range(ATTEMPTS):
        assert DeliveryState.DEAD not in await states(far_seat)
        await deliver(far_seat, after=timedelta(hours=hour))
    assert await states(far_seat) == {DeliveryState.DEAD: 1}

    home = await far_seat.bot.store.workspaces.home()
    (dead,) = await far_seat.bot.store.outbox.troubled(home.id)
    assert dead.attempts == ATTEMPTS
    assert dead.error is not None
    assert dead.error.endswith(".")
    assert "Error" not in dead.error
    assert "indices" not in dead.error

    far_seat.understand()
    await queue(far_seat, "A healthy one", far_seat.here)
    await deliver(far_seat)
    assert "A healthy one" in far_seat.channel()


async def test_a_look_up_that_is_answered_with_nonsense_counts_and_posts_nothing_again(far_seat):
    far_seat.lose_answer()
    far_seat.answer_nonsense_when_asked(times=2)
    await queue(far_seat, "Once", far_seat.here)
    for hour in range(3):
        await queue(far_seat, f"A healthy one {hour}", far_seat.there)
        await deliver(far_seat, after=timedelta(hours=hour))
        assert f"A healthy one {hour}" in far_seat.seen_there()
        assert (await states(far_seat))[DeliveryState.UNCERTAIN] == 1
    await deliver(far_seat, after=timedelta(hours=3))
    assert len(far_seat.cards()) == 1
    assert await states(far_seat) == {DeliveryState.SENT: 4}


async def test_who_is_stopped_in_the_middle_of_an_attempt_stops(far_seat):
    far_seat.stay_silent()
    await queue(far_seat, "Nobody answers", far_seat.here)
    running = asyncio.create_task(deliver(far_seat))
    await far_seat.asked_to_post()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await states(far_seat) == {DeliveryState.SENDING: 1}
