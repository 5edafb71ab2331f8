"""A query out of a headline: its names, quoted; and always one that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rules
from bot.commands.suggesting import LONGEST_NAME, suggested


@pytest.mark.parametrize(
    ("headline", "query"),
    [
        ("Soldiers of North Korea sent to Kursk", '"North Korea" AND "Kursk"'),
        ("The US and Iran meet in Oman", '"US" AND "Iran" AND "Oman"'),
        ("Iran closes the Strait of Hormuz", '"Iran" AND "Strait" AND "Hormuz"'),
        ("Saudi Prince Mohammed bin Salman visits", '"Saudi Prince Mohammed bin Salman"'),
        ("tanker seized near the strait", '"tanker" AND "seized" AND "strait"'),
        ("Why North Korea Is Sending Troops To Russia", '"North Korea" AND "Russia"'),
        ("Cats Found Asleep Inside Piano", '"Found" AND "Asleep" AND "Inside"'),
        ("https://example.org/a\nQuake in Nepal", '"Quake" AND "Nepal"'),
        ('He said "AND OR NOT" in Kyiv', '"Kyiv"'),
        ("Удар по Курску", '"Удар" AND "Курску"'),
        ("", ""),
        ("🔥 🔥", ""),
        ("https://example.org/only", ""),
    ],
)
def test_a_headline_becomes_a_query(headline, query):
    assert suggested(headline)[1] == query


@given(st.text(max_size=200))
def test_whatever_is_proposed_can_be_read_and_named(text):
    name, query = suggested(text)
    if query:
        rules.parse(query)
        assert 0 < len(name) <= LONGEST_NAME
    else:
        assert name == ""
