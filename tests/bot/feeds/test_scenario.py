"""How a folder of articles is read, with and without a manifest, friendly and hostile."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ScenarioError
from bot.feeds.manifest import Expectation
from bot.feeds.scenario import LONGEST_FILE, USUAL_WATCHLIST, Scenario, read_scenario
from bot.model import Published

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two articles, b before a in time."""
    (tmp_path / "a.txt").write_bytes(b"First\r\nsecond\n")
    (tmp_path / "b.txt").write_text("  Other\n")
    (tmp_path / "notes.md").write_text("no article")
    return tmp_path


def manifest(folder: Path, text: str) -> Scenario:
    (folder / "scenario.toml").write_text(text)
    return read_scenario(folder, now=NOW)


def refusal(folder: Path, text: str | None = None) -> str:
    if text is not None:
        (folder / "scenario.toml").write_text(text)
    with pytest.raises(ScenarioError) as error:
        read_scenario(folder, now=NOW)
    return str(error.value)


def test_any_folder_of_text_files_is_a_scenario(folder: Path) -> None:
    scenario = read_scenario(folder, now=NOW)
    assert scenario.name == folder.name
    assert [(article.file, article.text) for article in scenario.articles] == [
        ("a.txt", "First\r\nsecond\n"),
        ("b.txt", "  Other\n"),
    ]
    assert {article.title for article in scenario.articles} == {None}
    assert scenario.watchlists == ((USUAL_WATCHLIST, USUAL_WATCHLIST),)
    assert scenario.expectations == ()


def test_undated_articles_come_one_a_minute_after_an_empty_beginning(folder: Path) -> None:
    scenario = read_scenario(folder, now=NOW)
    assert scenario.starts_at == NOW
    assert [article.release_at for article in scenario.articles] == [NOW + MINUTE, NOW + 2 * MINUTE]
    assert scenario.ends_at == NOW + 2 * MINUTE


def test_a_manifest_says_what_is_known(folder: Path) -> None:
    scenario = manifest(
        folder,
        """
        description = "Two articles."
        [[articles]]
        file = "a.txt"
        title = "First"
        source = "The Paper"
        link = "https://paper.example/1"
        published = 2024-10-31
        inferred = true
        [[articles]]
        file = "b.txt"
        published = 2024-10-31T08:30:00+02:00
        [[watchlists]]
        name = "one"
        query = "first"
        [[expectations]]
        watchlist = "one"
        matches = ["a.txt"]
        """,
    )
    first, second = scenario.articles
    assert (first.title, first.source, first.link, first.inferred) == (
        "First",
        "The Paper",
        "https://paper.example/1",
        True,
    )
    assert first.published == Published(datetime(2024, 10, 31, tzinfo=UTC), day_only=True)
    assert second.published == Published(datetime(2024, 10, 31, 6, 30, tzinfo=UTC))
    assert (second.title, second.source, second.link, second.inferred) == (None, None, None, False)
    assert scenario.description == "Two articles."
    assert scenario.watchlists == (("one", "first"),)
    assert scenario.expectations == (Expectation("one", ("a.txt",)),)


def test_a_day_is_released_at_noon_and_a_time_at_its_time(folder: Path) -> None:
    scenario = manifest(
        folder,
        '[[articles]]\nfile = "a.txt"\npublished = 2024-10-31\n'
        '[[articles]]\nfile = "b.txt"\npublished = 2024-10-31T06:30:00Z\n',
    )
    first, second = scenario.articles
    assert first.release_at == datetime(2024, 10, 31, 12, tzinfo=UTC)
    assert second.release_at == datetime(2024, 10, 31, 6, 30, tzinfo=UTC)
    assert scenario.starts_at == second.release_at - MINUTE
    assert scenario.ends_at == first.release_at


def test_an_undated_article_among_dated_ones_comes_at_the_start(folder: Path) -> None:
    scenario = manifest(folder, '[[articles]]\nfile = "b.txt"\npublished = 2024-10-31\n')
    assert scenario.articles[0].release_at == scenario.starts_at + MINUTE
    assert scenario.articles[1].release_at == datetime(2024, 10, 31, 12, tzinfo=UTC)


