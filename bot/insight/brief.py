"""Writes many stories as one message, by watchlist, each with a sentence and a link. Pure.

Stories with more independent sources come first, then those of which more is new. What has no room
is counted, and where it stands is said.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.message import AlertCard, Answer, Block, Extract, Literal, Paragraph, Quote, Update, plain
from bot.model import Published

SHOWN = 10  # in one message: more would not fit on every platform


@dataclass(frozen=True, slots=True)
class Brief:
    """A story in a brief, told by its newest article.

    `news` counts what was told of it, or waits to be; `waits` how many of these wait.
    """

    watch: str
    headline: Quote
    url: str | None
    source: str
    published: Published | None
    sentence: Quote | None
    at: datetime
    sources: int = 1
    news: int = 1
    waits: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Which stories of a brief are shown, from `first` on, and how to see the rest."""

    title: str
    rest: str
    first: int = 0
    head: tuple[Block, ...] = field(default=())


def of_card(told: AlertCard | Update, watch: str, *, sources: int, news: int) -> Brief:
    """A story whose newest message this is."""
    if isinstance(told, AlertCard):
        sentences = told.sentences
    else:
        sentences = tuple(passage.quote for passage in told.passages)
    return Brief(
        watch,
        told.headline,
        told.url,
        told.source,
        told.published or Published(told.first_seen, seen=True),
        sentences[0] if sentences else None,
        told.first_seen,
        sources,
        news,
    )


def of_row(row: Extract, watch: str, at: datetime) -> Brief:
    """An article of a list, of which no more is known."""
    sentence = row.sentences[0] if row.sentences else None
    return Brief(watch, row.headline, row.url, row.source, row.published, sentence, at)


def ranked(briefs: Sequence[Brief]) -> list[Brief]:
    """The most corroborated first, then those of which most is new, then the newest."""
    newest = sorted(briefs, key=lambda one: one.at, reverse=True)
    return sorted(newest, key=lambda one: (-one.sources, -one.news))


def written(briefs: Sequence[Brief], page: Page) -> Answer:
    """The stories of a page below their watchlists."""
    ordered = ranked(briefs)
    shown = ordered[page.first : page.first + SHOWN]
    blocks: list[Block] = [*page.head, *_by_watch(shown)]
    left = len(ordered) - page.first - len(shown)
    if left > 0:
        more = "1 more story" if left == 1 else f"{left} more stories"
        blocks.append(Paragraph(plain(f"… and {more} that had no room here. {page.rest}")))
    return Answer(page.title, tuple(blocks))


def stories(number: int) -> str:
    """`1 story`, `5 stories`."""
    return "1 story" if number == 1 else f"{number} stories"


def _by_watch(shown: Sequence[Brief]) -> Iterator[Block]:
    for watch in dict.fromkeys(one.watch for one in shown):
        if watch:
            yield Paragraph((Literal(watch, bold=True),))
        for one in shown:
            if one.watch == watch:
                yield _row(one)


def _row(one: Brief) -> Extract:
    count = "1 source" if one.sources == 1 else f"{one.sources} independent sources"
    sentences = () if one.sentence is None else (one.sentence,)
    return Extract(
        one.headline, one.url, f"{one.source} · {count}{_news(one)}", one.published, sentences
    )


def _news(one: Brief) -> str:
    """How much was told of a story; of what still waits, that it was not."""
    if not one.waits:
        return f", {one.news} reports told" if one.news > 1 else ""
    if one.waits == one.news:
        return ", not sent yet"
    return f", {one.news} reports, {one.waits} of them not sent yet"
