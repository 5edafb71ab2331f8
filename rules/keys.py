"""What an article must hold for a term to stand in it: words, pairs of neighbours, or shapes.

Any one of the keys is necessary; for most terms it is also enough. It reads compiled terms and
never looks at an article.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from math import prod

from rules.frequencies import frequency
from rules.gazetteer import Around, Tokens
from rules.terms import Pattern, Segment, Slot, Term

_MOST_SEQUENCES = 32
_PRICE_OF_SHAPE = 20
_PAIR = 2
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Keys:
    """One of these is in every article that holds the term.

    `exact` promises the reverse: an article whose plain tokens hold a key holds the term. If not,
    `rows` are the rows of tokens that prove it unless they are part of a `longer` name; a key that
    begins no row, and every key where `rows` is None, only tells to look for the term in the text.
    A `glued` term is met as well where a function word is stuck to it. `cost` estimates in how many
    of 10,000 articles the term is met.
    """

    words: tuple[str, ...]
    pairs: tuple[Pair, ...]
    shapes: tuple[Pattern, ...]
    exact: bool
    rows: tuple[Tokens, ...] | None
    longer: Mapping[Tokens, tuple[Around, ...]]
    glued: bool
    cost: int


def keys(term: Term) -> Keys:
    """The cheapest keys of a term."""
    sequences = _sequences(term)
    if sequences is None:
        return _keys_of_a_segment(term)
    words = tuple(dict.fromkeys(row[0] for row, _ in sequences if len(row) == 1))
    pairs = tuple(dict.fromkeys((row[0], row[1]) for row, _ in sequences if len(row) > 1))
    certain = all(len(row) <= _PAIR and not comma for row, comma in sequences)
    proofs = tuple(row for row, comma in sequences if not comma)
    cost = _cost(words, [_rarest_pair(row) for row, _ in sequences if len(row) > 1])
    exact = certain and not term.longer
    return Keys(words, pairs, (), exact, proofs, term.longer, _is_glued(term), cost)


def _is_glued(term: Term) -> bool:
    return any(slot.glued for segment in term.segments for way in segment for slot in way.slots)


def _sequences(term: Term) -> list[tuple[Tokens, bool]] | None:
    """Every row of tokens that is the term, if they are few and known beforehand.

    The second value tells that a comma must stand in the row, which tokens do not show.
    """
    ways = [alternative for segment in term.segments for alternative in segment]
    slots = [slot for way in ways for slot in way.slots]
    known = all(not slot.pattern and slot.raw is None and not slot.anything for slot in slots)
    slack = any(
        slot.loose for segment in term.segments[1:] for way in segment for slot in way.slots
    )
    if not known or slack or term.slop is not None:
        return None
    sizes = (
        sum(prod(len(slot.accepts) for slot in way.slots) for way in segment)
        for segment in term.segments
    )
    if prod(sizes) > _MOST_SEQUENCES:
        return None
    rows = (list(_rows(segment)) for segment in term.segments)
    return [
        (tuple(token for row, _ in choice for token in row), any(comma for _, comma in choice))
        for choice in product(*rows)
    ]


def _rows(segment: Segment) -> Iterator[tuple[Tokens, bool]]:
    for alternative in segment:
        for row in product(*(slot.accepts for slot in alternative.slots)):
            yield row, alternative.comma


def _rarest_pair(sequence: Tokens) -> Pair:
    return min(pairwise(sequence), key=_cost_of_pair)


def _cost_of_pair(pair: Pair) -> int:
    first, second = frequency(pair[0]), frequency(pair[1])
    return 1 + first * second // 20_000


def _cost(words: Iterable[str], pairs: Iterable[Pair]) -> int:
    return sum(map(frequency, words)) + sum(map(_cost_of_pair, pairs))


def _keys_of_a_segment(term: Term) -> Keys:
    """The keys of the segment that is met most rarely; the other segments must be looked for."""
    covers = [cover for segment in term.segments if (cover := _cover(segment))]
    cheapest = min(covers, key=_cost_of_slots)
    words = tuple(dict.fromkeys(word for slot in cheapest for word in slot.accepts))
    shapes = tuple(slot.pattern for slot in cheapest if slot.pattern)
    alone = len(term.segments) == 1 and all(len(way.slots) == 1 for way in term.segments[0])
    exact = alone and not term.longer and all(slot.raw is None for slot in cheapest)
    return Keys(words, (), shapes, exact, None, {}, _is_glued(term), _cost_of_slots(cheapest))


def _cover(segment: Segment) -> list[Slot] | None:
    """Of each alternative the rarest slot: one of them is in every text that has the segment."""
    found: list[Slot] = []
    for alternative in segment:
        useful = [slot for slot in alternative.slots if not slot.anything]
        if not useful:
            return None
        found.append(min(useful, key=lambda slot: _cost_of_slots([slot])))
    return found


def _cost_of_slots(slots: list[Slot]) -> int:
    known = sum(_cost(slot.accepts, ()) for slot in slots)
    return known + _PRICE_OF_SHAPE * sum(slot.pattern is not None for slot in slots)
