"""/watchfloor status and retry: what did not arrive is shown, and goes out again when asked to."""

from datetime import timedelta

import pytest

from bot.message import Answer, Bullets, Table
from bot.model import DeliveryState, Destination, Platform

HERE, THERE = Destination(Platform.CONSOLE), Destination(Platform.SLACK, "C1")
LEASE = timedelta(seconds=60)


@pytest.fixture
def queue(made):
    """Queues a message and lets its attempt end in some way."""

    async def queue(key, way="", place=HERE, **more):
        outbox = made.bot.store.outbox
        await outbox.post(made.bot.home.id, place, Answer(f"Told {key}"), key, made.clock.now)
        if not way:
            return None
        [delivery] = await outbox.claim(
            made.clock.now, platforms=tuple(Platform), limit=1, lease=LEASE
        )
        await outbox.begin(delivery, made.clock.now, LEASE)
        end = getattr(outbox, way)
        await (
            end(delivery, made.clock.now, "timeout")
            if way == "uncertain"
            else end(delivery, "no", **more)
        )
        return delivery

    return queue


def told(reply):
    return "\n".join(
        "".join(getattr(piece, "text", "") for piece in line)
        for block in reply.message.blocks
        for line in (
            block.lines
            if isinstance(block, Bullets)
            else [cell for row in block.rows for cell in row]
            if isinstance(block, Table)
            else [block.line]
        )
    )


async def test_a_bot_without_trouble_says_so(made):
    reply = await made.ask("/watchfloor status")
    assert reply.message.title == "The bot is well"
    assert "no messages yet" in told(reply)


async def test_each_delivery_in_trouble_says_what_where_why_and_what_to_do(made, queue):
    dead = await queue("a", "dead")
    blocked = await queue("b", "blocked")
    unsure = await queue("c", "uncertain")

    reply = await made.ask("/watchfloor status")

    assert reply.message.title == "The bot needs a look"
    table = reply.message.blocks[-1]
    rows = [[cell[0] for cell in row] for row in table.rows]
    assert [row[0].text for row in rows] == [
        f"{dead.id} dead",
        f"{blocked.id} blocked",
        f"{unsure.id} uncertain",
    ]
    assert [row[1].text for row in rows] == ["Told a", "Told b", "Told c"]
    assert {row[2].text for row in rows} == {"console"}
    assert {row[3].at for row in rows} == {made.clock.now}
    assert [row[4].text for row in rows] == ["no", "no", "timeout"]
    assert f"/watchfloor retry {dead.id}" in rows[0][5].text
    assert rows[2][5].text.startswith("Nothing:")


async def test_more_than_ten_come_in_pages(made, queue):
    for number in range(12):
        await queue(f"{number:02}", "dead")
    first = await made.ask("/watchfloor status")
    assert len(first.message.blocks[1].rows) == 10
    button = first.message.buttons[0]
    second = await made.invoke(button.action, {"value": button.value})
    assert len(second.message.blocks[1].rows) == 2
    refused = await made.invoke(button.action, {"value": button.value}, manager=False)
    assert "for managers" in refused.message.title


async def test_a_dead_delivery_is_sent_again_when_somebody_asks_for_it(made, queue):
    one = await queue("one", "dead")
    await queue("two", "dead")

    reply = await made.ask(f"/watchfloor retry {one.id}")
    assert "1 delivery is taken up again." in told(reply)
    await made.tick(made.clock.now)

    assert [each.title for each in made.posted] == ["Told one"]
    await made.ask("/watchfloor retry")
    await made.tick(made.clock.now)
    assert [each.title for each in made.posted] == ["Told one", "Told two"]


async def test_what_may_have_arrived_is_said_to_be_looked_for(made, queue):
    await queue("a", "dead", certain=False)
    reply = await made.ask("/watchfloor retry all")
    assert "1 of them may have arrived" in told(reply)
    counts = await made.bot.store.outbox.counts(made.bot.home.id)
    assert counts[DeliveryState.UNCERTAIN] == 1


async def test_a_channel_that_is_out_of_reach_keeps_its_deliveries(made, queue):
    await queue("a", "blocked", THERE)
    await queue("b", "dead")
    reply = await made.ask("/watchfloor retry all")
    said = told(reply)
    assert "1 delivery is taken up again." in said
    assert "slack:C1: it is still out of reach. slack is not switched on." in said
    counts = await made.bot.store.outbox.counts(made.bot.home.id)
    assert counts[DeliveryState.BLOCKED] == 1


@pytest.mark.parametrize("which", ["999", "all", "x"])
async def test_nothing_to_retry_is_said(made, which):
    reply = await made.ask(f"/watchfloor retry {which}")
    assert "given up" in reply.message.title


async def test_only_managers_retry(made, queue):
    await queue("a", "dead")
    reply = await made.ask("/watchfloor retry all", manager=False)
    assert "for the admins" in reply.message.title
