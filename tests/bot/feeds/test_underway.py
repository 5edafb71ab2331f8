"""Polls side by side: waited for a turn or to the end, and what they left is settled together."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta

import pytest

from bot.errors import StoreError
from bot.feeds.underway import Underway
from bot.model import DueFeed, FeedId, Validators

TURN = timedelta(seconds=0.05)


def due(number: int) -> DueFeed:
    return DueFeed(FeedId(number), "http://x.example/", "x", Validators(), None, 0, True, "token")


class Watch:
    """Notes what was kept and what was settled."""

    def __init__(self) -> None:
        self.kept: list[list[int]] = []
        self.settled: list[Sequence[int]] = []

    async def keep(self, feeds: Collection[DueFeed]) -> None:
        self.kept.append([feed.id for feed in feeds])

    async def settle(self, results: Sequence[int]) -> None:
        self.settled.append(sorted(results))


async def leave(result: int | None, after: float = 0) -> int | None:
    await asyncio.sleep(after)
    return result


async def test_what_polls_left_behind_is_settled_at_once() -> None:
    polls, watch = Underway[int](), Watch()
    for number in (1, 2, 3):
        polls.start(due(number), leave(number if number != 2 else None))
    await polls.wait(TURN, watch.keep, watch.settle, to_the_end=True)
    assert (watch.settled, watch.kept, len(polls)) == ([[1, 3]], [], 0)


async def test_a_slow_poll_keeps_its_claim_and_holds_up_no_other() -> None:
    polls, watch = Underway[int](), Watch()
    polls.start(due(1), leave(1))
    polls.start(due(2), leave(2, after=0.2))
    await polls.wait(TURN, watch.keep, watch.settle, to_the_end=False)
    assert (watch.settled, watch.kept) == ([[1]], [[2]])
    await polls.wait(TURN, watch.keep, watch.settle, to_the_end=True)
    assert watch.settled == [[1], [2]]


async def fail(error: Exception) -> int:
    raise error


async def test_every_poll_that_breaks_is_heard_of_and_the_others_are_settled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    polls, watch = Underway[int](), Watch()
    for number in (1, 2, 3):
        polls.start(due(number), fail(RuntimeError(f"unforeseen {number}")))
    polls.start(due(4), leave(4))
    await polls.wait(TURN, watch.keep, watch.settle, to_the_end=True)
    assert (watch.settled, len(polls)) == ([[4]], 0)
    said = {r.getMessage(): str(r.exc_info and r.exc_info[1]) for r in caplog.records}
    assert said == {f"the poll of feed {n} (“x”) broke": f"unforeseen {n}" for n in (1, 2, 3)}


async def test_trouble_with_the_database_is_raised_after_the_others_were_settled() -> None:
    polls, watch = Underway[int](), Watch()
    polls.start(due(1), fail(StoreError("it is away")))
    polls.start(due(2), leave(2))
    with pytest.raises(StoreError, match="it is away"):
        await polls.wait(TURN, watch.keep, watch.settle, to_the_end=True)
    assert watch.settled == [[2]]


async def test_what_ended_is_settled_although_a_claim_cannot_be_kept() -> None:
    async def keep(feeds: Collection[DueFeed]) -> None:
        raise StoreError("it is away")

    polls, watch = Underway[int](), Watch()
    polls.start(due(1), leave(1))
    polls.start(due(2), leave(2, after=0.2))
    with pytest.raises(StoreError):
        await polls.wait(TURN, keep, watch.settle, to_the_end=False)
    assert watch.settled == [[1]]
    await polls.stop()


async def test_what_runs_is_ended_at_the_end() -> None:
    polls, watch = Underway[int](), Watch()
    polls.start(due(1), leave(1, after=60))
    await polls.stop()
    await polls.wait(TURN, watch.keep, watch.settle, to_the_end=True)
    assert (len(polls), watch.settled) == (0, [])
