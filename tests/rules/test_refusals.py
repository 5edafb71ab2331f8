"""Refused queries: the code, the place, and what is proposed instead."""

import pytest

import rules

LISTS = {"dprk": "DPRK OR Pyongyang", "a": "@b OR x1", "b": "@a OR y1", "bad": '"North'}
DEEP = {f"l{n}": f"@l{n + 1} OR x{n}" for n in range(6)} | {"l6": "Iran"}

UNDERSTOOD = [
    ("2 OF (tag:a1,Kursk)", "2 OF (tag:a1, Kursk)"),
    ("2 OF (tag:a1,tag:b1)", "2 OF (tag:a1, tag:b1)"),
    ("SCORE/2 (tag:a1,Kursk^3)", "SCORE/2 (tag:a1^1, Kursk^3)"),
    ("de–escalation", "de–escalation"),
    ("ministry of defence", "ministry of defence"),
    ('"NEAR5"', '"NEAR5"'),
]

REFUSED = [
    ("   ", "empty", 0, "North Korea AND Kursk"),
    ("()", "empty_group", 0, "North Korea AND Kursk"),
    ('Kursk ""', "empty_phrase", 6, "Kursk"),
    ("title: AND Kursk", "empty_field", 0, "Kursk"),
    ('"North Korea AND Kursk', "unclosed_quote", 0, '"North Korea" AND Kursk'),
    ("(Iran OR Iraq", "unbalanced_open", 0, "(Iran OR Iraq)"),
    ("Iran AND Israel)", "unbalanced_close", 15, "Iran AND Israel"),
    ("North Korea AND", "dangling_operator", 12, "North Korea"),
    ("OR Kursk", "dangling_operator", 0, "Kursk"),
    ("Kursk AND OR Iran", "dangling_operator", 10, "Kursk AND Iran"),
    ("NOT Iran", "only_negative", 0, "Hormuz NOT Iran"),
    ("Kursk OR NOT Iran", "only_negative", 9, "Kursk AND NOT Iran"),
    ("lang:en", "only_negative", 0, "Hormuz lang:en"),
    ("titel:Kursk", "unknown_field", 0, "title:Kursk"),
    ("Moscow:Kursk", "unknown_field", 0, '"Moscow:Kursk"'),
    ("@dprkk AND Kursk", "unknown_list", 0, "@dprk AND Kursk"),
    ("@a AND Kursk", "list_cycle", 0, None),
    ("@l0", "list_depth", 0, None),
    ("Kursk @bad", "unclosed_quote", 6, None),
    ("country:Belarys", "unknown_country", 8, "country:Belarus"),
    ("after:2024-13-01 Kursk", "bad_date", 6, "after:2024-10-31 Kursk"),
    ("within:week Kursk", "bad_date", 7, "within:7d Kursk"),
    ("lang:klingonese Kursk", "bad_language", 5, "lang:en Kursk"),
    ("3 OF (Iran, Iraq)", "quorum_range", 0, "2 OF (Iran, Iraq)"),
    ("ATLEAST/1 Kursk", "quorum_range", 0, "ATLEAST/2 Kursk"),
    ("SCORE/9 (coup^5, junta^3)", "quorum_range", 0, "SCORE/8 (coup^5, junta^3)"),
    ("Kursk NEAR/60 Iran", "near_range", 6, "Kursk NEAR/50 Iran"),
    ("Kursk NEAR/5 (a1 AND b1)", "near_operand", 14, "(Kursk NEAR/5 a1) AND b1"),
    ("Kursk - Iran", "lone_minus", 6, "Kursk Iran"),
    ("Iran, Iraq", "comma", 4, "Iran OR Iraq"),
    ("Iran,Iraq", "comma", 4, "Iran OR Iraq"),
    ("2 OF (Iran, Iraq,)", "comma", 16, "2 OF (Iran, Iraq)"),
    ("lang:en,fr Kursk", "comma", 7, "(lang:en OR lang:fr) Kursk"),
    ("tag:(a1 OR b1)", "empty_field", 0, "(source:reuters.com OR source:bbc.com) AND Kursk"),
    ("Iran –Iraq", "lone_minus", 5, "Iran -Iraq"),
    ("Iran --Iraq", "lone_minus", 5, "Iran -Iraq"),
    ("Kursk~~", "fuzzy_range", 0, "Kursk~"),
    ("ATLEAST 2 Iran", "quorum_range", 0, "ATLEAST/2 Iran"),
    ("Iran; Iraq", "comma", 4, "Iran OR Iraq"),
    ("Iran;Iraq", "comma", 4, "Iran OR Iraq"),
    ("Iran NEAR5 Iraq", "near_range", 5, "Iran NEAR/5 Iraq"),
    ("Iran /s Iraq", "near_range", 5, "Iran NEAR/s Iraq"),
    ("2 of (coup, junta)", "quorum_range", 2, "2 OF (coup, junta)"),
    ("Kursk ;", "bad_char", 6, "Kursk"),
    ("Kursk^3", "bad_char", 5, "Kursk"),
    ("<@U12345> AND Kursk", "mention", 0, "Kursk"),
    ("@everyone Kursk", "mention", 0, "Kursk"),
    ("*stan", "leading_wildcard", 0, "stan"),
    ("the-* Kursk", "leading_wildcard", 0, None),
    ("ab* AND Kursk", "short_wildcard", 0, "ab AND Kursk"),
    ("Iran~1", "short_fuzzy", 0, "Iran"),
    ("Kursk~2", "fuzzy_range", 0, "Kursk~1"),
    ("/kursk.*/", "regex", 0, "kursk*"),
    ("title:(body:Kursk)", "nested_field", 7, "title:(Kursk)"),
    ("(" * 11 + "Kursk" + ")" * 11, "too_deep", 0, None),
    ("Kursk " * 501, "too_long", 3000, None),
    (" OR ".join(f"t{n}" for n in range(201)), "too_many_terms", 1490, None),
    (" ".join(f"abc{n}*" for n in range(21)), "too_many_terms", 0, None),
]


