"""/watchfloor audit: who changed what in this workspace, newest first."""

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.lists import line_again
from bot.commands.pages import List
from bot.errors import NotAllowed
from bot.message import Literal, When, plain
from bot.store.audit import Change

LONGEST, LONGEST_LINE = 200, 1000
RECORDS = List("/watchfloor audit", "watchfloor:audit", ("when", "who", "what"))


async def audit(desk: Desk, invocation: Invocation) -> Reply:
    """Every change that was noted; what private channels watch is told in them alone."""
    if not invocation.actor.is_admin:
        raise NotAllowed("The audit is for admins.")
    first, most = RECORDS.asked(invocation)
    sight = await desk.sight(invocation)
    everything = await desk.store.watchlists.ever(invocation.workspace)
    unseen = [each.id for each in everything if not sight.shows(each.destinations)]
    changes, total = await desk.store.audit.part(
        invocation.workspace, unseen, sight.places, first=first, most=most
    )
    rows = tuple(
        (
            (When(each.at),),
            plain(each.actor),
            (
                Literal(f"{each.action} "),
                Literal(each.subject, bold=True),
                Literal(f": {_detail(each)}" if each.detail else ""),
            ),
        )
        for each in changes
    )
    many = "1 change" if total == 1 else f"{total} changes"
    return RECORDS.part(many, rows, total, invocation)


def _detail(change: Change) -> str:
    """What was changed, cut where it is long; of a removed list the line that makes it again."""
    if change.action == "removed list":
        back = line_again(change.subject, change.detail)
        if len(back) <= LONGEST_LINE:
            return back
    return f"{change.detail[:LONGEST]}{' …' * (len(change.detail) > LONGEST)}"
