"""What the peers are given: the product's own tokens, so that all engines agree on what a word is.

At each end of a paragraph and of a field stands a token that no term holds, so no phrase reaches
across. It offers the peers the arithmetic of NEAR, because none of them has it in our sense.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.chunks import GAP, Reading
from rules.memory import Memory
from rules.text import BREAK
from tests.benchmarks.rules.articles import Article

STOP = "."
"""Stands where a phrase must not go on; it is no letter, so no term holds it."""

_memory = Memory()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article with its tokens: `title` and `body` are rows of folded words and STOPs.

    `readings` are the further readings of words (a hyphen ignored, a capital inside ignored) that
    stand in no row.
    """

    article: Article
    title: tuple[str, ...]
    body: tuple[str, ...]
    readings: frozenset[str]

    @property
    def text(self) -> str:
        """All words between single spaces, with a space at either end."""
        return f" {' '.join((*self.title, STOP, *self.body, STOP))} "


def prepare(article: Article) -> Prepared:
    """Read an article with the product's reader."""
    readings: set[str] = set()
    title, body = (_row(text, readings) for text in (article.title, article.body))
    return Prepared(article, title, body, frozenset(readings))


def _row(text: str, readings: set[str]) -> tuple[str, ...]:
    stream = _memory.read(text)
    for extras in stream.extras.values():
        readings.update(extra.token for extra in extras if extra.reading is not Reading.GLUE)
    return tuple(STOP if token in (BREAK, GAP) else token.lower() for token in stream.tokens)


def is_near(prepared: Prepared, left: str, right: str, reach: int) -> bool:
    """Whether both terms stand in one field with at most `reach` words between them."""
    one, other = left.split(), right.split()
    for row in (prepared.title, prepared.body):
        others = list(_places(row, other))
        for place in _places(row, one) if others else ():
            for partner in others:
                between = (
                    row[place + len(one) : partner]
                    if partner >= place
                    else row[partner + len(other) : place]
                )
                apart = place + len(one) <= partner or partner + len(other) <= place
                if apart and len(between) - between.count(STOP) <= reach:
                    return True
    return False


def _places(row: Sequence[str], words: list[str]) -> Iterator[int]:
    """Where the words stand in a row."""
    at = -1
    while True:
        try:
            at = row.index(words[0], at + 1)
        except ValueError:
            return
        if list(row[at : at + len(words)]) == words:
            yield at
