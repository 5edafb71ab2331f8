"""No text and no query can make the engine slow: work grows with the length, never faster."""

import time

import pytest

import rules

LENGTH = 60_000
DIRT = {
    "apostrophes": "a'",
    "hyphens": "ab-",
    "capitals inside": "abCd",
    "full stops": "a.",
    "at signs": "a@",
    "tags": "<a ",
    "entities": "&amp;",
    "line breaks": "\n ",
    "numbers": "1,000,",
    "groups of digits": "100 ",
    "ideograms": "中国朝鲜，",
    "accents": "e\u0301",
    "nothing visible": "\u200b",
    "quotation marks": "“’",
    "the words searched for": "North Korea Kursk ",
}
QUERY = rules.parse(
    'North Korea AND (Kursk~ OR Zelensk*) OR country:KP OR (Korea NEAR/50 Kursk) OR "a b c"~3'
)


@pytest.mark.parametrize("dirt", DIRT.values(), ids=DIRT.keys())
def test_a_long_and_hostile_article_is_read_in_a_few_seconds(dirt):
    ruleset = rules.Ruleset()
    ruleset.add(rules.Rule("one", QUERY))
    document = rules.Document("", dirt * (LENGTH // len(dirt)))
    started = time.thread_time()
    report = ruleset.match(document)
    rules.match(QUERY, document)
    assert time.thread_time() - started < 6
    assert not report.failures
