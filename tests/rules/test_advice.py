"""Warnings and explanations: what a tired reader is told about a query that works."""

from datetime import date

import pytest

import rules


def _codes(text):
    return [warning.code for warning in rules.lint(rules.parse(text))]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Iran OR Iraq AND oil", "mixed_operators"),
        ("(Iran AND oil) OR Iraq AND gas", "mixed_operators"),
        ("(Iran AND oil OR Iraq)", "mixed_operators"),
        ("Niger*", "wide_prefix"),
        ("US AND Kursk", "capitals_only"),
        ('"North Korea"', "quoted_country"),
        ("Georgia AND troops", "ambiguous_name"),
        ("Ukraine war drone", "long_run"),
        ('"a1" near "b1"', "small_near"),
        ("Kursk AND ‘Strait of Hormuz’", "single_quotes"),
    ],
)
def test_what_may_surprise_is_said(text, code):
    assert code in _codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "North Korea AND Kursk",
        "Papua New Guinea",
        "(Iran OR Iraq) AND oil",
        "(Iran AND oil) OR Iraq",
        "Iraq OR (Iran AND (oil AND gas)) OR (Mali AND Kenya)",
        "Kim Jong Un",
        "NATO",
    ],
)
def test_what_is_plain_is_left_in_peace(text):
    assert _codes(text) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Kursk NOT Kursk", "Kursk is wanted and excluded at once"),
        ("Kursk NOT (film OR kursk)", "kursk is wanted and excluded at once"),
        ("Iran OR (oil AND Kursk NOT Kursk)", "Kursk is wanted and excluded at once"),
        ("Kursk after:2027-11-01 before:2027-10-01", "after:2027-11-01 and before:2027-10-01"),
        ("Kursk after:2027-11-01 before:2027-11-01", "after:2027-11-01 and before:2027-11-01"),
        ("Kursk lang:en lang:fr", "No article is in two languages at once. Join them with OR."),
        ("Kursk sourcecountry:DE sourcecountry:FR", "comes from two countries at once"),
        ("Kursk lang:zz", "I know no language 'zz'. Codes are such as en, ru or zh."),
        ("Kursk lang:jp", "I know no language 'jp'. Feeds write lang:ja."),
        ("Kursk NOT lang:eng", "I know no language 'eng'. Feeds write lang:en."),
        ("Iran OR (Kursk before:2026-11-23)", "before:2026-11-23 lies in the past"),
    ],
)
def test_what_can_never_match_is_said(text, says):
    warnings = rules.lint(rules.parse(text), date(2026, 11, 23))
    assert [warning.code for warning in warnings] == ["futile"]
    assert says in warnings[0].message


@pytest.mark.parametrize(
    "text",
    [
        "Kursk NOT before:2020-01-01",
        "Kursk before:2026-11-24",
        "Kursk after:2026-11-01 before:2026-11-30",
        "Kursk after:2024-10-01",
        "(Kursk after:2024-11-01) OR (Iran NOT Kursk)",
        "=Kursk NOT =kursk",
        "North Korea NOT South Korea",
        "Kursk lang:fil",
        "Kursk (lang:en OR lang:fr)",
        "SCORE/2 (Kursk^2, (Iran AND before:2020-01-01)^-2)",
        "'Kim Jong Un",
    ],
)
def test_what_can_match_is_not_called_futile(text):
    assert rules.lint(rules.parse(text), date(2026, 11, 23)) == ()


def test_without_a_day_nothing_lies_in_the_past():
    assert rules.lint(rules.parse("Kursk before:2020-01-01")) == ()


def test_words_apart_are_the_telling_ones_and_can_be_entered():
    (warning,) = rules.lint(rules.parse("Strait of Hormuz tankers"))
    assert warning.message.endswith("anywhere: Strait AND Hormuz AND tankers")
    (quoted,) = rules.lint(rules.parse("‘Strait of Hormuz’"))
    assert quoted.message.endswith('write "Strait of Hormuz".')
    (piece,) = rules.side_by_side(rules.parse("(‘Strait of Hormuz’)"))
    assert piece.apart == "(Strait AND Hormuz)"
    (piece,) = rules.side_by_side(rules.parse("n OR’ F"))
    assert rules.parse(piece.apart)


