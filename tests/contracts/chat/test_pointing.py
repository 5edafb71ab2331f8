"""A message is pointed at: why was it sent, and a watchlist of such news, please."""

import pytest

from bot.message import Answer
from bot.model import Entry, Severity
from tests.paperboy import NOW, bring


@pytest.fixture
async def alerted(seat):
    """A card in the seat's channel, judged and told as every other."""
    store, home = seat.bot.store, seat.bot.home
    await store.watchlists.add(
        home.id,
        "kursk",
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(seat.here,),
        by="ann",
        at=NOW,
    )
    await bring(seat, Entry("1", "Soldiers of North Korea sent to Kursk", "On Monday."))
    return seat


async def test_why_is_answered_for_a_message_of_ours(alerted):
    assert "Decision: the article matches the watchlist" in await alerted.point("why")


async def test_a_watchlist_is_begun_from_its_headline(alerted):
    shown = await alerted.point("watch")
    if alerted.nowhere is None:  # nobody fills in the console's form here
        assert '"North Korea" AND "Kursk"' in shown
        return
    assert "north korea kursk" in await alerted.fill_in({})
    await alerted.press("Save")
    names = [each.name for each in await alerted.bot.store.watchlists.of(alerted.bot.home.id)]
    assert "north korea kursk" in names


async def test_a_message_that_is_no_alert_says_so_and_can_begin_a_watchlist(far_seat):
    said = Answer("Iran closes the Strait of Hormuz, says Reuters")
    await far_seat.adapter.send(far_seat.here, said, "1")
    assert "no alert of mine" in await far_seat.point("why")
    await far_seat.point("watch")
    assert "Strait of Hormuz" in await far_seat.fill_in({"Name": "hormuz"})
