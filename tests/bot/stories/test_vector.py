"""Articles become vectors of what is rare in them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.vector import (
    Frequencies,
    language_of,
    opening,
    read,
    sequence,
    stems,
    unit,
    without_outlet,
)  # fmt: skip
from rules import Wording

WORDING = Wording()


def test_title_and_body_are_read_with_their_names() -> None:
    terms = read(WORDING, "Troops in Kursk", "North Korean soldiers arrived.", "en-GB")

    assert {"troop", "kursk", "troop kursk", "soldie", "@KP"} <= terms.weights.keys()
    assert (terms.bare, terms.tongue) == (False, "en")


def test_a_headline_alone_is_bare() -> None:
    assert read(WORDING, "Troops in Kursk", " ").bare


def test_words_that_tell_nothing_are_left_out() -> None:
    assert read(WORDING, "The two of them said that", "").weights == {}


@pytest.mark.parametrize(
    ("title", "tongue"),
    [("Troops arrive", ""), ("Войска прибыли", "cyrillic"), ("朝鲜派兵", "han"),
     ("북한 군인", "hangul"), ("وصلت القوات", "arabic")],
)  # fmt: skip
def test_without_a_language_the_script_tells_texts_apart(title: str, tongue: str) -> None:
    assert read(WORDING, title, "").tongue == tongue


def test_an_outlet_at_the_end_of_a_title_is_no_part_of_it() -> None:
    assert without_outlet("Troops arrive in Kursk region | News Daily - World") == (
        "Troops arrive in Kursk region"
    )
    assert without_outlet("War - what next") == "War - what next"
    assert without_outlet("Troops arrive in Kursk | News - Daily World | Radio") == (
        "Troops arrive in Kursk"
    )


def test_languages_are_base_codes() -> None:
    assert [language_of(code) for code in ("en_US", " ES ", None)] == ["en", "es", ""]


def test_signs_without_spaces_are_read_in_pairs() -> None:
    assert sequence(WORDING.tokens("朝鲜派兵")) == ["朝鲜", "鲜派", "派兵"]


@pytest.mark.parametrize("number", ["10,000", "10 000", "10.000", "10000"])
def test_a_number_is_the_same_however_its_thousands_are_set_apart(number: str) -> None:
    assert sequence(WORDING.tokens(f"some {number} soldiers")) == ["10000", "soldie"]


def test_forms_of_a_word_have_one_stem() -> None:
    assert len(stems(["deployed", "deploying", "deploys"])) == 1
    assert stems(["running", "COVID"]) == {"run", "covid"}
    assert len(stems(["olímpicos", "olímpica", "olímpico"])) == 1


def test_what_is_rare_weighs_more() -> None:
    frequencies = Frequencies()
    vector = frequencies.vector(read(WORDING, "", "president zaporizhzhia"))

    assert vector["zapori"] > vector["presid"]


def test_what_was_asked_for_weighs_as_if_it_were_common() -> None:
    title = "Goma bridge closed, Pyongyang envoy says"
    plain = Frequencies().vector(read(WORDING, title, ""))
    asked = Frequencies().vector(read(WORDING, title, "", found=["Goma"]))
    assert max(plain, key=lambda term: plain[term]) == "goma"
    assert asked["goma"] < asked["bridg"]
    assert plain["goma"] > plain["bridg"]


def test_the_words_of_a_name_that_was_asked_for_weigh_together_as_one_word_does() -> None:
    body = "North Korea built a bridge at Goma."
    vector = Frequencies().vector(read(WORDING, "", body, found=["North Korea", "Goma"]))
    together = math.hypot(*(vector[term] for term in ("north", "korea", "@KP")))
    assert math.isclose(together, vector["goma"], rel_tol=0.15)


def test_a_term_weighs_less_the_more_articles_have_it() -> None:
    frequencies = Frequencies()
    before = frequencies.rarity("zapori")
    for _ in range(9):
        frequencies.add(read(WORDING, "Zaporizhzhia", ""))

    assert frequencies.rarity("zapori") < before


def test_counts_are_halved_so_that_the_table_stays_small() -> None:
    frequencies = Frequencies(19_999, {"rare": 1, "usual": 9_000})
    frequencies.add_words(["usual"])

    assert (frequencies.articles, frequencies.counts) == (10_000, {"usual": 4_500.5})


def test_an_article_keeps_its_heaviest_hundred_terms() -> None:
    body = " ".join(f"{a}{b}{c}" for a in "bcdfg" for b in "aeiou" for c in "klmnprt")

    assert len(Frequencies().vector(read(WORDING, "", body))) == 100


def test_only_the_beginning_of_a_long_body_is_read() -> None:
    assert len(opening("x" * 100_000)) < 4_000


def test_nothing_has_no_direction() -> None:
    assert unit({}) == {}


@given(st.text(max_size=200), st.text(max_size=400))
def test_a_vector_has_length_one_and_reads_the_same_again(title: str, body: str) -> None:
    terms = read(WORDING, title, body)
    vector = Frequencies().vector(terms)

    assert terms == read(Wording(), title, body)
    assert not vector or math.isclose(math.hypot(*vector.values()), 1.0)
