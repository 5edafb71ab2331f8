"""The terms of all rules, each known once by a number, and which of them an article holds.

A term is found by its keys. Where a key does not prove the term, the few candidates are looked for
in the text. It knows no operators: rules are `presearch`'s.
"""

import functools
from array import array
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

from rules.article import Article
from rules.countries import ANY_LANGUAGE, mentions
from rules.filters import KEYED, Key, passes, wanted_keys
from rules.keys import Keys, keys
from rules.match import Reader
from rules.memory import Memory
from rules.parser import reread
from rules.query import Filter, FilterKind, Node, Phrase, Run, Scoped
from rules.rows import Rows
from rules.shapes import Shapes
from rules.terms import compile_term
from rules.text import numbers_ending_at
from rules.walk import Index, Numbers, Walk, as_tuple

Leaf = Run | Phrase | Filter | Scoped
"""A term or a filter; a Scoped one is a term that must stand in one field."""
K = TypeVar("K", bound=Hashable)

_COST_OF_FILTER = 500
_TRIPLES = frozenset(f"{number:03}" for number in range(1000))
"""Three digits may be the end of a number written with spaces."""


@dataclass(frozen=True, slots=True)
class Presence:
    """The numbers of the terms that an article holds, and why some could not be looked for.

    `walk` knows where their tokens stand, `readings` are the further readings of the article, and
    `telling` those of them, and of words that may be stuck together, that some term is met by.
    """

    terms: set[int]
    failures: dict[str, str]
    walk: Walk
    readings: set[str]
    telling: set[str]


class Vocabulary:
    """Terms and filters by number. Numbers of forgotten terms are given again."""

    def __init__(self) -> None:
        used = set(_TRIPLES)
        self._shapes = Shapes(used)
        self._index = Index({}, {}, used, {}, {}, self._shapes.fits)
        self.memory = Memory()
        self._rows = Rows(self.memory)
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._uses = array("I")
        self._costs = array("I")
        self._free: list[int] = []
        self._answers: dict[Key, Numbers] = {}
        self._urls: dict[int, Filter] = {}
        self._shapely = 0  # how many terms a token may meet by its shape

    def trim(self) -> None:
        """Forget what is too much. Call it between articles."""
        self.memory.trim()
        if self._shapes.is_full:
            self._shapes.forget()
            index = self._index
            index.used.clear()
            index.used.update(_TRIPLES, index.words, *index.pairs)
            index.used.update(*chain.from_iterable(filter(None, index.rows.values())))

    def take(self, leaf: Leaf) -> int:
        """The number of a term, which is used once more from now on."""
        text = str(leaf)
        number = self._numbers.get(text)
        if number is None:
            number = self._new_number(text)
            self._costs[number] = min(self._register(number, leaf), 2**31)
        self._uses[number] += 1
        return number

    def number(self, leaf: Leaf) -> int:
        """The number of a term that is in use."""
        return self._numbers[str(leaf)]

    def release(self, number: int) -> None:
        """The term is used once less; after the last time it is forgotten."""
        self._uses[number] -= 1
        if not self._uses[number]:
            text = self._texts[number]
            self._unregister(number, reread(text))
            del self._numbers[text]
            self._texts[number] = ""
            self._free.append(number)

    def cost(self, number: int) -> int:
        """In how many of 10,000 articles the term's keys are probably met."""
        return self._costs[number]

    def text(self, number: int) -> str:
        """The term in canonical text."""
        return self._texts[number]

    def node(self, number: int) -> Node:
        """The term as a tree."""
        return reread(self._texts[number])

    def words(self, number: int) -> frozenset[str] | None:
        """Words of which each mention of a term is one; None if it is met by more than words."""
        return _words_of(self._texts[number])

    def present(self, article: Article) -> Presence:
        """The terms and filters that hold in an article."""
        document = article.document
        row = self._rows.read(document.title, document.body)
        if self._shapely:
            self._shapes.meet(row.tokens, row.readings)
        walk = Walk(row.tokens, self._index)
        found, asks = walk.found, walk.asks
        readings = self._readings(row.readings, walk)
        presence = Presence(found, {}, walk, row.readings, readings)
        if self._answers:
            for key in self._answers.keys() & article.answers.keys():
                found.update(as_tuple(self._answers[key]))
        found.update(n for n, url in self._urls.items() if passes(url, document))
        if readings:
            asks.update(walk.begun, self._met_by(readings, walk.telling | readings))
        asks -= found
        if asks:
            reader = Reader(article)
            for number in asks:
                self._look_for(number, reader, presence)
        return presence

    def _readings(self, readings: set[str], walk: Walk) -> set[str]:
        """The further readings of the article that tell something."""
        used, stems = self._index.used, self._shapes.stems
        found = readings & used
        for token in stems.keys() & walk.telling:
            found.update(used.intersection(stems[token]))
        for token in _TRIPLES & walk.telling:
            for place in walk.places((token,)):
                numbers = (number for _, number in numbers_ending_at(walk.tokens, place))
                found.update(used.intersection(numbers))
        return found

    def _met_by(self, readings: set[str], others: set[str]) -> Iterator[int]:
        """The terms of which a further reading is a key, or part of one."""
        index = self._index
        for reading in readings:
            keys = [index.words.get(reading, ()), index.fits.get(reading, ())]
            keys += [index.pairs.get((reading, other), ()) for other in others]
            keys += [index.pairs.get((other, reading), ()) for other in others]
            for numbers in keys:
                yield from (max(number, ~number) for number in as_tuple(numbers))

    def _look_for(self, number: int, reader: Reader, presence: Presence) -> None:
        """Ask the text itself. A term that cannot be looked for counts as absent, and is told."""
        try:
            if reader.holds(self.node(number)):
                presence.terms.add(number)
        except Exception as error:  # one bad term never stops the others
            node = self.node(number)
            text = str(node.child if isinstance(node, Scoped) else node)
            presence.failures[text] = f"{type(error).__name__}: {error}"

    def _new_number(self, text: str) -> int:
        if self._free:
            number = self._free.pop()
            self._texts[number] = text
        else:
            number = len(self._texts)
            self._texts.append(text)
            self._uses.append(0)
            self._costs.append(0)
        self._numbers[text] = number
        return number

    def _register(self, number: int, leaf: Leaf) -> int:
        """Put a term under its keys; gives its cost."""
        if isinstance(leaf, Filter) and leaf.kind is not FilterKind.COUNTRY:
            if leaf.kind in KEYED:
                for key in wanted_keys(leaf):
                    _put(self._answers, key, number)
            else:
                self._urls[number] = leaf
            return _COST_OF_FILTER
        cost = 0
        index = self._index
        for each in _keys_of(leaf):
            cost += each.cost
            code = number if each.exact else ~number
            for word in each.words:
                _put(index.words, word, code)
            for pair in each.pairs:
                _put(index.pairs, pair, code)
            for shape in each.shapes:
                self._shapes.add(code, shape)
            self._shapely += each.glued or bool(each.shapes)
            index.used.update(each.words, *each.pairs)
            if not each.exact:
                index.rows[number] = each.rows
                index.used.update(*each.rows or ())
                if each.longer:
                    index.longer[number] = each.longer
        return cost

    def _unregister(self, number: int, leaf: Node) -> None:
        if isinstance(leaf, Filter) and leaf.kind is not FilterKind.COUNTRY:
            for key in wanted_keys(leaf) if leaf.kind in KEYED else ():
                _drop(self._answers, key, number)
            self._urls.pop(number, None)
            return
        assert isinstance(leaf, Run | Phrase | Filter | Scoped)  # noqa: S101 - nothing else is taken
        index = self._index
        index.rows.pop(number, None)
        index.longer.pop(number, None)
        for each in _keys_of(leaf):
            code = number if each.exact else ~number
            for word in each.words:
                _drop(index.words, word, code)
            for pair in each.pairs:
                _drop(index.pairs, pair, code)
            for shape in each.shapes:
                self._shapes.remove(code, shape)
            self._shapely -= each.glued or bool(each.shapes)


