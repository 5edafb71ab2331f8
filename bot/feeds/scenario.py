"""Reads a scenario: a folder of articles as plain text, and what is known of each.

It only reads files; serving the articles on a time line is the replay's work.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot.errors import ScenarioError
from bot.feeds.manifest import MANIFEST, About, Expectation, Manifest
from bot.model import Published

USUAL_WATCHLIST = "North Korea AND Kursk"
LONGEST_FILE = 256 * 1024
MOST_FILES = 10_000
# The clock starts this long before the first article, so that the first poll sees an empty feed.
LEAD = timedelta(minutes=1)
APART = timedelta(minutes=1)
NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ScenarioArticle:
    """One article, with what is known of it and no more.

    `text` is the file as it is. `inferred` means that the date is read between the lines.
    `release_at` is when it appears in its feed.
    """

    file: str
    text: str
    release_at: datetime
    title: str | None = None
    source: str | None = None
    link: str | None = None
    published: Published | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """Articles on a time line, sorted by file name. `watchlists` are pairs of name and query."""

    name: str
    description: str
    articles: tuple[ScenarioArticle, ...]
    watchlists: tuple[tuple[str, str], ...]
    expectations: tuple[Expectation, ...]
    starts_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the last article is out."""
        return max(article.release_at for article in self.articles)


def read_scenario(folder: Path, *, now: datetime) -> Scenario:
    """Read a folder of `.txt` articles, with or without a manifest `scenario.toml`.

    Each file is one article and wholly its body. An article with a time is released then, one with
    a day at noon UTC of that day, the others one a minute from the start. The scenario begins a
    minute before its first article; where nothing is dated it begins `now`.

    Raises ScenarioError, which names the folder or file, the key and the remedy.
    """
    files = _article_files(folder)
    manifest = Manifest(folder, {file.name for file in files})
    known = manifest.articles()
    dated = [_release(about.published) for about in known.values() if about.published]
    starts_at = min(dated) - LEAD if dated else now.astimezone(UTC)
    articles = []
    undated = 0
    for file in files:
        about = known.get(file.name, About())
        if about.published:
            release_at = _release(about.published)
        else:
            release_at = starts_at + LEAD + undated * APART
            undated += 1
        articles.append(
            ScenarioArticle(
                file=file.name,
                text=_read(file, about.sha256),
                release_at=release_at,
                title=about.title,
                source=about.source,
                link=about.link,
                published=about.published,
                inferred=about.inferred,
            )
        )
    watchlists = manifest.watchlists() or ((USUAL_WATCHLIST, USUAL_WATCHLIST),)
    return Scenario(
        name=folder.resolve().name,
        description=manifest.description(),
        articles=tuple(articles),
        watchlists=watchlists,
        expectations=manifest.expectations({name for name, _ in watchlists}),
        starts_at=starts_at,
    )


def _article_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ScenarioError(
            f"{folder} is not a folder. Name a scenario of seeds/ or a folder of .txt files."
        )
    try:
        files = sorted(
            file for file in folder.iterdir() if file.suffix == ".txt" and file.is_file()
        )
    except OSError as error:
        raise ScenarioError(f"{folder} cannot be read: {error.strerror}.") from error
    if not files:
        raise ScenarioError(f"{folder} has no .txt file in it. Put each article into one.")
    for file in files:
        if not file.name.isprintable():  # bytes that are no UTF-8 among them
            raise ScenarioError(
                f"{folder} has a file with an unreadable name: {file.name!r}. Rename it."
            )
    if len(files) > MOST_FILES:
        raise ScenarioError(f"{folder} has more than {MOST_FILES:,} .txt files. Split it.")
    return files


def _read(file: Path, sha256: str | None) -> str:
    """The whole file as text; bytes that are no UTF-8 become U+FFFD, a byte order mark goes."""
    try:
        if file.stat().st_size > LONGEST_FILE:
            raise ScenarioError(
                f"{file} is bigger than {LONGEST_FILE // 1024} KiB, which no article is."
                " Put each article into a file of its own."
            )
        data = file.read_bytes()
    except OSError as error:
        raise ScenarioError(f"{file} cannot be read: {error.strerror}.") from error
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise ScenarioError(
            f"{file} is not the file that {MANIFEST} means: its sha256 differs. Restore the file or"
            " correct the manifest."
        )
    return data.decode("utf-8-sig", "replace")


def _release(published: Published) -> datetime:
    if published.day_only:
        return datetime.combine(published.at.date(), NOON)
    return published.at
