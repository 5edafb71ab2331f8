"""One query held against one article: does it answer, and by what evidence?

Every node is asked for its proof: what was found that makes it hold, or None. It looks at one
article at a time; finding the few rules worth asking is `ruleset`'s work.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from rules import distance
from rules.article import Article
from rules.countries import mentions
from rules.distance import Stretch
from rules.document import Document, Field
from rules.evidence import Evidence, How, Match
from rules.filters import Place, passes
from rules.finder import Hit
from rules.memory import Memory
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

TEXTS = (Field.TITLE, Field.BODY)


@dataclass(frozen=True, slots=True)
class Find:
    """A term found in a field: what evidence is made of, once somebody wants to see it."""

    term: str
    field: Field
    hit: Hit | Place


Proof = tuple[Find, ...]


def match(query: Query, document: Document) -> Match | None:
    """The proof that the article answers the query, or None."""
    return prove(query, Article(document))


def match_each(queries: Iterable[Query], document: Document) -> Iterator[Match | None]:
    """What `match` says of each query; the article is read once for all of them.

    Whoever catches what one of them raises can go on with the next.
    """
    article = Article(document)
    return map(partial(prove, article=article), queries)  # a generator would end with the error


class Question:
    """One query put to one article after another; a word that was read once is not read again.

    It answers one thread at a time.
    """

    def __init__(self, query: Query) -> None:
        self._query = query
        self._memory = Memory()

    def match(self, document: Document) -> Match | None:
        """What the function of this name says."""
        return prove(self._query, self._read(document))

    def mentions(self, document: Document) -> Mapping[tuple[str, Field], int] | None:
        """How often each term is found in each field of an article that answers; else None.

        It costs a fraction of `match`, which tells the places as well.
        """
        proof = Reader(self._read(document)).proof(self._query.root)
        finds = None if proof is None else dict.fromkeys(proof)
        return None if finds is None else Counter((find.term, find.field) for find in finds)

    def _read(self, document: Document) -> Article:
        self._memory.trim()
        return Article(document, self._memory)


def prove(query: Query, article: Article) -> Match | None:
    """What `match` promises, for an article that was read already."""
    proof = Reader(article).proof(query.root)
    if proof is None:
        return None
    order = list(Field)
    evidence = dict.fromkeys(_evidence(article, find) for find in proof)
    return Match(
        tuple(
            sorted(evidence, key=lambda piece: (order.index(piece.field), piece.start, piece.end))
        )
    )


def _evidence(article: Article, find: Find) -> Evidence:
    if not isinstance(find.hit, Hit):
        return Evidence(find.term, find.field, 0, len(find.hit[1]), How.FILTER)
    stream = article.finders[find.field].stream
    start, end = find.hit.offsets(stream)
    how = find.hit.how
    if how is How.EXACT and any(map(stream.was_split, range(find.hit.start, find.hit.end))):
        how = How.GLUE
    return Evidence(find.term, find.field, start, end, how, find.hit.distance)


class Reader:
    """Asks one article about any number of queries."""

    def __init__(self, article: Article) -> None:
        self._article = article

    def holds(self, node: Node) -> bool:
        """Whether the article answers the node."""
        if isinstance(node, Run | Phrase | Near):
            return any(self._stretches(node, field) for field in TEXTS)
        return self.proof(node) is not None

    def proof(self, node: Node, where: tuple[Field, ...] = TEXTS) -> Proof | None:
        """What makes the node hold in the fields `where`, or None.

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
        found = {
            (term, field, hit): None
            for field in where
            for stretch in self._stretches(node, field)
            for term, hit in stretch.hits
        }
        return tuple(Find(term.written, field, hit) for term, field, hit in found) or None

    def _stretches(self, node: Node, field: Field) -> list[Stretch]:
        """Every place of a node that has places, in order."""
        finder = self._article.finders[field]
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
        if isinstance(node, Scoped):  # a term of an index, which carries its field with it
            return self._stretches(node.child, field) if field is node.where else []
        assert isinstance(node, Near)  # noqa: S101 - the parser lets nothing else stand here
        left = self._stretches(node.left, field)
        right = self._stretches(node.right, field) if left else []
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
        mentioned = [
            (field, stretch)
            for field in where
            for stretch in distance.apart(self._stretches(node.child, field))
        ]
        if len(mentioned) < node.least:
            return None
        return tuple(
            Find(term.written, field, hit)
            for field, stretch in mentioned
            for term, hit in stretch.hits
        )

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
        place = passes(node, self._article.document)
        return None if place is None else (Find(str(node), place[0], place),)

    def _mentions(self, node: Filter) -> Proof | None:
        """Finds that mention a country; a doubtful name alone is none."""
        wanted = mentions(node.value, self._article.language)
        sure, unsure = self._found(node, wanted.sure), self._found(node, wanted.unsure)
        if unsure and not sure and not self._found(node, wanted.capital):
            return None
        return (sure + unsure) or None

    def _found(self, node: Filter, term: Term | None) -> Proof:
        if term is None:
            return ()
        return tuple(
            Find(str(node), field, hit)
            for field in TEXTS
            for hit in self._article.finders[field].hits(term)
        )
