"""What an index of articles must be asked, so that no article that answers a query is missed.

An article has keys: its tokens and all its further readings. A query becomes a condition on keys
that every article that answers it fulfils; `match` then gives the verdict. Fields but the title,
and whatever is no term, do not narrow anything. Where articles are kept it does not know.
"""

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from rules.countries import ANY_LANGUAGE, mentions
from rules.document import Document, Field
from rules.frequencies import frequency
from rules.glue import words_before_glue
from rules.memory import Memory
from rules.patterns import Glob, Prefix
from rules.query import (
    And,
    Count,
    Filter,
    FilterKind,
    Listed,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Quorum,
    Run,
    Scoped,
    Score,
    without_lists,
)
from rules.rows import NOT_WORDS, Rows
from rules.terms import Alternative, Segment, Slot, Term, compile_term
from rules.text import numbers_ending_at

INDEX_EDITION = 1
"""Goes up whenever texts get other keys: an index made before is then to be made anew."""

_LONGEST = 40
_GROUP = 3  # digits that may be the end of a number written with spaces
_MARK = "_"
_SIGNS = str.maketrans({chr(code): _MARK for code in range(128) if not chr(code).isalnum()})
_COST_OF_STEM = 50
_COMMON = 3000
"""A word in so many of 10,000 articles narrows nothing that another word has narrowed."""


class OneOf(NamedTuple):
    """One of the keys is there, or one that begins with one of the stems."""

    keys: tuple[str, ...]
    stems: tuple[str, ...] = ()


class AnyOf(NamedTuple):
    """One of the parts holds."""

    parts: tuple["Narrowing", ...]


class AllOf(NamedTuple):
    """All parts hold."""

    parts: tuple["Narrowing", ...]


Narrowing = OneOf | AnyOf | AllOf


def index_keys(documents: Iterable[Document]) -> Iterator[frozenset[str]]:
    """The keys of each document; several at once are read faster than one by one.

    A key holds letters and digits of any script, nothing in capitals, and of ASCII's signs only
    the low line; it has at most 42 characters. A word of the title has a key of its own besides.
    """
    reader = _KeyReader()
    for document in documents:
        title, body = reader.read(document.title), reader.read(document.body)
        yield frozenset((*title, *body, *(_MARK + key for key in title)))


class _KeyReader:
    """Reads keys as the rules read texts: plain tokens, and whatever else a term may be met by."""

    def __init__(self) -> None:
        self._rows = Rows(Memory())
        self._keys = _Keys()

    def read(self, text: str) -> set[str]:
        row = self._rows.read("", text)
        tokens = set(row.tokens)
        keys = set(map(self._keys.__getitem__, tokens - NOT_WORDS))
        keys.update(map(_key, row.readings))
        for token in self._keys.glued.keys() & tokens:
            keys.update(map(_key, self._keys.glued[token]))
        for token in (each for each in tokens if each.isdigit() and len(each) == _GROUP):
            for place in (at for at, other in enumerate(row.tokens) if other == token):
                keys.update(number for _, number in numbers_ending_at(row.tokens, place))
        return keys


class _Keys(dict[str, str]):
    """The key of each token met; `glued` has the names that may stand in it before a word."""

    def __init__(self) -> None:
        self.glued: dict[str, list[str]] = {}

    def __missing__(self, token: str) -> str:
        if names := words_before_glue(token):
            self.glued[token] = names
        key = self[token] = _key(token)
        return key


class _Fields(NamedTuple):
    """What is put before the keys of words, and of countries: those are looked for everywhere."""

    words: str
    countries: str


def narrowing(query: Query) -> Narrowing | None:
    """The condition on keys that every article fulfils that answers the query; None: there is none.

    What asks for similar words, for filters alone, or for something or else for what cannot be
    narrowed, has none.
    """
    return _narrow(without_lists(query.root), _Fields("", ""))


def in_titles(query: Query) -> Narrowing | None:
    """The condition as if every word of the query stood in the title."""
    return _narrow(without_lists(query.root), _Fields(_MARK, _MARK))


