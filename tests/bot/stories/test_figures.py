"""Figures are read with their subject and with what the sentence means by them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.figures import Figure, Subject, figures
from bot.stories.numbers import numbers
from bot.stories.senses import Sense

DEAD, INJURED, MISSING = Subject.DEAD, Subject.INJURED, Subject.MISSING


def read(text: str) -> list[tuple[Subject, str, int]]:
    return [(one.subject, one.who, one.value) for one in figures(text)]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("At least 87 people were killed and more than 1,000 injured.",
         [(DEAD, "", 87), (INJURED, "", 1000)]),
        ("The death toll in Bangladesh rose to 260 on Thursday.", [(DEAD, "", 260)]),
        ("Death toll hits 54", [(DEAD, "", 54)]),
        ("55 dead, 700 injured", [(DEAD, "", 55), (INJURED, "", 700)]),
        ("10 killed 12 injured", [(DEAD, "", 10), (INJURED, "", 12)]),
        ("The blast injured at least 34 people.", [(INJURED, "", 34)]),
        ("A bomber killed 12 police officers in Kabul.", [(DEAD, "police officers", 12)]),
        ("Police detained 45 protesters.", [(Subject.ARRESTED, "protesters", 45)]),
        ("Two dozen people were wounded.", [(INJURED, "", 24)]),
        ("Twenty-nine people are still missing.", [(MISSING, "", 29)]),
        ("Some 1.2 million people were displaced.", [(Subject.DISPLACED, "", 1_200_000)]),
        ("A thousand people were evacuated.", [(Subject.DISPLACED, "", 1000)]),
        ("Moscow has sent around 10,000 North Korean troops.",
         [(Subject.TROOPS, "north korean", 10_000)]),
        ("They sent 3,000 soldiers, with the total expected to be 12,000.",
         [(Subject.TROOPS, "", 3_000), (Subject.TROOPS, "", 12_000)]),
    ],
)  # fmt: skip
def test_a_figure_has_its_subject(sentence: str, found: list[tuple[Subject, str, int]]) -> None:
    assert read(sentence) == found


@pytest.mark.parametrize(
    "sentence",
    [
        "He died at 45 on 12 March 2012 in a village 30 km away.",
        "Flight 370 went missing after 40 minutes.",
        "A 7-year-old boy was killed.",
        "The toll road is 20 miles long and 5 percent cost 300 dollars.",
        "Between 8 and 20 people were injured.",
        "Two or three are missing.",
        "Two soldiers were seen.",
        "The storm passed 503, hundreds missing.",
        "Prices rose to 900.",
        "Officials, 45 of the guests (killed) aside, left.",
        "The deaths, 12 in all",
        "In 1999 people were killed.",
        "He walked to 12 shops.",
        "a 1.5 killed",
        "Killed; 12 hours later",
        "The number 9999999999999 killed",
        "12 who said it was raining were killed",
    ],
)
def test_what_counts_nothing_is_no_figure(sentence: str) -> None:
    assert figures(sentence) == ()


@pytest.mark.parametrize(
    ("sentence", "sense"),
    [
        ("More than 40 people were killed.", Sense.STATED),
        ("Another 40 people were killed.", Sense.PART),
        ("The dead, including 40 people killed at sea, were named.", Sense.PART),
        ("40 of them were killed.", Sense.PART),
        ("Up to 40 people were killed.", Sense.EXPECTED),
        ("40 people are feared dead.", Sense.EXPECTED),
        ("40 people were killed there in 1999.", Sense.PAST),
        ("Two years ago 40 people were killed there.", Sense.PAST),
        ("A separate attack killed 40 people.", Sense.PAST),
    ],
)
def test_a_sentence_means_its_figure_in_one_of_four_ways(sentence: str, sense: Sense) -> None:
    assert [one.sense for one in figures(sentence) if one.value == 40] == [sense]


def test_the_seeds_say_what_people_read_in_them(seed) -> None:
    texts = {number: seed(number) for number in ("000", "001", "002", "003", "004")}
    stated = {
        number: sorted(
            {one.value for one in figures(text) if one.sense in (Sense.STATED, Sense.EXPECTED)}
        )
        for number, text in texts.items()
    }

    assert stated == {
        "000": [10_000], "001": [10_000], "002": [10_000], "003": [], "004": [3_000, 12_000],
    }  # fmt: skip


def test_known_sentences_are_not_sought_again() -> None:
    text = "Ten people died. 12 people died."

    assert [one.value for one in figures(text, [(17, 32)])] == [12]


def test_an_endless_sentence_is_no_sentence() -> None:
    assert figures("12 people were killed " * 200) == ()


def test_a_hostile_text_costs_little() -> None:
    begun = time.perf_counter()
    figures("killed 1 to 2 or 3, total of of of 4 " * 3000)

    assert time.perf_counter() - begun < 5


SIGNS = (
    "12 3,000 twenty-five dozen people killed injured troops the toll rose to of them . , and "
    "1999 were missing"
)
words = st.lists(st.sampled_from(SIGNS.split()), max_size=40).map(" ".join)


@given(words | st.text(max_size=300))
def test_every_figure_points_at_its_number_in_its_sentence(text: str) -> None:
    for one in figures(text):
        assert one.quote_start <= one.start < one.end <= one.quote_end
        within = text[one.start : one.end]
        assert [number.value for number in numbers(within)] == [one.value]
        assert isinstance(one, Figure)
