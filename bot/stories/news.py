"""Chooses from a later article of a story the sentences that a destination should still hear.

A sentence counts by how new it is to those who read along and by what it says: what happened, what
is ahead, who says so. Numbers that changed are the ledger's; how often a story may speak, the
caller decides.
"""

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.stories import novelty
from bot.stories.furniture import reporting
from bot.stories.novelty import Novelty, Sentence, Thread
from bot.stories.vector import Frequencies, Vector, unit
from bot.stories.worth import likeness, weigh
from rules import Wording

_LEAD = 0.8  # how much of a lede's advantage an update takes back; its news stands lower
_LONGEST = 420  # characters; longer sentences are glued and are summarised, not told again
SHORTEST = 40
_MOST_ALIKE = 0.5
_ENOUGH = 0.55  # of the best sentence's value; the third must come near it


@dataclass(frozen=True, slots=True)
class News:
    """A sentence worth telling: body[start:end], with the numbers that chose it."""

    text: str
    start: int
    end: int
    value: float
    says: float
    novelty: Novelty
    read: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """What choosing needs to know of an article: its body and its sentences as novelty reads them.

    `says` is what a sentence says by itself, less for damage, `words` what tells it from the
    others; see `worth`.
    """

    body: str
    bounds: tuple[tuple[int, int], ...]
    says: tuple[float, ...]
    words: tuple[frozenset[str], ...]
    sentences: tuple[Sentence, ...]


def read(wording: Wording, frequencies: Frequencies, title: str, body: str) -> Reading:
    """Read an article for choosing. Furniture is no sentence of it."""
    bounds = reporting(title, body)
    worth = weigh(title, body, bounds)
    says = tuple(
        max(0.0, weight.says - _LEAD * 1.2 / (1 + 0.4 * rank)) * weight.sound
        for rank, weight in enumerate(worth.weights)
    )
    rarity = functools.cache(frequencies.rarity)
    sentences = tuple(novelty.read(wording, rarity, body[a:b]) for a, b in bounds)
    return Reading(body, bounds, says, worth.words, sentences)


def choose(
    article: Reading,
    thread: Thread,
    story: Vector,
    query: Collection[str] = (),
    *,
    most: int = 3,
    shortest: int = SHORTEST,
) -> tuple[News, ...]:
    """The sentences worth telling, the most valuable first.

    Args:
        article: The article, read.
        thread: What the destination was told of the story, and what was seen.
        story: The story's centroid before this article.
        query: The terms that people asked for, as stems.
        most: How many at most; a third must be worth nearly as much as the best.
        shortest: How many characters a sentence has at least.
    """
    valued = _valued(article, thread, unit(story), query, shortest)
    found = sorted(valued, key=lambda n: (-n.value, n.start))
    words = {start: words for (start, _), words in zip(article.bounds, article.words, strict=True)}
    chosen: list[News] = []
    for news in found:
        alike = any(
            likeness(words[news.start], words[other.start]) > _MOST_ALIKE for other in chosen
        )
        near = not chosen or news.value >= _ENOUGH * chosen[0].value
        if len(chosen) < most and near and not alike:
            chosen.append(news)
    return tuple(chosen)


def _valued(
    article: Reading, thread: Thread, story: Vector, query: Collection[str], shortest: int
) -> Sequence[News]:
    found = []
    for (start, end), says, sentence in zip(
        article.bounds, article.says, article.sentences, strict=True
    ):
        if shortest <= end - start <= _LONGEST:
            new = novelty.novelty(sentence, thread, story, query)
            value = says * new.pairs
            found.append(News(article.body[start:end], start, end, value, says, new, sentence))
    return found
