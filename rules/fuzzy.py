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
    """The one known word that `word` was meant to be, for suggestions only; None if it is open.

    An edit for every three letters at most: Narnia is not Armenia, and Irax no nearer to Iran
    than to Iraq.
    """
    limit = min(_SUGGESTION_EDITS, max(1, len(word) // 3))
    found = sorted((OSA.distance(word, name, score_cutoff=limit), name) for name in known)[:2]
    if not found or found[0][0] > limit:
        return None
    return None if len(found) > 1 and found[1][0] == found[0][0] else found[0][1]
