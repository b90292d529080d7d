"""Real parts that tests of several folders need."""

from collections.abc import Iterator

import pytest

from tests import databases


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with databases.postgres_server() as server:
        yield server.address


@pytest.fixture
def own_postgres() -> Iterator[databases.PostgresServer]:
    """A server that no other test uses."""
    with databases.postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh, empty database."""
    return databases.new_database(postgres_server)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a PostgreSQL is slow: each process of the tests starts one of its own."""
    for item in items:
        asks = {"postgres_server", "own_postgres"} & set(getattr(item, "fixturenames", ()))
        if asks or "postgres" in item.name:
            item.add_marker(pytest.mark.slow)
