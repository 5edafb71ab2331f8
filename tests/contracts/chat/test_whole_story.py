"""One person's whole way with the bot, the same play on every platform, ending on another one."""

import asyncio

import pytest

from bot.model import Entry, Platform
from tests.paperboy import NOW, bring, deliver

BODY = "North Korean soldiers arrived in Kursk on Monday, officials said in Seoul."


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """On the console files lie where the bot was started."""
    monkeypatch.chdir(tmp_path)


async def news(seat) -> None:
    """A feed brings an article, which is judged and told."""
    await bring(
        seat, Entry("1", "Soldiers sent to Kursk", BODY, "https://news.example.org/a"), "The Paper"
    )


async def mend(seat, values):
    """A form of Slack stays open with what is wrong in it; elsewhere a button opens it again."""
    if seat.here.platform is not Platform.SLACK:
        await seat.press("Fix it")
    return await seat.fill_in(values)


async def everyone_sees(seat, words: str) -> None:
    """What is said to the channel comes after what the one who asked is told."""
    for _ in range(100):
        if words in seat.channel():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"“{words}” is not in {seat.channel()}")


async def kept(seat):
    (watchlist,) = await seat.bot.store.watchlists.of(seat.bot.home.id)
    return watchlist


async def test_from_a_wrong_query_to_another_platform(seat, other_seat):
    # A watchlist from a form, with a mistake that is shown and mended.
    await seat.type("watch add")
    await seat.fill_in({"Name": "kursk", "Query": "North Korea AND (Kursk"})
    assert await seat.bot.store.watchlists.of(seat.bot.home.id) == ()
    preview = await mend(seat, {"Query": "North Korea AND Kursk"})
    assert "“kursk”" in preview
    assert "would have matched" in preview
    assert "Saved" in await seat.press("Save")

    # An alert, and why it came.
    await news(seat)
    assert "Soldiers sent to Kursk" in seat.channel()
    why = await seat.press_on_card("Why?")
    assert "North Korea AND Kursk" in why
    assert "the article matches the watchlist" in why

    later = await seat.type("intel why https://news.example.org/a")
    assert "kursk" in later
    assert "Soldiers sent to Kursk" in later

    # Muted for everyone, and undone.
    assert "is muted here" in await seat.press_on_card("Mute story")
    await deliver(seat)
    assert "muted by " in seat.channel()
    assert "heard again here" in await seat.press_on_card("Undo")
    await deliver(seat)
    assert await seat.bot.store.mutes.holding(NOW) == ()

    # Searched, and shown to everyone where there is anyone.
    assert "Soldiers sent to Kursk" in await seat.type("intel search officials AND Seoul")
    if seat.here.platform is not Platform.CONSOLE:
        await seat.press("Share here")
        await everyone_sees(seat, "Shared by ann")

    # Edited, looked back at, and taken back.
    await seat.type("watch edit kursk North Korea AND (Kursk OR Belgorod)")
    assert "revision 2" in await seat.press("Save")
    history = await seat.type("watch history kursk")
    assert "North Korea AND (Kursk OR Belgorod)" in history
    assert "revision 1" in await seat.type("watch undo kursk")
    assert (await kept(seat)).query == "North Korea AND Kursk"

    # Taken along to another platform, where alerts go to the channel in which it is read. The
    # console is there, too, so that a watchlist of the console is told to move.
    await seat.type("watch export")
    name, data = seat.received()
    shown = await other_seat.send_file("watch import", name, data)
    assert "1 new" in shown
    assert "Saved" in await other_seat.press("Save")
    if seat.here.platform is Platform.CONSOLE:
        await other_seat.type(f"watch edit kursk --channel {other_seat.here}")
        assert "Saved" in await other_seat.press("Save")
    there, here = await kept(other_seat), await kept(seat)
    assert (there.name, there.query, there.severity) == (here.name, here.query, here.severity)
    assert there.destinations == (other_seat.here,)
    await news(other_seat)
    assert "Soldiers sent to Kursk" in other_seat.channel()
