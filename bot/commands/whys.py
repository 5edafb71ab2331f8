"""/intel why: what became of an article, watchlist by watchlist, and what it lacked elsewhere.

It looks back at what was decided and sent, and holds the article against today's watchlists; it
changes nothing. Of other teams, and of private channels elsewhere, it says nothing.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import assert_never
from urllib.parse import urlsplit

from bot.alerts.compose import why_line
from bot.commands import intel
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.sight import Sight
from bot.commands.story import head
from bot.commands.subscribing import typed_address
from bot.errors import CommandError
from bot.insight.retrial import Retrial, retry
from bot.message import Answer, Block, Bullets, Line, Link, Literal, Paragraph, When, plain
from bot.model import Act, Article, ArticleState, DecisionId, DeliveryState, Watchlist
from bot.store.hindsight import Fate, Sighted
from bot.store.why import Why

NEAR_SHOWN = 5
NAMES_SHOWN = 8
EVIDENCE_SHOWN = 3
_WAITING = {DeliveryState.HELD, DeliveryState.PENDING}
_STUCK = {DeliveryState.DEAD, DeliveryState.BLOCKED, DeliveryState.OBSOLETE}


@dataclass(frozen=True, slots=True)
class _Case:
    """An article with all that was decided of it, as far as it may be seen here."""

    article: Article
    decided: Sequence[Why]
    fates: Sequence[Fate]
    callers: Mapping[DecisionId, Sequence[str]]
    by_page: bool


async def why(desk: Desk, invocation: Invocation) -> Reply:
    """Say what became of the article behind a link; of an alert's number, why it was sent."""
    asked = invocation.values["link"].strip()
    if asked.isascii() and asked.isdigit():
        return await intel.why(desk, replace(invocation, values={"value": asked}))
    address = typed_address(asked, "/intel why")
    found = await desk.store.hindsight.articles_at(invocation.workspace, address)
    if not found:
        raise await _never_seen(desk, invocation, address)
    sight = await desk.sight(invocation)
    cases = [await _case(desk, invocation, each, sight) for each in found]
    watchlists = await desk.watchlists(invocation)
    lists = await desk.store.lists.texts(invocation.workspace)
    first = found[0].article
    retrial = await asyncio.to_thread(retry, first, watchlists, lists)
    decided = {each.watchlist for case in cases for each in case.decided}
    others = [watchlist for watchlist in watchlists if watchlist.id not in decided]
    blocks = [block for case in cases for block in _told(case)]
    blocks += _others(first, others, retrial)
    return Reply(Answer(head(first), tuple(blocks)))


async def _never_seen(desk: Desk, invocation: Invocation, address: str) -> CommandError:
    """What to say of an address that no feed showed, and what to do about it."""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    said = "No feed showed an article with this address, or it was deleted since."
    if not host:
        return CommandError(f"{said} A link begins with https://.")
    near = [each.name for each in subscriptions if host in (urlsplit(each.url).hostname or "")]
    if near:
        said = f"{said} Of {host} I read {', '.join(near[:3])}: not every article is in a feed."
        return CommandError(said, suggestion=f"/intel sources {near[0]}")
    return CommandError(
        f"{said} I read no feed of {host}.", suggestion=f"/feeds add https://{host}"
    )


async def _case(desk: Desk, invocation: Invocation, found: Sighted, sight: Sight) -> _Case:
    article = found.article
    made = await desk.store.hindsight.decisions(invocation.workspace, article.id)
    decided = [each for each in made if sight.shows(each.places)]
    fates = await desk.store.hindsight.fates(invocation.workspace, [each.id for each in made])
    seen = [fate for each in made for fate in fates[each.id] if sight.sees(fate.destination)]
    callers = {
        each.id: await desk.store.votes.callers(invocation.workspace, each.id) for each in decided
    }
    return _Case(article, decided, seen, callers, found.by_page)


def _told(case: _Case) -> Iterator[Block]:
    """An article, and each decision that was made of it."""
    article = case.article
    line: Line = (Literal(f"{article.source} · first seen "), When(article.first_seen_at))
    if article.url:
        line = (*line, Literal(" · "), Link("Open the article", article.url))
    yield Paragraph(line)
    if case.by_page:
        yield Paragraph(plain("Its feed shows it under another address; its page has this one."))
    if article.state is ArticleState.NEW:
        yield Paragraph(plain("It waits to be judged; that takes seconds. Ask again then."))
    elif article.baseline:
        yield Paragraph(plain("It stood in its feed before we read it, so nobody is told of it."))
    elif not case.decided:
        yield Paragraph(plain("It matched no watchlist that is seen here when it was judged."))
    for each in case.decided:
        yield Paragraph((Literal(f"“{each.name}”", bold=True), *_verdict(each, case)))
        yield Bullets(tuple(_details(each, case)))


