"""What was changed or removed is seen and undone alike, by typing and by buttons."""

from datetime import timedelta

from bot.upkeep.pauses import end_pauses


async def test_a_change_is_seen_in_the_history_and_undone(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    await seat.type("watch edit kursk Kursk AND Belgorod")
    await seat.press("Save")
    shown = await seat.type("watch history kursk")
    assert "Kursk AND Belgorod" in shown
    assert "ann" in shown or "you" in shown
    assert "revision 1" in await seat.type("watch undo kursk")
    assert "revision 2" in await seat.press("Undo")


async def test_a_removed_watchlist_comes_back_by_a_button_and_by_its_name(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    await seat.type("watch remove kursk")
    assert "alerts no more" in await seat.press("Remove")
    assert "is back" in await seat.press("Undo")
    await seat.type("watch remove kursk")
    await seat.press("Remove")
    assert "is back" in await seat.type("watch undo kursk")


async def test_where_its_name_was_taken_it_comes_back_under_another(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    await seat.type("watch remove kursk")
    await seat.press("Remove")
    await seat.type("watch add kursk Sumy")
    await seat.press("Save")
    await seat.type("watch undo kursk --as old")
    assert "old" in await seat.type("watch list")


async def test_a_pause_that_ends_by_itself_is_shown_and_told_where_it_alerts(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    assert "is paused." in await seat.type("watch pause kursk --for 8h")
    assert "paused until 22 Nov 2026 22:31" in await seat.type("watch list")
    if seat.nowhere is not None:
        assert "paused the watchlist “kursk”" in seat.channel()
    await end_pauses(seat.bot.store, seat.bot.wiring.clock() + timedelta(hours=8))
    assert "paused" not in (await seat.type("watch list")).rpartition("1 watchlist")[2]
