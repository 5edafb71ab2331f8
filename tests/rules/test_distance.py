"""NEAR measures what all pairs together would show, and its work grows with the text alone."""

import itertools
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import rules
from rules import distance
from rules.article import Article
from rules.distance import Stretch
from rules.match import Reader
from rules.query import Near, Or, Scope
from rules.terms import compile_term

BODY = rules.Field.BODY
KILOBYTE = 1024

WORDS = st.sampled_from(["kursk", "kursk", "moscow", "moscow", "paris", "kyiv", "the", "said"])
JOINTS = st.sampled_from([" "] * 6 + [", ", " - ", ". Then ", "\n\n"])
TEXTS = st.lists(st.tuples(WORDS, JOINTS).map("".join), max_size=40).map("".join)
TERMS = st.sampled_from(
    """
    kursk|moscow|paris|"kursk moscow"|"kursk paris"~4|(kursk OR moscow)|"paris * kursk"
    (kursk OR "kursk moscow" OR paris)|(kyiv OR "moscow paris"~3)
    """.strip()
    .replace("\n", "|")
    .split("|")
).map(str.strip)
REACHES = st.sampled_from(["NEAR/0", "NEAR/2", "NEAR/8", "NEAR/50", "NEAR/s", "NEAR/p"])
ORDERED = st.sampled_from(["ONEAR/1", "PRE/6"])


def _joined(inner):
    near = st.tuples(inner, REACHES | ORDERED, inner).map(" ".join)
    return st.one_of(near, near, st.tuples(inner, inner).map(" OR ".join)).map("({})".format)


NEARS = st.tuples(st.recursive(TERMS, _joined, max_leaves=5), REACHES, TERMS).map(" ".join)


def _all_pairs(stream, left, right, reach, *, ordered):
    """Every pair that is close, and of those alike in one end the shortest and the longest."""
    pairs: dict[tuple[int, int], Stretch] = {}
    for one in left:
        for other in right:
            if _is_close(stream, one, other, reach, ordered):
                span = min(one.start, other.start), max(one.end, other.end)
                pairs.setdefault(span, Stretch(*span, one.hits + other.hits))
    kept = set()
    for end in (0, 1):
        for alike in {span[end] for span in pairs}:
            group = [span for span in pairs if span[end] == alike]
            kept |= {extreme(group, key=lambda span: span[1] - span[0]) for extreme in (min, max)}
    return [pairs[span] for span in sorted(kept)]


def _is_close(stream, one, other, reach, ordered):
    if ordered and one.end > other.start:
        return False
    if isinstance(reach, Scope):
        groups = stream.sentence_numbers if reach is Scope.SENTENCE else stream.paragraphs
        ends = (one.start, one.end - 1, other.start, other.end - 1)
        if len({groups[place] for place in ends}) > 1:
            return False
    else:
        numbers = stream.word_numbers
        behind = numbers[other.start] - numbers[one.end]
        if max(behind, numbers[one.start] - numbers[other.end]) > reach:
            return False
    return not any(
        mine.start < theirs.end and theirs.start < mine.end
        for _, mine in one.hits
        for _, theirs in other.hits
    )


def _stretches(node, finder, near):
    """Every place of a node, its NEARs measured by `near`."""
    if isinstance(node, Near):
        sides = [_stretches(side, finder, near) for side in (node.left, node.right)]
        return near(finder.stream, *sides, node.reach, ordered=node.ordered)
    if isinstance(node, Or):
        found = {
            (stretch.start, stretch.end): stretch
            for child in reversed(node.children)
            for stretch in _stretches(child, finder, near)
        }
        return [found[span] for span in sorted(found)]
    term = compile_term(node)
    return [Stretch(hit.start, hit.end, ((term, hit),)) for hit in finder.hits(term)]


def _measured(query, text, near=distance.near):
    finder = Article(rules.Document("", text)).finders[BODY]
    return _stretches(rules.parse(query).root, finder, near)


@settings(suppress_health_check=list(HealthCheck), max_examples=400)
@given(NEARS, TEXTS)
def test_near_keeps_what_all_pairs_together_would_show(query, text):
    assume(len(query) < 300)
    expected = _measured(query, text, _all_pairs)
    assert _measured(query, text) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distance, "_FEW", 0)
        assert _measured(query, text) == expected


@settings(suppress_health_check=list(HealthCheck), max_examples=200)
@given(NEARS, TEXTS)
def test_what_is_asked_of_a_rule_set_is_what_all_pairs_would_answer(query, text):
    close = bool(_measured(query, text, _all_pairs))
    document = rules.Document("", text)
    ruleset = rules.Ruleset()
    ruleset.add(rules.Rule("near", rules.parse(query)))
    assert bool(ruleset.match(document).matches) is close
    assert bool(rules.match(rules.parse(query), document)) is close


@pytest.fixture(
    params=[
        ("Iran NEAR/p Israel", "Iran Israel "),
        ("Iran NEAR/s Israel", "Iran Israel "),
        ("kursk NEAR/50 moscow NEAR/50 paris NEAR/50 kyiv", "kursk moscow paris kyiv "),
        ("(kursk OR moscow) NEAR/50 (moscow OR paris) NEAR/p (kursk OR paris)", "kursk moscow "),
        ("(kursk NEAR/p moscow) NEAR/p (kursk NEAR/p moscow)", "kursk moscow "),
    ],
    ids=lambda hostile: hostile[0],
)
def hostile(request):
    """A query, and words of which a text that is nothing else makes it costly."""
    return request.param


def test_of_a_text_of_nothing_but_the_words_few_stretches_are_kept(hostile):
    query, words = hostile
    text = (words * 256 * KILOBYTE)[: 256 * KILOBYTE]
    assert 0 < len(_measured(query, text)) <= 4 * len(text.split())


def test_twice_the_text_is_twice_the_work(hostile):
    query, words = hostile
    half, whole = (_calls(query, words * (size // len(words))) for size in (10_000, 20_000))
    assert whole < 2.4 * half


def _calls(query, text):
    """How many functions are called and left to measure a NEAR."""
    query = rules.parse(query).root
    reader = Reader(Article(rules.Document("", text)))
    calls = itertools.count()
    sys.setprofile(lambda *_: next(calls))
    try:
        assert reader.holds(query)
    finally:
        sys.setprofile(None)
    return next(calls)


def test_two_terms_are_measured_in_full_however_often_they_stand_there():
    text = "Iran " * 30_000 + "Israel " * 30_000
    [closest, *others] = sorted(_measured("Iran NEAR/0 Israel", text), key=lambda one: one.start)
    assert not others
    assert (closest.start, closest.end) == (29_999, 30_001)


def test_a_chain_is_found_behind_very_many_others_that_lack_an_end():
    text = "kursk moscow " * 15_000 + "paris"
    assert _measured("kursk NEAR/0 moscow NEAR/0 paris", text)


def test_the_longer_a_chain_the_less_it_keeps_of_a_text_of_nothing_but_its_words(monkeypatch):
    monkeypatch.setattr(distance, "MOST_FINDS", 1_000)
    chains = [" NEAR/p ".join(["kursk"] * terms) for terms in (3, 6, 12)]
    kept = [len(_measured(chain, "kursk " * 500)) for chain in chains]
    assert all(one > other for one, other in itertools.pairwise(kept))