def _verdict(each: Why, case: _Case) -> Line:
    said = _become(each, case) if each.told else "kept quiet"
    return (Literal(f", revision {each.revision}: {said}, {each.reason}, "), When(each.decided_at))


def _become(each: Why, case: _Case) -> str:
    """What became of a decision to tell: what only waits, or failed, was told to nobody."""
    states = {fate.state for fate in _fates(each, case) if fate.act is not Act.EDIT}
    if states and states <= _STUCK:
        return "not delivered"
    return "not sent yet" if states and states <= _STUCK | _WAITING else "told"


def _fates(each: Why, case: _Case) -> Iterator[Fate]:
    """The messages that a decision caused.

    One card tells of all watchlists of a place, and hangs on the decision of one of them.
    """
    for fate in case.fates:
        if fate.decision == each.id or (each.told and fate.destination in each.places):
            yield fate


def _details(each: Why, case: _Case) -> Iterator[Line]:
    if each.evidence:
        yield why_line(each.evidence)
        first = tuple({finding.term: finding for finding in reversed(each.evidence)}.values())
        yield from islice(intel.evidence_lines(first, each.article), EVIDENCE_SHOWN)
    if each.detail:
        yield plain(each.detail)
    yield from map(_fate, _fates(each, case))
    if called := case.callers[each.id]:
        yield plain(f"called not relevant by {', '.join(called)}")


def _fate(fate: Fate) -> Line:
    """Where a message stands: `sent to slack:C1, 26 Oct 12:00`."""
    what = {Act.POST: "", Act.REPLY: "in the thread, ", Act.EDIT: "as an edit, "}[fate.act]
    place = f"{what}to {fate.destination}"
    error = f": {fate.error}" if fate.error else ""
    match fate.state:
        case DeliveryState.SENT:
            return (Literal(f"sent {place}"), *_at(fate.sent_at))
        case DeliveryState.PENDING:
            return (Literal(f"waits to be sent {place}, next at "), When(fate.due), Literal(error))
        case DeliveryState.HELD:
            return (
                Literal(f"waits for a digest, or for quiet hours to end, {place} "),
                When(fate.due),
            )
        case DeliveryState.SENDING | DeliveryState.UNCERTAIN:
            return plain(f"is being sent {place}; whether it arrived is looked at{error}")
        case DeliveryState.JOINED:
            return plain(f"sent within another message {place}")
        case DeliveryState.OBSOLETE:
            return plain(f"called off {place}{error}")
        case DeliveryState.DEAD | DeliveryState.BLOCKED:
            return plain(f"failed {place}{error}")
        case _:
            assert_never(fate.state)


def _at(instant: datetime | None) -> Line:
    return () if instant is None else (Literal(", "), When(instant))


def _others(article: Article, others: Sequence[Watchlist], retrial: Retrial) -> Iterator[Block]:
    """The watchlists that nothing was decided for: what the article lacked for them."""
    would = [each for each in others if each.id in retrial.answered]
    if would:
        yield Paragraph((Literal("Would match today", bold=True),))
        yield Bullets(tuple(_would(each, article, retrial) for each in would))
    order = list(retrial.lacking)
    near = sorted(
        (each for each in others if each.id in retrial.lacking),
        key=lambda each: order.index(each.id),
    )
    if near:
        yield Paragraph((Literal("Nearly matched", bold=True),))
        yield Bullets(tuple(_lacks(each, retrial) for each in near[:NEAR_SHOWN]))
    shown = {each.id for each in (*would, *near[:NEAR_SHOWN])}
    if rest := [each.name for each in others if each.id not in shown]:
        more = f" and {len(rest) - NAMES_SHOWN} more" if len(rest) > NAMES_SHOWN else ""
        yield Paragraph(plain(f"Did not match: {', '.join(rest[:NAMES_SHOWN])}{more}."))


def _would(each: Watchlist, article: Article, retrial: Retrial) -> Line:
    if not each.enabled:
        why_not = "it is paused"
    elif each.changed_at > article.first_seen_at:
        why_not = "it was made or changed after the article came"
    else:
        why_not = "it was not asked when the article was judged"
    return (Literal(f"“{each.name}”: {why_not}; "), *why_line(retrial.answered[each.id]))


def _lacks(each: Watchlist, retrial: Retrial) -> Line:
    return (
        Literal(f"“{each.name}” lacks one thing: "),
        Literal(retrial.lacking[each.id], code=True),
    )
