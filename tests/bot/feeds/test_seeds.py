"""The scenarios that ship with us."""

import hashlib
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.feeds.scenario import Scenario, read_scenario

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
QUERY = "North Korea AND Kursk"


def seed(name: str) -> Scenario:
    return read_scenario(SEEDS / name, now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", [folder.name for folder in SEEDS.iterdir()])
def test_every_scenario_can_be_read_and_says_what_must_happen(name: str) -> None:
    scenario = seed(name)
    assert scenario.description
    assert {expected.watchlist for expected in scenario.expectations} == {
        watchlist for watchlist, _ in scenario.watchlists
    }


def test_the_five_articles_are_as_they_were_found() -> None:
    folder = SEEDS / "north-korea-kursk"
    manifest = tomllib.loads((folder / "scenario.toml").read_text())
    recorded = {about["file"]: about["sha256"] for about in manifest["articles"]}
    found = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.txt")
    }
    assert found == recorded
    assert len(found) == 5


def test_the_manifest_says_only_what_the_texts_say() -> None:
    articles = {article.file[:3]: article for article in seed("north-korea-kursk").articles}
    for article in articles.values():
        for claim in (article.title, article.source, article.link):
            assert claim is None or claim in article.text
    assert [number for number, article in articles.items() if article.title] == [
        "001",
        "002",
        "004",
    ]
    assert [number for number, article in articles.items() if article.link] == ["003"]
    assert [number for number, article in articles.items() if article.inferred] == ["003", "004"]
    days = {number: article.published for number, article in articles.items()}
    assert {number: day and (day.at.date(), day.day_only) for number, day in days.items()} == {
        "000": (date(2024, 10, 31), True),
        "001": (date(2024, 11, 1), True),
        "002": (date(2024, 10, 29), True),
        "003": (date(2024, 10, 25), True),
        "004": (date(2024, 10, 26), True),
    }


def test_three_of_the_five_must_match() -> None:
    scenario = seed("north-korea-kursk")
    assert scenario.watchlists == ((QUERY, QUERY),)
    (expected,) = scenario.expectations
    assert [file[:3] for file in expected.files] == ["000", "002", "004"]


def test_the_quiet_scenario_expects_nothing() -> None:
    scenario = seed("quiet")
    assert scenario.watchlists == ((QUERY, QUERY),)
    assert [expected.files for expected in scenario.expectations] == [()]
    assert len(scenario.articles) >= 8
