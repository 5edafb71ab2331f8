"""/watchfloor unlink: a chat that joined a workspace with a code leaves it, and has its own again.

What ends with it there is said before anybody confirms, and comes as a file. How a chat joins
stands in `linking`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from bot.commands import watchfile
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.lists import reached
from bot.errors import CommandError, NotAllowed, SendError
from bot.message import (
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    File,
    Line,
    Literal,
    Paragraph,
    Style,
    Tone,
    When,
    plain,
)
from bot.model import Platform, Watchlist
from bot.store.parting import Ties

KIND = "watchfloor unlink"


async def unlink(desk: Desk, invocation: Invocation) -> Reply:
    """Say what would end, and ask whether this chat shall leave."""
    await _know_places(desk, invocation)
    ties = await _ties(desk, invocation)
    sight = await desk.sight(invocation)
    seen = [each for each in ties.ending if sight.shows(each.destinations)]
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), KIND, {"seat": invocation.seat}, invocation.at
    )
    lines = [*await _comes_back(desk, ties), *_ends(ties, len(ties.ending) - len(seen))]
    stays = plain("All else stays with those who stay; they see in their audit that you left.")
    blocks: list[Block] = [Bullets((*lines, stays))]
    if seen:
        hint = "The file has the watchlists that end, as far as they are seen here. Afterwards:"
        blocks += [Paragraph(plain(hint)), Code("/watch import")]
    buttons = (
        Button("Leave", "draft:save", draft, style=Style.DANGER),
        Button("Cancel", "draft:drop", draft),
    )
    file = await _to_take_along(desk, invocation, seen) if seen else None
    title = "Shall this chat leave the workspace that it joined?"
    return Reply(Answer(title, tuple(blocks), buttons, Tone.WARNING, file=file))


async def leave(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Carry out what was asked."""
    if not invocation.actor.is_admin:
        raise NotAllowed("Only an admin may let this chat leave its workspace.")
    if payload["seat"] != invocation.seat:
        raise CommandError("This was asked in another chat.", suggestion="/watchfloor unlink")
    left = await desk.store.parting.leave(
        invocation.actor.platform, invocation.seat, by=str(invocation.actor), at=invocation.at
    )
    if left is None:
        raise CommandError("This chat has left already.", suggestion="/watch list")
    said = "Left. What you type here is about this chat's own workspace again."
    how = (Paragraph(plain("See what it watches:")), Code("/watch list"))
    public = Answer(
        f"{invocation.actor.name} took this chat out of the workspace that it had joined."
        " It has a workspace of its own again."
    )
    shown = public if invocation.channel is not None else None
    return Reply(Answer(said, how, tone=Tone.GOOD), replaces=True, public=shown)


async def _ties(desk: Desk, invocation: Invocation) -> Ties:
    """What ties this chat to the workspace. Raises CommandError where it did not join one."""
    if invocation.actor.platform is Platform.CONSOLE or not invocation.seat:
        raise CommandError("The console stays where it is. A chat that joined leaves by itself.")
    found = await desk.store.parting.ties(invocation.actor.platform, invocation.seat, invocation.at)
    if found is None:
        raise CommandError("This chat joined no other workspace, so there is none to leave.")
    return found


async def _know_places(desk: Desk, invocation: Invocation) -> None:
    """See to it that we know whose the channels are that watchlists alert to.

    One that the platform does not show us gets no message either, so it may stay unknown.
    """
    watchlists = await desk.store.watchlists.of(invocation.workspace)
    for place in {place for each in watchlists for place in each.destinations}:
        unknown = await desk.store.places.owner(place) is None
        if unknown and place.platform is invocation.actor.platform:
            with suppress(SendError):
                await desk.owner(place)


async def _comes_back(desk: Desk, ties: Ties) -> Iterator[Line]:
    """What the chat will have again."""
    if ties.own is None:
        return iter([plain("This chat gets a workspace of its own, with nothing in it yet.")])
    watchlists = len(await desk.store.watchlists.of(ties.own))
    feeds = len(await desk.store.feeds.of(ties.own))
    since: Line = () if ties.joined_at is None else (Literal(" since "), When(ties.joined_at))
    return iter(
        [
            (
                Literal("This chat gets back the workspace that it had before"),
                *since,
                Literal(f": {_many(watchlists, 'watchlist')} and {_many(feeds, 'feed')}."),
            ),
            plain(f"Of its watchlists, {len(ties.back)} alert again as they did then."),
        ]
    )


def _ends(ties: Ties, unseen: int) -> Iterator[Line]:
    """What ends with those who stay."""
    if ties.ending:
        which = f" ({unseen} of them for private channels that are not seen here)" * bool(unseen)
        yield plain(f"Watchlists that alert here alone, and end: {len(ties.ending)}{which}.")
    for number, what in (
        (len(ties.cut), "Watchlists that go on, but alert here no more"),
        (ties.waiting, "Messages on their way here, which are called off"),
        (ties.muted, "Mutes of these channels, which end"),
    ):
        if number:
            yield plain(f"{what}: {number}.")


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


async def _to_take_along(desk: Desk, invocation: Invocation, ending: list[Watchlist]) -> File:
    """What ends, with the lists that it needs, as a file that /watch import reads."""
    lists = await desk.store.lists.texts(invocation.workspace)
    needed = reached([each.query for each in ending], lists)
    sheet = watchfile.Sheet(
        tuple({"name": name, "query": lists[name]} for name in sorted(needed)),
        tuple(map(watchfile.as_row, ending)),
    )
    data = watchfile.write(sheet, watchfile.FORMATS[0], invocation.at)
    return File(f"left-{invocation.at:%Y-%m-%d}.toml", data, "the watchlists that end")
