"""/intel search: the stored articles that answer a query, the newest or the best first, by pages.

Finding and ranking is `insight`'s work. What was asked lies in a stored draft, so that its buttons
work after a restart, and show the archive as it was when it was asked for.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alerts.compose import extract
from bot.commands.desk import Desk, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.preview import query_of
from bot.commands.sharing import share_once
from bot.errors import CommandError
from bot.insight.search import Hits, best, newest, standing
from bot.insight.walk import Found, Walk
from bot.message import Answer, Block, Button, Code, Line, Literal, Paragraph, Tone, When, plain
from bot.model import ArticleId, WorkspaceId
from bot.store.articles import Held

LIMIT, MOST = 5, 10
LAST_PAGE = 40
NEWEST, BEST = ORDERS = ("newest", "best")
NOTHING = "Nothing found"
SHARE, MORE = "search:share", "search:more"

Asked = Mapping[str, str]


def hours_back(values: Mapping[str, str]) -> int | None:
    """How many hours back to look; None if that was not said.

    Raises:
        CommandError: none at all.
    """
    if not values.get("hours"):
        return None
    if not int(values["hours"]):
        raise CommandError("hours counts from 1, not 0.", suggestion="--hours 24")
    return int(values["hours"])


async def search(desk: Desk, invocation: Invocation) -> Reply:
    """Run a query over the stored articles."""
    values = invocation.values
    hours, limit = hours_back(values), int(values.get("limit") or LIMIT)
    if not 1 <= limit <= MOST:
        raise CommandError(f"limit is from 1 to {MOST}, not {limit}.", suggestion=f"--limit {MOST}")
    since = invocation.at - timedelta(hours=hours) if hours else None
    top = await desk.store.search.newest(invocation.workspace)
    asked = {
        "query": values["query"],
        "since": since.isoformat() if since else "",
        "hours": str(hours or ""),
        "limit": str(limit),
        "order": values.get("order") or NEWEST,
        "page": str(max(1, min(int(values.get("page") or 1), LAST_PAGE))),
        "newest": "" if top is None else str(top),
    }
    answer = await _with_buttons(desk, invocation, asked)
    if answer.title == NOTHING and (named := await _watchlist_meant(desk, invocation)):
        answer = replace(answer, blocks=(*answer.blocks, *named))
    return Reply(answer)


async def _watchlist_meant(desk: Desk, invocation: Invocation) -> tuple[Block, ...]:
    """Where the words looked for are a watchlist's name: how to see what that finds."""
    known = await desk.known(invocation, invocation.values["query"].strip("\"“”'"))
    if known is None:
        return ()
    hours = f"--hours {invocation.values['hours']} " if invocation.values.get("hours") else ""
    said = f"“{known.name}” is a watchlist, and a search looks for the word. What it finds:"
    return (Paragraph(plain(said)), Code(f"/watch test {hours}{quoted(known.name)}"))


async def more(desk: Desk, invocation: Invocation) -> Reply:
    """The next page, in the place of this one."""
    draft = await desk.store.drafts.take(invocation.workspace, invocation.values.get("value", ""))
    if draft is None or draft.kind != MORE:
        raise CommandError("This search is too old to be turned.", suggestion="/intel search")
    asked = {**draft.payload, "page": str(int(draft.payload["page"]) + 1)}
    return Reply(await _with_buttons(desk, invocation, asked), replaces=True)


async def share(desk: Desk, invocation: Invocation) -> Reply:
    """Post what was found for everyone in the channel."""

    async def again(payload: Asked) -> Answer:
        return (await _answer(desk, invocation.workspace, payload))[0]

    return await share_once(desk, invocation, SHARE, "search", lambda draft: again(draft.payload))


