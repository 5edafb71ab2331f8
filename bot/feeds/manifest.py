"""Reads a scenario's manifest, `scenario.toml`, strictly: what it does not know is a mistake.

It sees names of files only, never their text.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.errors import ScenarioError
from bot.model import Published

MANIFEST = "scenario.toml"


@dataclass(frozen=True, slots=True)
class Expectation:
    """The files that a watchlist must match; every other file must stay quiet."""

    watchlist: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What is known of one article: an `[[articles]]` table."""

    title: str | None = None
    source: str | None = None
    link: str | None = None
    published: Published | None = None
    inferred: bool = False
    sha256: str | None = None


class Manifest:
    """The manifest of one folder; a folder without one has an empty one.

    `files` are the names of the articles there. Everything here raises ScenarioError, which names
    the key and the remedy.
    """

    def __init__(self, folder: Path, files: set[str]) -> None:
        self._path = folder / MANIFEST
        self._files = files
        self._data: dict[str, Any] = {}
        if self._path.exists():
            self._data = self._load()
        self._only(self._data, "", {"description", "articles", "watchlists", "expectations"})

    def _load(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self._path.read_bytes().decode("utf-8"))
        except OSError as error:
            raise ScenarioError(f"{self._path} cannot be read: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ScenarioError(f"{self._path} is not proper TOML: {error}.") from error

    def description(self) -> str:
        """What the scenario is about and what must happen, in prose."""
        return self._string(self._data, "description", "") or ""

    def articles(self) -> dict[str, About]:
        """What is known of the articles, by file name; files that it does not list are legal."""
        known: dict[str, About] = {}
        for place, table in self._tables("articles"):
            self._only(
                table, place, {"file", "title", "source", "link", "published", "inferred", "sha256"}
            )
            file = self._file(self._string(table, "file", place), f"{place}file")
            link = self._link(table, place)
            if file in known:
                raise self._fault(f"{place}file", f"names {file} twice. Keep one of the two.")
            if link and link in (about.link for about in known.values()):
                raise self._fault(
                    f"{place}link", "is another article's already. Correct one of them."
                )
            known[file] = About(
                title=self._string(table, "title", place),
                source=self._string(table, "source", place),
                link=link,
                published=self._published(table, place),
                inferred=self._flag(table, "inferred", place),
                sha256=self._string(table, "sha256", place),
            )
        return known

    def watchlists(self) -> tuple[tuple[str, str], ...]:
        """Pairs of name and query."""
        pairs = []
        for place, table in self._tables("watchlists"):
            self._only(table, place, {"name", "query"})
            pairs.append((self._needed(table, "name", place), self._needed(table, "query", place)))
        return tuple(pairs)

    def expectations(self, watchlists: set[str]) -> tuple[Expectation, ...]:
        """What must happen, for the watchlists of these names."""
        found = []
        for place, table in self._tables("expectations"):
            self._only(table, place, {"watchlist", "matches"})
            name = self._needed(table, "watchlist", place)
            if name not in watchlists:
                raise self._fault(f"{place}watchlist", f"names '{name}', which is not declared.")
            matches = table.get("matches")
            if not isinstance(matches, list):
                raise self._fault(f"{place}matches", 'must be a list of files, such as ["a.txt"].')
            files = tuple(self._file(file, f"{place}matches") for file in matches)
            found.append(Expectation(name, files))
        return tuple(found)

    def _tables(self, key: str) -> list[tuple[str, dict[str, Any]]]:
        tables = self._data.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._fault(key, f"must be written as [[{key}]].")
        return [(f"{key}[{at}].", table) for at, table in enumerate(tables)]

    def _only(self, table: dict[str, Any], place: str, keys: set[str]) -> None:
        for key in table:
            if key not in keys:
                raise self._fault(
                    f"{place}{key}", f"is not known. Known: {', '.join(sorted(keys))}."
                )

    def _string(self, table: dict[str, Any], key: str, place: str) -> str | None:
        value = table.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._fault(f"{place}{key}", "must be text in quotes, and not empty.")
        return value

    def _needed(self, table: dict[str, Any], key: str, place: str) -> str:
        value = self._string(table, key, place)
        if value is None:
            raise self._fault(f"{place}{key}", "is missing. Add it.")
        return value

    def _flag(self, table: dict[str, Any], key: str, place: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self._fault(f"{place}{key}", "must be true or false, without quotes.")
        return value

    def _link(self, table: dict[str, Any], place: str) -> str | None:
        link = self._string(table, "link", place)
        if link is not None and not link.startswith(("http://", "https://")):
            raise self._fault(f"{place}link", "must begin with http:// or https://.")
        return link

    def _published(self, table: dict[str, Any], place: str) -> Published | None:
        value = table.get("published")
        if value is None:
            return None
        if isinstance(value, date) and not 1900 <= value.year <= 2200:
            raise self._fault(f"{place}published", "must lie between the years 1900 and 2200.")
        if isinstance(value, datetime):  # a datetime is a date too, so it comes first
            aware = value if value.tzinfo else value.replace(tzinfo=UTC)
            return Published(aware.astimezone(UTC))
        if isinstance(value, date):
            return Published(datetime.combine(value, time(tzinfo=UTC)), day_only=True)
        raise self._fault(
            f"{place}published",
            "must be a date without quotes: 2024-10-31 or 2024-10-31T08:15:00Z.",
        )

    def _file(self, name: object, key: str) -> str:
        if not isinstance(name, str) or name not in self._files:
            raise self._fault(
                key, f"names '{name}', and there is no such .txt file beside it. Add or rename it."
            )
        return name

    def _fault(self, key: str, problem: str) -> ScenarioError:
        return ScenarioError(f"{self._path}: {key} {problem}")
