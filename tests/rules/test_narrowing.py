"""Narrowing and sieve: neither an index of keys nor a sieve is ever finer than the language."""

import hashlib
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rules

SEEDS = Path(__file__).parents[2] / "seeds" / "north-korea-kursk"
_WORDS = """
North South Korea Korean Koreans North-Korean Sudan Guinea Guinea-Bissau Kim Jong-un Jong Un
Jongun UnThe Chinawhich Chinasaid China US us U.S. U.S.’s WHO who Whole missile missiles party
parties F-16 F16 F-16s 10,000 10 000 10000 10’000 3.5 Kursk Kursk’s Kusrk Zelensky Zelenskyy
Kyiv Kiev troops’ dangerous’The état 朝鲜 俄罗斯称朝鲜军队 索马里 马里 북한이 북한 북한군
インド ガザ กรุงเทพ แบงค็อก وكوريا كوريا الشمالية الكرملين drone, of the pro-Russian Russia Mali Côte
d’Ivoire Türkiye DPRK Pyongyang İran ＮＡＴＯ NATO ½ ℀ AT&amp;T x_y ſtraße STRASSE Straße
"""
WORDS = st.sampled_from(_WORDS.split())
TEXTS = st.lists(
    st.one_of(
        WORDS, st.sampled_from(["\n\n", ".\n", "—", "-", "<b>x</b>", "_", "'"]), st.text(max_size=6)
    ),
    max_size=20,
).map(" ".join)
DOCUMENTS = st.builds(
    rules.Document,
    TEXTS,
    TEXTS,
    source=st.sampled_from([None, "feeds.reuters.com"]),
    names=st.sampled_from([(), ("Reuters",)]),
    language=st.sampled_from([None, "en-US", "de"]),
)
_TERMS = """
North Korea|South Korea|Kim Jong Un|Kim Jong-un|F16|10 000|Kursk~|Zelensky~2|Kor*|miss?le
who*|US|us|=Korea|=missile|"North Korea"|"Kim * Un"|"Korea* troops"|="Korea"|"us"|"10,000"
"drone strike Korea"~3|north Korea troops|country:KP|country:SD|country:ES|lang:en|朝鲜|朝鲜军队|北
source:reuters.com|Chin*|كوريا الشمالية|แบงค็อก|북한|Straße|strass*|x_y|missile party
source:"Reuters"
"""
TERMS = WORDS | st.sampled_from(_TERMS.strip().replace("\n", "|").split("|"))


def _combined(inner):
    pairs = st.tuples(inner, inner)
    near = st.sampled_from(["NEAR/3", "ONEAR/2", "NEAR/s", "NEAR/0"])
    return st.one_of(
        pairs.map(lambda two: f"({two[0]} AND {two[1]})"),
        pairs.map(lambda two: f"({two[0]} OR {two[1]})"),
        pairs.map(lambda two: f"({two[0]} NOT {two[1]})"),
        st.tuples(TERMS, near, TERMS).map(" ".join),
        st.tuples(TERMS, TERMS).map(lambda two: f"ATLEAST/2 ({two[0]} OR {two[1]})"),
        st.tuples(TERMS, TERMS, inner).map(lambda items: f"2 OF ({', '.join(items)})"),
        st.tuples(inner, inner, TERMS).map(lambda x: f"SCORE/3 ({x[0]}^2, {x[1]}, {x[2]}^-2)"),
        inner.map(lambda one: f"title:({one})" if "title:" not in one else one),
        inner.map(lambda one: f"body:({one})" if "title:" not in one else one),
    )


# Everyday words as texts write them: with accents, in capitals, split, stuck together, possessive.
_EVERYDAY = "president of the United States China prime minister Korea 10 000"
PHRASES = st.lists(st.sampled_from(_EVERYDAY.split(" ")), min_size=2, max_size=4)
_WRITTEN = (
    str,
    str,
    str.upper,
    str.title,
    lambda word: f"{word}s",
    lambda word: f"{word}’s",
    lambda word: f"{word.capitalize()}which",
    lambda word: f"{word[:1]}\u0301{word[1:]}",
    lambda word: f"{word[:2]}\u00ad{word[2:]}",
    lambda word: f"{word[:2]}-{word[2:]}",
    lambda word: f"{word[:2]}’{word[2:]}",
    lambda word: f"{word[:2]}<b>{word[2:]}</b>",
    lambda word: "".join(chr(ord(sign) + 0xFEE0) for sign in word if sign.isalnum()),
    lambda word: ".".join(word),
    lambda word: "".join(f"&#{ord(sign)};" for sign in word),
)
_JOINTS = (
    *(" ", " ", "  ", "", "-", ", ", ". ", "\n", "\n\n", "/", " — ", "\u200b", " \u201d", "_", "’"),
    *(" ’s ", " http://x.org/a ", " www.x.org ", " a@b.org ", " <br> ", " <b> ", " &amp; ", " . "),
)
QUERIES = st.recursive(TERMS, _combined, max_leaves=5)
SLOW = settings(suppress_health_check=list(HealthCheck), max_examples=400)


def keys(document):
    (found,) = rules.index_keys([document])
    return found


def passes(query, document):
    """Whether the document passes the sieve of the query; True if it has none."""
    sieve = rules.sieve(query)
    return sieve is None or sieve.passes(document.title.encode(), document.body.encode())


def narrowed(text):
    condition = rules.narrowing(rules.parse(text))
    assert condition is not None
    return condition


