"""Words that must be known while a text is being read, before any name is looked up.

It answers for single words only; names of several words are the gazetteer's.
"""

import functools
import re
from collections.abc import Iterator

from rules import names
from rules.folding import fold

_PARTS = re.compile(r"[\s,()&/.-]+")


def capitals_only(word: str) -> str | None:
    """`word` itself where its capitals tell it from an everyday word: US, WHO; else None."""
    return word if word in names.CAPITALS_ONLY else None


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(fold(part) for phrase in _phrases() for part in _PARTS.split(phrase) if part)


def _phrases() -> Iterator[str]:
    for territory in names.TERRITORIES:
        yield territory.name
        yield from territory.names
        yield from territory.demonyms
        yield from territory.plurals
        yield from territory.capitals
    for group in names.ALIASES:
        yield from group
    yield from names.LONGER_NAMES
    yield from names.EVERYDAY


@functools.cache
def _places() -> frozenset[str]:
    found = {name for t in names.TERRITORIES for name in (t.name, *t.names, *t.capitals)}
    return frozenset(fold(name) for name in found if not _PARTS.search(name))


def is_place(folded: str) -> bool:
    """Whether the word alone names a territory or a capital: it has no plural."""
    return folded in _places()


def is_known_word(folded: str) -> bool:
    """Whether the word is part of a name or in the list of everyday words: Finland, Koran."""
    return folded in _known()
