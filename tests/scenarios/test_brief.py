"""/intel brief: what was told of a day, by watchlist, with sources, a sentence and a link each."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, Extract
from bot.model import Actor, Destination, Platform
from tests.stage import Stage, staged

CHANNEL = Destination(Platform.SLACK, "C1")


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """The seeds have come in, each told by itself."""
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


def answer(reply: Reply) -> Answer:
    assert isinstance(reply.message, Answer)
    return reply.message


def rows(said: Answer) -> list[Extract]:
    return [block for block in said.blocks if isinstance(block, Extract)]


async def test_every_report_that_was_told_has_a_verbatim_sentence_and_a_link(stage):
    said = answer(await stage.ask("/intel brief --hours 168"))
    told = rows(said)
    assert said.title == f"Brief: {len(stage.cards)} stories in the last 168 hours"
    assert {row.url for row in told} == {card.url for card in stage.cards}
    held = await stage.bot.store.articles.newest(stage.bot.home.id, limit=100)
    for row in told:
        (quote,) = row.sentences
        assert any(quote.text in article.body for article in held)
        assert row.source.endswith(" · 1 source")


async def test_a_story_is_one_line_with_its_sources_whatever_was_told_of_it(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url, stories={"enabled": True}) as stage:
        await stage.play(stage.scenario)
        said = answer(await stage.ask("/intel brief --hours 168"))
        found = rows(said)
        standings = await stage.bot.store.telling.newest(stage.bot.home.id, 100)
        assert len(found) == len(standings)
        assert "independent sources, " in found[0].source
        assert found[0].source.endswith("reports told")


async def test_a_brief_is_of_a_watchlist_or_of_a_query(stage):
    whole = rows(answer(await stage.ask("/intel brief --hours 168")))
    watch = answer(await stage.ask("/intel brief --hours 168 North Korea AND Kursk"))
    assert "of “North Korea AND Kursk”" in watch.title
    assert len(rows(watch)) == len(whole)
    rutte = rows(answer(await stage.ask("/intel brief --hours 168 Rutte")))
    assert 0 < len(rutte) < len(whole)


async def test_where_nothing_was_told_that_is_said(stage):
    said = answer(await stage.ask("/intel brief Atlantis"))
    assert said.title == "Nothing was told in the last 24 hours"
    stage.clock.now += timedelta(days=30)
    assert answer(await stage.ask("/intel brief")).title.startswith("Nothing was told")


@pytest.mark.parametrize("hours", ["0", "169"])
async def test_hours_are_at_most_a_week(stage, hours):
    said = answer(await stage.ask(f"/intel brief --hours {hours}"))
    assert "hours is from 1 to 168" in said.title


async def test_a_brief_is_shared_once_with_everyone_in_the_channel(stage):
    async def asks(name: str, **values: str) -> Reply:
        actor = Actor(Platform.SLACK, "U1", "ann", manager=False)
        here = (actor, stage.bot.home.id, stage.clock.now, CHANNEL)
        reply: Reply = await stage.bot.commands.answer(Invocation(name, values, *here))
        return reply

    asked = answer(await asks("intel brief", hours="168"))
    (button,) = asked.buttons
    shared = await asks(button.action, value=button.value)
    assert shared.public is not None
    assert rows(shared.public) == rows(asked)
    assert "Shared by ann" in f"{shared.public.blocks[-1]}"
    assert "too old" in answer(await asks(button.action, value=button.value)).title
