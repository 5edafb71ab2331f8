"""What the rooms cost: milliseconds per full article, and memory over 90 days of a stream."""

import gc
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model import ArticleId, StoryId
from bot.stories import news
from bot.stories.bearing import about, bears
from bot.stories.cluster import JoinStory, Stories
from bot.stories.figures import figures
from bot.stories.fingerprint import CopyIndex, fingerprint
from bot.stories.ledger import Claim, Ledger
from bot.stories.novelty import Thread
from bot.stories.vector import Frequencies, read
from rules import Wording

SEED = 11
DAYS = 90
_WARM = 400  # articles before the clock runs
_START = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cost:
    """Mean milliseconds of one processor per article, by step."""

    articles: int
    words: float
    steps: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.steps.values())


@dataclass(frozen=True, slots=True)
class Growth:
    """Megabytes held half way and at the end of a stream."""

    articles: int
    halfway: float
    end: float
    live: int

    @property
    def ratio(self) -> float:
        return self.end / self.halfway


class Bot:
    """The rooms together, as the pipeline will use them; `spent` sums seconds by step."""

    def __init__(self) -> None:
        self.wording, self.frequencies = Wording(), Frequencies()
        self.stories, self.copies = Stories(), CopyIndex()
        self.threads: dict[StoryId, Thread] = {}
        self.ledgers: dict[StoryId, Ledger] = {}
        self.spent: dict[str, float] = {}

    def take(self, number: int, title: str, body: str, at: datetime) -> None:
        """One article, with every step timed."""
        article = ArticleId(number)
        terms, vector = self._timed("read", lambda: self._read(title, body))
        print_ = self._timed("fingerprint", lambda: fingerprint(title, body))
        self._timed("copies", lambda: self.copies.find(print_))
        placement = self._timed(
            "place", lambda: self.stories.place(article, terms, vector, at, StoryId(number))
        )
        joined = isinstance(placement, JoinStory)
        centroid = dict(self.stories[placement.story].centroid) if joined else {}
        state = self._timed("take", lambda: self.stories.take(placement, terms, vector, at))
        self.copies.add(article, print_, at)
        self.frequencies.add(terms)
        reading = self._timed(
            "sentences", lambda: news.read(self.wording, self.frequencies, title, body)
        )
        thread = self.threads.get(state.id, Thread())
        told = self._timed("choose", lambda: news.choose(reading, thread, centroid))
        self.threads[state.id] = thread.with_seen(reading.sentences).with_told(
            [one.read for one in told]
        )
        self._timed("figures", lambda: self._figures(article, body, reading.bounds, at, state.id))

    def forget(self, now: datetime) -> None:
        """What is too old to matter goes."""
        self.copies.forget(now)
        for story in self.stories.forget(now):
            self.threads.pop(story, None)
            self.ledgers.pop(story, None)

    def _read(self, title: str, body: str):
        terms = read(self.wording, title, body, "en")
        return terms, self.frequencies.vector(terms)

    def _figures(self, article: ArticleId, body: str, bounds, at: datetime, story: StoryId) -> None:
        subject = about(self.stories[story].centroid)
        claims = [
            Claim(one, article, "", str(article), at, body[one.quote_start : one.quote_end])
            for one in figures(body, bounds)
            if bears(self.wording, body, one, subject)
        ]
        self.ledgers[story], _ = self.ledgers.get(story, Ledger()).hear(claims)

    def _timed(self, step: str, work: Callable):
        begun = time.process_time()
        answer = work()
        self.spent[step] = self.spent.get(step, 0.0) + time.process_time() - begun
        return answer


def measure(folder: Path) -> Cost:
    """Full articles one after another, after some that only warm up."""
    rows = [
        json.loads(line) for line in (folder / "articles.jsonl").read_text("utf-8").splitlines()
    ]
    bot = Bot()
    for number, row in enumerate(rows):
        if number == _WARM:
            bot.spent.clear()
        bot.take(number, row["title"], row["body"], _START + number * timedelta(minutes=15))
    timed = rows[_WARM:]
    return Cost(
        len(timed),
        sum(len(row["body"].split()) for row in timed) / len(timed),
        {step: 1000 * seconds / len(timed) for step, seconds in bot.spent.items()},
    )


def grow(articles: int, tell: Callable[[str], None]) -> Growth:
    """A stream over 90 days, invented: stories begin, live some days and end."""
    dice = random.Random(SEED)
    bot = Bot()
    vocabulary = [f"{dice.choice('bcdfgklmnprstv')}{a}{b}" for a in _SYLLABLES for b in _SYLLABLES]
    themes: list[tuple[list[str], int]] = []
    halfway = 0.0
    for number in range(articles):
        at = _START + timedelta(days=DAYS) * number / articles
        if number % 1_000 == 0:
            bot.forget(at)
            tell(f"growth: {number:,} of {articles:,}")
        if number == articles // 2:
            halfway = _megabytes()
        if len(themes) < 300 or dice.random() < 0.1:
            themes.append((dice.sample(vocabulary, 40), number))
            themes = themes[-300:]
        words, _ = dice.choice(themes)
        body = " ".join(_sentence(dice, words, vocabulary) for _ in range(3))
        bot.take(number, _sentence(dice, words[:12], vocabulary)[:60], body, at)
    bot.forget(_START + timedelta(days=DAYS))
    return Growth(articles, halfway, _megabytes(), len(bot.stories))


_SYLLABLES = [c + v + e for c in "bdgklmnprstz" for v in "aeiou" for e in ("", "n", "r", "s")]


def _sentence(dice: random.Random, own: list[str], vocabulary: list[str]) -> str:
    words = [
        dice.choice(own) if dice.random() < 0.6 else dice.choice(vocabulary) for _ in range(14)
    ]
    figure = f"{dice.randrange(2, 900)} people were killed in" if dice.random() < 0.3 else "The"
    return f"{figure} {' '.join(words)}."


def _megabytes() -> float:
    """What the process holds, after what nobody needs was given back."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
