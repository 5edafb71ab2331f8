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
    ('Kursk ""', "empty_phrase", 6, "Kursk"),
    ('"North Korea AND Kursk', "unclosed_quote", 0, '"North Korea" AND Kursk'),
    ("(Iran OR Iraq", "unbalanced_open", 0, "(Iran OR Iraq)"),
    ("Iran AND Israel)", "unbalanced_close", 15, "Iran AND Israel"),
    ("North Korea AND", "dangling_operator", 12, "North Korea"),
    ("OR Kursk", "dangling_operator", 0, "Kursk"),
    ("titel:Kursk", "unknown_field", 0, "title:Kursk"),
    ("Moscow:Kursk", "unknown_field", 0, '"Moscow:Kursk"'),
    ("@dprkk AND Kursk", "unknown_list", 0, "@dprk AND Kursk"),
    ("country:Belarys", "unknown_country", 8, "country:Belarus"),
    ("3 OF (Iran, Iraq)", "quorum_range", 0, "2 OF (Iran, Iraq)"),
    ("ATLEAST/1 Kursk", "quorum_range", 0, "Kursk"),
    ("ATLEAST/99 Kursk", "quorum_range", 0, "ATLEAST/50 Kursk"),
    ("SCORE/9 (coup^5, junta^3)", "quorum_range", 0, "SCORE/8 (coup^5, junta^3)"),
    ("Kursk NEAR/60 Iran", "near_range", 6, "Kursk NEAR/50 Iran"),
    ("Kursk NEAR/5 (a1 AND b1)", "near_operand", 14, "((Kursk NEAR/5 a1) AND (Kursk NEAR/5 b1))"),
    ("Iran, Iraq", "comma", 4, "Iran OR Iraq"),
    ("Iran,Iraq", "comma", 4, "Iran OR Iraq"),
    ("2 OF (Iran, Iraq,)", "comma", 16, "2 OF (Iran, Iraq)"),
    ("lang:en,fr Kursk", "comma", 7, "(lang:en OR lang:fr) Kursk"),
    ("tag:(a1 OR b1)", "empty_field", 0, "(tag:a1 OR tag:b1)"),
    ("source:(Al Jazeera, BBC)", "empty_field", 0, '(source:"Al Jazeera" OR source:BBC)'),
    ("[Iran] AND {tanker}", "bad_char", 0, "(Iran) AND (tanker)"),
    ('[Iran OR "a]b"] AND tanker', "bad_char", 0, '(Iran OR "a]b") AND tanker'),
    ("Kursk AND !Iran", "bad_char", 10, "Kursk AND -Iran"),
    ("+Iran +Kursk", "bad_char", 0, "Iran AND Kursk"),
    ('North Korea" AND Kursk', "unclosed_quote", 11, '"North Korea" AND Kursk'),
    ("Iran OR Iraq) AND oil", "unbalanced_close", 12, "(Iran OR Iraq) AND oil"),
    ("(Iran NEAR/5 Iraq) OR (oil", "unbalanced_open", 22, "(Iran NEAR/5 Iraq) OR (oil)"),
    ("Iran NOT AND Iraq", "dangling_operator", 9, "Iran NOT Iraq"),
    ("SCORE:5 (coup^3, junta^2)", "unknown_field", 0, "SCORE/5 (coup^3, junta^2)"),
    ("intitle:Kursk", "unknown_field", 0, "title:Kursk"),
    ("since:2024-10-31 Kursk", "unknown_field", 0, "after:2024-10-31 Kursk"),
    ("country:South Korea AND oil", "unknown_country", 8, 'country:"South Korea" AND oil'),
    ("after:31.10.2024 Iran", "bad_date", 6, "after:2024-10-31 Iran"),
    ("after:2024/10/31 Iran", "bad_date", 6, "after:2024-10-31 Iran"),
    ("before:10/31/2024 Iran", "bad_date", 7, "before:2024-10-31 Iran"),
    ("lang:englisch Kursk", "bad_language", 5, "lang:en Kursk"),
    ("Iran NEAR/ Iraq", "near_range", 5, "Iran NEAR/10 Iraq"),
    ("/(iran|iraq)/", "regex", 0, "iran OR iraq"),
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
    ("Iran~1", "short_fuzzy", 0, "Iran"),
    ("Kursk~2", "fuzzy_range", 0, "Kursk~1"),
    ("/kursk.*/", "regex", 0, "kursk*"),
]


