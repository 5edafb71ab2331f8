"""The five articles, and where plain words stand in a text."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.stories.summarise import Span

SEEDS = Path(__file__).parents[3] / "seeds" / "north-korea-kursk"


@pytest.fixture(scope="session")
def seed() -> Callable[[str], str]:
    """The text of an article by its number."""

    def read(number: str) -> str:
        (path,) = SEEDS.glob(f"{number}_*.txt")
        return path.read_bytes().decode("utf-8")

    return read


@pytest.fixture(scope="session")
def spans() -> Callable[..., list[Span]]:
    """Where words stand in a body, whatever their case: the evidence of a simple query."""

    def find(body: str, *terms: str) -> list[Span]:
        return [
            Span(term, found.start(), found.end())
            for term in terms
            for found in re.finditer(re.escape(term), body, re.IGNORECASE)
        ]

    return find
