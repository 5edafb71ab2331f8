"""The goals that stories have set themselves, and whether this run met them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.stories.clustering import OURS, STANDING
from tests.benchmarks.stories.readings import ENGLISH, FULL, TWINS

if TYPE_CHECKING:
    from tests.benchmarks.stories.command import Results

_GAIN = 0.03
_TOWARDS = {ENGLISH: 0.88, FULL: 0.93, TWINS: 0.93}
_COPIES, _NOVELTY, _RIGHT, _SPOKEN, _EVENTS = 0.98, 0.48, 0.93, 100, 10
_MILLISECONDS, _MEMORY = 8.0, 1.2


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted, what was measured, and whether that is enough."""

    text: str
    measured: str
    met: bool


def goals(results: Results) -> list[Goal]:
    """Every goal, judged by this run alone."""
    return [*_stories(results), *_others(results), *_seeds(results)]


def _stories(results: Results) -> Iterator[Goal]:
    rows = {row.name: row for row in results.clusters}
    ours, standing = rows[OURS].sets, rows[STANDING].sets
    peers = {name: row.sets for name, row in rows.items() if not name.startswith("ours")}
    for name, one in ours.items():
        gain = one.f1 - standing[name].f1
        best = max(peers, key=lambda peer: peers[peer][name].f1)
        yield Goal(
            f"{name}: F1 at least {_GAIN} above the design as it stood",
            f"{one.f1:.3f}, {gain:+.3f}",
            gain >= _GAIN,
        )
        yield Goal(
            f"{name}: above every baseline",
            f"{one.f1:.3f}, best {peers[best][name].f1:.3f} ({best})",
            one.f1 > peers[best][name].f1,
        )
        if name in _TOWARDS:
            wanted = _TOWARDS[name]
            yield Goal(f"{name}: towards {wanted}", f"{one.f1:.3f}", one.f1 >= wanted)


def _others(results: Results) -> Iterator[Goal]:
    copied = results.copies[0]
    yield Goal(
        f"copies: worst kind at least {_COPIES} at 0.1 % false alarms",
        f"{copied.worst:.3f} at {copied.false_alarms:.2%}",
        copied.worst >= _COPIES and copied.false_alarms <= 0.001,
    )
    new = next(row for row in results.novelty if row.name.startswith("ours:"))
    yield Goal(
        f"novelty: AP at least {_NOVELTY} on 2014",
        f"{new.precision:.3f} (mean of topics {new.mean_precision:.3f})",
        new.precision >= _NOVELTY,
    )
    said, standing, *_ = results.figures
    enough = said.spoken >= _SPOKEN and said.events >= _EVENTS and not said.unjudged
    yield Goal(
        f"figures: {_RIGHT:.0%} right of {_SPOKEN} from {_EVENTS} events",
        f"{said.share:.1%} of {said.spoken} from {said.events}, {said.unjudged} not judged",
        enough and said.share >= _RIGHT,
    )
    yield Goal(
        "figures: as many right ones as the design",
        f"{said.right} against {standing.right}",
        said.right >= standing.right,
    )
    quoted = said.verbatim == said.spoken and results.seeds.quotes_verbatim
    yield Goal("quotes: every one verbatim", "all" if quoted else "not all", quoted)
    spent = results.spent.total
    yield Goal(
        f"cost: at most {_MILLISECONDS:g} ms per full article",
        f"{spent:.1f} ms",
        spent <= _MILLISECONDS,
    )
    grown = results.growth
    yield Goal(
        f"memory: {grown.articles:,} articles hold at most {_MEMORY}x of half of them",
        f"{grown.ratio:.2f}x ({grown.end:,.0f} MB, {grown.live:,} live stories)",
        grown.ratio <= _MEMORY,
    )


def _seeds(results: Results) -> Iterator[Goal]:
    sown = results.seeds
    yield Goal("seeds: one story", str(sown.stories), sown.stories == 1)
    yield Goal("seeds: no intruder", str(sown.intruders), sown.intruders == 0)
    yield Goal(
        "seeds: three figures right, none false",
        f"{sown.figures_right} right, {sown.figures_false} false",
        sown.figures_right == 3 and not sown.figures_false,
    )
    yield Goal("seeds: top new fact shown in five", str(sown.news_shown), sown.news_shown == 5)
