"""/watchfloor link: a further chat joins a workspace, so that both see and change the same.

A code from one chat is typed in the other. What the joining chat had by itself stays behind; that
is said before anybody confirms. How it leaves again stands in `parting`.
"""

from collections.abc import Mapping

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.errors import CommandError, NotAllowed
from bot.message import (
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Line,
    Literal,
    Paragraph,
    Style,
    Tone,
    When,
    many,
    plain,
)
from bot.model import Destination, Platform, Watchlist
from bot.store.invitations import GOOD_FOR, Invitation, Standing

KIND = "watchfloor link"
_REFUSED = {
    Standing.USED: "This code was used already; each is good once.",
    Standing.EXPIRED: "This code is too old; each is good for 15 minutes, and until the next one.",
    Standing.UNKNOWN: "There is no such code.",
}
LISTS_SHOWN = 5
FRESH = "Ask in the other chat for a new one:"


async def link(desk: Desk, invocation: Invocation) -> Reply:
    """Give a code for another chat; or, with one from there, ask whether to join."""
    code = invocation.values.get("code", "").strip()
    return await (_ask_to_join(desk, invocation, code) if code else _issue(desk, invocation))


async def _issue(desk: Desk, invocation: Invocation) -> Reply:
    code = await desk.store.invitations.issue(
        invocation.workspace, by=str(invocation.actor), at=invocation.at
    )
    seats = await desk.store.workspaces.seats(invocation.workspace)
    sits: list[Line] = [plain(f"{each.platform} {each.external_id}") for each in seats]
    discord = f"In Discord choose /watchfloor link, and put {code} into its field."
    until: Line = (
        Literal("Type it in the chat that shall join, before "),
        When(invocation.at + GOOD_FOR),
        Literal(". It is good once. Who joins sees and changes all that this workspace watches."),
    )
    return Reply(
        Answer(
            "A code for one further chat",
            (
                Code(f"/watchfloor link {code}"),
                Paragraph(until),
                Paragraph(plain(discord)),
                Paragraph(plain("The workspace is seen from here, so far:")),
                Bullets(tuple(sits)),
            ),
            tone=Tone.WARNING,
        )
    )


async def _ask_to_join(desk: Desk, invocation: Invocation, code: str) -> Reply:
    await _see_that_it_may_join(desk, invocation)
    invitation = await _good(desk, invocation, code)
    if invitation.workspace is None or invitation.workspace == invocation.workspace:
        raise CommandError("This chat belongs to that workspace already.")
    everybody = await desk.sight_from(invitation.workspace)
    there = await desk.store.watchlists.of(invitation.workspace)
    open_ = sum(everybody.shows(each.destinations) for each in there)
    lines: list[Line] = [
        plain(f"The code is from {invitation.created_by}."),
        plain(f"Watchlists of open channels there: {open_}."),
        plain("People here see and change what that workspace watches, and they what you make."),
        plain("This chat can leave again, and then has what it had: /watchfloor unlink"),
        *await _stays_behind(desk, invocation),
    ]
    draft = await desk.store.drafts.keep(
        invocation.workspace,
        str(invocation.actor),
        KIND,
        {"code": code, "seat": invocation.seat},
        invocation.at,
    )
    hint = "To take watchlists and lists along, export them first, and import them afterwards."
    alone = "What a private channel watches is exported in it alone:"
    blocks: tuple[Block, ...] = (
        Bullets(tuple(lines)),
        Paragraph(plain(f"{hint} {alone}")),
        Code("/watch export"),
    )
    buttons = (
        Button("Join", "draft:save", draft, style=Style.DANGER),
        Button("Cancel", "draft:drop", draft),
    )
    title = "Shall this chat join another workspace?"
    return Reply(Answer(title, blocks, buttons, Tone.WARNING))


