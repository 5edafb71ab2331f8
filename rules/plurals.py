"""The light plural: s, es and ies, both ways, for English words that are no names.

No stemming beyond that: United is not unit, and deployment is not deploy.
"""

import re

from rules.known_words import is_known_word, is_place


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_PLURAL = _words(
    """
    news series species means always perhaps politics economics ethics physics headquarters
    hamas hama paris texas kansas arkansas dallas athens brussels naples marseilles cannes
    memphis reuters philippines emirates
    """
)
_DESIGNATION = re.compile(r"[a-z]+[0-9]+(s?)")
"""F16, F16s: what letters and a number name has a plural, however it is written."""
_SIBILANTS = ("s", "x", "z", "ch", "sh")
_VOWELS = "aeiou"
_SHORTEST = 3


def other_number(word: str, typed: str) -> tuple[str, ...]:
    """Singular or plural of a folded word; `typed` tells an acronym by its capitals."""
    if designation := _DESIGNATION.fullmatch(word):
        return (word[:-1],) if designation[1] else (f"{word}s",)
    if not word.isascii() or not word.isalpha() or len(word) < _SHORTEST:
        return ()
    if word in _NO_PLURAL or is_place(word) or (typed.isupper() and len(typed) <= 5):
        return ()
    if word.endswith("is") and is_known_word(word[:-1]):
        return (word[:-1],)  # Houthis
    if word.endswith(("ss", "us", "is")):
        return (f"{word}es",) if word.endswith("ss") else ()
    return _singulars(word) if word.endswith("s") else _plurals(word)


def _plurals(word: str) -> tuple[str, ...]:
    if word.endswith("y") and word[-2] not in _VOWELS:
        return (f"{word[:-1]}ies",)
    if word.endswith(_SIBILANTS):
        return (f"{word}es",)
    return (f"{word}s", f"{word}es") if word.endswith("o") else (f"{word}s",)


def _singulars(word: str) -> tuple[str, ...]:
    if word.endswith("ies") and len(word) > 4:
        return (f"{word[:-3]}y", word[:-1])
    if word.endswith("es") and word[:-2].endswith((*_SIBILANTS, "o")):
        return (word[:-2], word[:-1])
    return (word[:-1],)
