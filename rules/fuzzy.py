"""What "similar" means: edits counted letter by letter, a swap of neighbours as one.

Ratios never decide anything (Iran and Iraq are 75 % alike). Which words a tolerant spelling must
not land on is asked of the caller.
"""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SUGGESTION_EDITS = 3


def within(word: str, token: str, edits: int) -> int | None:
    """The distance of two folded words with the same first letter, if it is at most `edits`."""
    if word[0] != token[0] or abs(len(word) - len(token)) > edits:
        return None
    distance = OSA.distance(word, token, score_cutoff=edits)
    return distance if distance <= edits else None


def likely(token: str, words: Sequence[str], edits: int) -> list[int]:
    """The places of those words that are at most `edits` away from the token, in one call."""
    found = process.extract(
        token, words, scorer=OSA.distance, processor=None, limit=None, score_cutoff=edits
    )
    return [place for _, _, place in found]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, for suggestions only."""
    best = min(
        ((OSA.distance(word, name, score_cutoff=_SUGGESTION_EDITS), name) for name in known),
        default=None,
    )
    limit = min(_SUGGESTION_EDITS, max(1, len(word) // 2))
    return best[1] if best and best[0] <= limit else None
