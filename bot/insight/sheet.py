"""A white sheet to draw a chart on: title, plot, notes below, and text that cannot do harm.

It alone knows matplotlib, and imports it only when a sheet is taken: that costs 0.8 s and 60 MB. It
knows nothing of what is drawn. Every name and headline is foreign text; none is markup in here.
"""

import io
import math
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.container import BarContainer
    from matplotlib.figure import Figure
    from matplotlib.text import Text

INK, GREY, PALE = "#222222", "#6B6B6B", "#BDBDBD"
FONT = "DejaVu Sans"  # comes with matplotlib, so that a picture is the same everywhere
LONGEST_TEXT = 400

WIDTH, PLOT = 6.4, 2.7  # inches; 1,280 pixels wide, of which a phone shows about a third
PIXELS_PER_INCH = 200
LINE = 0.24  # inches that a line of small text takes
LEFT, RIGHT = 0.55, 0.35
EDGE = 0.15
LEGEND_COLUMNS = 3
MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A number over the plot, at bar `x` and height `y` (the top, if None), and what it is for."""

    x: float
    note: str
    y: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A figure with one plot, with bars at 0, 1, 2 and so on."""

    figure: "Figure"
    axes: "Axes"

    def scale(self, starts: Sequence[datetime], step: timedelta, top: int) -> None:
        """Lay out the axes for bars that begin at these instants, the highest at `top`."""
        from matplotlib.ticker import MaxNLocator

        axes = self.axes
        axes.set_xlim(-0.6, len(starts) - 0.4)
        axes.set_ylim(0, max(top, 1) * 1.18)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.tick_params(length=3, labelsize=9.5)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=PALE, linewidth=0.5, alpha=0.6, zorder=0)
        shown = ticks(starts, step)
        axes.set_xticks(list(shown), list(shown.values()))

    def number(self, marks: Sequence[Mark]) -> None:
        """Write the numbers of the marks; those that would touch share a place."""
        high = self.axes.get_ylim()[1]
        near = 0.05 * (self.axes.get_xlim()[1] - self.axes.get_xlim()[0])
        groups: list[list[int]] = []
        for number, mark in enumerate(marks):
            if groups and mark.x - marks[groups[-1][0]].x < near:
                groups[-1].append(number)
            else:
                groups.append([number])
        for group in groups:
            first, last = group[0] + 1, group[-1] + 1
            heights = [high if (y := marks[number].y) is None else y for number in group]
            self.axes.annotate(
                str(first) if first == last else f"{first}–{last}",
                (marks[group[0]].x, max(heights)),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                va="bottom",
                size=9.5,
                weight="bold",
                annotation_clip=False,
            )

    def legend(self, bars: Sequence["BarContainer"], names: Sequence[str]) -> None:
        """Say under the title which colour is whose."""
        # matplotlib leaves out a name that begins with an underscore.
        said = [name.lstrip("_ ") or "…" for name in names]
        self.figure.legend(
            [drawn.patches[0] for drawn in bars],
            [name if len(name) <= 22 else f"{name[:21].rstrip()}…" for name in said],
            loc="upper left",
            bbox_to_anchor=(EDGE / WIDTH, 1 - 2.75 * LINE / self.figure.get_size_inches()[1]),
            ncols=LEGEND_COLUMNS,
            frameon=False,
            fontsize=9,
            handlelength=1.0,
            handletextpad=0.5,
            columnspacing=1.2,
            borderpad=0,
            borderaxespad=0,
        )

    def png(self) -> bytes:
        """The sheet as a PNG."""
        held = io.BytesIO()
        self.figure.savefig(held, format="png")
        return held.getvalue()


def take_sheet(title: str, subtitle: str, notes: Sequence[str], legend: int = 0) -> Sheet:
    """A sheet with a title, a line under it, room for a legend of so many names, and notes."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matplotlib.rcdefaults()
    matplotlib.rcParams.update(
        {
            "font.family": FONT,
            "font.size": 10,
            "text.parse_math": False,  # a `$` in a headline is a dollar
            "text.color": INK,
            "axes.edgecolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
            "hatch.linewidth": 0.6,
        }
    )
    above = LINE * (3.6 + math.ceil(legend / LEGEND_COLUMNS))
    below = LINE * (2.7 + len(notes))
    height = above + PLOT + below
    figure = Figure(figsize=(WIDTH, height), dpi=PIXELS_PER_INCH, facecolor="white")
    FigureCanvasAgg(figure)
    box = (LEFT / WIDTH, below / height, 1 - (LEFT + RIGHT) / WIDTH, PLOT / height)
    line = LINE / height
    _write(figure, 1 - 0.45 * line, title, size=13, weight="bold")
    _write(figure, 1 - 1.7 * line, subtitle, size=9.5, color=GREY)
    for number, note in enumerate(notes):
        _write(figure, line * (len(notes) - number + 0.25), note, size=10)
    return Sheet(figure, figure.add_axes(box))


def readable(text: str, otherwise: str) -> str:
    """A line of text in the letters that the font has.

    A run of letters that it has not becomes `…`, other such signs go; where fewer than half of the
    letters are left, it is `otherwise`. Nothing invisible stays in.
    """
    known = letters()
    signs = [
        sign
        for sign in " ".join(text[: 4 * LONGEST_TEXT].split())[:LONGEST_TEXT]
        if unicodedata.category(sign)[0] != "C"
    ]
    shown = "".join(
        sign if ord(sign) in known else "\0" if sign.isalnum() else " " for sign in signs
    )
    lost = shown.count("\0")
    if lost and 2 * lost > sum(sign.isalnum() for sign in signs):
        return otherwise
    while "\0\0" in shown or "\0 \0" in shown:
        shown = shown.replace("\0 \0", "\0").replace("\0\0", "\0")
    return " ".join(shown.replace("\0", "…").split()) or otherwise


@cache
def letters() -> Container[int]:
    """Every character that the font can show."""
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(font_manager.findfont(FONT)).get_charmap())


def ticks(starts: Sequence[datetime], step: timedelta) -> dict[int, str]:
    """At most eight places among the bars, with what stands below them; the last day always."""
    if step >= timedelta(days=1):
        every = math.ceil(len(starts) / MOST_TICKS)
        last = len(starts) - 1
        form = "%b %Y" if step * len(starts) > timedelta(days=300) else "%-d %b"
        return {n: f"{starts[n]:{form}}" for n in range(last % every, len(starts), every)}
    hours = len(starts) * step / timedelta(hours=1)
    every = next((each for each in (1, 2, 3, 6, 12) if hours / each <= MOST_TICKS), 24)
    places = [number for number, at in enumerate(starts) if at.hour % every == 0]
    places = places[:: math.ceil(len(places) / MOST_TICKS) or 1]
    shown, day = {}, None
    for number in places:
        at = starts[number]
        shown[number] = f"{at:%H:%M}" + (f"\n{at:%-d %b}" if at.date() != day else "")
        day = at.date()
    return shown


def _write(
    figure: "Figure", y: float, said: str, *, size: float, weight: str = "normal", color: str = INK
) -> None:
    """A line of text from the left edge, cut where it would leave the sheet."""
    x = EDGE / WIDTH
    text = figure.text(x, y, said, size=size, weight=weight, color=color, va="top", ha="left")
    room = figure.bbox.width * (1 - 2 * x)
    kept = len(said)
    while kept > 1 and (wide := _width(text)) > room:
        kept = min(kept - 1, int(kept * room / wide))
        text.set_text(f"{said[:kept].rstrip()}…")


def _width(text: "Text") -> float:
    return float(text.get_window_extent().width)
