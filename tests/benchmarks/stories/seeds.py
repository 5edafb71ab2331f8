"""The five seeds among full articles re-dated into their ten days: one story, figures, news."""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.model import ArticleId, StoryId
from bot.stories import news
from bot.stories.bearing import about, bears
from bot.stories.cluster import JoinStory, Stories
from bot.stories.figures import figures
from bot.stories.ledger import Change, Claim, Ledger
from bot.stories.novelty import Thread
from bot.stories.senses import Sense
from bot.stories.vector import Frequencies, read, stems
from rules import Wording
from tests.benchmarks.stories.readings import FULL, load

SEEDS = Path(__file__).parents[3] / "seeds" / "north-korea-kursk"
QUERY = "North Korea troops Russia deployment Ukraine"
FIGURES = {
    "004": [(3_000, Sense.STATED), (12_000, Sense.EXPECTED)],
    "002": [(10_000, Sense.STATED)],
}
NEWS = {
    "000": "raised|expressed concerns to China",
    "001": "may have already entered Ukraine",
    "002": "around 10,000 troops",
    "003": "deep concern",
    "004": "as early as Sunday",
}
_START = date(2024, 10, 24)
_DAYS = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the seeds."""

    stories: int
    intruders: int
    figures_right: int
    figures_false: int
    news_shown: int
    quotes_verbatim: bool


@dataclass(frozen=True, slots=True)
class _Piece:
    name: str
    title: str
    body: str
    at: datetime


def measure(folder: Path) -> Outcome:
    """Run the seeds and every other article through the rooms in the order of their times."""
    wording, frequencies, stories = Wording(), Frequencies(), Stories()
    thread, ledger = Thread(), Ledger()
    query = stems(wording.read(QUERY).tokens)
    placed: dict[str, int] = {}
    spoken: dict[str, tuple[Change, ...]] = {}
    shown: dict[str, tuple[news.News, ...]] = {}
    bodies: dict[str, str] = {}
    for number, piece in enumerate(sorted([*_seeds(), *_others(folder)], key=lambda p: p.at)):
        terms = read(wording, piece.title, piece.body, "en")
        vector = frequencies.vector(terms)
        found = stories.place(ArticleId(number), terms, vector, piece.at, StoryId(number))
        centroid = dict(stories[found.story].centroid) if isinstance(found, JoinStory) else {}
        state = stories.take(found, terms, vector, piece.at)
        placed[piece.name] = found.story
        if piece.name in NEWS:
            bodies[piece.name] = piece.body
            reading = news.read(wording, frequencies, piece.title, piece.body)
            shown[piece.name] = news.choose(reading, thread, centroid, query)
            story = about(state.centroid, query)
            claims = [
                Claim(one, ArticleId(number), piece.name, piece.name, piece.at,
                      piece.body[one.quote_start : one.quote_end])
                for one in figures(piece.body, reading.bounds)
                if bears(wording, piece.body, one, story)
            ]  # fmt: skip
            ledger, spoken[piece.name] = ledger.hear(claims)
            told = [one.read for one in shown[piece.name]]
            thread = thread.with_seen(reading.sentences).with_told(told)
        frequencies.add(terms)
    return _judge(placed, spoken, shown, bodies)


def _judge(
    placed: dict[str, int],
    spoken: dict[str, tuple[Change, ...]],
    shown: dict[str, tuple[news.News, ...]],
    bodies: dict[str, str],
) -> Outcome:
    own = {placed[name] for name in NEWS}
    right = false = 0
    for name in NEWS:
        wanted = FIGURES.get(name, [])
        found = [(one.after.figure.value, one.after.figure.sense) for one in spoken[name]]
        right += sum(one in found for one in wanted)
        false += sum(one not in wanted for one in found)
    return Outcome(
        len(own),
        sum(story in own for name, story in placed.items() if name not in NEWS),
        right,
        false,
        sum(
            any(phrase in one.text for one in shown[name] for phrase in NEWS[name].split("|"))
            for name in NEWS
        ),
        all(one.text in bodies[name] for name in NEWS for one in shown[name])
        and all(one.after.quote in bodies[name] for name in NEWS for one in spoken[name]),
    )


def _seeds() -> list[_Piece]:
    scenario = tomllib.loads((SEEDS / "scenario.toml").read_text("utf-8"))
    return [
        _Piece(
            row["file"][:3],
            row.get("title", ""),
            (SEEDS / row["file"]).read_text("utf-8"),
            datetime.combine(row["published"], time(12), UTC),
        )
        for row in scenario["articles"]
    ]


def _others(folder: Path) -> list[_Piece]:
    rows = load(folder, FULL)
    start = datetime.combine(_START, time(), UTC)
    step = timedelta(days=_DAYS) / len(rows)
    return [
        _Piece(f"other {at}", row.title, row.body, start + at * step) for at, row in enumerate(rows)
    ]
