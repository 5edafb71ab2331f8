"""A figure bears on its story only among the story's own words."""

import pytest

from bot.stories.bearing import About, about, bears
from bot.stories.figures import figures
from bot.stories.vector import stems
from rules import Wording

WORDING = Wording()
TEL_AVIV = About(stems(WORDING.tokens("bomb bus tel aviv explosion wounded")), frozenset({"@IL"}))


def judged(text: str, story: About = TEL_AVIV) -> list[bool]:
    return [bears(WORDING, text, one, story) for one in figures(text)]


@pytest.mark.parametrize(
    "text",
    ["A bomb on a bus wounded 21 people.", "In Israel 21 people were wounded.",
     "A bomb on a bus in Tel Aviv wounded 21 people, Egypt's envoy said."],
)  # fmt: skip
def test_its_own_words_or_names_are_enough(text: str) -> None:
    assert judged(text) == [True]


@pytest.mark.parametrize(
    "text", ["A bomb kills 23 people in Pakistan.", "Fire at a nightclub kills 233."]
)
def test_another_place_or_no_word_of_the_story_is_not(text: str) -> None:
    assert judged(text) == [False]


def test_in_glued_headlines_the_words_must_stand_near() -> None:
    filler = "Weather. ".replace(".", "") * 40

    assert judged(f"Tel Aviv bus bomb {filler} fire kills 233 on Sunday") == [False]
    assert judged(f"{filler} Tel Aviv bus bomb wounds 21 on Sunday") == [True]


def test_troops_bear_on_a_story_only_where_they_move() -> None:
    korea = About(frozenset(), frozenset({"@KP", "@RU"}))

    assert judged("North Korea sent 3,000 troops to Russia.", korea) == [True]
    assert judged("North Korea has 3,000 troops at its border.", korea) == [False]


def test_a_story_is_about_its_heaviest_terms_and_names() -> None:
    story = about({"kursk": 3.0, "troop kursk": 2.0, "@KP": 2.0, "@RU": 1.0, "@MX": 0.1}, ["asked"])

    assert story == About(frozenset({"kursk", "asked"}), frozenset({"@KP", "@RU"}))
    assert about({}).names == frozenset()
