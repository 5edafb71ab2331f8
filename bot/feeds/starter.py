"""The feeds that we propose to begin with: reviewed data, offered by region, never added unasked.

Whether they answer today is for `verify` to find out.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.feeds.opml import Listed
from bot.feeds.tags import STATE_MEDIA

EVERYWHERE = "all"
FILE = Path(__file__).parent / "data" / "starter.toml"


@dataclass(frozen=True, slots=True)
class StarterFeed:
    """A proposed feed. `regions` and `places` are what it is found by, `kind` what voice it is.

    `state_media` marks the voice of a state, which lists of feeds say beside its name.
    """

    name: str
    url: str
    language: str
    regions: tuple[str, ...]
    kind: str
    places: tuple[str, ...] = ()
    state_media: bool = False

    def listed(self) -> Listed:
        """The feed as it is subscribed to: all that is known of it becomes tags."""
        state = (STATE_MEDIA,) if self.state_media else ()
        return Listed(self.url, self.name, (*self.regions, *self.places, self.kind, *state))


@cache
def starter_feeds() -> tuple[StarterFeed, ...]:
    """All of them, in the order of the file."""
    rows = tomllib.loads(FILE.read_text("utf-8"))["feeds"]
    return tuple(StarterFeed(**{key: _frozen(value) for key, value in row.items()}) for row in rows)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def regions() -> Mapping[str, int]:
    """How many feeds there are for each region, in the order in which they first appear."""
    return Counter(region for feed in starter_feeds() for region in feed.regions)


def starter_of(region: str) -> tuple[StarterFeed, ...]:
    """The feeds of a region or place; `all` is every one. Empty for one that is not known."""
    if region == EVERYWHERE:
        return starter_feeds()
    return tuple(feed for feed in starter_feeds() if region in {*feed.regions, *feed.places})
