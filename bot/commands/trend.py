"""/intel trend: how much is written about something over time, in words first and as a picture.

What is usual and what stands out is told elsewhere; so is how a picture is drawn and sent.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.preview import measure, query_of
from bot.commands.sharing import share_once
from bot.errors import CommandError
from bot.insight.archive import Looked, look
from bot.insight.charts import moment, trend_chart
from bot.insight.trend import (
    LEAST_ARTICLES,
    LONGEST_DAYS,
    Bar,
    Grain,
    Mention,
    Spike,
    Trend,
    begins,
    grain_for,
    mention,
    trend,
)
from bot.message import (
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Line,
    Link,
    Literal,
    Paragraph,
    When,
    plain,
)
from bot.model import WorkspaceId

DAYS = 14
PATIENCE = timedelta(seconds=5)  # of matching, off the event loop; a person waits for it
STEPS = "▁▂▃▄▅▆▇█"
SHARE = "trend:share"


async def show(desk: Desk, invocation: Invocation) -> Reply:
    """Count what a query or a watchlist matches in the archive, and show it over time."""
    days = int(invocation.values.get("days") or DAYS)
    if not 1 <= days <= LONGEST_DAYS:
        raise CommandError(
            f"days is from 1 to {LONGEST_DAYS}, not {days}.",
            suggestion=f"--days {LONGEST_DAYS if days else DAYS}",
        )
    typed = invocation.values["query"]
    known = await desk.known(invocation, typed.strip("\"“”'"))
    asked = {
        "query": known.query if known else typed,
        "name": known.name if known else "",
        "days": str(days),
    }
    answer = await _answer(desk, invocation.workspace, asked, invocation.at)
    channel = invocation.channel
    if answer.picture is None or channel is None or not channel.address:
        return Reply(answer)
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), SHARE, asked, invocation.at
    )
    share = Button("Share here", SHARE, draft)
    return Reply(Answer(answer.title, answer.blocks, (share,), answer.tone, answer.picture))


async def share(desk: Desk, invocation: Invocation) -> Reply:
    """Post a trend for everyone in the channel, as it was when it was asked for."""
    return await share_once(
        desk,
        invocation,
        SHARE,
        "trend",
        lambda draft: _answer(desk, invocation.workspace, draft.payload, draft.created_at),
    )


async def _answer(
    desk: Desk, workspace: WorkspaceId, asked: Mapping[str, str], now: datetime
) -> Answer:
    query = await query_of(desk, workspace, asked["query"])
    days = int(asked["days"])
    grain = grain_for(days)
    mentions: list[Mention] = []
    looked = await look(
        desk.store,
        workspace,
        query,
        since=begins(now, days),
        samples=0,
        budget=PATIENCE,
        saw=lambda article: mentions.append(mention(article, grain)),
    )
    found = trend(mentions, now=now, days=days, known_since=_known_since(looked))
    name = f"“{asked['name']}”" if asked["name"] else "a query"
    head: Line = (
        Literal(str(query), code=True),
        Literal(f" · {_articles(found.articles)} in {_days(days)}, "),
        *measure(looked),
    )
    if not found.articles:
        return Answer(f"Nothing found for {name} in {_days(days)}", (Paragraph(head),))
    chart = partial(trend_chart, found, asked["name"] or asked["query"])
    picture = await desk.easel.draw("trend.png", in_words(found), chart)
    blocks = [Paragraph(head), *_told(found, looked)]
    if picture is None:
        blocks.append(Paragraph(plain("The picture could not be drawn; the log says why.")))
    return Answer(f"Trend of {name}", tuple(blocks), picture=picture)


def _known_since(looked: Looked) -> datetime | None:
    """From when on every article that the workspace reads was looked at."""
    if looked.held_since is None or looked.complete or looked.back_to is None:
        return looked.held_since
    return max(looked.held_since, looked.back_to)


def _told(found: Trend, looked: Looked) -> Iterator[Block]:
    yield Code(sparks(found))
    yield Paragraph(plain(_usual(found)))
    if found.spikes:
        yield Bullets(
            tuple(_spike(spike, number, found) for number, spike in enumerate(found.spikes, 1))
        )
    elif found.usual is not None:
        yield Paragraph(plain("Nothing stands out."))
    yield Paragraph(plain(f"Times are UTC; the last {found.grain} is not over."))
    first = found.bars[0].start
    if looked.complete and looked.held_since is not None and looked.held_since > first:
        yield Paragraph(
            (
                Literal("I read no feed before "),
                When(looked.held_since),
                Literal("; what is older is only what feeds still had then."),
            )
        )


def sparks(found: Trend) -> str:
    """The bars as characters, a row per week or day with its sum: `·` is none, `?` not known."""
    top = max(bar.count for bar in found.bars) or 1
    rows: list[list[Bar]] = []
    for bar in found.bars:
        new_day = found.grain is Grain.HOUR and bar.start.hour == 0
        if not rows or new_day or (found.grain is Grain.DAY and len(rows[-1]) == 7):
            rows.append([])
        rows[-1].append(bar)
    width = 24 if found.grain is Grain.HOUR else max(len(row) for row in rows)
    lines = []
    for number, row in enumerate(rows):
        drawn = "".join(_spark(bar, top, last=bar is found.bars[-1]) for bar in row)
        # Hours of the day stand below each other, and the first day begins somewhere in its middle.
        placed = drawn.rjust(width) if number == 0 and found.grain is Grain.HOUR else drawn
        lines.append(
            f"{moment(row[0].start, Grain.DAY):>6} {placed:<{width}} {sum(b.count for b in row):>5}"
        )
    return "\n".join(lines)


def _spark(bar: Bar, top: int, *, last: bool) -> str:
    if bar.count == 0:
        return "·" if bar.whole or last else "?"
    return STEPS[math.ceil(bar.count / top * len(STEPS)) - 1]


def _usual(found: Trend) -> str:
    grain, level = found.grain, found.usual
    if level is None:
        return (
            "It is too early to say what is usual: that takes"
            f" {grain.least} whole {grain}s and {LEAST_ARTICLES} articles in them."
        )
    return (
        f"Usual: {level.middle:g} in {'an' if grain is Grain.HOUR else 'a'} {grain}, up to"
        f" {math.floor(level.high)} (median of {level.periods} whole {grain}s, and three"
        " deviations from it)."
    )


def _spike(spike: Spike, number: int, found: Trend) -> Line:
    grain, peak, headline = found.grain, spike.peak, spike.headline
    when = moment(spike.bars[0].start, grain)
    if len(spike.bars) > 1:
        when += f" to {moment(spike.bars[-1].start, grain)}"
    said = f"{when}: {_articles(spike.articles)}"
    if len(spike.bars) > 1:
        said += f", {peak.count} of them on {moment(peak.start, grain)}"
    title = headline.headline or "(no headline)"
    linked = Link(title, headline.url) if headline.url else Literal(title)
    return (
        Literal(f"{number}  ", bold=True),
        Literal(f"{said}. "),
        linked,
        Literal(f" ({headline.source})" if headline.source else ""),
    )


def in_words(found: Trend) -> str:
    """What the picture shows, for those who hear it read out."""
    first, last = found.bars[0].start, found.bars[-1].start
    peak = max(found.bars, key=lambda bar: bar.count)
    said = (
        f"Bars per {found.grain} from {moment(first, found.grain)} to {moment(last, found.grain)}"
        f" {last:%Y}: {_articles(found.articles)}, at most {peak.count}"
        f" ({moment(peak.start, found.grain)})."
    )
    if found.usual is not None:
        said += f" Up to {math.floor(found.usual.high)} are usual."
    if found.spikes:
        above = ", ".join(moment(spike.peak.start, found.grain) for spike in found.spikes)
        said += f" Above that: {above}."
    return said


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number} articles"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