def test_a_warning_points_at_its_place():
    (warning,) = rules.lint(rules.parse("Kursk AND Niger*"))
    assert warning.span == (10, 16)


def test_an_explanation_lists_forms_and_what_is_passed_over():
    (sudan,) = rules.explain(rules.parse("Sudan"))
    forms = {(variant.text, variant.how.value) for variant in sudan.variants}
    assert {("sudan", "exact"), ("sudanese", "demonym")} <= forms
    assert "south sudan" in sudan.excluded
    assert (sudan.term, sudan.kind) == ("Sudan", "words")


def test_an_explanation_of_a_run_shows_its_other_forms():
    (term,) = rules.explain(rules.parse("North Korea"))
    forms = {variant.text: variant.how.value for variant in term.variants}
    assert forms["north koreans"] == "demonym"
    assert forms["korea, north"] == "inverted"
    assert forms["north and south korea"] == "coordinated"


def test_an_explanation_writes_each_script_as_it_is_written():
    (country,) = rules.explain(rules.parse("country:KP"))
    assert {"朝鲜", "北朝鮮", "corea del norte"} <= {variant.text for variant in country.variants}


def test_names_have_no_plural():
    (term,) = rules.explain(rules.parse("North Korea"))
    assert not [variant for variant in term.variants if variant.how.value == "plural"]


def test_positive_terms_leave_out_what_is_excluded():
    query = rules.parse('(Iran OR "North Korea") NOT (oil OR NOT gas) SCORE/2 (coup^3, film^-2)')
    assert rules.positive_terms(query) == ("Iran", '"North Korea"', "gas", "coup")


@pytest.mark.parametrize(
    ("text", "words", "alone", "apart"),
    [
        (
            "Ukraine war drone",
            "Ukraine war drone",
            "Ukraine war drone",
            "(Ukraine AND war AND drone)",
        ),
        (
            "Kursk AND title:(spy satellite)",
            "spy satellite",
            "title:spy satellite",
            "(spy AND satellite)",
        ),
        ("Iran NEAR/9 test launch", "test launch", "test launch", '"test launch"~5'),
        (
            "North Korea troops",
            "North Korea troops",
            "North Korea troops",
            "(North Korea AND troops)",
        ),
        ("2 OF (coup, martial law)", "martial law", "martial law", "(martial AND law)"),
    ],
)
def test_words_side_by_side_can_be_asked_for_apart(text, words, alone, apart):
    (piece,) = rules.side_by_side(rules.parse(text))
    assert (piece.words, str(piece.query), piece.apart) == (words, alone, apart)
    assert rules.parse(f"{text[: piece.span[0]]}{piece.apart}{text[piece.span[1] :]}")


@pytest.mark.parametrize(
    "text",
    [
        "North Korea AND Kursk",
        '"spy satellite"',
        "=spy satellite",
        "Kursk NOT video game",
        "SCORE/2 (coup^2, video game^-2)",
        "@list AND Kursk",
    ],
)
def test_names_and_what_is_not_searched_for_plainly_need_no_such_advice(text):
    lists = {"list": "video game"}
    assert rules.side_by_side(rules.parse(text, lists=lists)) == ()


def test_the_same_words_are_advised_upon_once():
    (piece,) = rules.side_by_side(rules.parse("spy satellite OR (Kursk AND spy satellite)"))
    assert piece.span == (0, 13)


def test_a_filter_that_an_article_cannot_answer_is_pointed_at():
    query = rules.parse("Kursk lang:en after:2024-10-01 title:Iran source:x.org")
    bare = rules.lacking(query, rules.Document("", "Kursk"))
    assert [warning.message.split(",")[0] for warning in bare] == [
        "has no language", "has no date", "has no title", "has no source"
    ]  # fmt: skip
    assert bare[0].span == (6, 13)
    assert rules.lacking(query, rules.Document("t", "", language="en", source="x.org")) == bare[1:2]
