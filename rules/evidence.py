"""What was found, where, and how it answers the term: the proof of a match.

It only holds; finding is `finder`'s and `match`'s work.
"""

from dataclasses import dataclass
from enum import StrEnum

from rules.document import Field


class How(StrEnum):
    """Why a piece of text counts as a term."""

    EXACT = "exact"
    PLURAL = "plural"
    DEMONYM = "demonym"
    ALIAS = "alias"
    HYPHEN = "hyphen"
    WILDCARD = "wildcard"
    FUZZY = "fuzzy"
    GLUE = "glue"
    ATTACHED = "attached"
    INVERTED = "inverted"
    COORDINATED = "coordinated"
    NAME = "name"
    FILTER = "filter"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One place that answers a term.

    `term` is the term as written in the query, `start` and `end` are offsets into the original
    text of `field`. For tags, the text is the tag that answered. `distance` is given for fuzzy
    places: the edits between the word searched for and the word found.
    """

    term: str
    field: Field
    start: int
    end: int
    how: How
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An article answers a query. The evidence is in the order of the fields and their texts."""

    evidence: tuple[Evidence, ...]
