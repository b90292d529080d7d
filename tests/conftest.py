"""Real parts that tests of several folders need."""

import gc
import os
from collections.abc import Iterator

import pytest

from tests import databases, order


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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """No search for garbage while thousands of tests are collected, nor later among what stays to the end."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """What needs a PostgreSQL is slow: each process of the tests starts one of its own. Journeys come first, shared among the processes."""
    for item in items:
        asks = {"postgres_server", "own_postgres"} & set(getattr(item, "fixturenames", ()))
        if asks or "postgres" in item.name:
            item.add_marker(pytest.mark.slow)
    yield  # here those go that -m leaves out
    items[:] = order.shared(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
