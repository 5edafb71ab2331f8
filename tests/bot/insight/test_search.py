"""The newest and the best answers in the archive: what brute force finds, in the promised order."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

import rules
from bot.insight.search import Hits, best, newest, standing
from bot.insight.walk import Walk
from bot.model import Entry, Workspace
from bot.store.store import Store
from tests.fuzz.dice import Dice
from tests.fuzz.words import LISTS

START = datetime(2026, 11, 1, tzinfo=UTC)
LONG = timedelta(seconds=60)
Fill = Callable[..., Awaitable[None]]


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def home(store: Store) -> Workspace:
    home = await store.workspaces.home()
    await store.feeds.subscribe(home.id, "https://example.org/a", "A", by="x", at=START)
    return home


@pytest.fixture
def fill(store: Store, home: Workspace) -> Fill:
    """Lets the feed bring articles, each poll an hour after the one before."""
    polls = 0

    async def do(*texts: tuple[str, str]) -> None:
        nonlocal polls
        at = START + timedelta(hours=polls)
        polls += 1
        (due,) = await store.feeds.claim_due(at, limit=1, lease=LONG)
        entries = [Entry(f"{polls} {n}", title, body) for n, (title, body) in enumerate(texts)]
        await store.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=None,
            entries=entries,
            error=None,
            baseline=False,
        )

    return do


def titles(hits: Hits) -> list[str]:
    return [found.article.title for found in hits.found]


@pytest.mark.parametrize("seed", range(3))
async def test_the_newest_are_those_that_brute_force_finds_first(store, home, fill, seed):
    dice = Dice(f"newest {seed}")
    for _ in range(12):
        trials = [dice.article(()) for _ in range(10)]
        await fill(*((trial.title, trial.body) for trial in trials))
    walk = Walk(store, home.id)
    held = await store.articles.newest(home.id, limit=1000)
    assert len(held) == 120
    asked = 0
    while asked < 25:
        try:
            query = rules.parse(dice.query(), lists=LISTS)
        except rules.QueryError:
            continue
        asked += 1
        documents = [(each.id, rules.Document(each.title, each.body)) for each in held]
        matched = {id_ for id_, document in documents if rules.match(query, document)}
        if any(sign in str(query) for sign in (":", "@")):
            continue  # what else than words decides, the contracts of the store look at
        hits = await newest(walk, query, limit=5, skip=2, budget=LONG)
        assert [found.article.id for found in hits.found] == sorted(matched, reverse=True)[2:7]
        assert hits.more == (len(matched) > 7)
        ranked = await best(walk, query, limit=5, budget=LONG)
        assert ranked.ranked == len(matched)
        assert len(ranked.found) == min(5, len(matched))


async def test_when_time_is_up_the_answer_says_how_far_back_it_looked(store, home, fill):
    for hour in range(4):
        await fill(*((f"{hour}", "Kursk") for _ in range(30)))
    walk = Walk(store, home.id)
    hits = await newest(walk, rules.parse("Belgorod~"), limit=5, budget=timedelta(0))
    assert hits.back_to == START + timedelta(hours=3)
    hits = await newest(walk, rules.parse("Belgorod"), limit=5, budget=timedelta(0))
    assert hits == Hits((), more=False)


async def test_words_that_are_everywhere_but_apart_are_not_read_for_a_phrase(store, home, fill):
    await fill(("A drone strike", "It was seen."))
    apart = [(f"{number}", "A strike of drivers, filmed by a drone.") for number in range(600)]
    await fill(*apart)
    query = rules.parse("drone strike")
    walk = Walk(store, home.id)
    steps = [step async for step in walk.steps(query, rules.narrowing(query))]
    assert [hit.title for step in steps for hit in step.hits] == ["A drone strike"]
    assert sum(len(step.articles) for step in steps) <= 4
    assert [step.is_last for step in steps] == [False] * (len(steps) - 1) + [True]


async def test_how_far_back_a_search_came_counts_what_the_sieve_held_back(store, home, fill):
    for hour in range(4):
        await fill(*((f"{hour}", "A strike, and a drone.") for _ in range(30)))
    walk = Walk(store, home.id)
    hits = await newest(walk, rules.parse("drone strike"), limit=5, budget=timedelta(0))
    assert hits.back_to == START + timedelta(hours=2)


async def test_later_articles_and_earlier_hours_are_not_on_the_way(store, home, fill):
    await fill(("One", "Kursk"))
    await fill(("Two", "Kursk"))
    top = await store.search.newest(home.id)
    await fill(("Three", "Kursk"))
    query = rules.parse("Kursk")
    since = START + timedelta(hours=1)
    assert titles(await newest(Walk(store, home.id), query, limit=9)) == ["Three", "Two", "One"]
    assert titles(await newest(Walk(store, home.id, since), query, limit=9)) == ["Three", "Two"]
    assert titles(await newest(Walk(store, home.id, since, top), query, limit=9)) == ["Two"]
    late = Walk(store, home.id, START + timedelta(days=9))
    assert titles(await newest(late, query, limit=9)) == []


async def test_words_in_the_title_come_first_then_more_terms_then_more_mentions(store, home, fill):
    await fill(
        ("Kursk and Belgorod", "Nothing more."),
        ("Once", "Kursk."),
        ("Often", "Kursk, Kursk, Kursk, Kursk."),
        ("Both", "Kursk and Belgorod."),
        ("Kursk", "Nothing more."),
        ("Once again", "Kursk."),
    )
    hits = await best(Walk(store, home.id), rules.parse("Kursk OR Belgorod"), limit=9)
    assert titles(hits) == [
        "Kursk and Belgorod",
        "Kursk",
        "Often",
        "Both",
        "Once again",
        "Once",
    ]
    assert standing(hits.found[0]) == "in the title: Kursk, Belgorod; 2 terms, 2 mentions"
    assert standing(hits.found[2]) == "1 term, 4 mentions"


async def test_an_old_article_with_the_words_in_its_title_is_among_the_best(store, home, fill):
    await fill(("Kursk was taken", "It fell."))
    for _ in range(9):
        await fill(*((f"{number}", "Kursk") for number in range(50)))
    hits = await best(Walk(store, home.id), rules.parse("Kursk"), limit=1, budget=LONG)
    assert titles(hits) == ["Kursk was taken"]
    assert hits.ranked == 400
    assert hits.back_to is not None
