"""One sandbox for the whole session, one bot for each module that does not ask for its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser

from sandbox.slack.person import Person
from tests.journeys.browser import chromium
from tests.journeys.house import BotProcess, House

People = Callable[[str], Person]


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    running = House(tmp_path_factory.mktemp("sandbox"))
    running.ask("slack", "limits", {"on": False})
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bot(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotProcess]:
    running = BotProcess(house, tmp_path_factory.mktemp("bot")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while Playwright's event loop runs, no other test's may."""
    with chromium() as running:
        yield running


@pytest.fixture
def own_bot(house: House, tmp_path: Path) -> Iterator[BotProcess]:
    """A bot that is not started yet, for tests that kill it or set it up otherwise."""
    made = BotProcess(house, tmp_path)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.matrix)])
def either_bot(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> Iterator[BotProcess]:
    """``own_bot`` on each of the two databases in turn; on PostgreSQL by ``make matrix``."""
    settings = {}
    if request.param == "postgresql":
        settings = {
            "DATABASE_URL": request.getfixturevalue("postgres_url"),
            "REPLICA_ID": "alone",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        }
    made = BotProcess(house, tmp_path, **settings)
    yield made
    if made.process is not None and made.process.poll() is None:
        made.stop()


@pytest.fixture(autouse=True)
def calm(house: House) -> Iterator[None]:
    yield
    house.calm()
    house.ask("slack", "deliveries/forget", {})  # or the next test's bot is sent what this one's did not take
    assert house.mistakes() == []


@pytest.fixture
async def person(house: House) -> AsyncIterator[People]:
    """People who wait for what comes during this test: what other tests of the same sandbox left there is not theirs."""
    async with AsyncExitStack() as stack:
        began = house.ask("slack", "state")["ts"]
        known: dict[str, Person] = {}

        def get(user: str) -> Person:
            if user not in known:
                known[user] = Person(house.slack, user, began)
                stack.push_async_callback(known[user].close)
            return known[user]

        yield get