def parsed(text):
    try:
        return rules.parse(text)
    except rules.QueryError:
        assume(False)


@pytest.mark.parametrize("text", ["title:(country:KP)", "title:(Kursk OR country:KP)"])
def test_a_country_is_looked_for_in_the_whole_article_whatever_field_stands_around_it(text):
    document = rules.Document("Summit ends", "Pyongyang sent soldiers, said North Korea.")
    assert rules.match(rules.parse(text), document)
    assert rules.admits(narrowed(text), keys(document))


@SLOW
@given(QUERIES, DOCUMENTS)
def test_whatever_answers_a_query_has_the_keys_that_the_query_asks_for(text, document):
    query = parsed(text)
    if (condition := rules.narrowing(query)) is not None and rules.match(query, document):
        assert rules.admits(condition, keys(document))


@SLOW
@given(TERMS, TERMS)
def test_a_text_made_of_the_query_itself_has_its_keys_and_passes_its_sieve(first, second):
    document = rules.Document(first, f"{second} {first}.\n\n{second}")
    texts = (first, second, f"({first}) AND ({second})", f"{first} {second}", f'"{second} {first}"')
    for text in (*texts, f"ATLEAST/2 ({second})"):
        query = parsed(text)
        if not rules.match(query, document):
            continue
        assert passes(query, document)
        if (condition := rules.narrowing(query)) is not None:
            assert rules.admits(condition, keys(document))


@SLOW
@given(QUERIES, DOCUMENTS)
def test_whatever_answers_a_query_passes_its_sieve(text, document):
    query = parsed(text)
    assert passes(query, document) or rules.match(query, document) is None


@SLOW
@given(PHRASES, st.data())
def test_a_phrase_passes_however_its_words_are_written(words, data):
    written = [data.draw(st.sampled_from(_WRITTEN))(word) for word in words]
    joints = [data.draw(st.sampled_from(_JOINTS)) for _ in words]
    body = "".join(chain.from_iterable(zip(written, joints, strict=True)))
    document = rules.Document("Title", f"Before {body} behind. {body}")
    phrase = " ".join(words)
    for text in (phrase, f'"{phrase}"', f"ATLEAST/2 {phrase}", f"ATLEAST/2 ({' OR '.join(words)})"):
        query = parsed(text)
        assert passes(query, document) or rules.match(query, document) is None


@SLOW
@given(DOCUMENTS)
def test_keys_are_words_that_any_index_can_hold(document):
    for key in keys(document):
        assert key
        assert len(key) <= 42
        assert key == key.lower()
        assert not any(sign.isspace() for sign in key)
        assert all(sign.isalnum() or sign == "_" for sign in key if sign.isascii())


def test_many_documents_have_the_keys_that_each_has_alone():
    documents = [rules.Document(f"Kim Jong-un {n}", "Chinawhich 10 000") for n in range(3)]
    assert list(rules.index_keys(documents)) == [keys(document) for document in documents]


@pytest.mark.parametrize(
    ("text", "found", "passed_over"),
    [
        ("North Korea AND Kursk", "North Korean troops in Kursk", "Kursk"),
        ("North Korea", "Pyongyang, North Korea", "South Korea"),
        ("Zelensk*", "Zelenskyy", "Selenskyj"),
        ("title:Kursk", "Kursk", "Kurdistan"),
        ("2 OF (Kursk, drone, tank)", "a drone over Kursk", "a tank"),
        ("Kursk NOT drone", "Kursk", "drone"),
        ("朝鲜", "俄罗斯称朝鲜军队", "俄罗斯"),
    ],
)
def test_a_condition_leaves_out_what_cannot_answer(text, found, passed_over):
    condition = narrowed(text)
    assert rules.admits(condition, keys(rules.Document(found, "")))
    assert not rules.admits(condition, keys(rules.Document(passed_over, "")))


@pytest.mark.parametrize(
    "text",
    [
        "Zelensky~1",
        "source:reuters.com",
        "Kursk OR Zelensky~",
        "2 OF (Kursk, Belgorod~, Donetsk~)",
        "SCORE/2 (Kursk^1, Belgorod~^2)",
    ],
)
def test_what_no_key_is_needed_for_is_not_narrowed(text):
    assert rules.narrowing(rules.parse(text)) is None


def test_a_rare_word_beside_a_similar_one_narrows():
    condition = narrowed("Zelensky~1 AND Kursk")
    assert not rules.admits(condition, keys(rules.Document("Zelensky", "")))


def test_as_if_all_stood_in_the_title():
    condition = rules.in_titles(rules.parse("Kursk AND drone"))
    assert condition is not None
    assert rules.admits(condition, keys(rules.Document("A drone over Kursk", "")))
    assert not rules.admits(condition, keys(rules.Document("Kursk", "A drone")))


def test_other_keys_are_another_edition():
    """A digest that differs means that archives must be read anew: raise INDEX_EDITION, too."""
    documents = [
        rules.Document(path.stem, path.read_text("utf-8")) for path in sorted(SEEDS.glob("*.txt"))
    ]
    traps = rules.Document(_TERMS, f"{_WORDS} 10 000 000 McDonald Kim Jong UnThe 3.5 1,000")
    found = "\n".join(" ".join(sorted(each)) for each in rules.index_keys([*documents, traps]))
    digest = hashlib.blake2b(found.encode(), digest_size=8).hexdigest()
    assert (rules.INDEX_EDITION, digest) == (1, "b05dbd936ca6a944")
