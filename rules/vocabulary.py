"""The terms of all rules, each known once by a number, and which of them an article holds.

A term is found by its keys. Where a key does not prove the term, the few candidates are looked for
in the text. It knows no operators: rules are `presearch`'s.
"""

from array import array
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from rules.article import Article
from rules.chunks import Extra
from rules.countries import ANY_LANGUAGE, mentions
from rules.filters import KEYED, Key, passes, wanted_keys
from rules.glances import Glances, Index, Numbers, as_tuple
from rules.keys import Keys, keys
from rules.match import Reader
from rules.memory import Memory
from rules.parser import reread
from rules.query import Filter, FilterKind, Node, Phrase, Run, Scoped
from rules.shapes import Shapes
from rules.terms import compile_term
from rules.text import Stream
from rules.walk import Walk

Leaf = Run | Phrase | Filter | Scoped
"""A term or a filter; a Scoped one is a term that must stand in one field."""
K = TypeVar("K", bound=Hashable)

_COST_OF_FILTER = 500


@dataclass(frozen=True, slots=True)
class Presence:
    """The numbers of the terms that an article holds, and why some could not be looked for.

    `silent` are its chunks that hold no token.
    """

    terms: set[int]
    failures: dict[str, str]
    silent: set[str]


class Vocabulary:
    """Terms and filters by number. Numbers of forgotten terms are given again."""

    def __init__(self) -> None:
        self._shapes = Shapes(lambda token: self._glances.changed(token))
        self.memory = Memory(self._shapes.notice, self._forget)
        self._index = Index({}, {}, set(), set(), {}, {}, self._shapes.fits)
        self._glances = Glances(self._index, self.memory)
        self._numbers: dict[str, int] = {}
        self._texts: list[str] = []
        self._uses = array("I")
        self._costs = array("I")
        self._free: list[int] = []
        self._answers: dict[Key, Numbers] = {}
        self._urls: dict[int, Filter] = {}

    def _forget(self) -> None:
        self._shapes.forget()
        self._glances.forget()

    def trim(self) -> None:
        """Forget what is kept for one article only. Call it between articles."""
        for chunk in self.memory.passing:
            self._glances.drop(chunk)
        self.memory.trim()

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

    def present(self, article: Article) -> Presence:
        """The terms and filters that hold in an article."""
        walk = Walk(article.chunks, self._glances, self._index, self.memory)
        found, asks = walk.found, walk.asks
        presence = Presence(found, {}, walk.silent)
        if self._answers:
            for key in self._answers.keys() & article.answers.keys():
                found.update(as_tuple(self._answers[key]))
        found.update(n for n, url in self._urls.items() if passes(url, article.document))
        if walk.doubtful:
            for stream in (article.title, article.body):
                self._collect_extras(asks, stream)
        asks -= found
        if asks:
            reader = Reader(article)
            for number in asks:
                self._look_for(number, reader, presence)
        return presence

    def _look_for(self, number: int, reader: Reader, presence: Presence) -> None:
        """Ask the text itself. A term that cannot be looked for counts as absent, and is told."""
        try:
            if reader.holds(self.node(number)):
                presence.terms.add(number)
        except Exception as error:  # one bad term never stops the others
            node = self.node(number)
            text = str(node.child if isinstance(node, Scoped) else node)
            presence.failures[text] = f"{type(error).__name__}: {error}"

    def _collect_extras(self, maybe: set[int], stream: Stream) -> None:
        """Terms of which a further reading is a key; whether they are there is asked later."""
        index = self._index
        ends: dict[int, list[str]] = {}
        for place, extra in _placed(stream):
            ends.setdefault(place + extra.length, []).append(extra.token)
        for place, extra in _placed(stream):
            token, end = extra.token, place + extra.length
            maybe.update(as_tuple(index.words.get(token, ())))
            maybe.update(index.fits.get(token, ()))
            if token in index.used:
                before = [*stream.tokens[max(place - 1, 0) : place], *ends.get(place, ())]
                after = [*stream.tokens[end : end + 1]]
                after += [following.token for following in stream.extras.get(end, ())]
                pairs = [*((one, token) for one in before), *((token, other) for other in after)]
                for pair in pairs:
                    maybe.update(as_tuple(index.pairs.get(pair, ())))

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
            for word in each.words:
                _put(index.words, word, number)
            for pair in each.pairs:
                _put(index.pairs, pair, number)
                index.firsts.add(pair[0])
            for shape in each.shapes:
                self._shapes.add(number, shape, self.memory.tokens)
            if not each.exact:
                index.rows[number] = each.rows
                if each.longer:
                    index.longer[number] = each.longer
            index.used.update(self._look_again(each))
        return cost

    def _look_again(self, changed: Keys) -> tuple[str, ...]:
        """What chunks with the tokens of these keys tell has changed; gives the tokens."""
        tokens = (*changed.words, *chain.from_iterable(changed.pairs))
        for token in tokens:
            self._glances.changed(token)
        return tokens

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
            for word in each.words:
                _drop(index.words, word, number)
            for pair in each.pairs:
                _drop(index.pairs, pair, number)
            for shape in each.shapes:
                self._shapes.remove(number, shape)
            self._look_again(each)


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
        yield Keys(found.words, found.pairs, found.shapes, False, None, {}, found.cost)


def _placed(stream: Stream) -> Iterator[tuple[int, Extra]]:
    for place, extras in stream.extras.items():
        for extra in extras:
            yield place, extra


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