UNCLEAR = [
    ("   ", "empty", 0, rules.EXAMPLE),
    ("()", "empty_group", 0, rules.EXAMPLE),
    ("🚀", "bad_char", 0, rules.EXAMPLE),
    ("Kursk 🚀 Iran", "bad_char", 6, rules.EXAMPLE),
    ("[Iran AND tanker", "bad_char", 0, "(Iran OR Iraq) AND oil"),
    ("Kursk AND OR Iran", "dangling_operator", 10, rules.EXAMPLE),
    ("Iran NOT NEAR/5 tanker", "dangling_operator", 9, "Kursk NOT (Kursk NEAR/5 film)"),
    ("Iran NEAR/5 NOT tanker", "dangling_operator", 12, "Kursk NOT (Kursk NEAR/5 film)"),
    ("(Iran OR Iraq AND oil", "unbalanced_open", 0, "(Iran OR Iraq) AND oil"),
    ("title:(Iran AND oil AND Kursk", "unbalanced_open", 6, "(Iran OR Iraq) AND oil"),
    ("Iran NOT film OR (oil", "unbalanced_open", 17, "(Iran OR Iraq) AND oil"),
    ("Kursk AND Iran OR Iraq)", "unbalanced_close", 22, "(Iran OR Iraq) AND oil"),
    ("Kursk NOT film AND game)", "unbalanced_close", 23, "(Iran OR Iraq) AND oil"),
    ("Kursk, Iran AND oil", "comma", 5, rules.EXAMPLE),
    ('North Korea" AND "Kursk region"', "unclosed_quote", 30, rules.EXAMPLE),
    ("SCORE (coup^3)", "quorum_range", 0, "SCORE/5 (coup^5, curfew^3)"),
    ("ATLEAST (tanker)", "quorum_range", 0, "ATLEAST/3 (tanker OR vessel)"),
    ("coup^3, curfew^2", "bad_char", 4, "SCORE/5 (coup^5, curfew^3)"),
    ("NEAR:x", "unknown_field", 0, "drone NEAR/5 refinery"),
    ("Kursk NEAR/x Iran", "near_range", 6, "drone NEAR/5 refinery"),
    ("ATLEAST/x Kursk", "quorum_range", 0, "ATLEAST/3 Kursk"),
    ("title: AND Kursk", "empty_field", 0, "title:Kursk AND source:reuters.com"),
    ("entity:Kursk", "unknown_field", 0, "title:Kursk AND lang:en"),
    ("NOT Iran", "only_negative", 0, "Kursk NOT Iran"),
    ("Kursk OR NOT Iran", "only_negative", 9, "Kursk NOT Iran"),
    ("lang:en", "only_negative", 0, "Kursk lang:en"),
    (f"NOT ({' OR '.join(f'film{n}' for n in range(40))})", "only_negative", 0, "Kursk NOT film"),
    ("after:yesterday Iran", "bad_date", 6, "Kursk after:2024-10-31"),
    ("after:2024-13-01 Kursk", "bad_date", 6, "Kursk after:2024-10-31"),
    ("after:10/11/2024 Kursk", "bad_date", 6, "Kursk after:2024-10-31"),
    ("within:week Kursk", "bad_date", 7, "Kursk within:7d"),
    ("lang:klingonese Kursk", "bad_language", 5, "lang:en AND Kursk"),
    ("country:Irax Kursk", "unknown_country", 8, 'country:"North Korea" AND Kursk'),
    ("country:Narnia Kursk", "unknown_country", 8, 'country:"North Korea" AND Kursk'),
    ("Kursk - Iran", "lone_minus", 6, "Kursk NOT film"),
    ("AP News - Top Stories", "lone_minus", 8, "Kursk NOT film"),
    ("*stan", "leading_wildcard", 0, "Kazakhstan OR Uzbekistan"),
    ("the-* Kursk", "leading_wildcard", 0, "Kazakhstan OR Uzbekistan"),
    ("ab* AND Kursk", "short_wildcard", 0, "sanction* AND Iran"),
    ("/ira[nq]/", "regex", 0, "sanction* OR embargo"),
    ("title:(body:Kursk)", "nested_field", 7, "title:Iran AND body:Kursk"),
]
"""Queries that may have been meant in more than one way, with an example that is no reading."""

HOPELESS = [
    ("@a AND Kursk", "list_cycle", 0),
    ("@l0", "list_depth", 0),
    ("Kursk @bad", "unclosed_quote", 6),
    ("=Kursk~", "fuzzy_range", 0),
    ("(" * 11 + "Kursk" + ")" * 11, "too_deep", 0),
    ("Kursk " * 501, "too_long", 3000),
    (" OR ".join(f"t{n}" for n in range(201)), "too_many_terms", 1490),
    (" ".join(f"abc{n}*" for n in range(21)), "too_many_terms", 0),
]


@pytest.mark.parametrize(("text", "code", "start", "suggestion"), REFUSED)
def test_a_refusal_names_the_place_and_a_repair(text, code, start, suggestion):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text, lists=LISTS | DEEP)
    error = refused.value
    assert (error.code, error.span[0], error.suggestion) == (code, start, suggestion)
    assert error.message.endswith((".", '".'))


@pytest.mark.parametrize(("text", "code", "start", "example"), UNCLEAR)
def test_where_it_is_not_clear_what_was_meant_only_an_example_is_given(text, code, start, example):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text)
    error = refused.value
    assert (error.code, error.span[0], error.suggestion) == (code, start, None)
    assert error.remedy == f"For example: {example}"
    assert rules.parse(example)


@pytest.mark.parametrize(("text", "code", "start"), HOPELESS)
def test_where_an_example_helps_nobody_the_reason_stands_alone(text, code, start):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text, lists=LISTS | DEEP)
    error = refused.value
    assert (error.code, error.span[0], error.remedy) == (code, start, "")


@pytest.mark.parametrize("text", [row[0] for row in REFUSED])
def test_what_is_proposed_can_be_understood(text):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text, lists=LISTS)
    rules.parse(refused.value.suggestion or "", lists=LISTS)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SCORE (coup^3)", "SCORE needs a number right after it, such as SCORE/5."),
        ("Iran NOT NEAR/5 tanker", "NEAR/5 stands between two terms."),
        ("AP News - Top Stories", "a name with a dash in it stands in quotes."),
        ("after:yesterday Iran", "or an age such as within:2d."),
        ("[Iran] AND {tanker}", "'[' means nothing here. Parts of a query stand in ( and )."),
        ('North Korea" AND Kursk', "This quote was never opened."),
        ("=Kursk~", "Write =Kursk or Kursk~."),
    ],
)
def test_the_reason_says_what_is_wrong_and_not_what_was_typed(text, says):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(text)
    assert says in refused.value.message


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
