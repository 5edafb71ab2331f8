"""Before a change is saved it is shown what would differ, and nothing of what would not."""


async def test_each_setting_that_would_differ_is_shown_with_what_it_was(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    shown = await seat.type("watch edit kursk --severity critical --delivery hourly")
    assert "severity: notable → critical" in shown
    assert "delivery: each alert at once → hourly digests" in shown
    assert "alerts to:" not in shown
    assert "It was" not in shown
    assert "revision 2" in await seat.press("Save")
    again = await seat.type("watch edit kursk --delivery daily Kursk AND Sumy")
    new = again.rpartition("Watchlist “kursk”")[2]
    assert "delivery: hourly digests → daily digests" in new
    assert "It was" in new
    assert "severity:" not in new


async def test_where_nothing_would_differ_it_says_so(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    assert "Nothing would change." in await seat.type("watch edit kursk --severity notable")
