"""/watch history and undo: who changed what, from what to what, and back again.

What can be undone stands in the revisions; a removed watchlist can be brought back for a week.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from bot.commands.announcing import announce
from bot.commands.desk import Desk, may_change, nearest, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.pages import List
from bot.commands.preview import query_of, see_that_places_are_ours
from bot.commands.watch import clean_name
from bot.commands.wording import differences, places_of, short_query, shortened
from bot.errors import CommandError, NotAllowed
from bot.message import (
    Answer,
    Block,
    Button,
    Code,
    Line,
    Literal,
    Paragraph,
    Style,
    Tone,
    When,
    plain,
)
from bot.model import Watchlist, WatchlistId
from bot.store.revisions import Removed, Revision, name_key
from bot.store.watchlists import NameTaken, NoSuchWatchlist

UNDO, BACK, AS = "watch:undo", "watch:back", "watch:as"
CHANGES = List("/watch history", "watch:changes", ("when", "who", "what"))
NOTHING_BEFORE = "There is nothing to undo: this is its first revision."


async def history(desk: Desk, invocation: Invocation) -> Reply:
    """The changes of a watchlist, or of all of them, newest first."""
    values = invocation.values
    name = " ".join((values.get("watch") or values.get("filter", "")).split()).strip("\"“”'")
    return await (_of_one(desk, invocation, name) if name else _of_all(desk, invocation))


async def _of_all(desk: Desk, invocation: Invocation) -> Reply:
    first, most = CHANGES.asked(invocation)
    sight = await desk.sight(invocation)
    everything = await desk.store.watchlists.ever(invocation.workspace)
    unseen = [each.id for each in everything if not sight.shows(each.destinations)]
    changes, total = await desk.store.audit.of_watchlists(
        invocation.workspace, unseen, first=first, most=most
    )
    rows = tuple(
        (
            (When(each.at),),
            plain(each.actor),
            (
                Literal(f"{each.action.removesuffix(' watchlist')} "),
                Literal(each.subject, bold=True),
                Literal(f": {shortened(each.detail)}"),
            ),
        )
        for each in changes
    )
    many = "1 change of watchlists" if total == 1 else f"{total} changes of watchlists"
    gone = await _removed(desk, invocation)
    return CHANGES.part(many, rows, total, invocation, tuple(_can_come_back(gone)))


def _can_come_back(gone: tuple[Removed, ...]) -> Iterator[Block]:
    for each in gone[:5]:
        yield Paragraph(
            (
                Literal(each.watchlist.name, bold=True),
                Literal(" was removed; it can be brought back until "),
                When(each.until),
                Literal("."),
            )
        )


async def _of_one(desk: Desk, invocation: Invocation, name: str) -> Reply:
    watchlist, removed = await _found(desk, invocation, name)
    revisions = await desk.store.watchlists.history(invocation.workspace, watchlist.id)
    moves = await desk.store.audit.comings_and_goings(invocation.workspace, watchlist.id)
    told = [_begun(revisions[0]), *(_changed(was, now) for was, now in pairwise(revisions))]
    told += [_Told(each.at, each.actor, plain(each.action.split()[0])) for each in reversed(moves)]
    told = sorted(told, key=lambda each: each.at)[::-1]
    rows = tuple(((When(each.at),), plain(each.by), each.what) for each in told)
    first, most = CHANGES.asked(invocation)
    title = f"History of “{watchlist.name}”"
    below: list[Block] = []
    if removed is not None:
        title += ", which was removed"
        below += _can_come_back((removed,))
    if removed is not None or len(revisions) > 1:
        below.append(Code(f"/watch undo {quoted(watchlist.name)}"))
    if removed is None and len(revisions) > 2:
        below.append(Paragraph(plain("Or back to what an older revision says:")))
        below.append(Code(f"/watch undo {quoted(watchlist.name)} --to {revisions[-3].revision}"))
    return CHANGES.part(title, rows[first : first + most], len(rows), invocation, below)


@dataclass(frozen=True, slots=True)
class _Told:
    """One row of a history."""

    at: datetime
    by: str
    what: Line


def _begun(first: Revision) -> _Told:
    what = (Literal("1", bold=True), Literal(" made it: "), short_query(first.query))
    return _Told(first.changed_at, first.changed_by, what)


def _changed(was: Revision, now: Revision) -> _Told:
    what = (Literal(f"{now.revision}", bold=True), Literal(" "), *differences(was, now))
    return _Told(now.changed_at, now.changed_by, what)


async def undo(desk: Desk, invocation: Invocation) -> Reply:
    """Give a watchlist the revision before, or a chosen one; or bring a removed one back."""
    values = invocation.values
    watchlist, removed = await _found(
        desk, invocation, values["watch"], gone=bool(values.get("as"))
    )
    _allow(invocation, watchlist)
    if removed is not None:
        return await _bring_back(desk, invocation, watchlist, values.get("as", ""))
    if watchlist.revision == 1 and (namesake := await _gone(desk, invocation, watchlist.name)):
        return Reply(await _taken(desk, invocation, namesake.watchlist, watchlist.name))
    to = int(values.get("to") or watchlist.revision - 1)
    return await _go_back(desk, invocation, watchlist, to)


async def undo_change(desk: Desk, invocation: Invocation) -> Reply:
    """What an Undo button does: the revision that it names, unless somebody was quicker."""
    numbers = [int(each) for each in invocation.values.get("value", "").split(":") if _plain(each)]
    found = None
    if len(numbers) == 3:
        number = WatchlistId(numbers[0])
        found = await desk.store.watchlists.get(invocation.workspace, number)
    if found is None or not (await desk.sight(invocation)).shows(found.destinations):
        raise CommandError("That watchlist is not here any more.", suggestion="/watch history")
    _allow(invocation, found)
    if found.revision != numbers[2]:
        raise CommandError(
            f"“{found.name}” was changed since. Look at what happened:",
            suggestion=f"/watch history {found.name}",
        )
    return await _go_back(desk, invocation, found, numbers[1], replaces=True)


async def bring_back(desk: Desk, invocation: Invocation) -> Reply:
    """What the Undo button of a removal does."""
    removed = await _numbered(desk, invocation)
    return await _bring_back(desk, invocation, removed.watchlist, replaces=True)


async def bring_back_renamed(desk: Desk, invocation: Invocation) -> Reply:
    """Bring a removed watchlist back under the next name that is free."""
    watchlist = (await _numbered(desk, invocation)).watchlist
    name = await _free_name(desk, invocation, watchlist.name)
    return await _bring_back(desk, invocation, watchlist, name, replaces=True)


def undo_button(watchlist: Watchlist, to: int) -> Button:
    """Undoes the change that made the watchlist what it is: it gets revision `to` again."""
    return Button("Undo", UNDO, f"{watchlist.id}:{to}:{watchlist.revision}")


def back_button(watchlist: Watchlist) -> Button:
    """Brings a watchlist back that was just removed."""
    return Button("Undo", BACK, str(watchlist.id))


def _plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


async def _found(
    desk: Desk, invocation: Invocation, name: str, *, gone: bool = False
) -> tuple[Watchlist, Removed | None]:
    """A watchlist by its name, those that are here first, or with `gone` those that are not.

    Raises:
        CommandError: neither is one that is, nor one that was removed in the last week.
    """
    here = None if gone else await desk.known(invocation, name)
    if here is not None:
        return here, None
    if found := await _gone(desk, invocation, name):
        return found.watchlist, found
    removed = await _removed(desk, invocation)
    if near := nearest(name, [each.watchlist.name for each in removed]):
        raise CommandError(
            f"No watchlist '{name}' was removed in the last week.",
            suggestion=f"/watch undo {quoted(near)}",
        )
    if gone:
        raise CommandError(f"No watchlist '{name}' was removed in the last week.")
    return await desk.watchlist(invocation, name), None


async def _removed(desk: Desk, invocation: Invocation) -> tuple[Removed, ...]:
    """What can be brought back, and is seen from here."""
    sight = await desk.sight(invocation)
    removed = await desk.store.watchlists.removed(invocation.workspace, invocation.at)
    return tuple(each for each in removed if sight.shows(each.watchlist.destinations))


async def _gone(desk: Desk, invocation: Invocation, name: str) -> Removed | None:
    for each in await _removed(desk, invocation):
        if name_key(each.watchlist.name) == name_key(name):
            return each
    return None


async def _numbered(desk: Desk, invocation: Invocation) -> Removed:
    value = invocation.values.get("value", "")
    for each in await _removed(desk, invocation):
        if str(each.watchlist.id) == value:
            _allow(invocation, each.watchlist)
            return each
    raise CommandError(
        "It was brought back already, or was removed more than a week ago.",
        suggestion="/watch history",
    )


def _allow(invocation: Invocation, watchlist: Watchlist) -> None:
    if not may_change(invocation.actor, watchlist):
        raise NotAllowed(
            f"Only a manager or {watchlist.created_by} may undo changes of “{watchlist.name}”."
        )


async def _go_back(
    desk: Desk, invocation: Invocation, watchlist: Watchlist, to: int, *, replaces: bool = False
) -> Reply:
    revisions = await desk.store.watchlists.history(invocation.workspace, watchlist.id)
    wanted = {each.revision: each for each in revisions}.get(to)
    if wanted is None:
        known = f"“{watchlist.name}” has the revisions 1 to {watchlist.revision}, no {to}."
        raise CommandError(NOTHING_BEFORE if watchlist.revision == 1 else known)
    await query_of(desk, invocation.workspace, wanted.query)
    places = " ".join(map(str, wanted.destinations))
    await see_that_places_are_ours(
        desk, invocation, {"watch": watchlist.name, "destinations": places}
    )
    try:
        changed = await desk.store.watchlists.revise(
            invocation.workspace,
            watchlist.id,
            name=wanted.name,
            query=wanted.query,
            severity=wanted.severity,
            destinations=wanted.destinations,
            enabled=wanted.enabled,
            paused_until=wanted.paused_until,
            min_sources=wanted.min_sources,
            cadence=wanted.cadence,
            by=str(invocation.actor),
            at=invocation.at,
            expected_revision=watchlist.revision,
            action="undid a change of watchlist",
        )
    except NameTaken:
        raise CommandError(
            f"It was called “{wanted.name}” then, and another watchlist has that name now."
        ) from None
    if changed.revision == watchlist.revision:
        return Reply(Answer(f"“{changed.name}” is as it was in revision {to} already."))
    said = Answer(
        f"Undone. “{changed.name}” is as it was in revision {to}.",
        (Paragraph(differences(watchlist, changed)), Code(changed.query)),
        (undo_button(changed, watchlist.revision),),
        tone=Tone.GOOD,
    )
    public = await announce(desk, invocation, "undid a change of", watchlist, changed)
    return Reply(said, replaces=replaces, public=public)


async def _bring_back(
    desk: Desk,
    invocation: Invocation,
    watchlist: Watchlist,
    name: str = "",
    *,
    replaces: bool = False,
) -> Reply:
    name = clean_name(name) if name else watchlist.name
    await query_of(desk, invocation.workspace, watchlist.query)
    places = " ".join(map(str, watchlist.destinations))
    await see_that_places_are_ours(desk, invocation, {"destinations": places})
    try:
        back = await desk.store.watchlists.restore(
            invocation.workspace,
            watchlist.id,
            name=name,
            by=str(invocation.actor),
            at=invocation.at,
        )
    except NameTaken:
        return Reply(await _taken(desk, invocation, watchlist, name))
    except NoSuchWatchlist:
        raise CommandError("It was brought back already.", suggestion="/watch list") from None
    state = f"alerts to {places_of(back)} again" if back.enabled else "is paused, as it was"
    said = Answer(f"“{back.name}” is back, and {state}.", (Code(back.query),), tone=Tone.GOOD)
    public = await announce(desk, invocation, "brought back", None, back)
    return Reply(said, replaces=replaces, public=public)


async def _taken(desk: Desk, invocation: Invocation, watchlist: Watchlist, name: str) -> Answer:
    """Somebody gave its name to a new watchlist: both can be, under two names."""
    free = await _free_name(desk, invocation, watchlist.name)
    by_hand = f"/watch undo {quoted(watchlist.name)} --as {quoted(free)}"
    return Answer(
        f"Another watchlist is called “{name}” now. The removed one can have a new name.",
        (Paragraph(plain("Choose a name, or press the button:")), Code(by_hand)),
        (Button(f"Bring back as “{free}”"[:75], AS, str(watchlist.id), style=Style.PRIMARY),),
        tone=Tone.WARNING,
    )


async def _free_name(desk: Desk, invocation: Invocation, name: str) -> str:
    taken = {name_key(each.name) for each in await desk.store.watchlists.of(invocation.workspace)}
    number = 2
    while name_key(f"{name[:70]} ({number})") in taken:
        number += 1
    return f"{name[:70]} ({number})"
