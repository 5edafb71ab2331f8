"""Whether a figure bears on its story: the words around it must be the story's, not another's.

Pages glue headlines together and reports recall other events; a toll that stands beside a foreign
name or beside none of the story's words is left out. How figures are read, it ignores.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.stories.figures import Figure, Subject
from bot.stories.vector import NAME, Vector, stems
from rules import Wording

_HEAVIEST = 25  # terms of a story that its figures may stand beside
_OWN = 0.3  # of the heaviest name's weight; lighter names are of other news on the same pages
_AGAINST_NAMES = 3  # of the story's words weigh more than a foreign name
_LONGEST_SENTENCE = 320  # characters; longer ones are headlines and teasers glued together
_AROUND = 120  # characters to either side
_AROUND_GLUED = 45
_MOVED = re.compile(
    r"\b(?:deploy|sen[dt]|dispatch|arriv|mass(?:ed|ing)|mobili[sz]|withdr|reinforc|pull|transfer|mov)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class About:
    """What a story is about: its heaviest terms and all the names in it."""

    terms: frozenset[str]
    names: frozenset[str]


def about(centroid: Vector, query: Iterable[str] = ()) -> About:
    """What a story is about, from its centroid and the terms of the query that found it."""
    heaviest = sorted(centroid, key=lambda term: (-centroid[term], term))
    words = [term for term in heaviest if not term.startswith(NAME) and " " not in term]
    names = [term for term in heaviest if term.startswith(NAME)]
    enough = _OWN * centroid[names[0]] if names else 0.0
    return About(
        frozenset((*words[:_HEAVIEST], *query)),
        frozenset(name for name in names if centroid[name] >= enough),
    )


def bears(wording: Wording, text: str, figure: Figure, story: About) -> bool:
    """Whether the words around a figure are the story's.

    Troops bear on a story only where they move: how many somebody has is no news.
    """
    if figure.subject is Subject.TROOPS and not _MOVED.search(
        text, figure.quote_start, figure.quote_end
    ):
        return False
    glued = figure.quote_end - figure.quote_start > _LONGEST_SENTENCE
    around = _AROUND_GLUED if glued else _AROUND
    start = max(figure.quote_start, figure.start - around)
    end = min(figure.quote_end, figure.end + around)
    words = wording.read(text[start:end])
    shared = len(story.terms & stems(words.tokens))
    if words.names and not words.names & story.names:
        return shared >= _AGAINST_NAMES
    return bool(words.names) or shared > glued
