"""What each term of a query really searches for, for people who want to know.

It reads compiled terms back into words; it decides nothing about matching.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.countries import mentions
from rules.evidence import How
from rules.gazetteer import Tokens
from rules.patterns import Glob, Prefix, Similar
from rules.query import Filter, FilterKind, Node, Not, Phrase, Query, Run, Score, children, walk
from rules.scripts import is_unspaced
from rules.terms import Alternative, Slot, Term, compile_term


@dataclass(frozen=True, slots=True)
class Variant:
    """A form that counts, and why it does."""

    text: str
    how: How


@dataclass(frozen=True, slots=True)
class Explanation:
    """A term as it was written, what kind it is, what it finds and what it passes over."""

    term: str
    kind: str
    variants: tuple[Variant, ...]
    excluded: tuple[str, ...]


def explain(query: Query) -> tuple[Explanation, ...]:
    """An explanation for each term and filter, in the order of the query."""
    return tuple(
        _explain(node) for node in walk(query.root) if isinstance(node, Run | Phrase | Filter)
    )


def positive_terms(query: Query) -> tuple[str, ...]:
    """The terms that can make the query match, as written; those behind NOT are left out."""
    found: dict[str, None] = {}
    waiting: list[tuple[Node, bool]] = [(query.root, True)]
    while waiting:
        node, positive = waiting.pop()
        if isinstance(node, Run | Phrase) and positive:
            found[node.written] = None
        waiting.extend(reversed(list(_signed(node, positive))))
    return tuple(found)


def _signed(node: Node, positive: bool) -> list[tuple[Node, bool]]:
    if isinstance(node, Score):
        return [(item, positive is (weight > 0)) for item, weight in node.items]
    return [(child, positive is not isinstance(node, Not)) for child in children(node)]


def _explain(node: Run | Phrase | Filter) -> Explanation:
    if isinstance(node, Filter):
        if node.kind is FilterKind.COUNTRY:
            wanted = mentions(node.value, None)
            terms = [term for term in (wanted.sure, wanted.unsure) if term]
            variants = tuple(v for term in terms for v in _variants(term))
            excluded = tuple(name for term in terms for name in _excluded(term))
            return Explanation(str(node), "country", variants, excluded)
        return Explanation(str(node), "filter", (), ())
    term = compile_term(node)
    kind = "words" if isinstance(node, Run) else "exact" if node.exact else "phrase"
    return Explanation(node.written, kind, tuple(_variants(term)), tuple(_excluded(term)))


def _variants(term: Term) -> list[Variant]:
    """The forms of a term of one segment, or of each of its segments."""
    found: dict[Variant, None] = {}
    for segment in term.segments:
        for alternative in segment:
            for variant in _of_alternative(alternative):
                found[variant] = None
    return list(found)


def _of_alternative(alternative: Alternative) -> list[Variant]:
    texts = [_of_slot(slot) for slot in alternative.slots]
    plain = _joined([choices[0].text for choices in texts])
    if alternative.comma:
        *tail, head = (choices[0].text for choices in texts)
        return [Variant(f"{' '.join(tail)}, {head}", alternative.how)]
    found = [Variant(plain, alternative.how)]
    for at, choices in enumerate(texts):
        for choice in choices[1:]:
            words = [other[0].text for other in texts]
            words[at] = choice.text
            found.append(Variant(_joined(words), choice.how))
    return found


def _joined(words: Sequence[str]) -> str:
    """The words as they are written: signs of unspaced script without spaces between them."""
    text = ""
    for before, word in zip(["", *words], words, strict=False):
        tight = not text or (is_unspaced(before) and is_unspaced(word))
        text += word if tight else f" {word}"
    return text


def _of_slot(slot: Slot) -> list[Variant]:
    if slot.raw is not None:
        return [Variant(slot.raw, How.EXACT)]
    if slot.anything:
        return [Variant("*", How.WILDCARD)]
    found = [Variant(word, how) for word, how in slot.accepts.items() if how is not How.ATTACHED]
    if isinstance(slot.pattern, Glob):
        found.append(Variant(slot.pattern.text, How.WILDCARD))
    elif isinstance(slot.pattern, Similar):
        found.append(Variant(f"{slot.pattern.word}~{slot.pattern.edits}", How.FUZZY))
    elif isinstance(slot.pattern, Prefix):
        found.append(Variant(f"{slot.pattern.word}*", How.ATTACHED))
    return found


def _excluded(term: Term) -> list[str]:
    """The longer names in which the term does not count."""

    def whole(form: Tokens, before: Tokens, after: Tokens) -> str:
        return _joined((*before, *form, *after))

    return list(
        dict.fromkeys(
            whole(form, around.before, around.after)
            for form, arounds in term.longer.items()
            for around in arounds
        )
    )
