"""How common a word is in the news, so that the rarest necessary word finds a rule.

The table is an aid to speed alone: a wrong number never changes a match. docs/frequencies tells how
it was counted.
"""

import functools
from collections.abc import Mapping
from importlib import resources


@functools.cache
def _table() -> Mapping[str, int]:
    text = resources.files(__package__).joinpath("data", "frequencies.txt").read_text("ascii")
    lines = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {word: int(count) for word, count in lines}


def frequency(token: str) -> int:
    """In how many of 10,000 articles the token stands; 1 for what the table does not know."""
    return _table().get(token, 1)