def _keys_of(leaf: Leaf) -> Iterator[Keys]:
    """The keys of a term; those of a country for each of its terms, which must be looked for."""
    if isinstance(leaf, Run | Phrase):
        yield keys(compile_term(leaf))
        return
    if isinstance(leaf, Scoped):
        assert isinstance(leaf.child, Run | Phrase)  # noqa: S101 - see Leaf
        terms = [compile_term(leaf.child)]
    else:
        wanted = mentions(leaf.value, ANY_LANGUAGE)
        terms = [term for term in (wanted.sure, wanted.unsure) if term]
    for term in terms:
        found = keys(term)
        yield replace(found, exact=False, rows=None, longer={})


@functools.lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str] | None:
    leaf = reread(text)
    if not isinstance(leaf, Run | Phrase):
        return None
    found = keys(compile_term(leaf))
    only_words = found.rows is not None and not found.pairs and not found.shapes
    return frozenset(found.words) if only_words else None


def _put(index: dict[K, Numbers], key: K, number: int) -> None:
    """A key of one term alone needs no tuple: most keys are of that kind."""
    there = index.get(key)
    if there is None:
        index[key] = number
    elif isinstance(there, int):
        if there != number:
            index[key] = (there, number)
    elif number not in there:
        index[key] = (*there, number)


def _drop(index: dict[K, Numbers], key: K, number: int) -> None:
    there = index.get(key)
    if there == number:
        del index[key]
    elif isinstance(there, tuple):
        left = tuple(other for other in there if other != number)
        index[key] = left if len(left) > 1 else left[0]
