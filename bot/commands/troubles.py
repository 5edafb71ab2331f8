"""/watchfloor status and retry: is the bot well, what did not arrive, and once more please.

What goes to a private channel is shown in it alone. When something is sent, the outbox decides.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bot.commands.desk import Desk, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.pages import List
from bot.commands.rerouting import told
from bot.commands.wording import sent_and_waiting
from bot.errors import CommandError, NotAllowed, SendError
from bot.message import (
    AlertCard,
    Answer,
    Bullets,
    Line,
    Literal,
    Message,
    Tone,
    Update,
    When,
    plain,
)
from bot.model import DeliveryId, DeliveryState, Destination
from bot.store.deliveries import Delivery
from bot.store.places import LostPlace
from bot.store.troubles import GIVEN_UP

TROUBLES = List(
    "/watchfloor status",
    "watchfloor:status",
    ("delivery", "what", "where", "since", "why", "what to do"),
)
LONGEST = 90
TO_DO = {
    DeliveryState.DEAD: "When the cause is mended: /watchfloor retry {}",
    DeliveryState.BLOCKED: "Let the bot into the channel again, then: /watchfloor retry {}. Or"
    " give its watchlist another channel: /watch edit",
    DeliveryState.UNCERTAIN: "Nothing: it is looked for, and sent if it is not there.",
}


@dataclass(frozen=True, slots=True)
class _Again:
    """How many deliveries were dealt with `elsewhere`, what is said of them, and of what is not."""

    elsewhere: int = 0
    went: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()

    def __add__(self, other: "_Again") -> "_Again":
        return _Again(
            self.elsewhere + other.elsewhere,
            self.went + other.went,
            self.refused + other.refused,
        )


async def status(desk: Desk, invocation: Invocation) -> Reply:
    """Version, database, chats and their seats, how many deliveries there are, what is amiss."""
    for_managers(invocation)
    everywhere = await desk.store.troubles.of(invocation.workspace)
    seen = await _seen(desk, invocation, everywhere)
    chats = desk.chats()
    well = not everywhere and all(chat.state in {"ready", "off", "standby"} for chat in chats)
    title = "The bot is well" if well else "The bot needs a look"
    tone = Tone.GOOD if well else Tone.WARNING
    lines = [*await _standing(desk, invocation), *_hidden(len(everywhere) - len(seen))]
    if not seen:
        return Reply(Answer(title, (Bullets(tuple(lines)),), tone=tone))
    lost = {each.destination: each for each in await desk.store.places.lost()}
    rows = [_row(each, lost.get(each.destination)) for each in seen]
    reply = TROUBLES.page(title, rows, invocation, tone)
    assert isinstance(reply.message, Answer)  # noqa: S101 - a list is one
    blocks = (Bullets(tuple(lines)), *reply.message.blocks)
    return replace(reply, message=replace(reply.message, blocks=blocks))


async def retry(desk: Desk, invocation: Invocation) -> Reply:
    """Take up again what was given up: one delivery, or all that are seen from here."""
    asked = invocation.values.get("delivery", "").strip().lower() or "all"
    everywhere = await desk.store.troubles.of(invocation.workspace)
    given_up = [
        each
        for each in await _seen(desk, invocation, everywhere)
        if each.state in GIVEN_UP and asked in {"all", str(each.id)}
    ]
    if not given_up:
        what = "Nothing was given up" if asked == "all" else f"No delivery {asked} was given up"
        raise CommandError(f"{what} that is seen from here.", suggestion="/watchfloor status")
    by_place: dict[Destination, list[DeliveryId]] = defaultdict(list)
    for each in given_up:
        by_place[each.destination].append(each.id)
    blocked = {each.destination for each in given_up if each.state is DeliveryState.BLOCKED}
    again = _Again()
    for place, ids in by_place.items():
        again += await _retry_at(desk, invocation, place, ids, look=place in blocked)
    asked_for = {each.id for each in given_up}
    lines = [*await _outcome(desk, invocation, asked_for, again), *again.went, *again.refused]
    tone = Tone.WARNING if again.refused else Tone.GOOD
    return Reply(Answer("Once more", (Bullets(tuple(lines)),), tone=tone))


def for_managers(invocation: Invocation) -> None:
    """Refuse others. A press of a button comes without the check that a command has had."""
    if not invocation.actor.manager:
        raise NotAllowed("This is for managers. Ask one, or the administrator of this workspace.")


async def _seen(
    desk: Desk, invocation: Invocation, deliveries: Sequence[Delivery]
) -> list[Delivery]:
    sight = await desk.sight(invocation)
    return [each for each in deliveries if sight.sees(each.destination)]


async def _standing(desk: Desk, invocation: Invocation) -> list[Line]:
    counts = await desk.store.outbox.counts(invocation.workspace)
    seats = await desk.store.workspaces.seats(invocation.workspace)
    over = sum(counts[state] for state in GIVEN_UP)
    said = sent_and_waiting(counts) + (f", {over} not delivered" if over else "")
    return [
        (Literal(f"Watchfloor {desk.version}, running since "), When(desk.started_at)),
        plain(f"database: {desk.store.database.dialect}"),
        *(plain(f"{one.platform}: {one.state}. {one.detail}".rstrip()) for one in desk.chats()),
        *(plain(f"seat: {seat.platform} {seat.external_id}".rstrip()) for seat in seats),
        plain(said if any(counts.values()) else "no messages yet"),
    ]


def _hidden(number: int) -> Iterator[Line]:
    if number:
        what = "1 delivery" if number == 1 else f"{number} deliveries"
        yield plain(f"{what} in trouble for private channels; each is shown in its own.")


def _row(delivery: Delivery, lost: LostPlace | None) -> tuple[Line, ...]:
    gone = lost is not None and lost.for_good
    return (
        plain(f"{delivery.id} {delivery.state}"),
        plain(_what(delivery.message)),
        plain(lost.called if lost is not None and gone else str(delivery.destination)),
        (When(delivery.created_at),),
        plain(delivery.error or "An attempt was begun, and nothing was heard of it."),
        plain(_another_channel(delivery) if gone else TO_DO[delivery.state].format(delivery.id)),
    )


def _another_channel(delivery: Delivery) -> str:
    """What to do where the channel was deleted."""
    message = delivery.message
    name = message.watch if isinstance(message, AlertCard) and "," not in message.watch else "NAME"
    edit = f"/watch edit {quoted(name)} --channel …"
    return f"Give its watchlist another channel: {edit}, then: /watchfloor retry {delivery.id}"


def _what(message: Message) -> str:
    match message:
        case AlertCard():
            said = f"{message.watch}: {message.headline.text}"
        case Update():
            said = f"Update: {message.headline.text}"
        case Answer():
            said = message.title
        case _ as unreachable:
            assert_never(unreachable)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"


async def _retry_at(
    desk: Desk, invocation: Invocation, place: Destination, ids: list[DeliveryId], *, look: bool
) -> _Again:
    """Take up again what one place is owed; the reason where that cannot be.

    A place that was lost is looked at first: what is queued for a lost one is stopped at once.
    """
    try:
        if look and await desk.owner(place) != invocation.workspace:
            return _Again(refused=(plain(f"{place}: it belongs to another team now."),))
    except SendError as error:
        return await _elsewhere(desk, invocation, place, ids, error)
    await desk.store.troubles.retry(
        invocation.workspace, ids, to=place, by=str(invocation.actor), at=invocation.at
    )
    return _Again()


async def _elsewhere(
    desk: Desk,
    invocation: Invocation,
    place: Destination,
    ids: list[DeliveryId],
    error: SendError,
) -> _Again:
    """Send on what a place missed that is out of reach, where its watchlists alert elsewhere."""
    known = await desk.store.places.lost_at(place)
    lost = known or LostPlace(place, invocation.at, str(error))
    lost = replace(lost, for_good=lost.for_good or error.for_good)
    went = await desk.store.rerouting.follow(
        invocation.workspace, lost, ids, by=str(invocation.actor), at=invocation.at
    )
    lines, refused = [], []
    if went.moved:
        lines.append(plain(told(went, lost.called)))
    if went.over:
        what = "1 message was" if went.over == 1 else f"{went.over} messages were"
        lines.append(plain(f"{what} for {lost.called} alone, or told elsewhere; nothing is sent."))
    if went.moved + went.over < len(ids):
        why = f"it is still out of reach. {error}"
        if lost.for_good:
            why = (
                "the channel is gone. Give its watchlists another one, then ask again:"
                " /watch edit NAME --channel …"
            )
        refused.append(plain(f"{lost.called if lost.for_good else place}: {why}"))
    return _Again(went.moved + went.over, tuple(lines), tuple(refused))


async def _outcome(
    desk: Desk, invocation: Invocation, asked: set[DeliveryId], again: _Again
) -> Iterator[Line]:
    """How many are under way again. Finding a lost channel again may have released some of them."""
    now = await desk.store.troubles.of(invocation.workspace)
    still = {each.id for each in now if each.state in GIVEN_UP}
    unsure = sum(each.id in asked and each.state is DeliveryState.UNCERTAIN for each in now)
    return _told(len(asked - still) - again.elsewhere, unsure, alone=not again.went)


def _told(again: int, unsure: int, *, alone: bool) -> Iterator[Line]:
    if again or alone:
        what = "1 delivery is" if again == 1 else f"{again} are"
        yield plain(f"{what} taken up again.")
    if unsure:
        yield plain(
            f"{unsure} of them may have arrived: looked for first, and sent only if not found."
            " A platform that does not let me look may show such a one twice."
        )