def admits(condition: Narrowing, keys: Set[str]) -> bool:
    """Whether an article with these keys fulfils the condition."""
    if isinstance(condition, AllOf):
        return all(admits(part, keys) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any(admits(part, keys) for part in condition.parts)
    stems = condition.stems
    return not keys.isdisjoint(condition.keys) or (
        bool(stems) and any(key.startswith(stems) for key in keys)
    )


def _key(token: str) -> str:
    """What a token is kept under. A word that means something else in capitals has a mark."""
    lower = token.lower()
    return _plain(lower) + (_MARK if lower != token else "")


def _plain(text: str) -> str:
    return text.translate(_SIGNS)[:_LONGEST]


def _narrow(node: Node, fields: _Fields) -> Narrowing | None:
    """The condition of a node; `fields` say what is put before the keys."""
    if isinstance(node, Run | Phrase):
        return _of_term(compile_term(node), fields.words)
    if isinstance(node, And | Near):
        parts = (node.left, node.right) if isinstance(node, Near) else node.children
        return _all_of(_narrow(part, fields) for part in parts)
    if isinstance(node, Or):
        return _any_of([_narrow(child, fields) for child in node.children])
    if isinstance(node, Quorum):
        return _quorum(node, fields)
    if isinstance(node, Score):
        return _score(node, fields)
    if isinstance(node, Scoped):
        inside = fields._replace(words=_MARK) if node.where is Field.TITLE else fields
        return _narrow(node.child, inside)
    if isinstance(node, Count | Listed):
        return _narrow(node.child, fields)
    if isinstance(node, Filter):
        return _of_country(node, fields.countries) if node.kind is FilterKind.COUNTRY else None
    assert isinstance(node, Not)  # noqa: S101 - the last of the kinds; it may be met by absence
    return None


def _quorum(node: Quorum, fields: _Fields) -> Narrowing | None:
    """With all but so many items missing, one of the others is there."""
    parts = _known(_narrow(child, fields) for child in node.children)
    enough = len(node.children) - node.least + 1
    return AnyOf(tuple(sorted(parts, key=_cost)[:enough])) if len(parts) >= enough else None


def _score(node: Score, fields: _Fields) -> Narrowing | None:
    """Of the items that are kept one must hold: the others together weigh too little."""
    items = [(_narrow(item, fields), weight) for item, weight in node.items if weight > 0]
    items.sort(key=lambda item: 2**31 if item[0] is None else _cost(item[0]), reverse=True)
    spare = node.least - 1
    kept: list[Narrowing | None] = []
    for part, weight in items:
        if weight <= spare:
            spare -= weight
        else:
            kept.append(part)
    return _any_of(kept)


def _of_country(node: Filter, field: str) -> Narrowing | None:
    wanted = mentions(node.value, ANY_LANGUAGE)
    terms = [term for term in (wanted.sure, wanted.unsure) if term]
    return _any_of([_of_term(term, field) for term in terms])


def _of_term(term: Term, field: str) -> Narrowing | None:
    return _all_of(_of_segment(segment, field) for segment in term.segments)


def _of_segment(segment: Segment, field: str) -> Narrowing | None:
    return _any_of([_of_alternative(alternative, field) for alternative in segment])


def _of_alternative(alternative: Alternative, field: str) -> Narrowing | None:
    return _all_of(_of_slot(slot, field) for slot in alternative.slots)


def _of_slot(slot: Slot, field: str) -> Narrowing | None:
    stems: tuple[str, ...] = ()
    if isinstance(slot.pattern, Glob):
        stems = (slot.pattern.stem,)
    elif isinstance(slot.pattern, Prefix):
        stems = (slot.pattern.word,)
    elif slot.pattern is not None or slot.anything:
        return None
    keys = dict.fromkeys(field + _key(token) for token in slot.accepts)
    return OneOf(tuple(keys), tuple(field + _plain(stem) for stem in stems))


def _known(parts: Iterable[Narrowing | None]) -> list[Narrowing]:
    return list(dict.fromkeys(part for part in parts if part is not None))


def _all_of(parts: Iterable[Narrowing | None]) -> Narrowing | None:
    """Every part that narrows; common words are left out beside rarer ones."""
    known = _known(parts)
    telling = [part for part in known if not _is_common(part)] or known
    if len(telling) > 1:
        return AllOf(tuple(sorted(telling, key=repr)))
    return telling[0] if telling else None


def _is_common(part: Narrowing) -> bool:
    return isinstance(part, OneOf) and _cost(part) >= _COMMON


def _any_of(parts: list[Narrowing | None]) -> Narrowing | None:
    """All parts, if there are any and each narrows; lone words side by side."""
    known = _known(parts)
    if not known or None in parts:
        return None
    loose = [part for part in known if isinstance(part, OneOf)]
    others = _without_needless([part for part in known if not isinstance(part, OneOf)])
    keys = dict.fromkeys(key for part in loose for key in part.keys)
    stems = dict.fromkeys(stem for part in loose for stem in part.stems)
    either = (*([OneOf(tuple(keys), tuple(stems))] if loose else ()), *others)
    return AnyOf(either) if len(either) > 1 else either[0]


def _without_needless(parts: list[Narrowing]) -> list[Narrowing]:
    """The parts without those that ask for all that another one asks for, and for more."""
    wants = [frozenset(part.parts) if isinstance(part, AllOf) else {part} for part in parts]
    return [
        part for part, want in zip(parts, wants, strict=True) if not any(w < want for w in wants)
    ]


def _cost(part: Narrowing) -> int:
    """About how many of 10,000 articles fulfil a condition."""
    if isinstance(part, AllOf):
        return min(map(_cost, part.parts))
    if isinstance(part, AnyOf):
        return sum(map(_cost, part.parts))
    known = sum(frequency(key.strip(_MARK)) for key in part.keys)
    return known + _COST_OF_STEM * len(part.stems)
