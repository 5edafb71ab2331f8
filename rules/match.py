"""One query held against one article: does it answer, and by what evidence?

Every node is asked for its proof: the evidence that it holds, or None. It looks at one article at a
time; finding the few rules worth asking is `ruleset`'s work.
"""

from functools import cached_property
from typing import assert_never

from rules import distance
from rules.countries import mentions
from rules.distance import Stretch
from rules.document import Document, Field
from rules.evidence import Evidence, How, Match
from rules.filters import passes
from rules.finder import Finder, Hit
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
)
from rules.terms import Term, compile_term
from rules.text import Stream, read

Proof = tuple[Evidence, ...]
_TEXTS = (Field.TITLE, Field.BODY)


def match(query: Query, document: Document) -> Match | None:
    """The proof that the article answers the query, or None."""
    proof = Reader(document).proof(query.root)
    return None if proof is None else Match(_tidy(proof))


def _tidy(proof: Proof) -> Proof:
    """Each piece of evidence once, in the order of fields and texts."""
    order = list(Field)
    return tuple(
        sorted(
            dict.fromkeys(proof),
            key=lambda piece: (order.index(piece.field), piece.start, piece.end),
        )
    )


class Reader:
    """An article, read once, that can be asked about any number of queries."""

    def __init__(self, document: Document, streams: dict[Field, Stream] | None = None) -> None:
        self._document = document
        self._streams = streams

    @cached_property
    def _finders(self) -> dict[Field, Finder]:
        if self._streams:
            return {field: Finder(stream) for field, stream in self._streams.items()}
        texts = {Field.TITLE: self._document.title, Field.BODY: self._document.body}
        return {field: Finder(read(text)) for field, text in texts.items()}

    def holds(self, node: Node) -> bool:
        """Whether the article answers the node."""
        return self.proof(node) is not None

    def proof(self, node: Node, where: tuple[Field, ...] = _TEXTS) -> Proof | None:
        """The evidence that the node holds in the fields `where`, or None.

        What is proved by absence, as NOT is, has an empty proof.
        """
        if isinstance(node, Run | Phrase | Near):
            return self._occurrence(node, where)
        if isinstance(node, And):
            return self._all(node, where)
        if isinstance(node, Or | Quorum):
            least = node.least if isinstance(node, Quorum) else 1
            return self._least(least, node.children, where)
        if isinstance(node, Not):
            return None if self.proof(node.child, where) is not None else ()
        if isinstance(node, Scoped):
            return self.proof(node.child, (node.where,))
        if isinstance(node, Listed):
            return self.proof(node.child, where)
        if isinstance(node, Count):
            return self._count(node, where)
        if isinstance(node, Score):
            return self._score(node, where)
        if isinstance(node, Filter):
            return self._filter(node)
        assert_never(node)

    def _occurrence(self, node: Node, where: tuple[Field, ...]) -> Proof | None:
        found = [
            self._evidence(field, term, hit)
            for field in where
            for stretch in self._stretches(node, field)
            for term, hit in stretch.hits
        ]
        return tuple(found) or None

    def _evidence(self, field: Field, term: Term, hit: Hit) -> Evidence:
        stream = self._finders[field].stream
        start, end = hit.offsets(stream)
        how = hit.how
        if how is How.EXACT and any(map(stream.was_split, range(hit.start, hit.end))):
            how = How.GLUE
        return Evidence(term.written, field, start, end, how, hit.distance)

    def _stretches(self, node: Node, field: Field) -> list[Stretch]:
        """Every place of a node that has places, in order."""
        finder = self._finders[field]
        if isinstance(node, Run | Phrase):
            term = compile_term(node)
            return [Stretch(hit.start, hit.end, ((term, hit),)) for hit in finder.hits(term)]
        if isinstance(node, Or):
            found = {
                (stretch.start, stretch.end): stretch
                for child in reversed(node.children)
                for stretch in self._stretches(child, field)
            }
            return [found[place] for place in sorted(found)]
        if isinstance(node, Listed):
            return self._stretches(node.child, field)
        assert isinstance(node, Near)  # noqa: S101 - the parser lets nothing else stand here
        left, right = self._stretches(node.left, field), self._stretches(node.right, field)
        return distance.near(finder.stream, left, right, node.reach, ordered=node.ordered)

    def _all(self, node: And, where: tuple[Field, ...]) -> Proof | None:
        proof: Proof = ()
        for child in node.children:
            part = self.proof(child, where)
            if part is None:
                return None
            proof += part
        return proof

    def _least(self, least: int, nodes: tuple[Node, ...], where: tuple[Field, ...]) -> Proof | None:
        proofs = [proof for node in nodes if (proof := self.proof(node, where)) is not None]
        return sum(proofs, ()) if len(proofs) >= least else None

    def _count(self, node: Count, where: tuple[Field, ...]) -> Proof | None:
        mentions: list[Evidence] = []
        total = 0
        for field in where:
            for stretch in distance.apart(self._stretches(node.child, field)):
                total += 1
                mentions.extend(self._evidence(field, term, hit) for term, hit in stretch.hits)
        return tuple(mentions) if total >= node.least else None

    def _score(self, node: Score, where: tuple[Field, ...]) -> Proof | None:
        total = 0
        proof: Proof = ()
        for item, weight in node.items:
            part = self.proof(item, where)
            if part is not None:
                total += weight
                proof += part if weight > 0 else ()
        return proof if total >= node.least else None

    def _filter(self, node: Filter) -> Proof | None:
        if node.kind is FilterKind.COUNTRY:
            return self._mentions(node)
        place = passes(node, self._document)
        if place is None:
            return None
        field, text = place
        return (Evidence(str(node), field, 0, len(text), How.FILTER),)

    def _mentions(self, node: Filter) -> Proof | None:
        """Evidence that a country is mentioned; a doubtful name alone is none."""
        language = self._document.language
        base = language.replace("_", "-").split("-")[0].lower() if language else None
        wanted = mentions(node.value, base)
        sure, unsure = self._found(node, wanted.sure), self._found(node, wanted.unsure)
        if unsure and not sure and not self._found(node, wanted.capital):
            return None
        return (sure + unsure) or None

    def _found(self, node: Filter, term: Term | None) -> Proof:
        if term is None:
            return ()
        found = (
            (self._evidence(field, term, hit))
            for field in _TEXTS
            for hit in self._finders[field].hits(term)
        )
        return tuple(
            Evidence(str(node), piece.field, piece.start, piece.end, piece.how) for piece in found
        )
