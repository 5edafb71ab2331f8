"""Volume over time: articles per hour or day, what is usual, what stands out, and what made it.

Pure. It asks no archive and draws nothing; nights and weekends are part of what is usual.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from bot.model import Article

LONGEST_DAYS = 90
SHORT_DAYS = 3  # up to here the hours are counted
DEVIATIONS = 3.0
LEAST_ARTICLES = 10
MOST_SPIKES = 5
_WORD = re.compile(r"\w{2,}")
_HEADLINE = 300  # characters of a headline that are read for its words


class Grain(StrEnum):
    """The length of a period that is counted."""

    HOUR = "hour"
    DAY = "day"

    @property
    def step(self) -> timedelta:
        """How long it is."""
        return timedelta(hours=1) if self is Grain.HOUR else timedelta(days=1)

    @property
    def least(self) -> int:
        """How many whole periods it takes before anything is called usual."""
        return 12 if self is Grain.HOUR else 7

    @property
    def reach(self) -> int:
        """How many periods are looked at in any case, so that a short picture has its usual."""
        return 72 if self is Grain.HOUR else 15

    def begin(self, at: datetime) -> datetime:
        """The beginning of the period in which an instant lies, in UTC."""
        hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        return hour if self is Grain.HOUR else hour.replace(hour=0)


@dataclass(frozen=True, slots=True)
class Mention:
    """An article that was found, as far as a trend shows it."""

    at: datetime
    headline: str
    source: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles of one period. `whole` says that it is over and was looked at from its start."""

    start: datetime
    count: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual number of articles in a period, and from where to where that goes."""

    middle: float
    low: float
    high: float
    periods: int


@dataclass(frozen=True, slots=True)
class Spike:
    """Periods in a row that stand above what is usual, and the headline that tells the peak."""

    bars: tuple[Bar, ...]
    headline: Mention

    @property
    def peak(self) -> Bar:
        """The period with the most articles."""
        return max(self.bars, key=lambda bar: bar.count)

    @property
    def articles(self) -> int:
        """How many articles it has in all."""
        return sum(bar.count for bar in self.bars)


@dataclass(frozen=True, slots=True)
class Trend:
    """Bars in order of time, the last of them not over yet; spikes likewise.

    `known_since` is from when on the archive is complete; earlier bars hold what there happens to
    be. `usual` is None while there is too little to tell.
    """

    grain: Grain
    bars: tuple[Bar, ...]
    usual: Usual | None
    spikes: tuple[Spike, ...]
    known_since: datetime | None

    @property
    def articles(self) -> int:
        """How many articles the bars show."""
        return sum(bar.count for bar in self.bars)


def grain_for(days: int) -> Grain:
    """Hours for a few days, days for more."""
    return Grain.HOUR if days <= SHORT_DAYS else Grain.DAY


def begins(now: datetime, days: int) -> datetime:
    """From when on articles are needed for a trend of so many days."""
    grain = grain_for(days)
    periods = max(_shown(grain, days), grain.reach)
    return grain.begin(now) - (periods - 1) * grain.step


def happened(article: Article, grain: Grain) -> datetime:
    """When an article counts: when it was published, or first seen where that cannot be told.

    A day without a time says nothing of the hour, and what is dated after we saw it is misdated.
    """
    published, seen = article.published, article.first_seen_at
    if published is None or published.at > seen:
        return seen
    if published.day_only:
        same_day = published.at.date() == seen.astimezone(UTC).date()
        return seen if same_day or grain is Grain.HOUR else published.at
    return published.at


def mention(article: Article, grain: Grain) -> Mention:
    """An article as a trend counts it."""
    return Mention(happened(article, grain), article.title, article.source, article.url)


def trend(
    mentions: Sequence[Mention], *, now: datetime, days: int, known_since: datetime | None
) -> Trend:
    """Count the mentions of the last `days` days, today among them, and see what stands out."""
    grain = grain_for(days)
    first = begins(now, days)
    counts = Counter(grain.begin(each.at) for each in mentions if first <= each.at <= now)
    bars = []
    start = first
    while start <= now:
        over = start + grain.step <= now
        known = known_since is not None and known_since <= start
        bars.append(Bar(start, counts[start], over and known))
        start += grain.step
    level = usual([bar.count for bar in bars if bar.whole])
    if level is not None and level.periods < grain.least:
        level = None
    shown = tuple(bars[-_shown(grain, days) :])
    return Trend(grain, shown, level, _spikes(shown, level, mentions, grain), known_since)


def usual(counts: Sequence[int]) -> Usual | None:
    """The usual level of some counts: their median, plus and minus three deviations.

    A deviation is the median absolute deviation times 1.4826, which for bell-shaped data is the
    standard deviation, and with which a few great days move nothing (C. Leys et al., Detecting
    outliers, Journal of Experimental Social Psychology 49(4), 2013, pages 764-766). Counts that are
    nearly all alike would have none, so it is at least the root of the median: what counts of
    independent events differ by in any case (a Poisson distribution's standard deviation).

    None where fewer than ten articles were counted in all.
    """
    if sum(counts) < LEAST_ARTICLES:
        return None
    middle = median(counts)
    spread = 1.4826 * median(abs(count - middle) for count in counts)
    spread = max(spread, math.sqrt(max(middle, 1.0)))
    return Usual(
        float(middle),
        max(0.0, middle - DEVIATIONS * spread),
        middle + DEVIATIONS * spread,
        len(counts),
    )


def _shown(grain: Grain, days: int) -> int:
    return days * 24 if grain is Grain.HOUR else days


def _spikes(
    bars: Sequence[Bar], level: Usual | None, mentions: Sequence[Mention], grain: Grain
) -> tuple[Spike, ...]:
    """The spikes that stand out most, in order of time."""
    if level is None:
        return ()
    runs: list[list[Bar]] = []
    for before, bar in pairwise([None, *bars]):
        if bar is None or bar.count <= level.high:
            continue
        if runs and runs[-1][-1] is before:
            runs[-1].append(bar)
        else:
            runs.append([bar])
    loudest = sorted(runs, key=lambda run: max(bar.count for bar in run), reverse=True)[
        :MOST_SPIKES
    ]
    runs = sorted(loudest, key=lambda run: run[0].start)
    return tuple(Spike(tuple(run), _speaker(run, mentions, grain)) for run in runs)


def _speaker(run: Sequence[Bar], mentions: Sequence[Mention], grain: Grain) -> Mention:
    """The mention whose headline says best what set the spike's peak apart from all the rest."""
    start = max(run, key=lambda bar: bar.count).start
    inside = [each for each in mentions if start <= each.at < start + grain.step]
    outside = [each for each in mentions if not start <= each.at < start + grain.step]
    within, without = _shares(inside), _shares(outside)

    def says(mention: Mention) -> float:
        words = _words(mention)
        told = sum(max(0.0, within[word] - without.get(word, 0.0)) for word in words)
        return told / math.sqrt(len(words) or 1)

    return max(sorted(inside, key=lambda each: each.at), key=says)


def _shares(mentions: Sequence[Mention]) -> dict[str, float]:
    """In which share of the headlines each word stands."""
    counts = Counter(word for mention in mentions for word in _words(mention))
    return {word: count / len(mentions) for word, count in counts.items()}


def _words(mention: Mention) -> frozenset[str]:
    return frozenset(_WORD.findall(mention.headline[:_HEADLINE].casefold()))
