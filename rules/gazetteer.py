"""The names, indexed by their tokens: which territory a name is, and which longer names hold it.

The raw spellings are `names`' data; what a name does for a search is decided in `terms`.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules import names
from rules.chunks import GAP, read_chunk
from rules.fuzzy import nearest
from rules.names import Territory

Tokens = tuple[str, ...]
_LONGEST_NAME = 200
"""In characters; the longest name of a country that we know has 52."""


def tokens_of(phrase: str) -> Tokens:
    """The plain tokens of a name, as a text that holds it would yield them."""
    return tuple(token for chunk in phrase.split() for token in _tokens_of(chunk))


@functools.lru_cache(maxsize=8192)
def _tokens_of(chunk: str) -> Tokens:
    return tuple(token for token in read_chunk(chunk, typed=True).tokens if token != GAP)


@dataclass(frozen=True, slots=True)
class Around:
    """The words before and after a name that make it part of a longer one."""

    before: Tokens
    after: Tokens


class _Index:
    """Everything that is looked up, built once from the data."""

    def __init__(self, territories: Iterable[Territory]) -> None:
        self.by_code: dict[str, Territory] = {}
        self.owners: dict[Tokens, set[str]] = defaultdict(set)
        self.bare_names: dict[Tokens, set[str]] = defaultdict(set)
        self.holding: dict[str, list[Tokens]] = defaultdict(list)
        self.same_tail: dict[Tokens, set[str]] = defaultdict(set)
        self.by_first_word: list[tuple[str, Territory]] = []
        for territory in territories:
            self._add(territory)
        for phrase in names.LONGER_NAMES:
            self._hold(tokens_of(phrase))
        self.aliases = {
            tokens_of(name): tuple(map(tokens_of, group))
            for group in names.ALIASES
            for name in group
        }

    def _add(self, territory: Territory) -> None:
        code = territory.alpha2
        self.by_code[code] = self.by_code[territory.alpha3] = territory
        for name in (territory.name, *territory.names):
            self.bare_names[tokens_of(name)].add(code)
        for name in all_forms(territory):
            tokens = tokens_of(name)
            self.owners[tokens].add(code)
            self._hold(tokens)
        head, *tail = tokens_of(territory.name)
        self.by_first_word.append((head, territory))
        if tail:
            self.same_tail[tuple(tail)].add(head)

    def _hold(self, tokens: Tokens) -> None:
        for token in set(tokens):
            self.holding[token].append(tokens)


@functools.cache
def _index() -> _Index:
    return _Index(names.TERRITORIES)


def all_forms(territory: Territory) -> Iterator[str]:
    """Every form of a territory in every language, abbreviations and demonyms included."""
    yield territory.name
    yield from territory.names
    yield from territory.abbreviations
    yield from demonyms(territory)
    for foreign in territory.foreign.values():
        yield from foreign


def demonyms(territory: Territory) -> Iterator[str]:
    """Adjectives, nouns and their plurals."""
    for word in territory.demonyms:
        yield word
        if not word.endswith(("s", "ese", "ish", "ch", "x")):
            yield f"{word}s"
    yield from territory.plurals


def country_code(text: str) -> str | None:
    """The alpha-2 code of a territory, from a code or from any name that only it has."""
    index = _index()
    if len(text) > _LONGEST_NAME:
        return None
    if text.upper() in index.by_code:
        return index.by_code[text.upper()].alpha2
    owners = index.owners.get(tokens_of(text), set())
    return next(iter(owners)) if len(owners) == 1 else None


def nearest_country(text: str) -> str | None:
    """The English name that `text` was probably meant to be."""
    spelled = {territory.name.lower(): territory.name for territory in names.TERRITORIES}
    near = nearest(text.lower(), spelled)
    return spelled[near] if near else None


def territory(code: str) -> Territory:
    """The territory with this alpha-2 code."""
    return _index().by_code[code]


def named(tokens: Tokens) -> Territory | None:
    """The territory whose English name this is, if it is one and only one territory's."""
    owners = _index().bare_names.get(tokens, set())
    return territory(next(iter(owners))) if len(owners) == 1 else None


def is_name(tokens: Tokens) -> bool:
    """Whether this is a form of some territory, in any language."""
    return tokens in _index().owners


def is_known(tokens: Tokens) -> bool:
    """Whether this is a name that we know: of a territory, or with other spellings."""
    return is_name(tokens) or bool(aliases(tokens))


def aliases(tokens: Tokens) -> tuple[Tokens, ...]:
    """The other spellings of a name."""
    return tuple(name for name in _index().aliases.get(tokens, ()) if name != tokens)


def sure_demonyms(found: Territory) -> Iterator[Tokens]:
    """The demonyms that mean this territory and no other."""
    for word in demonyms(found):
        if word not in found.ambiguous and _singular(word) not in found.ambiguous:
            yield tokens_of(word)


def _singular(word: str) -> str:
    return word.removesuffix("s")


def neighbours(tokens: Tokens) -> tuple[str, ...]:
    """First words that share the rest of a name: for North Korea, South."""
    heads = _index().same_tail.get(tokens[1:], set())
    return tuple(sorted(heads - {tokens[0]}))


@functools.lru_cache(maxsize=4096)
def longer(tokens: Tokens) -> tuple[Around, ...]:
    """What stands around `tokens` in every longer known name that means something else."""
    index = _index()
    own = index.owners.get(tokens, set())
    found: dict[Around, None] = {}
    for name in index.holding.get(tokens[0], ()):
        if len(name) > len(tokens) and not own & index.owners.get(name, set()):
            for at in range(len(name) - len(tokens) + 1):
                if name[at : at + len(tokens)] == tokens:
                    found[Around(name[:at], name[at + len(tokens) :])] = None
    return tuple(found)


@functools.lru_cache(maxsize=1024)
def longer_words(token: str) -> tuple[str, ...]:
    """Known names of one word that begin with `token` and go on, and mean something else."""
    index = _index()
    own = index.owners.get((token,), set())
    return tuple(
        name[0]
        for name, owners in index.owners.items()
        if len(name) == 1 and name[0] != token and name[0].startswith(token) and not own & owners
    )


def names_beginning(stem: str) -> tuple[str, ...]:
    """The English names of other territories whose first word begins with `stem` and goes on."""
    return tuple(
        sorted(
            territory.name
            for first, territory in _index().by_first_word
            if first.startswith(stem) and first != stem
        )
    )
