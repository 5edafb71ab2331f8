"""/intel story: one event as it was reported: sources, figures, what was told, what stayed quiet.

It shows what is kept; which article belongs to which story was decided before.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice

from bot.alerts.compose import corroboration_line
from bot.alerts.study import counted, said
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.sight import Sight
from bot.errors import CommandError
from bot.insight.charts import FigurePoint, StoryPoint, story_chart
from bot.message import (
    Answer,
    Block,
    Bullets,
    Line,
    Link,
    Literal,
    Paragraph,
    Piece,
    Update,
    When,
    plain,
)
from bot.model import Article, ArticleId, StoryId
from bot.store.telling import Member
from bot.stories.corroboration import Corroboration, corroboration
from bot.stories.ledger import Claim
from bot.stories.rulings import Rulings
from bot.stories.standing import Standing
from bot.stories.summarise import headline

LISTED = 10
QUIET_SHOWN = 5
NAMES_SHOWN = 5  # watchlists that kept an article quiet for the same reason
QUOTED = 8


async def story(desk: Desk, invocation: Invocation) -> Reply:
    """Show a story by its number or by the link of one of its articles; without one, the newest."""
    asked = invocation.values.get("story", "").strip()
    if not asked:
        return Reply(await _newest(desk, invocation))
    number, members = await find(desk, invocation, asked)
    sight = await desk.sight(invocation)
    told = await desk.store.telling.told_of(invocation.workspace, number)
    standings = [standing for standing in told if sight.sees(standing.destination)]
    found = corroboration([member.report for member in members])
    figures = _figures(standings)
    name = head(members[0].article)
    blocks: list[Block] = [
        Paragraph((Literal(f"Story {number} · "), *corroboration_line(found))),
        Paragraph((Literal("First reports", bold=True),)),
        Bullets(tuple(_first_reports(found, members))),
    ]
    if figures:
        blocks += [
            Paragraph((Literal("Figures", bold=True),)),
            Bullets(tuple(_figure(claim) for claim in figures)),
        ]
    blocks += _told(await desk.store.telling.updates(standings))
    blocks += _quiet(members, sight)
    chart = partial(
        story_chart,
        [StoryPoint(m.article.first_seen_at, m.article.source) for m in members],
        [FigurePoint(claim.at, f"{counted(claim)}: {said(claim)}") for claim in figures],
        name,
        otherwise=f"Story {number}",
    )
    picture = await desk.easel.draw(f"story-{number}.png", f"Reports of {name} over time.", chart)
    return Reply(Answer(name, tuple(blocks), picture=picture))


async def _newest(desk: Desk, invocation: Invocation) -> Answer:
    sight = await desk.sight(invocation)
    found = await desk.store.telling.newest(invocation.workspace, LISTED, sight.sees)
    if not found:
        return Answer("No story was told here yet", (Paragraph(plain(_HOW)),))
    lines = tuple(
        (
            Literal(f"{one.story}", bold=True),
            Literal(f" {one.standing.card.headline.text} · {_many(one.articles)} · "),
            When(one.standing.changed_at),
        )
        for one in found
    )
    return Answer("The newest stories", (Bullets(lines), Paragraph(plain(_HOW))))


_HOW = "/intel story NUMBER or LINK shows one whole; any article that was read has a story."


async def find(
    desk: Desk, invocation: Invocation, asked: str
) -> tuple[StoryId, tuple[Member, ...]]:
    """A story by its number or by a link, with its articles, as this workspace sees it.

    Raises:
        CommandError: there is none.
    """
    workspace, asked = invocation.workspace, asked.strip().lstrip("#")
    ruled = (await desk.store.rulings.of([workspace])).get(workspace, Rulings())
    if asked.lstrip("-").isdecimal() and asked.isascii():
        number = ruled.standing_for(StoryId(int(asked[:18])))
    elif found := await desk.store.telling.of_link(workspace, asked):
        number = ruled.story(*found)
    else:
        raise CommandError(
            "No article with this link was read here; a story has a number, or a link.",
            suggestion="/intel story",
        )
    members = await desk.store.telling.members(workspace, number, ruled)
    if not members:
        raise CommandError(f"There is no story {asked} here.", suggestion="/intel story")
    return number, members


def _first_reports(found: Corroboration, members: Sequence[Member]) -> Iterator[Line]:
    """The first article of each source, in the order in which they came."""
    by_id = {member.article.id: member.article for member in members}
    for source in found.sources:
        first = by_id[source.first.article]
        state = f" (state media of {source.state})" if source.state else ""
        others = f", then {', '.join(source.outlets[1:4])}" if len(source.outlets) > 1 else ""
        yield (
            When(source.first.at),
            Literal(f" {first.source}{state}: "),
            _linked(first),
            Literal(others),
        )


def _figures(standings: Sequence[Standing]) -> list[Claim]:
    """What was told of figures at any of these places, oldest first, each once."""
    claims = {
        (entry.claim.article, entry.claim.figure): entry.claim
        for standing in standings
        for entry in standing.ledger.entries
        if entry.told
    }
    return sorted(claims.values(), key=lambda claim: claim.at)


def _figure(claim: Claim) -> Line:
    start = claim.figure.start - claim.figure.quote_start
    end = claim.figure.end - claim.figure.quote_start
    return (
        When(claim.at),
        Literal(f" {counted(claim)}: "),
        Literal(said(claim), bold=True),
        Literal(f" ({claim.outlet}) “{claim.quote[:start]}"),
        Literal(claim.quote[start:end], bold=True),
        Literal(f"{claim.quote[end:]}”"),
    )


def _told(updates: Sequence[Update]) -> list[Block]:
    """The sentences that were told after the first card, newest first, each with its link."""
    quotes = [(update, each.quote) for update in reversed(updates) for each in update.passages]
    if not quotes:
        return []
    lines: list[Line] = [
        (Literal(f"{update.source}: “{quote.text}” "), _source(update))
        for update, quote in quotes[:QUOTED]
    ]
    if more := len(quotes) - len(lines):
        lines.append(plain(f"… and {more} more"))
    return [Paragraph((Literal("Told since", bold=True),)), Bullets(tuple(lines))]


def _source(update: Update) -> Piece:
    known = update.published
    day = f"{known.at:%-d %b}" if known else f"seen {update.first_seen:%-d %b}"
    return Link(day, update.url) if update.url else Literal(day)


def _quiet(members: Sequence[Member], sight: Sight) -> list[Block]:
    """What was not told, newest first, and why: once for all watchlists with the same reason."""
    quiet: dict[tuple[ArticleId, str], list[str]] = defaultdict(list)
    for member in reversed(members):
        for verdict in member.verdicts:
            if not verdict.told and sight.shows(verdict.places):
                quiet[member.article.id, verdict.reason].append(verdict.watchlist)
    if not quiet:
        return []
    articles = {member.article.id: member.article for member in members}
    lines = [
        _kept_quiet(articles[article], reason, watchlists)
        for (article, reason), watchlists in islice(quiet.items(), QUIET_SHOWN)
    ]
    if more := len(quiet) - len(lines):
        lines.append(plain(f"… and {more} more"))
    return [Paragraph((Literal("Kept quiet", bold=True),)), Bullets(tuple(lines))]


def _kept_quiet(article: Article, reason: str, watchlists: Sequence[str]) -> Line:
    named = ", ".join(f"“{name}”" for name in watchlists[:NAMES_SHOWN])
    more = f" and {len(watchlists) - NAMES_SHOWN} more" if len(watchlists) > NAMES_SHOWN else ""
    said = Literal(f" · for {named}{more}: {reason}")
    return (Literal(f"{article.source}: "), _linked(article), said)


def head(article: Article) -> str:
    """What an article is called: its headline, or its opening words."""
    return headline(article.title, article.body).text


def _linked(article: Article) -> Piece:
    return Link(head(article), article.url) if article.url else Literal(head(article))


def _many(articles: int) -> str:
    return "1 article" if articles == 1 else f"{articles} articles"
