"""The door of the rule engine: what others may rely on."""

import dataclasses
from datetime import UTC, datetime
from typing import Any

import pytest

import rules

NAMES = """
Document Evidence Explanation Failure Field How LibraryEntry Match MatchReport NearMiss Query
QueryError Rule Ruleset Variant Warning Wording Words explain library lint match match_each parse
EXAMPLE positive_terms same_name sentences SideBySide caret lacking side_by_side
INDEX_EDITION AllOf AnyOf Narrowing OneOf admits in_titles index_keys narrowing
Question Sieve sieve
"""


def test_the_door_is_these_names_and_no_others():
    assert sorted(rules.__all__) == sorted(NAMES.split())
    assert all(hasattr(rules, name) for name in rules.__all__)


@pytest.mark.parametrize(
    "kind",
    [
        rules.Document,
        rules.Evidence,
        rules.Explanation,
        rules.Failure,
        rules.LibraryEntry,
        rules.Match,
        rules.MatchReport,
        rules.NearMiss,
        rules.Query,
        rules.Rule,
        rules.SideBySide,
        rules.Variant,
        rules.Warning,
    ],
)
def test_what_passes_the_door_is_frozen(kind):
    assert kind.__dataclass_params__.frozen
    assert not hasattr(kind, "__weakref__")


def test_the_fields_that_others_read_keep_their_names():
    fields = {kind: [field.name for field in dataclasses.fields(kind)] for kind in FIELDS}
    assert fields == FIELDS


FIELDS = {
    rules.Evidence: ["term", "field", "start", "end", "how", "distance"],
    rules.MatchReport: ["matches", "near_misses", "rules_run", "failures"],
    rules.NearMiss: ["rule", "unmet", "rarity", "wants_text"],
    rules.Failure: ["rule", "reason"],
    rules.Warning: ["code", "message", "span"],
    rules.Explanation: ["term", "kind", "variants", "excluded"],
}


def test_a_document_needs_title_and_body_and_takes_the_rest_by_name():
    noon = datetime(2024, 11, 1, 12, tzinfo=UTC)
    document = rules.Document("t", "b", source="x.org", published=noon, seen=noon)
    assert (document.tags, document.language, document.url) == ((), None, None)
    without_names: Any = rules.Document
    with pytest.raises(TypeError):
        without_names("t", "b", "x.org")


def test_queries_are_equal_whatever_blanks_and_quotes_they_were_typed_with():
    assert rules.parse("  “North Korea”  and Kursk") == rules.parse('"North Korea" AND Kursk')
    assert hash(rules.parse("Kursk~")) == hash(rules.parse("Kursk~1"))
    assert rules.positive_terms(rules.parse("Kursk~")) == ("Kursk~",)
    assert rules.positive_terms(rules.parse("Kursk~1")) == ("Kursk~1",)


def test_many_queries_are_answered_as_one_by_one():
    document = rules.Document("Troops in Kursk", "North Koreans in <b>Kursk</b>.\n\nUnThe end.")
    asked = [rules.parse(text) for text in ("Kursk", "North Korea AND Kursk", "Iran", "UN", "end")]
    together = list(rules.match_each(asked, document))
    assert together == [rules.match(query, document) for query in asked]
    assert [found is not None for found in together] == [True, True, False, False, True]
