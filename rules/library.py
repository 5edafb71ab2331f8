"""Watchlists to start from, written by people who watch these things.

They are data, read when first asked for; a test holds each of them to the parser and to the guide.
"""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    """A watchlist to start from: its name, its query and what it is for."""

    name: str
    query: str
    note: str


@functools.cache
def library() -> tuple[LibraryEntry, ...]:
    """All of them, in the order of the guide."""
    text = resources.files(__package__).joinpath("data", "library.toml").read_text("utf-8")
    return tuple(
        LibraryEntry(entry["name"], entry["query"], entry["note"])
        for entry in tomllib.loads(text)["watchlist"]
    )
