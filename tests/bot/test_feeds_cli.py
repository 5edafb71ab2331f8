"""`watchfloor feeds`: what a shell sees of lists of feeds and of their health."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.feeds.opml import Listed, read_opml, write_opml
from bot.feeds.starter import starter_of
from tests.servers.feeds import Answer, FeedServer
from tests.servers.rss import rss

NOW = datetime.now(UTC)


@pytest.fixture
async def server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, server: FeedServer) -> str:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[database]\nurl = "sqlite:///{tmp_path}/x.db"\n[web]\nbind = ""\n'
        f'[fetch]\nallow = ["{server.host}"]\n'
    )
    return str(file)


@pytest.fixture
def sick(tmp_path: Path, server: FeedServer) -> str:
    """A list of one sound feed and one of each kind that is not."""
    answers = {
        "Sound": rss("Sound", ("One", NOW)),
        "Undated": rss("Undated", ("One", None)),
        "Stale": rss("Stale", ("One", datetime(2020, 1, 1, tzinfo=UTC))),
        "Empty": rss("Empty"),
        "Page": Answer(b"<html></html>"),
        "Blocked": Answer(status=403),
        "Dead": Answer(status=404),
    }
    return list_of(tmp_path, *(Listed(server.tell(f"/{n}", a), n) for n, a in answers.items()))


def list_of(folder: Path, *feeds: Listed) -> str:
    file = folder / "list.opml"
    file.write_text(write_opml(feeds, title="T", at=NOW))
    return str(file)


async def watchfloor(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""},
    )
    out, err = await process.communicate(stdin)
    assert b"Traceback" not in err, err.decode()
    return process.returncode or 0, out.decode(), err.decode()


async def test_verify_names_every_feed_that_is_not_sound_and_exits_1(config, sick, server):
    code, out, _ = await watchfloor("feeds", "verify", sick, "--config", config)

    assert code == 1
    lines = out.splitlines()
    verdicts = ["sound", "stale", "undated", "empty", "no feed", "blocked", "dead"]
    assert [line[:9].strip() for line in lines[:-1]] == verdicts
    assert "status 404" in lines[-2]
    assert server.url("/Dead") in lines[-2]
    assert lines[-1].startswith("1 of 7 feeds are sound; 1 stale, 1 undated, 1 empty")
    assert "\x1b" not in out


async def test_verify_tells_a_program_one_row_for_each_feed(config, sick):
    code, out, err = await watchfloor("feeds", "verify", sick, "--config", config, "--json")

    rows = {row["name"]: row for row in map(json.loads, out.splitlines())}
    assert (code, err, len(rows)) == (1, "", 7)
    assert (rows["Sound"]["verdict"], rows["Sound"]["items"]) == ("sound", 1)
    assert rows["Sound"]["newest"] == NOW.replace(microsecond=0).isoformat()
    assert (rows["Blocked"]["verdict"], rows["Dead"]["verdict"]) == ("blocked", "dead")


async def test_verify_asks_what_is_read_and_exits_0_when_all_of_it_is_sound(
    config, server, tmp_path
):
    name = list_of(tmp_path, Listed(server.tell("/a", rss("A", ("One", NOW))), "A", ("korea",)))
    assert (await watchfloor("feeds", "import", name, "--config", config, "--yes"))[0] == 0

    code, out, _ = await watchfloor("feeds", "verify", "--config", config)

    assert (code, out.splitlines()[-1]) == (0, "1 of 1 feeds are sound.")


async def test_a_list_is_imported_after_a_confirmation_and_exported_as_it_was(
    config, server, tmp_path
):
    feeds = (Listed(server.url("/a"), "A & B", ("korea",)), Listed(server.url("/b"), "Ж"))
    name = list_of(tmp_path, *feeds)

    code, out, err = await watchfloor("feeds", "import", name, "--config", config)
    assert (code, "2 new" in out, "--yes" in err) == (3, True, True)
    assert (await watchfloor("feeds", "export", "--config", config))[0] == 2
    piped = write_opml(feeds, title="T", at=NOW).encode()
    code, _, _ = await watchfloor("feeds", "import", "-", "--config", config, "--yes", stdin=piped)
    assert code == 0

    code, out, _ = await watchfloor("feeds", "export", "--config", config)
    assert (code, read_opml(out)) == (0, feeds)
    _, out, _ = await watchfloor("feeds", "export", "--config", config, "--only", "korea")
    assert read_opml(out) == feeds[:1]
    assert server.requests == []


async def test_a_list_in_another_charset_is_imported(config, tmp_path):
    file = tmp_path / "list.opml"
    text = (
        '<?xml version="1.0" encoding="windows-1251"?><opml><body>'
        '<outline text="Медуза" xmlUrl="https://meduza.example/rss"/></body></opml>'
    )
    file.write_bytes(text.encode("windows-1251"))

    await watchfloor("feeds", "import", str(file), "--config", config, "--yes")

    assert "Медуза" in (await watchfloor("feeds", "export", "--config", config))[1]


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "cannot be read"), (b"BBC", "no OPML"), (b"", "no OPML")]
)
async def test_a_file_that_is_no_list_is_one_clear_sentence(config, tmp_path, content, reason):
    file = tmp_path / "x.opml"
    if content is not None:
        file.write_bytes(content)

    code, _, err = await watchfloor("feeds", "import", str(file), "--config", config)

    assert code in {1, 2}
    assert reason in " ".join(err.replace("│", " ").split())


async def test_the_starter_feeds_of_a_region_are_subscribed_to_after_a_confirmation(config):
    _, out, _ = await watchfloor("feeds", "starter", "--config", config)
    assert "middle-east" in out
    assert (await watchfloor("feeds", "starter", "korea", "--config", config))[0] == 3
    assert (await watchfloor("feeds", "starter", "korea", "--config", config, "--yes"))[0] == 0

    _, out, _ = await watchfloor("feeds", "export", "--config", config)

    assert {feed.url for feed in read_opml(out)} == {feed.url for feed in starter_of("korea")}


async def test_a_region_that_is_none_is_named_with_those_that_are():
    code, _, err = await watchfloor("feeds", "verify", "--region", "atlantis")

    assert code == 2
    assert "middle-east" in err.replace("\n", "")
