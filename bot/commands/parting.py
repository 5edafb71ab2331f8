"""/watchfloor unlink: a chat that joined a workspace with a code leaves it, and has its own again.

Those who invited it may send it away, too. What ends with it is said before anybody confirms, and
comes as a file. How a chat joins stands in `linking`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from bot.commands import watchfile
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.lists import reached
from bot.commands.sight import Sight
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
    many,
    plain,
)
from bot.model import Platform, Watchlist
from bot.store.parting import Ties

KIND = "watchfloor unlink"
SENT_AWAY = "It has its own workspace again, and its people see in their audit who did this."
Chat = tuple[Platform, str]
"""A chat by its platform, and by the id of its team or guild there."""


async def unlink(desk: Desk, invocation: Invocation) -> Reply:
    """Say what would end, and ask whether this chat shall leave, or another be sent away."""
    chat = _meant(invocation)
    leaving = chat == _here(invocation)
    ties = await _ties(desk, invocation, chat)
    await _know_places(desk, invocation, chat[0])
    ties = await _ties(desk, invocation, chat)
    shown = {each.id for each in await desk.watchlists(invocation)}
    seen = [each for each in ties.ending if each.id in shown]
    cut = sum(each.id in shown for each in ties.cut)
    payload = {"platform": str(chat[0]), "seat": chat[1], "leaving": "yes" * leaving}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), KIND, payload, invocation.at
    )
    begins = await _comes_back(desk, invocation, ties) if leaving else iter([plain(SENT_AWAY)])
    ends = _ends(len(seen), cut, "here" if leaving else "there")
    stays = "All else stays with those who stay; they see in their audit that you left."
    lines = [*begins, *ends, *([plain(stays)] if leaving else [])]
    blocks: list[Block] = [Bullets(tuple(lines))]
    if seen:
        hint = "The file has the watchlists that end, but what private channels watch is exported"
        hint = f"{hint} in them alone, with /watch export. Afterwards:"
        blocks += [Paragraph(plain(hint)), Code("/watch import")]
    buttons = (
        Button("Leave" if leaving else "Send away", "draft:save", draft, style=Style.DANGER),
        Button("Cancel", "draft:drop", draft),
    )
    file = await _to_take_along(desk, invocation, seen) if seen else None
    title = "Shall this chat leave the workspace that it joined?"
    if not leaving:
        title = f"Shall {_named(chat)}, which joined this workspace, be sent away?"
    return Reply(Answer(title, tuple(blocks), buttons, Tone.WARNING, file=file))


async def leave(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Carry out what was asked."""
    if not invocation.actor.is_admin:
        raise NotAllowed("Only an admin may let a chat leave its workspace.")
    chat = Platform(payload["platform"]), payload["seat"]
    if payload["leaving"] and chat != _here(invocation):
        raise CommandError("This was asked in another chat.", suggestion="/watchfloor unlink")
    await _ties(desk, invocation, chat)
    left = await desk.store.parting.leave(
        *chat, of=invocation.workspace, by=str(invocation.actor), at=invocation.at
    )
    if left is None:
        raise CommandError("This chat has left already.", suggestion="/watch list")
    name = invocation.actor.name
    if payload["leaving"]:
        said = "Left. What you type here is about this chat's own workspace again."
        told = f"{name} took this chat out of the workspace that it had joined."
        told = f"{told} It has a workspace of its own again."
    else:
        said = f"{_named(chat)} sits here no more."
        told = f"{name} sent {_named(chat)} away, which had joined this workspace."
    how = (Paragraph(plain("See what this chat watches:")), Code("/watch list"))
    shared = invocation.channel is not None and invocation.actor.platform is not Platform.CONSOLE
    public = Answer(told) if shared else None
    return Reply(Answer(said, how, tone=Tone.GOOD), replaces=True, public=public)


def _here(invocation: Invocation) -> Chat:
    return invocation.actor.platform, invocation.seat


