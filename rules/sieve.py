"""A sieve for raw texts: it lets pass whatever may answer a query, and costs a fraction of reading.

An index of keys proposes every text that has the words of a query. Many have them far apart, or too
seldom: a phrase of everyday words, ATLEAST, some OF many. The sieve looks for neighbours and counts
mentions in the squeezed text. What it cannot judge passes; `match` gives the verdict.
"""

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

from rules.document import Field
from rules.frequencies import frequency
from rules.glue import FUNCTION_WORDS
from rules.meshes import AllOf, InTitle, Mesh, Neighbours, Times, Weighed, Words
from rules.patterns import Glob, Similar
from rules.query import (
    And,
    Count,
    Near,
    Node,
    Or,
    Phrase,
    Query,
    Quorum,
    Run,
    Scoped,
    Score,
    without_lists,
)
from rules.squeezing import FIELD_END, letters_of, squeeze
from rules.terms import Alternative, Slot, Term, compile_term

_MOST_NEIGHBOURS = 24
_MOST_SEARCHES = 40
"""A mesh of more searches than this is no cheaper than reading the text."""
_GROUPED = 4
"""A number of so many digits may be written in groups, each a token of its own."""
_GLUE = b"|".join(sorted(word.encode() for word in FUNCTION_WORDS))
_EVERY_ARTICLE, _PAIRS = 10_000, 20_000


@dataclass(frozen=True, slots=True)
class Sieve:
    """What the raw texts that answer a query have in common."""

    mesh: Mesh
    joins: bool

    def passes(self, title: bytes, body: bytes) -> bool:
        """Whether a document with this title and body, in UTF-8, may answer. False is certain."""
        found = squeeze(title + FIELD_END + body, addresses=not self.joins)
        return found is None or self.mesh.holds(found)


def sieve(query: Query) -> Sieve | None:
    """The sieve of a query; None if it would tell no more than an index of keys does."""
    mesh = _mesh(without_lists(query.root))
    return Sieve(mesh, mesh.joins) if mesh is not None and mesh.tells else None


def _mesh(node: Node) -> Mesh | None:
    """What every text has that answers a node; None if nothing is known."""
    if isinstance(node, Run | Phrase):
        return _of_term(compile_term(node))
    if isinstance(node, And):
        return _all_of(map(_mesh, node.children))
    if isinstance(node, Near):
        return _all_of((_mesh(node.left), _mesh(node.right)))
    if isinstance(node, Or):
        return _weighed(1, [(_mesh(child), 1) for child in node.children])
    if isinstance(node, Quorum):
        return _weighed(node.least, [(_mesh(child), 1) for child in node.children])
    if isinstance(node, Score):
        return _weighed(
            node.least, [(_mesh(item), weight) for item, weight in node.items if weight > 0]
        )
    if isinstance(node, Count):
        return _all_of((_mesh(node.child), _times(node)))
    if isinstance(node, Scoped):
        inside = _mesh(node.child)
        return inside if inside is None or node.where is not Field.TITLE else InTitle(inside)
    return None  # a NOT holds by absence, and a filter asks for no letters


def _all_of(meshes: Iterable[Mesh | None]) -> Mesh | None:
    """The finest first: what fails most texts spares the others."""
    known = sorted(
        dict.fromkeys(mesh for mesh in meshes if mesh is not None),
        key=lambda mesh: (not mesh.tells, mesh.cost),
    )
    return AllOf(tuple(known)) if len(known) > 1 else next(iter(known), None)


def _weighed(least: int, parts: list[tuple[Mesh | None, int]]) -> Mesh | None:
    """Parts of which nothing is known may all hold."""
    least -= sum(weight for mesh, weight in parts if mesh is None)
    known = [(mesh, weight) for mesh, weight in parts if mesh is not None]
    if least <= 0 or sum(mesh.size for mesh, _ in known) > _MOST_SEARCHES:
        return None
    return known[0][0] if len(known) == 1 and known[0][1] >= least else Weighed(least, tuple(known))


def _of_term(term: Term) -> Mesh | None:
    meshes = [
        _weighed(1, [(_of_alternative(way), 1) for way in segment]) for segment in term.segments
    ]
    if term.slop is None:
        for one, two in pairwise(term.segments):
            ends, begins = [way.slots[-1] for way in one], [way.slots[0] for way in two]
            meshes.append(_neighbours(ends, begins))
    return _all_of(meshes)


