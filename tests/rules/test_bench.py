"""The bench is fair only while its parts agree: the same watchlists, the same matches."""

import pytest

import rules
from tests.benchmarks.rules.articles import Article, invent
from tests.benchmarks.rules.engines.ours import Ours
from tests.benchmarks.rules.engines.patterns import Patterns
from tests.benchmarks.rules.engines.substring import Substring
from tests.benchmarks.rules.goals import goals
from tests.benchmarks.rules.reading import Prepared, is_near, prepare
from tests.benchmarks.rules.results import Results, Standing
from tests.benchmarks.rules.serving import Built
from tests.benchmarks.rules.watchlists import Desk, Watchlist, names_in


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return invent(7, 60)


@pytest.fixture(scope="module")
def names(articles: list[Article]) -> list[str]:
    return names_in(articles, frozenset())


@pytest.fixture(scope="module")
def watchlists(names: list[str]) -> list[Watchlist]:
    return Desk(names, frozenset(), 7).write(400)


def test_the_first_watchlists_are_the_same_whatever_the_count(
    names: list[str], watchlists: list[Watchlist]
) -> None:
    assert Desk(names, frozenset(), 7).write(150) == watchlists[:150]


def test_every_watchlist_is_a_query_with_and_without_quotes(watchlists: list[Watchlist]) -> None:
    for watchlist in watchlists:
        rules.parse(watchlist.query())
        rules.parse(watchlist.query(""))


def test_the_shipped_rule_set_finds_what_plain_python_finds(
    articles: list[Article], watchlists: list[Watchlist]
) -> None:
    prepared = [prepare(article) for article in articles]
    ours, substring, patterns = Ours(), Substring(), Patterns()
    ours.build([watchlist.query() for watchlist in watchlists])
    substring.build(watchlists, prepared)
    patterns.build(watchlists, prepared)

    found = [sorted(ours.match(ours.ready(one))) for one in prepared]

    assert found == [sorted(substring.match(substring.ready(one))) for one in prepared]
    assert found == [sorted(patterns.match(patterns.ready(one))) for one in prepared]
    assert any(found)


@pytest.mark.parametrize(
    ("left", "right", "reach", "near"),
    [
        ("kim", "kursk", 2, True),
        ("kim", "kursk", 1, False),
        ("kursk", "kim", 2, True),
        ("kim un", "kursk", 1, False),
        ("kim", "un kursk", 0, False),
        ("kim", "oslo", 50, False),
    ],
)
def test_nearness_counts_words_between_and_stays_in_its_field(
    left: str, right: str, reach: int, near: bool
) -> None:
    one = Prepared(Article("", ""), ("oslo",), ("kim", "jong", ".", "un", "kursk"), frozenset())

    assert is_near(one, left, right, reach) is near


def test_a_difference_in_matches_fails_the_first_goal() -> None:
    built = Built(1.0, 0.5, 0)
    ours = Standing("ours", 1_000, built, [[1e-4]], [[[1]]])
    peer = Standing("Hyperscan combinations", 1_000, built, [[2e-4]], [[[2]]])
    assert ours.digest(peer) != peer.digest(ours)
    results = Results("none", 1, 1, standings=[ours, peer], differences=["only ours at 1,000"])

    first, *others = goals(results)

    assert first.met is False
    assert {goal.text: goal.met for goal in others}[
        "at 1,000 no peer is faster by more than 5 %"
    ] is True
