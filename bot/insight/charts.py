"""What the pictures show: a trend, and a story's reports with its figures. Pure, and slow.

A picture takes up to a second, nearly all of it matplotlib's, so `easel.py` has it drawn in a
process of its own. Nothing here looks anything up.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.insight.sheet import GREY, INK, PALE, Mark, Sheet, readable, take_sheet
from bot.insight.trend import Grain, Trend

# M. Okabe and K. Ito's colours, which people who are colour-blind can tell apart:
# https://jfly.uni-koeln.de/color/
BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00",
)  # fmt: skip
SOURCES = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)
BAR = 0.82  # of the room that a bar has

MOST_FIGURES = 8
MOST_BARS, LEAST_BARS = 72, 12
STEPS = tuple(timedelta(hours=hours) for hours in (1, 3, 6, 12, 24, 48))


@dataclass(frozen=True, slots=True)
class StoryPoint:
    """One report of a story: when it came and who brought it."""

    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class FigurePoint:
    """A figure of a story from some instant on, such as `troops: 3,000 → around 10,000`."""

    at: datetime
    label: str


def trend_chart(trend: Trend, title: str) -> bytes:
    """A trend as a PNG: a bar per hour or day, the usual level as a band, the spikes numbered.

    What is not complete (the running hour or day, and the time before the archive began) is
    hatched. Times are UTC. A title in a script that the font has not becomes `Trend`.
    """
    place = {bar.start: number for number, bar in enumerate(trend.bars)}
    marks = [
        Mark(
            place[spike.peak.start],
            f"{moment(spike.peak.start, trend.grain)}: {spike.peak.count}"
            f" – {readable(spike.headline.headline, 'headline in another script')}",
            spike.peak.count,
        )
        for spike in trend.spikes
    ]
    sheet = take_sheet(readable(title, "Trend"), _legend_of(trend), _numbered(marks))
    loud = {bar.start for spike in trend.spikes for bar in spike.bars}
    for number, bar in enumerate(trend.bars):
        colour = VERMILION if bar.start in loud else BLUE
        sheet.axes.bar(
            number,
            bar.count,
            width=BAR,
            color=colour if bar.whole else "white",
            edgecolor=colour,
            hatch="" if bar.whole else "/////",
            linewidth=0.8,
            zorder=2,
        )
    _shade_unknown(sheet, trend)
    top = max((bar.count for bar in trend.bars), default=0)
    if usual := trend.usual:
        sheet.axes.axhspan(usual.low, usual.high, color=PALE, alpha=0.35, zorder=0, linewidth=0)
        sheet.axes.axhline(usual.middle, color=GREY, linewidth=1.2, linestyle="--", zorder=3)
        top = max(top, math.ceil(usual.high))
    sheet.scale([bar.start for bar in trend.bars], trend.grain.step, top)
    sheet.number(marks)
    return sheet.png()


def _shade_unknown(sheet: Sheet, trend: Trend) -> None:
    """Hatch the time of which not everything is known, so that nothing there looks like none."""
    known = trend.known_since
    unknown = sum(known is None or bar.start < known for bar in trend.bars)
    if unknown:
        sheet.axes.axvspan(
            -0.6,
            unknown - 0.5,
            facecolor="none",
            edgecolor=PALE,
            hatch="//",
            linewidth=0,
            zorder=0,
        )


def story_chart(
    reports: Sequence[StoryPoint],
    figures: Sequence[FigurePoint],
    title: str,
    *,
    otherwise: str = "Story",
) -> bytes:
    """A story as a PNG: its reports over time stacked by source, and when its figures came.

    Reports are counted per hour, or per longer periods where a story is older than three days. The
    six sources with the most reports have their own colours, all others share one; of the figures
    the last eight are marked. Times are UTC. A title in a script that the font has not becomes
    `otherwise`, such as `Story 12`; a source's name becomes `source 3`, by its rank.

    Raises:
        ValueError: a story without a report.
    """
    if not reports:
        raise ValueError("a story without a report has no picture")
    dated = sorted(figures, key=lambda each: each.at)
    left_out, dated = len(dated[:-MOST_FIGURES]), dated[-MOST_FIGURES:]
    moments = [*(report.at for report in reports), *(figure.at for figure in dated)]
    starts, step = periods(min(moments), max(moments))
    ranked = [name for name, _ in Counter(report.source for report in reports).most_common()]
    marks = [
        Mark(
            (figure.at - starts[0]) / step - 0.5,
            f"{moment(figure.at, Grain.HOUR)}  {readable(figure.label, 'in another script')}",
        )
        for figure in dated
    ]
    names = _names(ranked)
    notes = [*([f"{left_out} earlier figures are left out"] if left_out else []), *_numbered(marks)]
    subtitle = f"reports per {_span(step)}, UTC, {starts[-1]:%Y}"
    sheet = take_sheet(readable(title, otherwise), subtitle, notes, legend=len(names))
    rank = {name: min(number, len(SOURCES)) for number, name in enumerate(ranked)}
    counts = Counter((rank[each.source], int((each.at - starts[0]) / step)) for each in reports)
    sheet.scale(starts, step, _stack(sheet, counts, names, len(starts)))
    for mark in marks:
        sheet.axes.axvline(mark.x, color=INK, linewidth=1.0, linestyle=":", zorder=4)
    sheet.number(marks)
    return sheet.png()


def periods(first: datetime, last: datetime) -> tuple[list[datetime], timedelta]:
    """The beginnings of 12 to 72 equal periods, of an hour or more, around two instants."""
    span = last - first
    long = timedelta(days=math.ceil(span / timedelta(days=MOST_BARS - 1)))
    step = next((each for each in STEPS if span < (MOST_BARS - 1) * each), long)
    midnight = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + (first - midnight) // step * step
    number = int((last - start) / step) + 1
    if number < LEAST_BARS:  # one bar alone would be a wall
        start -= (LEAST_BARS - number) // 2 * step
        number = LEAST_BARS
    return [start + each * step for each in range(number)], step


def moment(at: datetime, grain: Grain) -> str:
    """An instant in UTC as a picture has room for it: `20 Nov` or `20 Nov 14:00`."""
    day = f"{at.astimezone(UTC):%-d %b}"
    return day if grain is Grain.DAY else f"{day} {at.astimezone(UTC):%H:%M}"


def _numbered(marks: Sequence[Mark]) -> list[str]:
    return [f"{number}  {mark.note}" for number, mark in enumerate(marks, 1)]


def _span(step: timedelta) -> str:
    hours = int(step / timedelta(hours=1))
    number, unit = (hours, "hour") if hours < 24 else (hours // 24, "day")
    return unit if number == 1 else f"{number} {unit}s"


def _names(ranked: Sequence[str]) -> list[str]:
    """What the legend calls the sources, and the rest of them together."""
    names = [readable(name, f"source {n}") for n, name in enumerate(ranked[: len(SOURCES)], 1)]
    others = len(ranked) - len(names)
    rest = ["1 other source" if others == 1 else f"{others} other sources"]
    return names + (rest if others else [])


def _stack(
    sheet: Sheet, counts: Mapping[tuple[int, int], int], names: Sequence[str], bars: int
) -> int:
    """Bars per source on top of each other, with a legend; how high they get."""
    bottom = [0] * bars
    drawn = []
    for rank, colour in enumerate((*SOURCES, PALE)[: len(names)]):
        heights = [counts.get((rank, number), 0) for number in range(bars)]
        drawn.append(
            sheet.axes.bar(
                range(bars),
                heights,
                bottom=bottom,
                width=BAR,
                color=colour,
                edgecolor="white",
                linewidth=0.4,
                zorder=2,
            )
        )
        bottom = [low + height for low, height in zip(bottom, heights, strict=True)]
    sheet.legend(drawn, names)
    return max(bottom)


def _legend_of(trend: Trend) -> str:
    """What the bars count, and what the band, the hatching and the numbers mean."""
    said = [f"articles per {trend.grain}, UTC, {trend.bars[-1].start:%Y}"]
    if trend.usual is None:
        said.append("no usual level yet")
    else:
        said.append(f"grey: usual, {trend.usual.low:.0f} to {math.floor(trend.usual.high)}")
    if any(not bar.whole for bar in trend.bars):
        said.append("hatched: not complete")
    return " · ".join(said)
