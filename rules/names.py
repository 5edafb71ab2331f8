"""What the matcher knows about names: territories, spellings, and words that are something else.

Everything is read once, from the reviewed file `data/names.json`; docs/names.md tells how to change
it. It ignores how a name is found in a text: folding, inverted forms and context are the matcher's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Territory:
    """A country or dependent territory with the forms under which news writes of it.

    `alpha2` and `alpha3` are the ISO 3166-1 codes (Kosovo: XK and XKX, which ISO leaves to users).
    `name` is the usual English name, `names` are other English names. `demonyms` are adjectives and
    nouns in the singular, `plurals` the plural nouns that are not a demonym with -s. `foreign` maps
    a language code to the names in that language, the usual one first, in the nominative.
    `ambiguous` holds those forms of this row, in any language, that alone prove nothing: they are
    shared with another row, or are as often a person, a place elsewhere or an everyday word.
    """

    alpha2: str
    alpha3: str
    name: str
    names: tuple[str, ...]
    abbreviations: tuple[str, ...]
    demonyms: tuple[str, ...]
    plurals: tuple[str, ...]
    capitals: tuple[str, ...]
    foreign: Mapping[str, tuple[str, ...]] = field(hash=False)
    ambiguous: frozenset[str]


def _territory(row: Mapping[str, Any]) -> Territory:
    return Territory(
        alpha2=row["alpha2"],
        alpha3=row["alpha3"],
        name=row["name"],
        names=tuple(row.get("names", ())),
        abbreviations=tuple(row.get("abbreviations", ())),
        demonyms=tuple(row.get("demonyms", ())),
        plurals=tuple(row.get("plurals", ())),
        capitals=tuple(row.get("capitals", ())),
        foreign={language: tuple(names) for language, names in row.get("foreign", {}).items()},
        ambiguous=frozenset(row.get("ambiguous", ())),
    )


_DATA: Mapping[str, Any] = json.loads(
    resources.files(__package__).joinpath("data", "names.json").read_text("utf-8")
)

TERRITORIES: tuple[Territory, ...] = tuple(map(_territory, _DATA["territories"]))
"""Every territory of ISO 3166-1, and Kosovo, in the order of their alpha-2 codes."""

ALIASES: tuple[tuple[str, ...], ...] = tuple(tuple(group) for group in _DATA["aliases"])
"""Groups of spellings of one name; a bare word in a group stands for all of it."""

LONGER_NAMES: tuple[str, ...] = tuple(
    phrase for phrases in _DATA["longer_names"].values() for phrase in phrases
)
"""Phrases that contain a territory's name and mean something else: New Mexico, guinea pig."""

EVERYDAY: frozenset[str] = frozenset(_DATA["everyday"])
"""Everyday words and other names that a tolerant spelling must never land on."""

CAPITALS_ONLY: frozenset[str] = frozenset(_DATA["capitals_only"])
"""Acronyms that spell an everyday word: typed in capitals they match capitals only."""
