"""What holds for every query and every text, whatever they are."""

import contextlib
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rules
from rules import memory, rows
from rules.chunks import Reading, plain_word, read_chunk
from rules.cleaning import clean
from rules.query import And, Or
from rules.text import BREAK, BREAK_CHUNK, FIELD_END
from tests.fuzz.speed import SECONDS, seconds_to_parse

# Words that meet each other in every way the language knows: names and longer names, demonyms,
# plurals, hyphens, glue, acronyms, numbers, scripts.
_WORDS = """
North South Korea Korean Koreans Sudan Sudanese Guinea Guinea-Bissau Papua New Kim Jong-un Jong
Un Jongun UnThe Chinawhich China Chinese US us U.S. WHO who missile missiles party parties
F-16 F16 10,000 10 000 10000 3.5 Kursk Kursk’s Kusrk Zelensky Zelenskyy and or not Kyiv Kiev
troops’ dangerous’The état 朝鲜 俄罗斯称朝鲜军队 索马里 马里 북한이 북한 인도네시아 인도 インド
وكوريا كوريا الشمالية drone drones. “strike” strike, Korea, of the pro-Russian Russian Russia
Mali Congo Côte d’Ivoire guinea pig Turkey Türkiye
"""
WORDS = st.sampled_from(_WORDS.split())
TEXTS = st.lists(
    st.one_of(WORDS, st.sampled_from(["\n\n", ".\n", "\n", "—", "-", "AT&amp;T", "<b>x</b>"])),
    max_size=25,
).map(" ".join)
DOCUMENTS = st.builds(
    rules.Document,
    TEXTS,
    TEXTS,
    source=st.sampled_from([None, "feeds.reuters.com", "Japan Times"]),
    names=st.sampled_from([(), ("Reuters",), ("Top Stories - Japan Times", "Japan Times")]),
    language=st.sampled_from([None, "en-US", "de"]),
    tags=st.sampled_from([(), ("war", "North Korea")]),
)

TERMS = st.one_of(
    st.sampled_from(
        """
        North|Korea|North Korea|South Korea|Sudan|Guinea|Kim Jong Un|Kim Jong-un|Jongun|China|US|us
        who|missile|parties|F16|F-16|10000|10 000|3.5|Kursk|Kursk~|Zelensky|Zelensky~2|Kyiv|Russian
        Kor*|mis?ile|drone strike|=Korea|=missile|朝鲜|马里|북한|인도|インド|كوريا|كوريا الشمالية
        Turkey|Ivory Coast|Congo|Mali|Kim Jong* Un|north Korea troops|Kim Jong~1 Un
        """.replace("\n", "|")
        .replace("Kim Jong~1 Un", "Kim Koreen~1")
        .split("|")
    )
    .map(str.strip)
    .filter(bool),
    st.sampled_from(
        [
            '"North Korea"',
            '"missile"',
            '"Kim * Un"',
            '"Korea* troops"',
            '="Korea"',
            '"drone strike Korea"~2',
            '"Korea Korea"~3',
            '"10,000"',
            '"Kim Jong-un"',
            '"Sudan"',
            '"us"',
            '"the state"',
        ]
    ),
)
FILTERS = st.sampled_from(
    [
        "country:KP",
        "country:SD",
        "source:reuters.com",
        'source:"Japan Times"',
        'source:"Reuters"',
        "tag:war",
        "lang:en",
    ]
)


def _combined(inner):
    pairs = st.tuples(inner, inner)
    near = st.sampled_from(["NEAR/3", "ONEAR/2", "NEAR/s", "NEAR/p", "NEAR/0"])
    return st.one_of(
        pairs.map(lambda two: f"({two[0]} AND {two[1]})"),
        pairs.map(lambda two: f"({two[0]} OR {two[1]})"),
        pairs.map(lambda two: f"({two[0]} NOT {two[1]})"),
        st.tuples(TERMS, near, TERMS).map(" ".join),
        st.tuples(TERMS, near, TERMS, near, TERMS).map(" ".join),
        st.tuples(TERMS, TERMS).map(lambda two: f"ATLEAST/2 ({two[0]} OR {two[1]})"),
        st.tuples(TERMS, TERMS, inner).map(lambda items: f"2 OF ({', '.join(items)})"),
        st.tuples(inner, inner, TERMS).map(lambda x: f"SCORE/3 ({x[0]}^2, {x[1]}, {x[2]}^-2)"),
        inner.map(lambda one: f"title:({one})" if "title:" not in one else one),
    )


QUERIES = st.recursive(st.one_of(TERMS, FILTERS), _combined, max_leaves=6)
SLOW = settings(suppress_health_check=list(HealthCheck), max_examples=150)


def _parsed(text):
    try:
        return rules.parse(text)
    except rules.QueryError:
        assume(False)


