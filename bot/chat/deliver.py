"""The outbox loop: hands deliveries to the platforms, one attempt each, and records the outcome.

A delivery is committed as SENDING before the call, so a crash inside it is seen afterwards and
reconciled; a worker that was frozen finds there that its claim is lost, and calls nobody. What is
told is decided elsewhere. See docs/decisions/0003-outbox.md.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.alerts.joined import joined
from bot.chat.adapter import ChatAdapter
from bot.chat.attempt import carry_out, look_up
from bot.chat.losses import Losses
from bot.chat.pacing import Pacing
from bot.commands import naming
from bot.errors import SendError, SendKind, StoreError
from bot.insight.digests import send_due_digests
from bot.message import AlertCard, Message
from bot.metrics import Metrics
from bot.model import Act, DeliveryState, Destination, Platform
from bot.store.deliveries import Delivery
from bot.store.store import Store

log = logging.getLogger(__name__)

CLAIMED_AT_ONCE = 20
ATTEMPTS = 10  # about the message itself; a platform that is down does not count
LONGEST_WAIT = timedelta(minutes=1)  # so that a platform that came back is soon noticed
_CONSOLE = Destination(Platform.CONSOLE)
SAFE_PART = 0.8  # of a claim; the rest is for the way of what is broken off
UNFORESEEN = "It met a fault that nobody foresaw. The log has the details."
STALE = timedelta(hours=24)  # what waited longer is no news; several of it come as one message


@dataclass(frozen=True, slots=True)
class Post:
    """The outbox, the platforms it feeds, and how patient it is.

    `sent` hears of every message that went out, and not of edits. `prefix` goes before the names of
    commands in them.
    """

    store: Store
    adapters: Mapping[Platform, ChatAdapter]
    lease: timedelta
    retry_base: timedelta
    sent: Callable[[Destination, Message], None] = lambda destination, message: None
    notices: Destination = _CONSOLE
    pacing: Pacing = field(default_factory=Pacing)
    metrics: Metrics = field(default_factory=Metrics)
    prefix: str = ""

    @property
    def losses(self) -> Losses:
        """What is done about channels that are lost."""
        return Losses(self.store, self.notices)


async def deliver_due(post: Post, now: datetime) -> int:
    """Attempt what is due, in order within each destination; return how many were claimed."""
    passed = _stopwatch()
    await send_due_digests(post.store, now, tuple(post.adapters))
    claimed = await post.store.outbox.claim(
        now, platforms=tuple(post.adapters), limit=CLAIMED_AT_ONCE, lease=post.lease
    )
    queues: dict[Destination, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        queues[delivery.destination].append(delivery)
    ends = await asyncio.gather(
        *(_send_in_order(post, queue, now, passed) for queue in queues.values()),
        return_exceptions=True,  # so that each channel is served to its end
    )
    _report(tuple(zip(queues, ends, strict=True)))
    return len(claimed)


def _report(ends: Sequence[tuple[Destination, BaseException | None]]) -> None:
    """Log the faults of single channels; raise what stops them all: a database in trouble."""
    for destination, fault in ends:
        if isinstance(fault, Exception) and not isinstance(fault, StoreError):
            log.error("what waits for %s was not sent", destination, exc_info=fault)
    for _, fault in ends:
        if isinstance(fault, StoreError) or not isinstance(fault, Exception | None):
            raise fault


async def _send_in_order(
    post: Post, queue: Sequence[Delivery], now: datetime, passed: Callable[[], timedelta]
) -> None:
    """Send a destination's deliveries in order; behind one that must wait, the rest wait.

    Behind an edit only further edits of the same card do.
    """
    held: set[str] = set()
    queue = await _fewer(post, queue, now)
    for place, delivery in enumerate(queue):
        moment = now + passed()
        is_edit = delivery.act is Act.EDIT  # which Slack counts apart, and nobody reads anew
        if not is_edit and (wait := post.pacing.wait(delivery.destination, moment)):
            await post.store.outbox.put_off(queue[place:], moment + wait)
            return
        if delivery.act is Act.EDIT and delivery.card in held:
            await post.store.outbox.release(delivery)
            continue
        if await _attempt(post, delivery, moment):
            continue
        if delivery.act is Act.EDIT:
            held.add(delivery.card)
            continue
        for waiting in queue[place + 1 :]:
            await post.store.outbox.release(waiting)
        return


def _stopwatch() -> Callable[[], timedelta]:
    """How much time has passed since now: a wish to wait counts from the answer that brings it."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    return lambda: timedelta(seconds=loop.time() - began)


async def _fewer(post: Post, queue: Sequence[Delivery], now: datetime) -> Sequence[Delivery]:
    """The queue without the cards that are joined into one message, which is queued behind it.

    That is due when a channel had as much as people can read, or has several stale cards waiting.
    """
    place = queue[0].destination
    waiting: Sequence[Delivery] = [
        each for each in queue if is_card(each) and each.created_at < now - STALE
    ]
    crowded = post.pacing.room(place, now) < 2 and not post.pacing.wait(place, now)
    if crowded:
        waiting = await post.store.outbox.alerts_waiting(queue[0])
    cards = [each.message for each in waiting if isinstance(each.message, AlertCard)]
    if len(cards) < 2 or not await post.store.outbox.join(waiting, joined(cards), now):
        return queue
    gone = {each.id for each in waiting}
    return [each for each in queue if each.id not in gone]


