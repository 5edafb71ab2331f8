"""When the tests of this room begin."""

from datetime import UTC, datetime

import pytest


@pytest.fixture
def start() -> datetime:
    return datetime(2026, 3, 1, 12, tzinfo=UTC)