@SLOW
@given(st.lists(QUERIES, min_size=1, max_size=6), DOCUMENTS)
def test_the_index_finds_exactly_what_asking_every_rule_finds(texts, document):
    queries = {str(number): _parsed(text) for number, text in enumerate(texts)}
    ruleset = rules.Ruleset()
    for name, query in queries.items():
        ruleset.add(rules.Rule(name, query))
    report = ruleset.match(document)
    assert not report.failures
    asked = {name for name, query in queries.items() if rules.match(query, document)}
    assert set(report.matches) == asked


@SLOW
@given(st.lists(QUERIES, min_size=1, max_size=6), DOCUMENTS)
def test_a_near_miss_lacks_one_clause_and_no_other(texts, document):
    ruleset = rules.Ruleset()
    queries = {str(number): _parsed(text) for number, text in enumerate(texts)}
    for name, query in queries.items():
        ruleset.add(rules.Rule(name, query))
    report = ruleset.match(document, near=True)
    for miss in report.near_misses:
        assert miss.rule not in report.matches
        assert miss.unmet in list(_lacking(queries[miss.rule].root, document))


SIMPLE = st.sampled_from([f'"{word}"' for word in ("strike", "drone", "korea", "sudan", "khartum")])
SIDES = st.lists(st.lists(SIMPLE, min_size=1, max_size=4, unique=True), min_size=1, max_size=4)


@SLOW
@given(st.lists(SIDES, min_size=1, max_size=6), DOCUMENTS)
def test_of_sides_made_of_terms_no_near_miss_is_missed(written, document):
    ruleset, near = rules.Ruleset(), set()
    for number, sides in enumerate(written):
        query = _parsed(" OR ".join(f"({' AND '.join(side)})" for side in sides))
        ruleset.add(rules.Rule(str(number), query))
        if not _holds(query.root, document) and any(_lacking(query.root, document)):
            near.add(str(number))
    assert {miss.rule for miss in ruleset.match(document, near=True).near_misses} == near


def _lacking(root, document):
    """The clauses that alone are unmet, of a rule or of each of an OR's sides."""
    if isinstance(root, Or):
        for side in root.children:
            yield from _lacking(side, document)
    elif isinstance(root, And):
        unmet = [clause for clause in root.children if not _holds(clause, document)]
        if len(unmet) == 1:
            yield str(rules.Query(unmet[0]))


def _holds(clause, document):
    return rules.match(rules.Query(clause), document) is not None


@SLOW
@given(st.lists(QUERIES, min_size=2, max_size=6), DOCUMENTS, st.data())
def test_adding_and_removing_in_any_order_equals_a_fresh_build(texts, document, data):
    queries = [_parsed(text) for text in texts]
    lived, fresh = rules.Ruleset(), rules.Ruleset()
    for number, query in enumerate(queries):
        lived.add(rules.Rule(str(number), query))
    lived.match(document)
    gone = data.draw(st.sets(st.integers(0, len(queries) - 1)))
    back = data.draw(st.sets(st.sampled_from(sorted(gone)))) if gone else set()
    for number in gone:
        lived.remove(str(number))
    for number in back:
        lived.add(rules.Rule(str(number), queries[number]))
    for number, query in enumerate(queries):
        if number not in gone or number in back:
            fresh.add(rules.Rule(str(number), query))
    assert set(lived.match(document).matches) == set(fresh.match(document).matches)


@SLOW
@given(QUERIES)
def test_canonical_text_is_read_back_as_the_same_query(text):
    query = _parsed(text)
    assert rules.parse(str(query)) == query
    assert str(rules.parse(str(query))) == str(query)


@SLOW
@given(QUERIES, DOCUMENTS)
def test_evidence_points_at_what_it_claims(text, document):
    found = rules.match(_parsed(text), document)
    for piece in found.evidence if found else ():
        held = {
            rules.Field.TITLE: document.title,
            rules.Field.BODY: document.body,
            rules.Field.SOURCE: max((document.source or "", *document.names), key=len),
            rules.Field.LANGUAGE: document.language,
            rules.Field.TAG: "North Korea",
        }[piece.field]
        assert 0 <= piece.start < piece.end <= len(held)
        if piece.field in (rules.Field.TITLE, rules.Field.BODY):
            assert held[piece.start : piece.end].strip() == held[piece.start : piece.end]


@SLOW
@given(QUERIES, st.lists(DOCUMENTS, max_size=3))
def test_a_question_finds_what_match_finds_and_counts_the_mentions_of_the_evidence(text, documents):
    query = _parsed(text)
    matches = [rules.match(query, document) for document in documents]
    counted = [
        None if found is None else Counter((each.term, each.field) for each in found.evidence)
        for found in matches
    ]
    question = rules.Question(query)
    assert [question.match(document) for document in documents] == matches
    mentions = [question.mentions(document) for document in documents]
    assert [None if each is None else each.keys() for each in mentions] == [
        None if each is None else each.keys() for each in counted
    ]
    for each, other in zip(mentions, counted, strict=True):
        assert each is None or other is None or all(each[key] >= other[key] for key in other)


