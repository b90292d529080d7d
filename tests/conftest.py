"""Real parts that tests of several folders need."""

from collections.abc import Iterator

import pytest

from tests import databases


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL of our own."""
    with databases.postgres_server() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A fresh, empty database."""
    return databases.new_database(postgres_server)