async def _stays_behind(desk: Desk, invocation: Invocation) -> list[Line]:
    """What a chat that joins leaves behind; of private channels without a number."""
    own = await desk.watchlists(invocation)
    here = [each for each in own if each.enabled and await _alerts_here(desk, invocation, each)]
    lists = await desk.store.lists.of(invocation.workspace)
    feeds = len(await desk.store.feeds.of(invocation.workspace))
    named = ", ".join(f"@{each.name}" for each in lists[:LISTS_SHOWN])
    named += " …" if len(lists) > LISTS_SHOWN else ""
    which = f" ({named})" if lists else ""
    return [
        plain(
            f"What this chat had by itself stays behind: {many(len(own), 'watchlist')},"
            f" {many(len(lists), 'list')}{which} and {many(feeds, 'feed')},"
            " besides what private channels watch."
        ),
        plain(
            f"Watchlists of these that alert here no more: {len(here)}. What private channels of"
            " this chat watch stops, too; it is not counted."
        ),
    ]


async def join(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Carry out what was asked; the code is good once."""
    if not invocation.actor.is_admin:
        raise NotAllowed("Only an admin may join this chat to a workspace.")
    await _see_that_it_may_join(desk, invocation)
    if payload["seat"] != invocation.seat:
        raise CommandError("This was asked in another chat.", suggestion="/watchfloor link CODE")
    await _good(desk, invocation, payload["code"], counted=False)
    left = await desk.store.watchlists.of(invocation.workspace)
    leaving = {each.id: await _elsewhere(desk, invocation, each) for each in left}
    joined = await desk.store.invitations.accept(
        payload["code"],
        invocation.actor.platform,
        invocation.seat,
        by=str(invocation.actor),
        at=invocation.at,
    )
    if not joined:
        raise CommandError(_REFUSED[Standing.USED], suggestion="/watchfloor link")
    for watchlist in left:
        places = leaving[watchlist.id]
        if places != watchlist.destinations:
            await desk.store.watchlists.revise(
                invocation.workspace,
                watchlist.id,
                destinations=places or None,
                enabled=watchlist.enabled and bool(places),
                by=str(invocation.actor),
                at=invocation.at,
            )
    said = "Joined. What you type here is about the other workspace from now on."
    how = (Paragraph(plain("See what it watches:")), Code("/watch list"))
    told = f"{invocation.actor.name} joined this chat to another workspace. "
    told += "What is asked and changed here is about that one from now on."
    public = Answer(told) if invocation.channel is not None else None
    return Reply(Answer(said, how, tone=Tone.GOOD), replaces=True, public=public)


async def _see_that_it_may_join(desk: Desk, invocation: Invocation) -> None:
    platform = invocation.actor.platform
    if platform is Platform.CONSOLE or not invocation.seat:
        raise CommandError(
            "The console stays where it is. Give the other chat a code from here:",
            suggestion="/watchfloor link",
        )
    if await desk.store.parting.ties(platform, invocation.seat) is not None:
        raise CommandError(
            "This chat has joined a workspace already. It can leave that one first:",
            suggestion="/watchfloor unlink",
        )
    if invocation.workspace == (await desk.store.workspaces.home()).id:
        raise CommandError(
            "This chat has the workspace of the configuration, which others can join."
            " Give the other chat a code from here:",
            suggestion="/watchfloor link",
        )


async def _good(
    desk: Desk, invocation: Invocation, code: str, *, counted: bool = True
) -> Invitation:
    """The code's invitation, if it is good; tries are counted, so that nobody guesses.

    Raises:
        CommandError: it is used, too old or unknown, or too many were tried.
    """
    seat = invocation.actor.platform, invocation.seat
    if counted and (wait := await desk.store.code_tries.wait(*seat, invocation.at)):
        minutes = max(1, round(wait.total_seconds() / 60))
        raise CommandError(f"Too many codes were tried. Wait {minutes} min, then try again.")
    found = await desk.store.invitations.look(code, invocation.at)
    if found.standing is not Standing.GOOD:
        raise CommandError(f"{_REFUSED[found.standing]} {FRESH}", suggestion="/watchfloor link")
    return found


async def _alerts_here(desk: Desk, invocation: Invocation, watchlist: Watchlist) -> bool:
    return await _elsewhere(desk, invocation, watchlist) != watchlist.destinations


async def _elsewhere(
    desk: Desk, invocation: Invocation, watchlist: Watchlist
) -> tuple[Destination, ...]:
    """A watchlist's places that are none of this chat's."""
    return tuple(
        [
            place
            for place in watchlist.destinations
            if place != invocation.channel
            and (
                place.platform is not invocation.actor.platform
                or await desk.store.places.owner(place) not in {invocation.seat, None}
            )
        ]
    )
