"""What every test may ask for: a fresh database of each kind, real ones both."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.postgres import Postgres, running

# A suite says the same of the same code on every machine, however busy: examples are drawn from the
# test itself, and time is no failure. `--hypothesis-profile=rolled` draws new ones each time.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("rolled", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")

ON_POSTGRES = {"postgres_server", "postgres_url"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-postgres",
        action="store_true",
        help="leave out what needs PostgreSQL; else a server that cannot start is a failure",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--no-postgres"):
        return
    excused = [item for item in items if _needs_postgres(item)]
    config.hook.pytest_deselected(items=excused)
    items[:] = [item for item in items if item not in excused]


def _needs_postgres(item: pytest.Item) -> bool:
    asked = set(getattr(item, "fixturenames", ()))
    varied = getattr(item, "callspec", None)
    return bool(asked & ON_POSTGRES) or (
        varied is not None and varied.params.get("database_url") == "postgresql"
    )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    with running() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """An empty PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create(name)
    postgres_server.drop(name)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path}/watchfloor.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A test that asks for this runs on an empty database of each kind."""
    url: str = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "postgres_url"
    )
    return url
