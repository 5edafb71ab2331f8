"""A look over the stored articles: exact, newest first, and honest about how far it got."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

import rules
from bot.insight.archive import look
from bot.model import Entry, Validators
from bot.store.store import Store

START = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 20


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Twenty days of six articles each; one of the six names Hormuz."""
    opened = await Store.open(database_url)
    home = await opened.workspaces.home()
    await opened.feeds.subscribe(home.id, "https://example.org/feed", "Feed", by="x", at=START)
    for day in range(DAYS):
        at = START + timedelta(days=day)
        (due,) = await opened.feeds.claim_due(at, limit=1, lease=timedelta(seconds=60))
        entries = [
            Entry(f"{day}-{number}", f"Day {day}", "Hormuz" if number == 3 else "Nothing")
            for number in range(6)
        ]
        await opened.feeds.record_poll(
            due,
            at=at,
            next_poll_at=at,
            validators=Validators(),
            entries=entries,
            error=None,
            baseline=False,
        )
    yield opened
    await opened.close()


async def test_it_finds_all_counts_by_day_and_shows_the_newest(store):
    home = await store.workspaces.home()
    looked = await look(store, home.id, rules.parse("Hormuz"), budget=timedelta(seconds=60))
    assert (looked.matched, looked.articles, looked.held) == (DAYS, 6 * DAYS, 6 * DAYS)
    assert looked.complete
    assert len(looked.per_day) == DAYS
    assert [found.article.title for found in looked.found] == [
        f"Day {n}" for n in range(19, 14, -1)
    ]
    assert all(found.evidence[0].text == "Hormuz" for found in looked.found)


async def test_it_looks_no_further_back_than_asked(store):
    home = await store.workspaces.home()
    since = START + timedelta(days=18)
    looked = await look(store, home.id, rules.parse("Hormuz"), since=since)
    assert (looked.matched, looked.articles) == (2, 12)
    assert looked.complete


async def test_it_says_how_far_it_got_when_its_time_is_up(store):
    home = await store.workspaces.home()
    similar = rules.parse("Hormuz~")  # which no index can narrow
    looked = await look(store, home.id, similar, budget=timedelta(0))
    assert not looked.complete
    assert looked.matched < DAYS
    assert looked.articles < looked.held
    assert looked.back_to is not None


async def test_parts_that_nothing_answers_are_told(store):
    home = await store.workspaces.home()
    parts = [rules.parse(text) for text in ("Hormuz", "Belgorod", "Nothing", "Hormuz Nothing")]
    looked = await look(store, home.id, rules.parse("Hormuz OR Kursk"), parts=parts)
    assert looked.silent == (1, 3)


async def test_another_workspace_sees_none_of_it(store):
    other = await store.workspaces.found("other")
    looked = await look(store, other.id, rules.parse("Hormuz"))
    assert (looked.matched, looked.articles, looked.held) == (0, 0, 0)
