"""Watchlists leave as a file and come back as one, on every platform and from one to another."""

import pytest

MINE = """
[[lists]]
name = "gulf"
query = "Bahrain OR Kuwait"

[[watchlists]]
name = "kursk"
query = "Kursk AND @gulf"
destinations = ["slack:C0ELSEWHERE", "discord:4711"]
severity = "critical"
delivery = "hourly"
min_sources = 2
paused = true

[[watchlists]]
name = "broken"
query = "Iran AND (Hormuz"
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """On the console files lie where the bot was started."""
    monkeypatch.chdir(tmp_path)


async def test_what_was_exported_is_imported_as_the_same(seat):
    await seat.type("watch add kursk Kursk")
    await seat.press("Save")
    assert "1 watchlist and 0 lists" in await seat.type("watch export --format json")
    name, data = seat.received()
    assert name.endswith(".json")
    assert "1 the same" in await seat.send_file("watch import", name, data)


async def test_a_file_is_shown_before_it_is_saved_and_says_what_cannot_be_taken(seat):
    shown = await seat.send_file("watch import", "mine.toml", MINE.encode())
    assert "2 new, 1 wrong" in shown
    assert "This ( is never closed." in shown
    assert "out of reach" in shown
    assert await seat.bot.store.watchlists.of(seat.bot.home.id) == ()
    name, data = seat.received()
    assert name.endswith("to-mend.toml")
    assert b'name = "broken"' in data
    assert "Saved 2 rows" in await seat.press("Save")
    (kept,) = await seat.bot.store.watchlists.of(seat.bot.home.id)
    assert (kept.name, kept.enabled, kept.destinations) == ("kursk", False, (seat.here,))
    mended = data.replace(b"(Hormuz", b"Hormuz")
    assert "1 new" in await seat.send_file("watch import", "to-mend.toml", mended)


async def test_a_file_that_cannot_be_read_is_refused_with_its_line(seat):
    refused = await seat.send_file("watch import", "bad.toml", b"[[watchlists]]\nname = ?\n")
    assert "That is no TOML" in refused
    assert "line 2" in refused


async def test_a_file_that_is_too_long_is_not_read_to_its_end(seat):
    refused = await seat.send_file("watch import", "long.toml", b"#" * 1_000_000)
    assert "longer than 256 KB" in refused


OPML = """<?xml version="1.0" encoding="iso-8859-1"?>
<opml version="2.0"><body>
<outline text="Caf\u00e9 News" xmlUrl="https://example.org/feed.xml"/>
</body></opml>"""


async def test_feeds_come_as_a_file_too_and_leave_as_one_in_a_chat(seat):
    shown = await seat.send_file("feeds import", "feeds.opml", OPML.encode("iso-8859-1"))
    assert "1 feed in the list: 1 new" in shown
    assert "Café News" in shown
    assert "is polled from now on" in await seat.press("Save")
    assert "1 feed as OPML" in await seat.type("feeds export")
    if seat.nowhere is not None:  # at the console it is printed
        name, data = seat.received()
        assert name == "feeds-2026-11-22.opml"
        assert b"https://example.org/feed.xml" in data
