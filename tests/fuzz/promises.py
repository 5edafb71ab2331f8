"""What the rule engine promises, checked on one trial. Each check raises BrokenError.

Oracles are independent where that is possible: truth tables for operators, brute force for the rule
set, the slice of the text itself for evidence.
"""

import functools
import re
import time
from collections.abc import Iterator, Sequence

import rules
from rules.article import Article
from rules.match import prove
from rules.query import And, Node, Or, escaped, without_lists
from tests.fuzz.speed import SECONDS, TERMS, seconds_to_parse
from tests.fuzz.trial import BrokenError, Trial
from tests.fuzz.words import LISTS

_TEXTS = (rules.Field.TITLE, rules.Field.BODY)
_NOT_IN_TEXT = (rules.How.FILTER, rules.How.NAME)
_WORD = re.compile(r"\w+")


def understand(text: str) -> rules.Query | None:
    """The query, or None where it is refused as promised: quickly, and with a place in the text."""
    start = time.thread_time()
    try:
        query = _parse(text)
    except rules.QueryError as error:
        if time.thread_time() - start > SECONDS:
            _check_speed(text)
        _check_refusal(text, error)
        return None
    if time.thread_time() - start > SECONDS:
        _check_speed(text)
    _check_round_trip(query)
    rules.lint(query)
    rules.explain(query)
    rules.positive_terms(query)
    for piece in rules.side_by_side(query):
        try:
            _parse(piece.apart)
        except rules.QueryError as error:
            raise BrokenError("words apart can be read", f"{piece.apart!r}: {error}") from error
    return query


def _parse(text: str) -> rules.Query:
    return rules.parse(text, lists=LISTS)


_term = functools.lru_cache(maxsize=4096)(_parse)
"""A single term, parsed; evidence names the same ones again and again."""


def _check_speed(text: str) -> None:
    """Slow once may be the machine or the collector; slow every time is the parser."""
    if len(_WORD.findall(text)) > TERMS:
        return
    best = seconds_to_parse(text, LISTS)
    if best > SECONDS:
        raise BrokenError("10 ms", f"{best * 1000:.1f} ms at best")


def _check_refusal(text: str, error: rules.QueryError) -> None:
    start, end = error.span
    if not 0 <= start <= end <= max(1, len(text)):
        raise BrokenError("span of a refusal", f"{error.code} at {error.span} of {len(text)}")
    if not error.message or not error.code:
        raise BrokenError("a refusal has its reason", f"{error.code!r} {error.message!r}")
    for proposed in filter(None, (error.suggestion, error.example)):
        try:
            _parse(proposed)
        except rules.QueryError as worse:
            detail = f"{error.code}: {proposed!r}: {worse}"
            raise BrokenError("a proposed repair can be read", detail) from worse
    marks = error.caret().split("\n")
    if len(marks) != 2 or "^" not in marks[1]:
        raise BrokenError("caret", repr(error.caret()))


def _check_round_trip(query: rules.Query) -> None:
    canonical = str(query)
    try:
        again = _parse(canonical)
    except rules.QueryError as error:
        if error.code == "too_long":
            return  # the limit is on typed text only
        raise BrokenError("canonical text can be read", f"{canonical!r}: {error}") from error
    if again != query or str(again) != canonical:
        raise BrokenError("canonical text means the same", f"{canonical!r} became {str(again)!r}")


def check(trial: Trial, queries: Sequence[rules.Query], standing: rules.Ruleset | None) -> None:
    """Everything about the queries that were understood, on the trial's article.

    `standing` holds exactly these queries, by their number, and may have a past.
    """
    document = rules.Document(trial.title, trial.body)
    article = Article(document)
    found = [prove(query, article) for query in queries]
    for query, match in zip(queries, found, strict=True):
        if match:
            _check_evidence(query, match, document)
            _check_sieve(query, document)
    if queries:
        _check_reading(queries[-1], found[-1], document)
        _check_operators(queries[0], queries[-1], article)
    _check_ruleset(_fresh(queries), queries, found, article)
    if standing is not None:
        _check_ruleset(standing, queries, found, article)