def is_card(delivery: Delivery) -> bool:
    """Whether this is a new card of which no attempt was begun."""
    untried = delivery.act is Act.POST and delivery.state is DeliveryState.PENDING
    return untried and isinstance(delivery.message, AlertCard)


async def _attempt(post: Post, delivery: Delivery, now: datetime) -> bool:
    """One attempt. True means that the next message may follow, False that the queue must wait."""
    passed = _stopwatch()
    if not await post.store.outbox.begin(delivery, now, post.lease):
        return False
    adapter = post.adapters[delivery.destination.platform]
    card = await post.store.outbox.card_of(delivery)
    looking_up = delivery.state is DeliveryState.UNCERTAIN
    platform = str(delivery.destination.platform)
    if looking_up:
        post.metrics.unsure(platform)
    try:
        async with _of_this_message(delivery), _while_ours(post.lease - passed()):
            delivery = replace(delivery, message=naming.message(delivery.message, post.prefix))
            receipt = await look_up(adapter, delivery, card) if looking_up else None
            looking_up = False
            if receipt is None:
                if delivery.act is not Act.EDIT:  # which nobody has to read anew
                    post.pacing.spend(delivery.destination, now)
                receipt = await carry_out(adapter, delivery, card)
    except SendError as error:
        post.metrics.delivered(platform, str(error.kind))
        return await _failed(post, delivery, error, now + passed(), looked_up=looking_up)
    await post.store.outbox.sent(delivery, receipt, now)
    waited = (now + passed() - delivery.created_at).total_seconds()
    post.metrics.delivered(platform, "sent", max(waited, 0.0))
    if delivery.act is not Act.EDIT:
        post.sent(delivery.destination, delivery.message)
    return True


@asynccontextmanager
async def _of_this_message(delivery: Delivery) -> AsyncIterator[None]:
    """Let a fault that nobody foresaw cost the message an attempt, and the others nothing.

    Raises SendError(AMBIGUOUS), since nobody knows how far the attempt came. A database in trouble
    is no fault of the message.
    """
    try:
        yield
    except (SendError, StoreError):
        raise
    except Exception as fault:
        log.exception("delivery %s to %s failed", delivery.id, delivery.destination)
        raise SendError(SendKind.AMBIGUOUS, UNFORESEEN) from fault


@asynccontextmanager
async def _while_ours(left: timedelta) -> AsyncIterator[None]:
    """Break an attempt off a little before the claim ends, after which others may make one.

    Raises SendError(AMBIGUOUS): who was broken off may have been heard.
    """
    try:
        async with asyncio.timeout(SAFE_PART * left.total_seconds()):
            yield
    except TimeoutError:
        raise SendError(SendKind.AMBIGUOUS, "No answer came while the claim held.") from None


def pause(post: Post, delivery: Delivery, now: datetime) -> timedelta:
    """How long to wait before the next attempt: a quarter of the message's age, within bounds."""
    return min(max((now - delivery.created_at) / 4, post.retry_base), LONGEST_WAIT)


async def _failed(
    post: Post, delivery: Delivery, error: SendError, now: datetime, *, looked_up: bool
) -> bool:
    """Record a failed attempt. True means that this delivery is over and the next may go."""
    outbox = post.store.outbox
    later = now + max(pause(post, delivery, now), error.retry_after or timedelta(0))
    match error.kind:
        case SendKind.NOT_SENT | SendKind.PLATFORM_DOWN if looked_up:
            # Only the look-up failed: whether the message is there is as unknown as before.
            await outbox.uncertain(delivery, later, str(error))
            return False
        case SendKind.NOT_SENT | SendKind.PLATFORM_DOWN:
            await outbox.again(delivery, later, str(error), counts=False)
            return False
        case SendKind.AMBIGUOUS if delivery.act is Act.EDIT and delivery.attempts < ATTEMPTS:
            # Done twice it is the same as done once; waiting, a newer state may take its place.
            await outbox.again(delivery, later, str(error), counts=True)
            return False
        case SendKind.AMBIGUOUS if delivery.attempts < ATTEMPTS:
            await outbox.uncertain(delivery, later, str(error))
            return False
        case SendKind.GONE if delivery.act is Act.EDIT:
            await outbox.obsolete(delivery, str(error))
            return True
        case SendKind.AMBIGUOUS | SendKind.REJECTED | SendKind.GONE:
            certain = error.kind is not SendKind.AMBIGUOUS and not looked_up
            await outbox.dead(delivery, str(error), certain=certain)
        case SendKind.BLOCKED:
            await outbox.blocked(delivery, str(error), certain=not looked_up)
            gone = error.for_good
            await post.losses.lose(delivery.destination, str(error), now, for_good=gone)
            return False
        case _ as unreachable:
            assert_never(unreachable)
    log.error("delivery %s to %s is over: %s", delivery.id, delivery.destination, error)
    return True