def _of_alternative(way: Alternative) -> Mesh | None:
    neighbours = (_neighbours([one], [two]) for one, two in pairwise(way.slots))
    return _all_of((*map(_words, way.slots), *neighbours))


def _words(slot: Slot) -> Words | None:
    """What stands in a squeezed text where a slot is filled; None if that may be anything."""
    if slot.anything or isinstance(slot.pattern, Similar):
        return None
    tokens = [*slot.accepts, *([slot.pattern.stem] if isinstance(slot.pattern, Glob) else ())]
    needles = [letters_of(token) for token in tokens if token.isascii()]
    if not all(needles) or any(each.isdigit() and len(each) >= _GROUPED for each in needles):
        return None
    foreign = len(needles) < len(tokens)
    return Words(tuple(dict.fromkeys(needles)), foreign, min(_cost(tokens), _EVERY_ARTICLE))


def _cost(tokens: Iterable[str]) -> int:
    return sum(map(frequency, tokens))


def _neighbours(ends: list[Slot], begins: list[Slot]) -> Mesh | None:
    """A word of the first slots right before one of the second; None if that is not to be told.

    Between them the squeezed text may have the s of a possessive and a function word that is stuck
    to a name. All else that parts neighbours has no letters.
    """
    firsts: dict[bytes, bool] = {}
    seconds: dict[bytes, None] = {}
    is_foreign, costs = False, [0, 0]
    for slot in ends:
        words = _words(slot)
        if words is None or slot.pattern is not None:
            return None
        for word in words.needles:
            firsts[word] = firsts.get(word, False) or slot.glued
        is_foreign |= words.foreign
        costs[0] += words.cost
    for slot in begins:
        words = _words(slot)
        if words is None:
            return None
        seconds.update(dict.fromkeys(words.needles))
        is_foreign |= words.foreign
        costs[1] += words.cost
    if len(firsts) * len(seconds) > _MOST_NEIGHBOURS:
        return None
    patterns = _patterns(tuple(firsts.items()), tuple(seconds)) if firsts and seconds else ()
    often = costs[0] ** 4 // _EVERY_ARTICLE**3  # such a word stands in a text many times
    return Neighbours(patterns, is_foreign, 1 + costs[0] * costs[1] // _PAIRS + often)


@functools.lru_cache(maxsize=256)
def _patterns(
    firsts: tuple[tuple[bytes, bool], ...], seconds: tuple[bytes, ...]
) -> tuple[re.Pattern[bytes], ...]:
    """A pattern for each first word: one that begins with letters is found many times sooner."""
    behind = b"|".join(seconds)
    between = {False: b"[s ]*", True: b"(?:(?=[a-z])(?:" + _GLUE + b"))?[s ]*"}
    return tuple(
        re.compile(word + between[is_glued] + b"(?:" + behind + b")") for word, is_glued in firsts
    )


def _times(node: Count) -> Mesh | None:
    """Each mention has one of these for itself."""
    words = _of_each_mention(node.child)
    if words is None:
        return None
    finest = [
        word
        for word in words.needles
        if not any(other in word for other in words.needles if other != word)
    ]
    return Times(node.least, tuple(finest), words.foreign, words.cost // node.least)


def _of_each_mention(node: Node) -> Words | None:
    """Words of which one stands in each mention of a node."""
    if isinstance(node, Or):
        return _either(map(_of_each_mention, node.children))
    if isinstance(node, Near):
        return _rarest(map(_of_each_mention, (node.left, node.right)))
    assert isinstance(node, Run | Phrase)  # noqa: S101 - the parser lets nothing else stand here
    segments = compile_term(node).segments
    return _rarest(
        _either(_rarest(map(_words, way.slots)) for way in segment) for segment in segments
    )


def _either(found: Iterable[Words | None]) -> Words | None:
    several = list(found)
    known = [words for words in several if words is not None]
    if not known or len(known) < len(several):
        return None
    needles = dict.fromkeys(chain.from_iterable(words.needles for words in known))
    is_foreign = any(words.foreign for words in known)
    return Words(tuple(needles), is_foreign, sum(words.cost for words in known))


def _rarest(found: Iterable[Words | None]) -> Words | None:
    known = (words for words in found if words is not None)
    return min(known, key=lambda words: words.cost, default=None)