def _check_reading(query: rules.Query, found: rules.Match | None, document: rules.Document) -> None:
    """An article that was read once for many queries answers as one that was read for this one."""
    if rules.match(query, document) != found:
        raise BrokenError("one reading serves all queries", str(query))


def _check_evidence(query: rules.Query, match: rules.Match, document: rules.Document) -> None:
    texts = {rules.Field.TITLE: document.title, rules.Field.BODY: document.body}
    for piece in match.evidence:
        if piece.field not in texts:
            continue
        text = texts[piece.field]
        if not 0 <= piece.start < piece.end <= len(text):
            raise BrokenError("evidence lies in the text", f"{query}: {piece}")
        cut = text[piece.start : piece.end]
        if cut != cut.strip():
            raise BrokenError("evidence begins and ends with a word", f"{query}: {cut!r}")
        if piece.how in _NOT_IN_TEXT or piece.term.startswith("country:"):
            continue
        alone = rules.match(_term(escaped(piece.term)), rules.Document("", cut))
        if alone is None:
            raise BrokenError("evidence alone answers its term", f"{piece.term!r} in {cut!r}")


def _check_sieve(query: rules.Query, document: rules.Document) -> None:
    """What answers a query passes its sieve; half a surrogate pair is in no archive."""
    texts = [text.encode("utf-8", "replace") for text in (document.title, document.body)]
    sieve = rules.sieve(query)
    if sieve is not None and not sieve.passes(*texts):
        raise BrokenError("a sieve holds back no answer", str(query))


def _check_operators(left: rules.Query, right: rules.Query, article: Article) -> None:
    """Operators joined by text must mean what their truth tables say."""
    one, other = (prove(query, article) is not None for query in (left, right))
    wanted = {
        f"({left}) AND ({right})": one and other,
        f"({left}) OR ({right})": one or other,
        f"({left}) NOT ({right})": one and not other,
        f"1 OF (({left}), ({right}))": one or other,
    }
    for text, truth in wanted.items():
        try:
            joined = _parse(text)
        except rules.QueryError:
            continue  # too deep, too long, or not anchored: refusals have their own promise
        if (prove(joined, article) is not None) is not truth:
            raise BrokenError("operators keep to their truth table", f"{text!r} is not {truth}")


def _fresh(queries: Sequence[rules.Query]) -> rules.Ruleset:
    """A rule set with the queries, after some coming and going."""
    ruleset = rules.Ruleset()
    for number, query in enumerate(queries):
        ruleset.add(rules.Rule(str(number), query))
    for number in range(0, len(queries), 3):
        ruleset.remove(str(number))
    for number in range(0, len(queries), 3):
        ruleset.add(rules.Rule(str(number), queries[number]))
    return ruleset


def _check_ruleset(
    ruleset: rules.Ruleset,
    queries: Sequence[rules.Query],
    found: Sequence[rules.Match | None],
    article: Article,
) -> None:
    wanted = {str(number) for number, match in enumerate(found) if match is not None}
    for near in (False, True):
        report = ruleset.match(article.document, near=near)
        if report.failures:
            raise BrokenError("no rule fails", str(report.failures[0]))
        if len({*report.matches}) != len(report.matches):
            raise BrokenError("a rule is reported once", str(report.matches))
        for number in sorted(wanted ^ {*report.matches}):
            who = "brute force" if number in wanted else "the rule set"
            raise BrokenError(
                "the rule set finds what brute force finds", f"only {who}: {queries[int(number)]}"
            )
    for miss in report.near_misses:
        unmet = list(_unmet(without_lists(queries[int(miss.rule)].root), article))
        if miss.unmet not in unmet or miss.rule in wanted:
            raise BrokenError("a near miss has one unmet clause", f"{miss}: {unmet}")


def _unmet(node: Node, article: Article) -> Iterator[str]:
    """The clause of a rule that alone is unmet, its lists written out; of an OR each side's."""
    if isinstance(node, Or):
        for side in node.children:
            yield from _unmet(side, article)
    elif isinstance(node, And):
        unmet = [each for each in node.children if prove(rules.Query(each), article) is None]
        if len(unmet) == 1:
            yield str(rules.Query(unmet[0]))
