"""/intel brief: what was told lately or waits to be, the most corroborated stories first.

Scheduled digests are written by the same composer; what was kept quiet, `/intel story` shows.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import rules
from bot.alerts.compose import extract
from bot.alerts.rulebook import as_document
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.preview import query_of
from bot.commands.sharing import share_once
from bot.commands.sight import Sight
from bot.errors import CommandError
from bot.insight.brief import SHOWN, Brief, Page, stories, written
from bot.message import Answer, Block, Button, Code, Paragraph, Tone, plain
from bot.model import StoryId, WorkspaceId
from bot.store.told import Told
from bot.stories.corroboration import corroboration

SHARE = "brief:share"
HOURS, LONGEST_HOURS = 24, 168
LOOKED_AT = 300  # reports that were told, the newest; the sources of each story are counted


async def show(desk: Desk, invocation: Invocation) -> Reply:
    """The stories of a watchlist, a query, or everything that is watched for."""
    values = invocation.values
    hours = int(values.get("hours") or HOURS)
    if not 1 <= hours <= LONGEST_HOURS:
        raise CommandError(
            f"hours is from 1 to {LONGEST_HOURS}, not {hours}.",
            suggestion=f"--hours {LONGEST_HOURS if hours else HOURS}",
        )
    topic = values.get("topic", "").strip()
    asked = {"topic": topic, "hours": str(hours), "page": values.get("page") or "1"}
    answer = await _answer(desk, invocation, asked, invocation.at)
    channel = invocation.channel
    if channel is None or not channel.address:
        return Reply(answer)
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), SHARE, asked, invocation.at
    )
    share = Button("Share here", SHARE, draft)
    return Reply(Answer(answer.title, answer.blocks, (share,), answer.tone))


async def share(desk: Desk, invocation: Invocation) -> Reply:
    """Post a brief for everyone in the channel, of the hours for which it was asked."""
    return await share_once(
        desk,
        invocation,
        SHARE,
        "brief",
        lambda draft: _answer(desk, invocation, draft.payload, draft.created_at),
    )


async def _answer(
    desk: Desk, invocation: Invocation, asked: Mapping[str, str], now: datetime
) -> Answer:
    workspace, sight = invocation.workspace, await desk.sight(invocation)
    topic, hours = asked["topic"], int(asked["hours"])
    known = await desk.known(invocation, topic.strip("\"“”'")) if topic else None
    told: Sequence[Told] = await desk.store.told.since(
        workspace,
        now - timedelta(hours=hours),
        watchlist=known.id if known else None,
        limit=LOOKED_AT,
    )
    head: list[Block] = []
    if len(told) == LOOKED_AT:
        head.append(Paragraph(plain(f"From the newest {LOOKED_AT} reports that were told.")))
    told = [one for one in told if sight.shows(one.places)]
    if topic and known is None:
        query = await query_of(desk, workspace, topic)
        head.insert(0, Code(str(query)))
        told = await asyncio.to_thread(_about, query, told)
    briefs = await _briefs(desk, workspace, told, sight)
    name = f" of “{known.name}”" if known else ""
    span = f"the last {hours} hours" if hours > 1 else "the last hour"
    if not briefs:
        said = Paragraph(plain("What is stored beside it, /intel search finds."))
        return Answer(f"Nothing was told{name} in {span}", (*head, said), tone=Tone.PLAIN)
    pages = -(-len(briefs) // SHOWN)
    number = min(max(1, int(asked["page"])), pages)
    rest = f"/intel brief --hours {hours} --page {number + 1} {topic}".strip()
    page = Page(
        f"Brief{name}: {stories(len(briefs))} in {span}",
        f"More: {rest}",
        (number - 1) * SHOWN,
        tuple(head),
    )
    return written(briefs, page)


def _about(query: rules.Query, told: Sequence[Told]) -> Sequence[Told]:
    return [one for one in told if rules.match(query, as_document(one.article)) is not None]


async def _briefs(
    desk: Desk, workspace: WorkspaceId, told: Sequence[Told], sight: Sight
) -> list[Brief]:
    """The stories of what was told, each by its newest article; `told` has the newest first."""
    rulings = await desk.store.rulings.of({workspace})
    ruled = rulings.get(workspace)
    grouped: dict[str, list[Told]] = defaultdict(list)
    of_group: dict[str, StoryId] = {}
    for one in told:
        if one.story is None:
            grouped[f"article {one.article.id}"].append(one)
            continue
        story = ruled.story(one.article.id, one.story) if ruled else one.story
        grouped[f"story {story}"].append(one)
        of_group[f"story {story}"] = story
    wanted = {(workspace, story) for story in of_group.values()}
    reports = await desk.store.stories.reports(wanted, rulings)
    sources = {
        group: corroboration(reports[workspace, story]).independent
        for group, story in of_group.items()
        if reports[workspace, story]
    }
    return [_brief(group, sources.get(name, 1), sight) for name, group in grouped.items()]


def _brief(group: Sequence[Told], sources: int, sight: Sight) -> Brief:
    article = group[0].article
    found = [each for one in group if one.article.id == article.id for each in one.evidence]
    row = extract(article, tuple(dict.fromkeys(found)))
    reports = {one.article.id for one in group}
    return Brief(
        ", ".join(sorted({one.watch for one in group})),
        row.headline,
        row.url,
        row.source,
        row.published,
        row.sentences[0] if row.sentences else None,
        article.first_seen_at,
        sources,
        len(reports),
        len(reports - {one.article.id for one in group if _sent(one, sight)}),
    )


def _sent(one: Told, sight: Sight) -> bool:
    """Whether it waits nowhere, or only at some of the places that are seen from here."""
    seen = {place for place in one.places if sight.sees(place)}
    return not seen or not seen <= one.waiting
