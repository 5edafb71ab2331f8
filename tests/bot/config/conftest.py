from collections.abc import Callable, Mapping

import pytest

from bot.config import QueryCheck, read
from bot.errors import ConfigError, Fault


@pytest.fixture(scope="session")
def check_query() -> QueryCheck:
    """A tiny language in the rule engine's place: brackets must close, lists must be known."""

    def check(query: str, lists: Mapping[str, str]) -> None:
        if not query.strip():
            raise ValueError("it says nothing.")
        if query.count("(") != query.count(")"):
            raise ValueError(f"{query}\n{'^':>{len(query)}}\nA bracket is not closed.")
        for word in query.split():
            if word.startswith("@") and word[1:].lower() not in lists:
                raise ValueError(f"there is no list {word}.")

    return check


@pytest.fixture
def faults_of(check_query: QueryCheck) -> Callable[..., tuple[Fault, ...]]:
    def faults(text: str, env: Mapping[str, str] | None = None) -> tuple[Fault, ...]:
        with pytest.raises(ConfigError) as caught:
            read(text, env or {}, check_query)
        return caught.value.faults

    return faults