@pytest.mark.parametrize(("text", "code", "start", "suggestion"), REFUSED)
def test_a_refusal_names_the_place_and_a_repair(text, code, start, suggestion):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text, lists=LISTS | DEEP)
    error = refused.value
    assert (error.code, error.span[0], error.suggestion) == (code, start, suggestion)
    assert error.message.endswith((".", '".'))


@pytest.mark.parametrize("text", [row[0] for row in REFUSED if row[3]])
def test_what_is_proposed_can_be_understood(text):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text, lists=LISTS)
    rules.parse(refused.value.suggestion or "", lists=LISTS)


def test_the_caret_stands_under_the_mistake():
    with pytest.raises(rules.QueryError) as refused:
        rules.parse("North Korea AND")
    assert refused.value.caret() == "North Korea AND\n            ^^^"


def test_the_caret_of_a_long_query_shows_the_part_around_the_mistake():
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(" OR ".join(f"term{n}" for n in range(40)) + " OR")
    line, caret = refused.value.caret().splitlines()
    assert line.startswith("…")
    assert line[caret.index("^") :].startswith("OR")
    assert len(line) <= 62


def test_columns_count_the_text_as_it_was_typed():
    with pytest.raises(rules.QueryError) as refused:
        rules.parse("source:<http://reuters.com|reuters.com> AND &amp; Kursk")
    assert refused.value.span == (44, 49)


def test_a_list_that_is_wrong_is_named_with_its_own_mistake():
    with pytest.raises(rules.QueryError) as refused:
        rules.parse("Kursk @bad", lists=LISTS)
    assert refused.value.message.startswith("In @bad: This quote is never closed.")


@pytest.mark.parametrize(("text", "canonical"), UNDERSTOOD)
def test_what_only_looks_like_a_mistake_is_understood(text, canonical):
    assert str(rules.parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("Iran AND (Iraq", "Did you mean: Iran AND (Iraq)"),
        ("🚀", f"For example: {rules.EXAMPLE}"),
        ("NOT", f"For example: {rules.EXAMPLE}"),
    ],
)
def test_an_example_is_not_given_for_what_was_meant(text, remedy):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text)
    assert refused.value.remedy == remedy
