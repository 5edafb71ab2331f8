"""The example cases of the language: a query, a text, and whether it answers."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import rules

SEEDS = Path(__file__).parents[2] / "seeds" / "north-korea-kursk"
LINES = Path(__file__).with_name("cases.jsonl").read_text("utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


def _document(case: dict[str, Any]) -> rules.Document:
    body = case["text"] if "text" in case else (SEEDS / case["seed"]).read_text("utf-8")
    published = case.get("published")
    return rules.Document(
        case.get("title", ""),
        body,
        source=case.get("source"),
        language=case.get("lang"),
        published=datetime.fromisoformat(published) if published else None,
    )


@pytest.mark.parametrize(
    "case", [case for case in CASES if "error" not in case], ids=lambda case: case["id"]
)
def test_the_query_answers_the_text_as_the_case_says(case):
    query = rules.parse(case["query"], lists=case.get("lists"))
    assert (rules.match(query, _document(case)) is not None) is case["match"], case["note"]
    assert rules.parse(str(query), lists=case.get("lists")) == query


@pytest.mark.parametrize(
    "case", [case for case in CASES if "error" in case], ids=lambda case: case["id"]
)
def test_the_query_is_refused_at_the_place_that_the_case_names(case):
    with pytest.raises(rules.QueryError) as refusal:
        rules.parse(case["query"], lists=case.get("lists"))
    first, last = case["error_span"]
    assert refusal.value.code == case["error"]
    assert first <= refusal.value.span[0] <= last
