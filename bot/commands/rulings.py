"""/watch story-merge, story-split, story-move: a person says which articles are one story.

A ruling holds for the workspace and for good, until it is undone; it is asked for once more before
it is carried out. How stories are told, it leaves to the next article.
"""

from collections.abc import Mapping
from dataclasses import replace

from bot.alerts.compose import corroboration_line
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.story import find, head
from bot.errors import CommandError, NotAllowed
from bot.message import Answer, Bullets, Button, Literal, Paragraph, Style, Tone, plain
from bot.model import Act, ArticleId, StoryId
from bot.store.rulings import NEW
from bot.store.telling import Member
from bot.stories.corroboration import corroboration
from bot.stories.rulings import Ruling
from bot.stories.standing import Standing

KIND = "story ruling"
UNDO = "story:undo"
MOST_LINKS = 20


async def merge(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether two stories are one."""
    gone, its = await find(desk, invocation, invocation.values["story"])
    into, others = await find(desk, invocation, invocation.values["into"])
    if gone == into:
        raise CommandError(f"That is one story already: {into}.")
    said = f"Story {gone} “{_name(its)}” goes into story {into} “{_name(others)}”"
    return await _asked(desk, invocation, said, {"gone": str(gone), "into": str(into)})


async def split(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether some articles are a story of their own."""
    moved, heads = await _articles(desk, invocation, invocation.values["links"])
    said = f"{_many(heads)} into a story of their own"
    return await _asked(desk, invocation, said, {"into": str(NEW), "articles": moved}, heads)


async def move(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether an article belongs to another story."""
    into, others = await find(desk, invocation, invocation.values["into"])
    moved, heads = await _articles(desk, invocation, invocation.values["link"])
    said = f"{_many(heads)} to story {into} “{_name(others)}”"
    return await _asked(desk, invocation, said, {"into": str(into), "articles": moved}, heads)


async def _articles(desk: Desk, invocation: Invocation, links: str) -> tuple[str, tuple[str, ...]]:
    """The articles behind links, by their numbers, with their headlines."""
    moved, heads = [], []
    for link in links.split()[:MOST_LINKS]:
        found = await desk.store.telling.of_link(invocation.workspace, link)
        article = found and await desk.store.articles.get(invocation.workspace, found[0])
        if not article:
            raise CommandError(f"No article with this link was read here: {link[:200]}")
        moved.append(str(article.id))
        heads.append(head(article))
    return " ".join(moved), tuple(heads)


async def _asked(
    desk: Desk,
    invocation: Invocation,
    said: str,
    payload: Mapping[str, str],
    heads: tuple[str, ...] = (),
) -> Reply:
    draft = await desk.store.drafts.keep(
        invocation.workspace,
        str(invocation.actor),
        KIND,
        {"said": said, **payload},
        invocation.at,
    )
    buttons = (
        Button("Do it", "draft:save", draft, style=Style.PRIMARY),
        Button("Cancel", "draft:drop", draft),
    )
    listed = (Bullets(tuple(plain(each) for each in heads)),) if heads else ()
    note = Paragraph(plain("This holds for your workspace, and for good; it can be undone."))
    return Reply(Answer(f"{said}?", (*listed, note), buttons, Tone.WARNING))


async def save(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Carry out what was asked."""
    articles = tuple(ArticleId(int(each)) for each in payload.get("articles", "").split())
    gone = StoryId(int(payload["gone"])) if payload.get("gone") else None
    ruling = Ruling(
        StoryId(int(payload["into"])), str(invocation.actor), invocation.at, gone, articles
    )
    before = {story for story in [gone] if story is not None}
    for article in articles:
        found = await desk.store.telling.placed(article)
        before |= {found} if found is not None else set()
    number, into = await desk.store.rulings.rule(invocation.workspace, ruling, payload["said"])
    if gone is not None:
        await _hand_over(desk, invocation, gone, into)
    await _refresh(desk, invocation, {into, *before}, number)
    undo = Button("Undo", UNDO, str(number))
    said = f"Done. {payload['said']}."
    if ruling.into == NEW:
        said = f"Done. It is story {into} now."
    return Reply(Answer(said, buttons=(undo,), tone=Tone.GOOD), replaces=True)


async def undo(desk: Desk, invocation: Invocation) -> Reply:
    """Take a ruling back. Cards that were posted since stay where they are."""
    if not invocation.actor.manager:
        raise NotAllowed("Only a manager may undo this.")
    value = invocation.values.get("value", "")
    ruling = None
    if value.isascii() and value.isdigit():
        ruling = await desk.store.rulings.undo(
            invocation.workspace, int(value[:18]), by=str(invocation.actor), at=invocation.at
        )
    if ruling is None:
        raise CommandError("This was undone already, or is not known here.")
    gone = {ruling.gone} if ruling.gone is not None else set()
    await _refresh(desk, invocation, {ruling.into, *gone}, int(value))
    return Reply(Answer("Undone. The stories are as they were placed.", tone=Tone.GOOD))


async def _hand_over(desk: Desk, invocation: Invocation, gone: StoryId, into: StoryId) -> None:
    """Where only the story that goes had a card, that card goes on; where both had, it closes."""
    told = await desk.store.telling.told_of(invocation.workspace, into)
    places = {standing.destination for standing in told}
    for standing in await desk.store.telling.told_of(invocation.workspace, gone):
        if standing.destination not in places:
            await desk.store.stories.keep_standing(replace(standing, story=into), was=gone)
            continue
        note = (Literal(f"This story goes on with story {into}; {invocation.actor.name} said so."),)
        await _edit(desk, invocation, replace(standing, card=replace(standing.card, note=note)), 0)


async def _refresh(desk: Desk, invocation: Invocation, stories: set[StoryId], number: int) -> None:
    """Let the cards count the sources that their stories have now."""
    workspace = invocation.workspace
    ruled = (await desk.store.rulings.of([workspace])).get(workspace)
    for story in stories:
        members = await desk.store.telling.members(workspace, story, ruled)
        if not members:
            continue
        line = corroboration_line(corroboration([member.report for member in members]))
        for standing in await desk.store.telling.told_of(workspace, story):
            if standing.card.corroboration != line:
                shown = replace(standing.card, corroboration=line)
                await _edit(desk, invocation, replace(standing, card=shown), number)


async def _edit(desk: Desk, invocation: Invocation, standing: Standing, number: int) -> None:
    await desk.store.stories.keep_standing(standing)
    await desk.store.outbox.post(
        standing.workspace,
        standing.destination,
        standing.card,
        f"edit:{standing.key}:ruling {number} {invocation.at.isoformat()}",
        invocation.at,
        act=Act.EDIT,
        card=standing.key,
    )


def _name(members: tuple[Member, ...]) -> str:
    return head(members[0].article)


def _many(heads: tuple[str, ...]) -> str:
    return "This article goes" if len(heads) == 1 else f"These {len(heads)} articles go"
