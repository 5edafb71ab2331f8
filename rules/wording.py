"""The words of a text as the matcher reads them, and the names among them under one key.

A name's key is the same in every language and script: 朝鲜, Северная Корея and DPRK are one. It
serves whoever compares texts with texts; queries and offsets it ignores.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules import names
from rules.gazetteer import Tokens, all_forms, tokens_of
from rules.memory import Memory

_CYRILLIC = re.compile(r"[\u0400-\u052f]+")
# Endings of Russian and Ukrainian nouns and adjectives; what remains of a name still tells it.
_ENDING = re.compile(
    r"(?<=\w{4})(?:[иыоеа](?:го|му|ми|х|м|й)|[ую]ю|ая|яя|ой|ей|ом|ем|ами|[аеиоуыэюяйьі])\Z"
)
_SHORTEST_ACRONYM = 3  # letters


@dataclass(frozen=True, slots=True)
class Words:
    """`tokens` are folded, in order, a line feed between paragraphs; `names` holds keys."""

    tokens: tuple[str, ...]
    names: frozenset[str]


class Wording:
    """Reads texts; it remembers words, never texts, and its memory is bounded."""

    def __init__(self) -> None:
        self._memory = Memory()

    def read(self, text: str) -> Words:
        """The words of a text and the keys of the territories and known names in it."""
        tokens = self.tokens(text)
        return Words(tokens, frozenset(_keys_in(tokens)))

    def tokens(self, text: str) -> tuple[str, ...]:
        """The folded words of a text alone."""
        self._memory.trim()
        return tuple(self._memory.read(text).tokens)


def _keys_in(tokens: Sequence[str]) -> Iterator[str]:
    index = _index()
    stems = tuple(map(_stem, tokens))
    passed = 0
    for at in [at for at, stem in enumerate(stems) if stem in index]:
        if at < passed:
            continue
        for name, key in index[stems[at]]:
            if stems[at : at + len(name)] == name:
                passed = at + len(name)
                if key:
                    yield key
                break


@functools.lru_cache(maxsize=65_536)
def _stem(token: str) -> str:
    return _ENDING.sub("", token) if _CYRILLIC.match(token) else token


@functools.cache
def _index() -> dict[str, list[tuple[Tokens, str]]]:
    """By its first token every name, longest first; a name with two owners has no key."""
    owners: dict[Tokens, set[str]] = defaultdict(set)
    for territory in names.TERRITORIES:
        for form in all_forms(territory):
            name = _stemmed(form)
            if form not in territory.ambiguous and not _is_everyday(name):
                owners[name].add(f"@{territory.alpha2}")
    ambiguous = frozenset[str]().union(*(each.ambiguous for each in names.TERRITORIES))
    for group in names.ALIASES:
        spelled = [_stemmed(form) for form in group if form not in ambiguous]
        known = {key for name in spelled for key in owners.get(name, ())} or {f"@{min(group)}"}
        for name in spelled:
            owners[name] |= known
    for phrase in names.LONGER_NAMES:
        owners[_stemmed(phrase)].add("")
    found: dict[str, list[tuple[Tokens, str]]] = defaultdict(list)
    for name, keys in owners.items():
        key = next(iter(keys)) if len(keys) == 1 else ""
        found[name[0]].append((name, key))
    for rows in found.values():
        rows.sort(key=lambda row: (-len(row[0]), row[0]))
    return dict(found)


def _stemmed(form: str) -> Tokens:
    return tuple(map(_stem, tokens_of(form)))


def _is_everyday(name: Tokens) -> bool:
    """Whether a short acronym was folded to what may be an everyday word: us, uk, but not US."""
    return len(name) == 1 and len(name[0]) < _SHORTEST_ACRONYM and name[0].islower()
