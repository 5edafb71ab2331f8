"""Which near misses more text could complete: what a look at an article's page is worth."""

import pytest

import rules


def _near_miss(clause: str, lists: dict[str, str] | None = None) -> rules.NearMiss:
    """The near miss of a rule that wants a clause besides what the article has."""
    ruleset = rules.Ruleset()
    ruleset.add(rules.Rule("r", rules.parse(f"Pyongyang AND {clause}", lists=lists)))
    document = rules.Document("Pyongyang sends football fans and rugby players", "")
    (miss,) = ruleset.match(document, near=True).near_misses
    return miss


@pytest.mark.parametrize(
    "clause",
    [
        "Kursk",
        '"live fire"',
        "(Kursk OR Belgorod)",
        "(Kursk OR source:tass.com)",
        "(missile OR (tank AND lang:ko))",
        "(missile NEAR/5 Kursk)",
        "2 OF (Kursk, Belgorod, Sumy)",
        "ATLEAST/3 Kursk",
        "SCORE/3 (Kursk^2, missile^1)",
        "body:Kursk",
    ],
)
def test_a_clause_that_text_can_meet_wants_text(clause):
    assert _near_miss(clause).wants_text


@pytest.mark.parametrize(
    "clause",
    [
        "NOT football",
        "source:tass.com",
        "(lang:ko OR tag:korea)",
        "title:Kursk",
        "title:(Kursk OR Belgorod)",
        "NOT (football OR rugby)",
    ],
)
def test_a_clause_that_no_text_can_meet_wants_none(clause):
    assert not _near_miss(clause).wants_text


def test_a_list_wants_what_it_stands_for():
    lists = {"front": "Kursk OR Belgorod", "papers": "source:tass.com OR source:ria.ru"}
    assert _near_miss("@front", lists).wants_text
    assert not _near_miss("@papers", lists).wants_text
