"""A watchlist's delivery and its number of sources: chosen, shown, changed, and never lost."""

from collections.abc import AsyncIterator

import pytest

from bot.commands.invocation import Reply
from bot.message import Answer, Form
from bot.model import Cadence
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """A bot to ask."""
    async with staged("north-korea-kursk", sqlite_url) as made:
        yield made


def said(reply: Reply) -> str:
    """Everything that an answer says, as one text."""
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def press(reply: Reply, label: str) -> tuple[str, dict[str, str]]:
    """The invocation that a button of this reply stands for."""
    assert isinstance(reply.message, Answer)
    (button,) = [button for button in reply.message.buttons if button.label == label]
    return button.action, {"value": button.value}


async def test_delivery_and_sources_are_chosen_shown_and_kept(stage):
    asked = "/watch add calm --delivery hourly --min-sources 3 Rutte AND North Korea"
    preview = await stage.ask(asked)
    assert "as notable: hourly digests, from 3 independent sources on." in said(preview)
    await stage.invoke(*press(preview, "Save"))
    watchlist = await stage.bot.store.watchlists.find(stage.bot.home.id, "calm")
    assert (watchlist.cadence, watchlist.min_sources) == (Cadence.HOURLY, 3)
    shown = said(await stage.ask("/watch show calm"))
    assert "hourly digests, from 3 independent sources on" in shown


async def test_the_form_asks_for_delivery_and_keeps_the_sources_that_it_cannot_ask_for(stage):
    asked = await stage.ask("/watch add calm --min-sources 4")
    fields = asked.message.fields
    assert [each.key for each in fields] == ["name", "query", "severity", "channel", "delivery"]
    given = {each.key: each.value for each in fields} | {"query": "Rutte", "delivery": "daily"}
    preview = await stage.invoke(asked.message.action, {"value": asked.message.value, **given})
    again = await stage.invoke(*press(preview, "Edit"))
    assert isinstance(again.message, Form)
    given = {each.key: each.value for each in again.message.fields}
    preview = await stage.invoke(again.message.action, {"value": again.message.value, **given})
    await stage.invoke(*press(preview, "Save"))
    watchlist = await stage.bot.store.watchlists.find(stage.bot.home.id, "calm")
    assert (watchlist.cadence, watchlist.min_sources) == (Cadence.DAILY, 4)
    changed = await stage.ask("/watch edit calm --delivery instant")
    await stage.invoke(*press(changed, "Save"))
    watchlist = await stage.bot.store.watchlists.find(stage.bot.home.id, "calm")
    assert (watchlist.cadence, watchlist.min_sources) == (Cadence.INSTANT, 4)
    filled = await stage.ask("/watch edit calm")
    given = {each.key: each.value for each in filled.message.fields} | {"severity": "critical"}
    preview = await stage.invoke(filled.message.action, {"value": filled.message.value, **given})
    assert "from 4 independent sources on" in said(preview)


@pytest.mark.parametrize("many", ["0", "11", "999"])
async def test_a_watchlist_waits_for_one_to_ten_sources(stage, many):
    refused = said(await stage.ask(f"/watch add calm --min-sources {many} Rutte"))
    assert "1 to 10" in refused
