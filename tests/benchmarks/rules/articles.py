"""Where the articles of the bench come from: a folder with articles.jsonl, or invention.

Invented articles are chains of the seeds' own words, dirt included, with invented names in place of
most of the few names that the seeds know.
"""

import json
import random
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "seeds"
_INVENTED = 1_400
_TITLE_WORDS = 10
_NAMES = 8_000
_RENAMED = 0.7
_SOUNDS = """
ba bel cho dar del fa gor gul ha hin ja kar kel kor la lim lu mar mi mur na nor ol pa pol qua ra
ro sa sel shi sto ta tel tor ul va ver vo wa win yar za zhen zur
"""
_SYLLABLES = tuple(_SOUNDS.split())


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a feed gave it."""

    title: str
    body: str


def load(folder: Path) -> list[Article]:
    """The articles of `folder`/articles.jsonl, each line with a title and a body."""
    lines = (folder / "articles.jsonl").read_text("utf-8").splitlines()
    return [Article(line["title"], line["body"]) for line in map(json.loads, lines)]


def invent(seed: int, count: int = _INVENTED) -> list[Article]:
    """Articles in which each word is followed by a word that followed it in some seed."""
    author = _Author(random.Random(seed))
    return [author.write() for _ in range(count)]


def invented_word(dice: random.Random) -> str:
    """A word that sounds like a name."""
    return "".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4)))


class _Author:
    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._names = [invented_word(dice).capitalize() for _ in range(_NAMES)]
        self._weights = list(accumulate((rank + 20) ** -0.95 for rank in range(_NAMES)))
        self._followers: dict[str, list[str]] = {}
        for path in sorted(SEEDS.glob("*/*.txt")):
            words = path.read_text("utf-8").split()
            for word, follower in pairwise(words):
                self._followers.setdefault(word, []).append(follower)
        self._starts = sorted(self._followers)

    def write(self) -> Article:
        length = max(80, round(self._dice.gauss(440, 190)))
        return Article(self._chain(_TITLE_WORDS), self._chain(length))

    def _chain(self, length: int) -> str:
        words = [self._dice.choice(self._starts)]
        while len(words) < length:
            words.append(self._dice.choice(self._followers.get(words[-1], self._starts)))
        return " ".join(map(self._renamed, words))

    def _renamed(self, word: str) -> str:
        if word[:1].isupper() and word.isalpha() and self._dice.random() < _RENAMED:
            return self._dice.choices(self._names, cum_weights=self._weights)[0]
        return word
