"""/watch story-merge, story-split, story-move: a person says which articles are one story.

A ruling holds for the workspace and for good, until it is undone; it is asked for once more before
it is carried out. How stories are told, it leaves to the next article.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.alerts.compose import corroboration_line
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.story import find, head
from bot.errors import CommandError, NotAllowed
from bot.message import AlertCard, Answer, Bullets, Button, Literal, Paragraph, Style, Tone, plain
from bot.model import ArticleId, StoryId
from bot.store.rulings import NEW
from bot.store.telling import Member
from bot.stories.corroboration import Report, corroboration
from bot.stories.rulings import Ruling, Rulings

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
    before = await _stories_of(desk, invocation, articles)
    number, into = await desk.store.rulings.rule(invocation.workspace, ruling, payload["said"])
    if gone is not None:
        await _close(desk, invocation, gone, into)
    await _recount(desk, invocation, {into, *before})
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
    back = await _stories_of(desk, invocation, ruling.articles)
    await _recount(desk, invocation, {ruling.into, *gone, *back})
    return Reply(Answer("Undone. The stories are as they were placed.", tone=Tone.GOOD))


async def _stories_of(
    desk: Desk, invocation: Invocation, articles: Sequence[ArticleId]
) -> set[StoryId]:
    """Where articles belong now, as people ruled here."""
    ruled = (await desk.store.rulings.of([invocation.workspace])).get(invocation.workspace)
    placed = await desk.store.stories.filed(articles)
    return {(ruled or Rulings()).story(article, story) for article, story in placed.items()}


async def _close(desk: Desk, invocation: Invocation, gone: StoryId, into: StoryId) -> None:
    """Let the cards that the story still has say where it goes on: both had one there."""
    note = (Literal(f"This story goes on with story {into}; {invocation.actor.name} said so."),)
    await desk.store.stories.redraw(
        invocation.workspace, gone, lambda card, _: replace(card, note=note), invocation.at
    )


async def _recount(desk: Desk, invocation: Invocation, stories: set[StoryId]) -> None:
    """Let the cards count the sources that their stories have now."""
    for story in stories:
        await desk.store.stories.redraw(invocation.workspace, story, _counted, invocation.at)


def _counted(card: AlertCard, reports: Sequence[Report]) -> AlertCard:
    if not reports:
        return card
    return replace(card, corroboration=corroboration_line(corroboration(reports)))


def _name(members: tuple[Member, ...]) -> str:
    return head(members[0].article)


def _many(heads: tuple[str, ...]) -> str:
    return "This article goes" if len(heads) == 1 else f"These {len(heads)} articles go"