def _named(chat: Chat) -> str:
    return f"{chat[0]}:{chat[1]}"


def _meant(invocation: Invocation) -> Chat:
    """The chat that was named, or the one in which it was asked. Raises CommandError."""
    text = invocation.values.get("chat", "").strip()
    if not text:
        return _here(invocation)
    platform, _, seat = text.partition(":")
    if platform not in (Platform.SLACK, Platform.DISCORD) or not seat:
        raise CommandError(
            f"'{text}' names no chat. /watchfloor unlink tells which joined this workspace.",
            suggestion="/watchfloor unlink",
        )
    return Platform(platform), seat


async def _ties(desk: Desk, invocation: Invocation, chat: Chat) -> Ties:
    """What ties a chat to this workspace.

    Raises:
        CommandError: it did not join it with a code, or is not this one's to send away.
    """
    parting, here = desk.store.parting, _here(invocation)
    if chat != here and await parting.ties(*here) is not None:
        raise NotAllowed("A chat that joined with a code itself sends no other away.")
    found = await parting.ties(*chat)
    if found is not None and found.workspace == invocation.workspace:
        return found
    if chat != here:
        raise CommandError(f"{_named(chat)} did not join this workspace with a code.")
    seats = await parting.guests(invocation.workspace)
    guests = [(each.platform, each.external_id) for each in seats]
    said = "This chat joined no other workspace, so there is none to leave."
    if not guests:
        raise CommandError(said)
    joined = ", ".join(map(_named, guests))
    raise CommandError(
        f"{said} These joined this one: {joined}. To send one away:",
        suggestion=f"/watchfloor unlink {_named(guests[0])}",
    )


async def _know_places(desk: Desk, invocation: Invocation, platform: Platform) -> None:
    """See to it that we know whose the channels are that watchlists alert to.

    One that the platform does not show us gets no message either, so it may stay unknown.
    """
    watchlists = await desk.store.watchlists.of(invocation.workspace)
    for place in {place for each in watchlists for place in each.destinations}:
        unknown = await desk.store.places.owner(place) is None
        if unknown and place.platform is platform:
            with suppress(SendError):
                await desk.owner(place)


async def _comes_back(desk: Desk, invocation: Invocation, ties: Ties) -> Iterator[Line]:
    """What the chat will have again; of private channels without a number."""
    if ties.own is None:
        return iter([plain("This chat gets a workspace of its own, with nothing in it yet.")])
    places = desk.store.places
    open_ = await places.open_to(invocation.workspace) | await places.open_to(ties.own)
    sight = Sight(frozenset({invocation.channel, invocation.around}), open_)
    own = await desk.store.watchlists.of(ties.own)
    watchlists = sum(sight.shows(each.destinations) for each in own)
    back = sum(sight.shows(each.destinations) for each in ties.back)
    lists = len(await desk.store.lists.of(ties.own))
    feeds = len(await desk.store.feeds.of(ties.own))
    since: Line = () if ties.joined_at is None else (Literal(" since "), When(ties.joined_at))
    has = f"{many(watchlists, 'watchlist')}, {many(lists, 'list')} and {many(feeds, 'feed')}"
    return iter(
        [
            (
                Literal("This chat gets back the workspace that it had before"),
                *since,
                Literal(f": {has}, besides what private channels watched."),
            ),
            plain(f"Of these watchlists, {back} alert again as they did then."),
        ]
    )


def _ends(ending: int, cut: int, where: str) -> Iterator[Line]:
    """What ends with those who stay; of private channels without a number."""
    if ending:
        yield plain(f"Watchlists that alert {where} alone, and end: {ending}.")
    if cut:
        yield plain(f"Watchlists that go on, but alert {where} no more: {cut}.")
    yield plain(f"Messages on their way {where} are called off, and mutes {where} end.")
    yield plain(f"What private channels {where} watch ends in the same way; it is not counted.")


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
