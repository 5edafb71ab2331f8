"""No text and no query can make the engine slow: work grows with the length, never faster."""

import time

import pytest

import rules
from tests.fuzz.speed import SECONDS, TERMS, seconds_to_parse

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


# Words that take the longest to read, in terms of every kind, with a mistake at the end that takes
# as many repairs as are ever tried.
WORDS = {
    "plain": "missilestrike",
    "hyphens": "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s-t-u-v-w-x-",
    "capitals inside": "KimJongUnTheKurskKimJongUnTheKursk",
    "apostrophes": "d’Ivoire’Sana’a’x’y’z",
    "possessives": "’s" * 23,
    "full stops": "x." * 23,
    "colons": "1:" * 23,
    "ampersands": "a&b" * 15,
    "mail": "a@b.cc." * 6,
    "ideograms": "马里索马里印度尼西亚朝鲜俄罗斯称朝鲜军队",
    "scripts mixed": "aБ朝1ب한" * 8,
    "Thai": "กรุงเทพ" * 6,
    "Korean": "북한이" * 15,
    "accents": "e\u0301" * 22,
    "underscores": "_x" * 22,
}
TERMS_OF = {
    "runs": "{} OR ",
    "phrases": '="{}" OR ',
    "any order": '"{} x"~3 ',
    "wildcards": "abc{}* OR ",
    "tolerant words": "{}~ OR ",
    "fields": "title:{} OR ",
    "countries": "country:{} ",
    "neighbours": "{} NEAR/5 ",
    "levels": "({} OR ",
}
MISTAKES = {
    "none": "Kursk",
    "four parentheses": "x((((",
    "four short words": "Iran~1 Iran~ Iran~3 Iran~",
    "not anchored": "OR NOT x OR NOT y",
    "lists": "x @gulff @gulff @gulff @gulf",
}


@pytest.fixture(scope="module", autouse=True)
def names_are_known():
    """The names are read from their file once in a process, by the first who asks."""
    rules.parse("country:KP")


@pytest.mark.parametrize("term", TERMS_OF.values(), ids=TERMS_OF.keys())
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_sixty_terms_are_understood_or_refused_within_ten_milliseconds(term, mistake):
    slow = {}
    for name, word in WORDS.items():
        terms = (
            term.format(f"{word}{chr(97 + at // 26)}{chr(97 + at % 26)}") for at in range(TERMS - 6)
        )
        text = f"{''.join(terms)}{mistake}"
        taken = seconds_to_parse(text[-2990:], {"gulf": "Hormuz OR Iran"})
        if taken > SECONDS:
            slow[name] = f"{taken * 1000:.1f} ms"
    assert not slow


@pytest.mark.parametrize("field", ["title:", "body:", "source:", "Tag:", "list:", "no:"])
def test_a_row_of_nothing_but_fields_is_refused_or_understood_as_fast(field):
    assert seconds_to_parse(field * (2_990 // len(field)), {}) <= SECONDS


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
