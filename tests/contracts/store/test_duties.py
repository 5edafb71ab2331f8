"""A duty is one holder's at a time, and somebody else's as soon as that one is not heard of."""

import asyncio
from datetime import timedelta

LONG, SHORT = timedelta(minutes=1), timedelta(seconds=0.2)


async def test_a_duty_has_one_holder_who_may_keep_it(store):
    assert await store.duties.hold("chats", "a", LONG)
    assert not await store.duties.hold("chats", "b", LONG)
    assert await store.duties.hold("chats", "a", LONG)
    assert await store.duties.hold("something else", "b", LONG)


async def test_of_many_who_ask_at_once_one_gets_it(store):
    held = await asyncio.gather(*(store.duties.hold("chats", f"{n}", LONG) for n in range(8)))
    assert sorted(held) == [False] * 7 + [True]


async def test_a_holder_who_is_not_heard_of_loses_it(store, eventually):
    assert await store.duties.hold("chats", "frozen", SHORT)
    assert await eventually(lambda: store.duties.hold("chats", "b", LONG))
    assert not await store.duties.hold("chats", "frozen", LONG)


async def test_who_leaves_makes_room_at_once_and_cannot_put_out_another(store):
    await store.duties.hold("chats", "a", LONG)
    await store.duties.leave("chats", "b")
    assert not await store.duties.hold("chats", "b", LONG)
    await store.duties.leave("chats", "a")
    assert await store.duties.hold("chats", "b", LONG)


async def test_who_is_alone_takes_every_duty_over(store):
    await store.duties.hold("chats", "dead", LONG)
    await store.duties.take_over()
    assert await store.duties.hold("chats", "a", LONG)
