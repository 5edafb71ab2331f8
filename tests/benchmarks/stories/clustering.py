"""Stories found in four streams, against simpler ways and against the design as it stood.

Folds are by story: the threshold for the stories of one fold is the best on the other folds of the
same kind of text, so nothing is chosen where it is judged. Spanish has no number of its own: it
takes what is best on the English headlines. The design as it stood keeps its own numbers.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.model import ArticleId, StoryId
from bot.stories.cluster import Stories, Thresholds
from bot.stories.vector import Frequencies, Terms, read
from rules import Wording
from tests.benchmarks.stories import standing
from tests.benchmarks.stories.readings import (
    ENGLISH,
    FOLDS,
    FULL,
    SPANISH,
    TWINS,
    Labelled,
    load,
)  # fmt: skip
from tests.benchmarks.stories.scores import Agreement, Parts, agreement, b_cubed

OURS, STANDING = "ours", "the design as it stood"
GRID = (0.08, 0.10, 0.12, 0.14, 0.16, 0.18, 0.20, 0.23, 0.26, 0.30)
KINDS = {"headline": (ENGLISH,), "text": (FULL, TWINS)}

Streams = Callable[[str, float], list[int]]
"""The stories of a set's articles under a threshold."""


@dataclass(frozen=True, slots=True)
class Row:
    """A way of finding stories, and how well it agrees with people on each set."""

    name: str
    sets: dict[str, Agreement]
    shipped: bool = False


def measure(folder: Path, tell: Callable[[str], None]) -> list[Row]:
    """Every way on every set."""
    sets = {name: load(folder, name) for name in (ENGLISH, SPANISH, FULL, TWINS)}
    warm = _general(folder)
    ours = _ours(sets)
    rows = [Row("ours, as shipped", _fixed(sets, lambda name: ours(name, Thresholds())), True)]
    ways: dict[str, Streams] = {
        OURS: lambda name, tau: ours(name, Thresholds(headline=tau, text=tau)),
        "ours without looseness": lambda name, tau: ours(
            name, Thresholds(headline=tau, text=tau, looseness=0.0)
        ),
        "ours without decay": lambda name, tau: ours(name, _undecayed(tau)),
        "cosine cut": _plain(sets, warm, standing.Design(None, None, 0.0, 1.0)),
        "the design without decay": _plain(sets, warm, standing.Design(None, None)),
        "the design, threshold refitted": _plain(sets, warm, standing.Design()),
    }
    for name, way in ways.items():
        tell(f"stories: {name}")
        rows.append(Row(name, _folded(sets, way)))
    as_stood = _plain(sets, warm, standing.Design())
    rows.append(Row(STANDING, _fixed(sets, lambda name: as_stood(name, standing.TAU))))
    return rows


def _undecayed(tau: float) -> Thresholds:
    century = 36_500 * Thresholds().text_half_life
    return Thresholds(headline=tau, text=tau, headline_half_life=century, text_floor=1.0)


def _ours(sets: dict[str, list[Labelled]]) -> Callable[[str, Thresholds], list[int]]:
    wording = Wording()
    terms = {
        name: [read(wording, one.title, one.body, one.language) for one in articles]
        for name, articles in sets.items()
    }
    return lambda name, thresholds: stream(sets[name], terms[name], thresholds)


def stream(
    articles: Sequence[Labelled], terms: Sequence[Terms], thresholds: Thresholds
) -> list[int]:
    """The stories of a stream, as the bot would find them."""
    frequencies, stories = Frequencies(), Stories(thresholds=thresholds)
    placed = []
    for article, told in zip(articles, terms, strict=True):
        vector = frequencies.vector(told)
        placement = stories.place(
            ArticleId(article.number), told, vector, article.at, StoryId(article.number)
        )
        stories.take(placement, told, vector, article.at)
        frequencies.add(told)
        placed.append(int(placement.story))
    return placed


def _plain(
    sets: dict[str, list[Labelled]], warm: Sequence[Labelled], design: standing.Design
) -> Streams:
    told = {name: [standing.weights(one, design) for one in rows] for name, rows in sets.items()}
    table = standing.general(warm, design)
    return lambda name, tau: standing.place(sets[name], told[name], table, design, tau)


def _general(folder: Path) -> list[Labelled]:
    lines = (folder / "articles.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    moment = datetime.fromtimestamp(0).astimezone()
    return [
        Labelled(number, row["title"], row["body"], moment, "", "en", "")
        for number, row in enumerate(rows)
    ]


def _fixed(
    sets: dict[str, list[Labelled]], way: Callable[[str], list[int]]
) -> dict[str, Agreement]:
    return {
        name: agreement(b_cubed(way(name), [one.label for one in rows]))
        for name, rows in sets.items()
    }


def _folded(sets: dict[str, list[Labelled]], way: Streams) -> dict[str, Agreement]:
    found: dict[str, Agreement] = {}
    for names in KINDS.values():
        parts = {
            name: {tau: b_cubed(way(name, tau), [one.label for one in sets[name]]) for tau in GRID}
            for name in names
        }
        chosen = [_best(sets, parts, fold) for fold in range(FOLDS)]
        for name in names:
            judged = [parts[name][chosen[one.fold]][at] for at, one in enumerate(sets[name])]
            found[name] = agreement(judged)
        if names == (ENGLISH,):
            tau = _best(sets, parts, None)
            labels = [one.label for one in sets[SPANISH]]
            found[SPANISH] = agreement(b_cubed(way(SPANISH, tau), labels))
    return found


def _best(
    sets: dict[str, list[Labelled]], parts: dict[str, dict[float, Parts]], left_out: int | None
) -> float:
    """The threshold with the highest mean F1 over the sets, one fold of stories left out."""

    folds = {name: [one.fold for one in sets[name]] for name in parts}

    def mean(tau: float) -> float:
        kept = (
            [part for part, fold in zip(by[tau], folds[name], strict=True) if fold != left_out]
            for name, by in parts.items()
        )
        return sum(agreement(rows).f1 for rows in kept)

    return max(GRID, key=mean)