def test_a_time_without_a_zone_is_utc(folder: Path) -> None:
    scenario = manifest(folder, '[[articles]]\nfile = "b.txt"\npublished = 2024-10-31T06:30:00\n')
    assert scenario.articles[1].published == Published(datetime(2024, 10, 31, 6, 30, tzinfo=UTC))


def test_bytes_that_are_no_utf8_are_replaced_and_a_byte_order_mark_goes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfKursk \xff\xfe Kyjev\xe9")
    assert read_scenario(tmp_path, now=NOW).articles[0].text == "Kursk \ufffd\ufffd Kyjev\ufffd"


def test_an_empty_file_is_an_empty_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert read_scenario(tmp_path, now=NOW).articles[0].text == ""


def test_what_is_no_folder_is_called_so(tmp_path: Path) -> None:
    assert "is not a folder" in refusal(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    assert "is not a folder" in refusal(tmp_path / "file")


def test_a_folder_without_articles_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    assert "has no .txt file" in refusal(tmp_path)


def test_a_huge_file_is_refused_by_name(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(LONGEST_FILE + 1)
    assert "huge.txt is bigger than 256 KiB" in refusal(tmp_path)


def test_a_file_whose_name_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad\xff.txt")).touch()
    assert "unreadable name" in refusal(tmp_path)


def test_a_link_to_nowhere_is_no_article(folder: Path) -> None:
    (folder / "gone.txt").symlink_to(folder / "nowhere")
    assert len(read_scenario(folder, now=NOW).articles) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("articles = ", "not proper TOML"),
        ("colour = 1", "colour is not known"),
        ("description = 3", "description must be text"),
        ("articles = 3", "[[articles]]"),
        ("[articles]\nfile = 'a.txt'", "[[articles]]"),
        ("[[articles]]\ntitle = 'x'", "articles[0].file"),
        ("[[articles]]\nfile = 'c.txt'", "no such .txt file"),
        ("[[articles]]\nfile = '../a.txt'", "no such .txt file"),
        ("[[articles]]\nfile = 3", "articles[0].file"),
        ("[[articles]]\nfile = 'a.txt'\n[[articles]]\nfile = 'a.txt'", "names a.txt twice"),
        ("[[articles]]\nfile = 'a.txt'\ncolour = 'x'", "articles[0].colour is not known"),
        ("[[articles]]\nfile = 'a.txt'\ntitle = ''", "articles[0].title must be text"),
        ("[[articles]]\nfile = 'a.txt'\ntitle = 3", "articles[0].title must be text"),
        ("[[articles]]\nfile = 'a.txt'\npublished = '31 Oct'", "a date without quotes"),
        ("[[articles]]\nfile = 'a.txt'\npublished = 08:30:00", "a date without quotes"),
        ("[[articles]]\nfile = 'a.txt'\npublished = 0001-01-01", "between the years"),
        ("[[articles]]\nfile = 'a.txt'\ninferred = 'yes'", "true or false"),
        ("[[articles]]\nfile = 'a.txt'\nlink = 'javascript:x'", "must begin with http"),
        (
            "[[articles]]\nfile = 'a.txt'\nlink = 'https://x.example/'\n"
            "[[articles]]\nfile = 'b.txt'\nlink = 'https://x.example/'",
            "another article's",
        ),
        (f"[[articles]]\nfile = 'a.txt'\nsha256 = '{'0' * 64}'", "its sha256 differs"),
        ("[[watchlists]]\nname = 'x'", "watchlists[0].query is missing"),
        ("[[watchlists]]\nquery = 'x'", "watchlists[0].name is missing"),
        ("[[expectations]]\nwatchlist = 'x'\nmatches = []", "which is not declared"),
        ("[[watchlists]]\nname='x'\nquery='x'\n[[expectations]]\nwatchlist='x'", "a list of files"),
        (
            "[[watchlists]]\nname='x'\nquery='x'\n[[expectations]]\nwatchlist='x'\nmatches=['c']",
            "expectations[0].matches",
        ),
    ],
)
def test_a_mistake_in_the_manifest_is_named_by_its_key(folder: Path, text: str, says: str) -> None:
    assert says in refusal(folder, text)


def test_a_manifest_that_is_no_utf8_is_refused(folder: Path) -> None:
    (folder / "scenario.toml").write_bytes(b"description = '\xff'")
    assert "not proper TOML" in refusal(folder)
