"""Before a watchlist is saved, people are told what it can never match."""

from collections.abc import AsyncIterator

import pytest

from bot.message import Answer, Tone
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """The seeds have come in; it is November 2024 there."""
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


async def test_what_a_watchlist_can_never_match_is_said_in_its_preview(stage):
    for query, said in (
        ("Kursk before:2020-01-01", "before:2020-01-01 lies in the past"),
        ("Kursk after:2030-01-01 before:2029-12-31", "that can never match"),
        ("Kursk NOT Kursk", "Kursk is wanted and excluded at once"),
        ("lang:zz AND Kursk", "I know no language 'zz'"),
        ("source:nosuch AND Kursk", "no feed of yours is called what source:nosuch asks for"),
    ):
        reply = await stage.ask(f"/watch add odd {query}")
        assert isinstance(reply.message, Answer)
        assert reply.message.tone is Tone.WARNING
        assert said in str(reply.message.blocks), query


async def test_a_source_that_a_feed_goes_by_is_left_in_peace_before_it_brought_anything(stage):
    await stage.bot.store.feeds.subscribe(
        stage.bot.home.id,
        "https://feeds.example.org/rss",
        "Kyiv Courier",
        by="ann",
        at=stage.clock.now,
    )
    for source in ('"Kyiv Courier"', "feeds.example.org", "example.org"):
        reply = await stage.ask(f"/watch add fine source:{source} AND Kursk")
        assert isinstance(reply.message, Answer)
        assert reply.message.tone is Tone.PLAIN, source


async def test_an_example_is_not_offered_as_what_was_meant(stage):
    shown = await stage.type("/watch add odd SCORE (coup^3)")
    assert "For example:" in shown
    assert "Did you mean" not in shown
    assert "Did you mean" in await stage.type("/watch add odd [Iran] AND {tanker}")
