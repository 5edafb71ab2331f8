"""Whose turn it is to ask a host."""

import asyncio
import time

from bot.feeds.turns import Turns


async def holding(turns: Turns, host: str, rank: int, log: list[str], name: str) -> None:
    async with turns.turn(host, rank):
        log.append(name)
        await asyncio.sleep(0.01)


async def test_a_host_is_asked_by_one_at_a_time_sound_feeds_first() -> None:
    turns, log = Turns(20), list[str]()
    names = [("first", 0), ("failed 3", 3), ("failed 1", 1), ("sound", 0)]
    await asyncio.gather(*(holding(turns, "a:80", rank, log, name) for name, rank in names))
    assert log == ["first", "sound", "failed 1", "failed 3"]


async def test_hosts_do_not_wait_for_each_other_but_for_the_number_of_all() -> None:
    turns, at_once, most = Turns(2), 0, 0

    async def hold(host: str) -> None:
        nonlocal at_once, most
        async with turns.turn(host, 0):
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0.01)
            at_once -= 1

    await asyncio.gather(*(hold(str(host)) for host in range(6)))
    assert most == 2


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    turns, log = Turns(20), list[str]()
    async with turns.turn("a:80", 0):
        gone = asyncio.create_task(holding(turns, "a:80", 0, log, "gone"))
        next_one = asyncio.create_task(holding(turns, "a:80", 0, log, "next"))
        await asyncio.sleep(0)
        gone.cancel()
    await asyncio.gather(gone, next_one, return_exceptions=True)
    await holding(turns, "a:80", 0, log, "last")
    assert log == ["next", "last"]


async def test_a_turn_given_to_one_who_leaves_at_that_moment_is_not_lost() -> None:
    turns, log = Turns(20), list[str]()
    async with turns.turn("a:80", 0):
        gone = asyncio.create_task(holding(turns, "a:80", 0, log, "gone"))
        await asyncio.sleep(0)
    gone.cancel()  # its turn came as ours ended
    await asyncio.gather(gone, return_exceptions=True)
    async with asyncio.timeout(1):
        await holding(turns, "a:80", 0, log, "next")
    assert log == ["next"]


async def test_a_host_that_forwarded_is_left_alone_for_a_moment() -> None:
    turns = Turns(20)
    async with turns.turn("a:80", 0):
        waiting = asyncio.create_task(holding(turns, "a:80", 0, [], "next"))
        await asyncio.sleep(0)
        turns.rest("a:80", 0.1)
    began = time.monotonic()
    await waiting
    assert time.monotonic() - began >= 0.1


async def test_a_host_that_forwarded_is_left_alone_though_nobody_waits_for_it() -> None:
    turns = Turns(20)
    began = time.monotonic()
    for _ in range(4):
        async with turns.turn("a:80", 0):
            turns.rest("a:80", 0.05)
    assert time.monotonic() - began >= 0.15
