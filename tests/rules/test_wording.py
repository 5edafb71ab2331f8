"""The words of a text with the names among them under one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import Wording


@pytest.mark.parametrize(
    "text",
    [
        "North Korea",
        "the DPRK",
        "North Korean troops",
        "朝鲜向俄罗斯派兵",
        "Войска Северной Кореи",
        "о Северной Корее",
        "Corea del Norte",
        "북한",
    ],
)
def test_a_territory_has_one_key_in_every_language_and_script(text: str) -> None:
    assert "@KP" in Wording().read(text).names


def test_spellings_of_one_name_have_one_key() -> None:
    assert Wording().read("Kyiv").names == Wording().read("in Kiev today").names != frozenset()


def test_a_longer_name_that_means_something_else_is_not_the_shorter_one() -> None:
    assert "@MX" not in Wording().read("a fire in New Mexico").names


def test_a_word_that_is_also_something_else_is_no_name() -> None:
    assert Wording().read("turkey for dinner, and tell us").names == frozenset()


def test_an_acronym_is_known_by_its_capitals() -> None:
    assert "@US" in Wording().read("US troops").names


def test_words_are_folded_and_paragraphs_kept_apart() -> None:
    assert Wording().read("Envía 10,000\n\nTropas").tokens == ("envia", "10000", "\n", "tropas")


@given(st.text(max_size=200))
def test_reading_again_reads_the_same(text: str) -> None:
    wording = Wording()

    assert wording.read(text) == wording.read(text) == Wording().read(text)
