"""The handshake before saving: how it was read, what it would have found, what to mind.

It shows and keeps a draft; saving is `drafts.py`'s deed.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import rules
from bot.alerts.compose import extract
from bot.commands.desk import Desk, refusal
from bot.commands.invocation import Invocation, Reply
from bot.commands.minding import strange_sources, to_mind
from bot.commands.payload import said
from bot.commands.wording import manner, settings_changed
from bot.errors import CommandError, SendError
from bot.insight.archive import Looked, look
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
    plain,
)
from bot.model import Cadence, Destination, Watchlist, WorkspaceId

WINDOW = timedelta(days=7)
SAMPLES = 5
COMES_OUT = (
    "it comes out of a private channel. Everybody in the workspace will see it, "
    "and its history with all earlier queries."
)


async def query_of(desk: Desk, workspace: WorkspaceId, text: str) -> rules.Query:
    """Parse a query with the lists of its workspace. Raises CommandError as `read_query` does."""
    return read_query(text, await desk.store.lists.texts(workspace))


def read_query(text: str, lists: Mapping[str, str]) -> rules.Query:
    """Parse a query that somebody typed.

    Raises:
        CommandError: with the caret under the mistake and a repair.
    """
    try:
        return rules.parse(text, lists=lists)
    except rules.QueryError as error:
        raise CommandError(
            error.message,
            caret=error.caret(),
            suggestion=error.suggestion or "",
            example=error.example or "",
        ) from error


async def preview(
    desk: Desk,
    invocation: Invocation,
    kind: str,
    payload: Mapping[str, str],
    before: Watchlist | None = None,
) -> Reply:
    """Show how a watchlist was read and what it would have matched, and offer to save it.

    Of one that is there already, `before`, it shows what would differ.
    """
    query = await query_of(desk, invocation.workspace, payload["query"])
    await see_that_places_are_ours(desk, invocation, payload)
    beside = rules.side_by_side(query)
    strange = await strange_sources(desk, invocation.workspace, query)
    looked = await look(
        desk.store,
        invocation.workspace,
        query,
        since=invocation.at - WINDOW,
        samples=SAMPLES,
        parts=[*(words.query for words in beside), *strange],
    )
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), kind, payload, invocation.at
    )
    blocks: list[Block] = [Paragraph(plain("I read it as")), Code(str(query))]
    if before is not None:
        blocks += _changes(before, payload)
    blocks.append(Paragraph(_settings(payload)))
    if before is not None and not before.enabled:
        blocks.append(Paragraph(plain("It is paused, and stays so.")))
    blocks += _would_have(looked)
    minded = list(to_mind(query, looked, invocation.at.date(), beside, strange))
    after = [Destination.parse(place) for place in payload["destinations"].split()]
    if before is not None and await comes_out(desk, before, after):
        minded.insert(0, COMES_OUT)
    if minded:
        blocks.append(Bullets(tuple(plain(f"Mind: {message}") for message in minded)))
    return Reply(
        Answer(
            f"Watchlist “{payload['name']}”",
            tuple(blocks),
            (
                Button("Save", "draft:save", draft, style=Style.PRIMARY),
                Button("Edit", "draft:edit", draft),
                Button("Cancel", "draft:drop", draft),
            ),
            tone=Tone.WARNING if minded else Tone.PLAIN,
        ),
        replaces=True,
    )


async def preview_or_mend(
    desk: Desk,
    invocation: Invocation,
    kind: str,
    payload: Mapping[str, str],
    before: Watchlist | None = None,
) -> Reply:
    """Preview, or show what is wrong with the query and offer to mend it in a form."""
    try:
        return await preview(desk, invocation, kind, payload, before)
    except CommandError as error:
        return await to_mend(desk, invocation, payload, error)


async def to_mend(
    desk: Desk, invocation: Invocation, values: Mapping[str, str], error: CommandError
) -> Reply:
    """A refusal whose button opens the form again with all that was typed; it cannot be saved."""
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), "to mend", values, invocation.at
    )
    said = refusal(error)
    fix = Button("Fix it", "draft:edit", draft)
    return Reply(Answer(said.title, said.blocks, (fix,), said.tone), replaces=True)


async def see_that_places_are_ours(
    desk: Desk, invocation: Invocation, payload: Mapping[str, str]
) -> None:
    """Alerts go only to channels of the workspace's own teams, and only where the bot can post.

    The channel in which somebody asks is theirs, and what a watchlist has already was seen before.
    """
    trusted: set[Destination] = set()
    if known := await desk.store.watchlists.find(invocation.workspace, payload.get("watch", "")):
        trusted.update(known.destinations)
    for place in payload["destinations"].split():
        destination = Destination.parse(place)
        if destination in trusted:
            continue
        try:
            owner = await desk.owner(destination)
        except SendError as error:
            if destination == invocation.channel:
                continue
            raise CommandError(f"I cannot send alerts to {destination}: {error}") from error
        if owner != invocation.workspace and destination != invocation.channel:
            raise CommandError(
                f"{destination} belongs to another team, or nobody there has spoken to me yet. "
                "Type /intel help there once if it is yours."
            )


async def comes_out(desk: Desk, before: Watchlist, after: Collection[Destination]) -> bool:
    """Whether a watchlist that not everybody sees would be seen by everybody at other places."""
    everybody = await desk.sight_from(before.workspace)
    return not everybody.shows(before.destinations) and everybody.shows(after)


def _changes(before: Watchlist, payload: Mapping[str, str]) -> Iterator[Block]:
    """What would differ, and nothing of what would not."""
    after = replace(before, name=payload["name"], **said(payload))
    if before.query != after.query:
        yield Paragraph(plain("It was"))
        yield Code(before.query)
    if changed := settings_changed(before, after):
        yield Bullets(changed)
    if before == after:
        yield Paragraph(plain("Nothing would change."))


def _settings(payload: Mapping[str, str]) -> Line:
    cadence, least = Cadence(payload.get("delivery", "instant")), payload.get("min-sources", "1")
    places = payload["destinations"].replace(" ", ", ")
    return plain(f"Alerts go to {places} as {payload['severity']}: {manner(cadence, int(least))}.")


def _would_have(looked: Looked) -> list[Block]:
    counted = measure(looked)
    if not looked.matched:
        return [Paragraph((Literal("It would have matched nothing: 0 "), *counted, Literal(".")))]
    blocks: list[Block] = [
        Paragraph((Literal(f"It would have matched {looked.matched} "), *counted, Literal(":")))
    ]
    days = ", ".join(f"{day:%-d %b}: {count}" for day, count in looked.per_day[-7:])
    blocks.append(Paragraph(plain(f"By day of arrival: {days}.")))
    return [*blocks, *samples(looked)]


def samples(looked: Looked) -> list[Block]:
    """The articles that are shown, and how many matched besides."""
    shown: list[Block] = [extract(found.article, found.evidence) for found in looked.found]
    if looked.matched > len(looked.found):
        shown.append(Paragraph(plain(f"… and {looked.matched - len(looked.found)} more.")))
    return shown


def measure(looked: Looked) -> Line:
    """What a count was taken from: `of 40 articles looked at (210 held since 3 May 2024)`."""
    if looked.held_since is None:
        return (Literal("of 0 articles: none is held yet"),)
    noun = "article" if looked.articles == 1 else "articles"
    line: Line = (
        Literal(f"of {looked.articles} {noun} looked at ({looked.held} held since "),
        When(looked.held_since, day_only=True),
        Literal(")"),
    )
    if not looked.complete and looked.back_to is not None:
        line = (*line, Literal("; my time was up at "), When(looked.back_to))
    return line
