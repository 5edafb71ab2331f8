"""The guide to the language tells the truth: its examples are tried, its library is what ships."""

import re
from pathlib import Path

import pytest

import rules
from rules import limits

GUIDE = (Path(__file__).parents[2] / "docs" / "watchlists.md").read_text("utf-8")
LANGUAGE, LIBRARY = GUIDE.split("## Thirty watchlists to start from")
LISTS = {"dprk": "DPRK OR North Korea"}
ROWS = re.findall(r"^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", LANGUAGE, re.MULTILINE)
QUERIES = re.findall(r"^\| `([^`]+)` \|", LANGUAGE, re.MULTILINE)


@pytest.mark.parametrize(("query", "found_in", "not_found_in"), ROWS)
def test_an_example_is_found_where_the_guide_says(query, found_in, not_found_in):
    parsed = rules.parse(query)
    assert rules.match(parsed, rules.Document("", found_in.strip()))
    assert not rules.match(parsed, rules.Document("", not_found_in.strip()))


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_of_the_guide_can_be_read(query):
    rules.parse(query, lists=LISTS)


def test_the_tables_are_not_empty():
    assert len(ROWS) > 25
    assert len(QUERIES) > len(ROWS)


@pytest.mark.parametrize("refused", ["NOT Iran", "North Korea AND"])
def test_what_the_guide_says_is_refused_is(refused):
    assert f"`{refused}`" in LANGUAGE or refused in LANGUAGE
    with pytest.raises(rules.QueryError) as error:
        rules.parse(refused)
    if refused == "North Korea AND":
        assert error.value.caret() in LANGUAGE
        assert f"{error.value.message} Did you mean: `{error.value.suggestion}`" in LANGUAGE


def test_the_limits_are_those_of_the_parser():
    said = LANGUAGE[LANGUAGE.index("Limits:") :]
    for number in (limits.CHARACTERS, limits.TERMS, limits.TERMS_WITH_LISTS, limits.DEPTH):
        assert f"{number:,}" in said
    assert f"{limits.WILDCARDS} wildcards, {limits.FUZZY_WORDS} words" in said


def test_the_library_is_the_one_that_ships():
    shown = re.findall(r"^\*\*(.+)\*\*: (.+)\.\n\n```\n(.+)\n```$", LIBRARY, re.MULTILINE)
    assert shown == [(entry.name, entry.note, entry.query) for entry in rules.library()]
    assert len(shown) == 30


@pytest.mark.parametrize("entry", rules.library(), ids=lambda entry: entry.name)
def test_a_library_watchlist_can_be_added_as_it_stands(entry):
    query = rules.parse(entry.query)  # with no lists at all
    assert len(entry.query) <= limits.CHARACTERS
    assert rules.parse(str(query)) == query


SEEDS = sorted((Path(__file__).parents[2] / "seeds" / "north-korea-kursk").glob("*.txt"))
FIRING = {
    "dprk-russia-troops": {"000", "001", "002", "003", "004"},
    "dprk-russia-full": {"000", "001", "002", "003", "004"},
    "kim-putin-channel": {"004"},
}


@pytest.mark.parametrize("entry", rules.library(), ids=lambda entry: entry.name)
def test_a_library_watchlist_fires_on_the_seeds_it_is_about(entry):
    query = rules.parse(entry.query)
    fired = {
        seed.name[:3] for seed in SEEDS if rules.match(query, rules.Document("", seed.read_text()))
    }
    assert fired == FIRING.get(entry.name, set())
