"""What chat does to a query, and what is left once it is undone."""

import pytest

import rules
from rules.cleaning import clean


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<http://reuters.com|reuters.com>", "reuters.com"),
        ("<https://reuters.com/world>", "https://reuters.com/world"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("Iran &amp;&amp; Israel", "Iran && Israel"),
        ("AT&amp;T", "AT&T"),
        ("&amp;lt;", "&lt;"),
        ("“North Korea” „x“ «y»", '"North Korea" "x" "y"'),
        ("Côte d’Ivoire", "Côte d'Ivoire"),
        ("（Iran OR Iraq） AND oil", "(Iran OR Iraq) AND oil"),
        ("North\u00a0Korea", "North Korea"),
        ("Ku\u200brsk\u2060", "Kursk"),
        ('`"North Korea" AND Kursk`', '"North Korea" AND Kursk'),
        ("```Kursk```", "Kursk"),
    ],
)
def test_chat_is_undone(typed, meant):
    assert clean(typed).text == meant


def test_a_link_in_a_filter_is_its_label():
    query = rules.parse("Kursk AND source:<http://reuters.com|reuters.com>")
    assert str(query) == "Kursk AND source:reuters.com"


@pytest.mark.parametrize("typed", ["<@U1> x1", "<#C1|general> x1", "<!here> x1", "<:flag:12> x1"])
def test_mentions_are_pointed_out(typed):
    with pytest.raises(rules.QueryError) as refused:
        rules.parse(typed)
    assert refused.value.code == "mention"
    assert refused.value.suggestion == "x1"


def test_an_escaped_sign_has_the_column_of_its_entity():
    cleaned = clean("a &amp; b")
    assert [cleaned.columns[at] for at in (2, 3, 4)] == [2, 7, 8]