async def _with_buttons(desk: Desk, invocation: Invocation, asked: Asked) -> Answer:
    answer, hits = await _answer(desk, invocation.workspace, asked)
    if not hits.found:
        return answer
    buttons = []
    if hits.more and int(asked["page"]) < LAST_PAGE:
        buttons.append(Button("More", MORE, await _draft(desk, invocation, MORE, asked)))
    if invocation.channel is not None and invocation.channel.address:
        buttons.append(Button("Share here", SHARE, await _draft(desk, invocation, SHARE, asked)))
    return replace(answer, buttons=tuple(buttons))


async def _draft(desk: Desk, invocation: Invocation, kind: str, asked: Asked) -> str:
    """Each button has its own: sharing drops one, and the page may still be turned."""
    return await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), kind, asked, invocation.at
    )


async def _answer(desk: Desk, workspace: WorkspaceId, asked: Asked) -> tuple[Answer, Hits]:
    query = await query_of(desk, workspace, asked["query"])
    since = datetime.fromisoformat(asked["since"]) if asked["since"] else None
    newest_id = ArticleId(int(asked["newest"])) if asked["newest"] else None
    walk = Walk(desk.store, workspace, since, newest_id)
    limit = int(asked["limit"])
    skip = (int(asked["page"]) - 1) * limit
    find = best if asked["order"] == BEST else newest
    hits, held = await asyncio.gather(
        find(walk, query, skip=skip, limit=limit), desk.store.articles.held(workspace)
    )
    line: Line = (Literal(str(query), code=True), Literal(" · "), *_where(since, held))
    blocks: list[Block] = [Paragraph((*line, *_how_far(hits)))]
    for number, hit in enumerate(hits.found, skip + 1):
        blocks += _hit(number, hit, ranked=hits.ranked is not None)
    if hits.more:
        blocks.append(Paragraph(plain(_further(asked))))
    tone = Tone.WARNING if hits.back_to is not None else Tone.PLAIN
    return Answer(_title(hits, asked, skip), tuple(blocks), tone=tone), hits


def _title(hits: Hits, asked: Asked, skip: int) -> str:
    number = len(hits.found)
    if not number:
        return "Nothing more found" if skip else NOTHING
    order = f"{asked['order']} first"
    if skip or hits.more:
        return f"Articles {skip + 1} to {skip + number}, {order}"
    return f"1 article, {order}" if number == 1 else f"{number} articles, {order}"


def _where(since: datetime | None, held: Held) -> Line:
    if held.since is None:
        return (Literal("of 0 articles: none is held yet"),)
    if since is not None and since > held.since:
        return (Literal("of the articles since "), When(since))
    noun = "article" if held.count == 1 else "articles"
    return (Literal(f"of {held.count} {noun} held since "), When(held.since, day_only=True))


def _how_far(hits: Hits) -> Line:
    """What was not looked at, and by what the best were chosen."""
    line: Line = ()
    if hits.ranked:
        noun = "match" if hits.ranked == 1 else "matches"
        line = (Literal(f"; the best of {hits.ranked} {noun}, words in the title count most"),)
    if hits.back_to is None:
        return line
    if hits.ranked:
        return (*line, Literal("; besides titles I looked back to "), When(hits.back_to))
    return (*line, Literal("; my time was up, I looked back to "), When(hits.back_to))


def _hit(number: int, hit: Found, *, ranked: bool) -> Iterator[Block]:
    yield extract(hit.article, hit.evidence, most=2)
    if ranked:
        yield Paragraph(plain(f"{number}. {standing(hit)}"))


def _further(asked: Asked) -> str:
    """How to type what the button More does."""
    words = ["/intel search", f"--page {int(asked['page']) + 1}"]
    if asked.get("hours"):  # drafts of before have none
        words.append(f"--hours {asked['hours']}")
    if asked["order"] != NEWEST:
        words.append(f"--order {asked['order']}")
    if asked["limit"] != str(LIMIT):
        words.append(f"--limit {asked['limit']}")
    return f"There are more: {' '.join(words)} {asked['query']}"