QUERY_SIGNS = st.text(
    st.sampled_from("()\"'“”~*?=-–&|@:,^#/\\<>`!+ \n\t\u200b\u00a0abcKN19é朝ِ") | st.characters(),
    max_size=60,
)
_SIGNS = """
AND OR NOT NEAR/5 ONEAR NEAR/s 2 OF ( ) , " title: source: country:KP country: @a list:a ATLEAST/2
SCORE/3 ^3 - -x ~1 * ? = &amp; <@U1> <http://x.com|x.com> <!here> lang:en /x/ after:2024-01-01
"""
FRAGMENTS = st.lists(
    st.one_of(WORDS, st.sampled_from(_SIGNS.split())),
    max_size=60,
).map(" ".join)


def _read(text, lists=None):
    """The query, or the refusal."""
    try:
        return rules.parse(text, lists=lists)
    except rules.QueryError as refusal:
        return refusal


@SLOW
@given(st.one_of(QUERY_SIGNS, FRAGMENTS))
def test_every_input_is_understood_or_refused_with_a_place_and_a_reason(text):
    lists = {"a": "Iran OR @b", "b": "Kursk"}
    assert seconds_to_parse(text, lists) <= SECONDS
    read = _read(text, lists)
    if isinstance(read, rules.QueryError):
        start, end = read.span
        assert 0 <= start < end <= len(text) + 1
        assert read.code
        assert read.message
        assert len(read.caret().splitlines()) == 2
    else:
        assert rules.parse(str(read), lists=lists) == read
        rules.lint(read)
        rules.explain(read)
        rules.positive_terms(read)


@given(QUERY_SIGNS)
def test_each_cleaned_sign_knows_its_column(text):
    cleaned = clean(text)
    assert len(cleaned.columns) == len(cleaned.text) + 1
    assert list(cleaned.columns) == sorted(cleaned.columns)
    for sign, column in zip(cleaned.text, cleaned.columns, strict=False):
        assert (
            sign == text[column]
            or text[column] in "&`′″“”„‟«»＂‘’‛＇（）：＊，＝？～＆｜＠－"
            or text[column].isspace()
        )


@pytest.mark.parametrize(
    "text",
    ["(" * 3000, '"' * 2999, "NOT " * 700, "a " * 1400, "-" * 3000, "/" * 3000, "a*" * 1000,
     "@a " * 900, "^1" * 1000, "(a NEAR " * 300, "a NEAR " * 400, "=" * 3000, "<@" * 1000,
     "&amp;" * 600, "2 OF (" * 400],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_no_long_input_makes_the_parser_slow_or_deep(text):
    started = time.perf_counter()
    with contextlib.suppress(rules.QueryError):
        rules.parse(text, lists={"a": "x1 OR x2"})
    assert time.perf_counter() - started < 1


SIGNS = st.text(
    st.sampled_from(" aAbsST09.,'’`‘&;\"“(-–/:@#$!?é朝É\u2060\xa0\n\0\x1f") | st.characters(),
    max_size=40,
)


@settings(max_examples=400)
@given(TEXTS | SIGNS, TEXTS | SIGNS)
def test_the_row_of_an_article_is_what_its_chunks_say_one_by_one(title, body):
    row = rows.Rows(memory.Memory()).read(title, body)
    streams = [memory.read(text) for text in (title, body)]
    title_tokens, body_tokens = (stream.tokens for stream in streams)
    tokens = ["" if token in (BREAK, BREAK_CHUNK) else token for token in row.tokens]
    assert tokens == [
        "" if token == BREAK else token for token in (*title_tokens, FIELD_END, *body_tokens)
    ]
    further = {
        extra.token
        for stream in streams
        for read in stream.special.values()
        for extra in read.extras
        if extra.reading is not Reading.GLUE
    }
    assert further <= row.readings


@given(st.one_of(WORDS, st.text(st.sampled_from("aAbBs.,'’&;\"“(-#$!1é朝\u2060"), max_size=8)))
def test_the_short_cut_for_plain_words_reads_as_the_long_way_does(chunk):
    word = plain_word(chunk)
    if word is not None:
        read = read_chunk(chunk)
        assert (read.tokens, read.extras, read.split) == ((word,), (), frozenset())


def test_the_short_cut_takes_most_words_of_an_article():
    text = "“The president’s men said, (quoting Reuters) that Kursk fell.”"
    read = ["the", "president", "men", "said", "quoting", "reuters", "that", "kursk", "fell"]
    assert [plain_word(chunk) for chunk in text.split()] == read
