"""The example file works as it is, shows every setting with its default, and says why it exists."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.config import QueryCheck, Settings, load, read
from bot.config.sections import secret_variables
from bot.config.settings import Section
from bot.config.values import Environment
from bot.model import Platform

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
TABLES = {
    name: type(field.default)
    for name, field in Settings.model_fields.items()
    if isinstance(field.default, Section)
}
SECRETS = {"bot_token", "app_token", "signing_secret", "client_secret"}


@pytest.fixture(scope="module")
def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def uncommented(text: str) -> str:
    """The file with the keys and headers that stand in comments brought to life."""
    return re.sub(r"^# (?=\w+ = |\[\[)", "", text, flags=re.MULTILINE)


def test_a_copy_of_it_works_in_a_fresh_environment(check_query: QueryCheck) -> None:
    settings = load(EXAMPLE, {}, check_query)

    assert settings.platforms == {Platform.CONSOLE}
    assert settings.database.url == "sqlite:///watchfloor.db"
    assert "North Korea AND Kursk" in [watchlist.query for watchlist in settings.watchlists]
    assert len(settings.feeds) >= 4


def test_what_is_commented_out_works_too(uncommented: str, check_query: QueryCheck) -> None:
    settings = read(uncommented, {}, check_query)

    assert settings.lists[0].name == "gulf-states"
    assert settings.feeds[0].interval_seconds == settings.polling.interval_seconds


def test_it_shows_every_default_as_it_is(text: str, check_query: QueryCheck) -> None:
    shown = read(text, {}, check_query)

    for name in TABLES:
        assert getattr(shown, name) == getattr(Settings(), name)


def test_it_shows_every_key_of_every_table(text: str) -> None:
    shown = tomllib.loads(text)

    assert {name: set(shown[name]) for name in TABLES} == {
        name: set(kind.model_fields) - SECRETS for name, kind in TABLES.items()
    }


@pytest.mark.parametrize("name", ["feeds", "watchlists", "lists"])
def test_it_shows_every_key_of_an_entry(name: str, uncommented: str, check_query) -> None:
    [kind] = {type(entry) for entry in getattr(read(uncommented, {}, check_query), name)}

    shown = {key for entry in tomllib.loads(uncommented)[name] for key in entry}

    assert shown == set(kind.model_fields)


def test_every_key_has_a_line_of_why_where_it_is_first_shown(text: str) -> None:
    explained: dict[str, bool] = {}
    section, is_why = "", False
    for line in text.splitlines():
        header = re.match(r"(?:# )?\[+(\w+)\]", line)
        key = re.match(r"(?:# )?(\w+) = ", line)
        if header:
            section = header[1]
        elif key:
            explained.setdefault(f"{section}.{key[1]}", is_why)
        is_why = line.startswith("# ") and not header and not key

    # A list stands in comments as a whole, with its why above it.
    assert {key for key, why in explained.items() if not why} == {"lists.name", "lists.query"}


def test_it_names_every_environment_variable(text: str) -> None:
    variables = {
        mark.variable
        for kind in TABLES.values()
        for field in kind.model_fields.values()
        for mark in field.metadata
        if isinstance(mark, Environment)
    }

    assert variables == set(re.findall(r"\b(?:SLACK|DISCORD|WATCHFLOOR)_[A-Z_]+\b", text))


def test_tokens_and_secrets_come_from_the_environment_alone() -> None:
    assert [secret_variables(TABLES[name]) for name in ("slack", "discord")] == [
        ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_SECRET"),
        ("DISCORD_BOT_TOKEN",),
    ]
