"""The rule engine: what a watchlist query means, and whether an article answers it.

A query such as `North Korea AND Kursk` is cleaned of what chat did to it, cut into lexemes and
read into a tree. An article is read once, into a stream of tokens with further readings beside
them. A term is a row of segments, each with its alternatives (plural, demonym, other spellings);
the tree is asked for its proof, which points into the original text. Nothing here does I/O, reads a
clock or knows about chat.
"""

from rules.document import Document, Field
from rules.errors import QueryError
from rules.evidence import Evidence, How, Match
from rules.explain import Explanation, Variant, explain, positive_terms
from rules.library import LibraryEntry, library
from rules.lint import Warning, lint  # noqa: A004 - the word that people use for it
from rules.match import match
from rules.parser import parse
from rules.query import Query
from rules.ruleset import Failure, MatchReport, NearMiss, Rule, Ruleset
from rules.sentences import sentences
from rules.wording import Wording, Words

__all__ = [
    "Document",
    "Evidence",
    "Explanation",
    "Failure",
    "Field",
    "How",
    "LibraryEntry",
    "Match",
    "MatchReport",
    "NearMiss",
    "Query",
    "QueryError",
    "Rule",
    "Ruleset",
    "Variant",
    "Warning",
    "Wording",
    "Words",
    "explain",
    "library",
    "lint",
    "match",
    "parse",
    "positive_terms",
    "sentences",
]
