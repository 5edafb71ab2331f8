"""On every platform people get all that is theirs as a file, and can delete it; nobody else's."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from bot.model import Platform, Severity

PASSWORD = "hunter2-of-the-feed"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """The console puts files where it was started."""
    monkeypatch.chdir(tmp_path)


async def furnish(bot, place):
    store, home, now = bot.store, bot.home, bot.wiring.clock()
    address = f"https://ann:{PASSWORD}@example.org/feed?key={PASSWORD}"
    await store.feeds.subscribe(home.id, address, "Feed", by="ann", at=now)
    made = await store.watchlists.add(
        home.id,
        "kursk",
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(place,),
        by="ann",
        at=now,
    )
    await store.watchlists.revise(home.id, made.id, query="Kursk OR Belgorod", by="bob", at=now)
    await store.lists.put(home.id, "gulf", "Bahrain OR Kuwait", by="ann", at=now)


def file_of(seat, name):
    """The bytes of the file that the one who asked got, as the platform kept them."""
    match seat.here.platform:
        case Platform.CONSOLE:
            [path] = Path("files").iterdir()
            return path.read_bytes()
        case Platform.SLACK:
            [kept] = seat._slack.api.files.kept.values()
            assert kept.name == name
            return kept.data
        case Platform.DISCORD:
            [message] = seat._discord.ephemerals(seat._discord.ann)[-1:]
            return message.files[name]


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: json.loads(file.read(name)) for name in file.namelist()}


async def test_an_export_reaches_the_one_who_asked_and_holds_all_but_secrets(seat):
    await furnish(seat.bot, seat.here)
    seen = await seat.type("watchfloor export")
    assert "Everything of home" in seen

    data = file_of(seat, "watchfloor-home.zip")

    parts = unpacked(data)
    assert set(parts) == {
        *("about.json", "feeds.json", "lists.json", "watchlists.json", "changes.json"),
        "alerts.json",
    }
    [watchlist] = parts["watchlists.json"]
    assert [each["query"] for each in watchlist["revisions"]] == ["Kursk", "Kursk OR Belgorod"]
    assert [each["changed_by"] for each in watchlist["revisions"]] == ["ann", "bob"]
    assert parts["lists.json"] == [{"name": "gulf", "query": "Bahrain OR Kuwait"}]
    assert "example.org/feed" in parts["feeds.json"][0]["url"]
    assert PASSWORD not in json.dumps(parts)
    assert [each["by"] for each in parts["changes.json"]] == ["ann", "ann", "bob", "ann"]
    if seat.here.platform is Platform.SLACK:
        assert "The file is in our own conversation" in seen
        assert "(file: watchfloor-home.zip" not in seat.channel()


async def test_everything_is_deleted_after_a_second_question(seat):
    await furnish(seat.bot, seat.here)
    store = seat.bot.store
    third = await store.workspaces.found("slack T7")
    await store.lists.put(third.id, "theirs", "Oman", by="x", at=seat.bot.wiring.clock())

    asked = await seat.type("watchfloor delete-all")
    assert "Delete everything of home?" in asked
    assert "watchlist revisions: 2" in asked
    assert len(await store.watchlists.of(seat.bot.home.id)) == 1
    told = await seat.press("Delete everything")

    assert "Everything of home is deleted" in told
    assert await store.belongings.count(seat.bot.home.id) == {}
    assert await store.lists.texts(third.id) == {"theirs": "Oman"}
    assert "no watchlist" in (await seat.type("watch list")).lower()


async def test_an_export_is_offered_first(seat):
    await furnish(seat.bot, seat.here)
    await seat.type("watchfloor delete-all")
    await seat.press("Export first")
    assert unpacked(file_of(seat, "watchfloor-home.zip"))["about.json"]["workspace"] == "home"
    assert len(await seat.bot.store.watchlists.of(seat.bot.home.id)) == 1
