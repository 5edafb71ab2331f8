"""What somebody sees who opens the bot's own page in a chat: their watches, mutes, and troubles.

The page is seen in no channel, so what private channels watch does not stand on it. It changes
nothing: a page has no place in which an answer could be given.
"""

from collections.abc import Iterator, Sequence

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.wording import state
from bot.message import Answer, Block, Bullets, Code, Line, Literal, Paragraph, plain
from bot.model import Actor, Watchlist

PAGE = "home:page"
SHOWN = 20
TROUBLES = 5


async def page(desk: Desk, invocation: Invocation) -> Reply:
    """The page of one person."""
    sight = await desk.sight(invocation)
    watchlists = await desk.watchlists(invocation)
    mine = [each for each in watchlists if is_by(each, invocation.actor)]
    others = [each for each in watchlists if each not in mine]
    held = await desk.store.mutes.holding(invocation.at, invocation.workspace)
    troubled = await desk.store.outbox.troubled(invocation.workspace)
    blocks: list[Block] = [
        *_listed("Yours", mine),
        *_listed("Your team's", others),
        *_said(
            "Muted",
            [
                (
                    Literal(f"{each.kind} {each.target}", bold=True),
                    Literal(f" in {each.destination} · "),
                    *each.line,
                )
                for each in held
                if sight.sees(each.destination)
            ],
        ),
        *_said(
            "Not delivered",
            [
                plain(f"{each.destination}: {each.error or each.state}")
                for each in troubled
                if sight.sees(each.destination)
            ],
            TROUBLES,
        ),
    ]
    if not watchlists:
        blocks.append(Paragraph(plain("No watchlists yet. Make the first one in a channel:")))
        blocks.append(Code("/watch add kursk North Korea AND Kursk"))
    hint = "What private channels watch is shown in them alone. /intel help lists what you can ask."
    return Reply(Answer("What is watched", (*blocks, Paragraph(plain(hint)))))


def is_by(watchlist: Watchlist, actor: Actor) -> bool:
    """Whether somebody made a watchlist; names change, and pages are opened without one."""
    return watchlist.created_by.endswith(f"({actor.platform}:{actor.id})")


def _listed(title: str, watchlists: Sequence[Watchlist]) -> Iterator[Block]:
    lines: list[Line] = [
        (
            Literal(each.name, bold=True),
            Literal(f" · {', '.join(map(str, each.destinations))} · {each.severity} · "),
            *state(each),
            Literal(" · "),
            Literal(each.query[:200], code=True),
        )
        for each in watchlists
    ]
    yield from _said(title, lines)


def _said(title: str, lines: Sequence[Line], most: int = SHOWN) -> Iterator[Block]:
    if not lines:
        return
    yield Paragraph((Literal(f"{title}: {len(lines)}", bold=True),))
    more = [plain(f"… and {len(lines) - most} more")] if len(lines) > most else []
    yield Bullets((*lines[:most], *more))
