from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database


@pytest.fixture(params=["sqlite", "postgres"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """Each database in turn, with the tables of this release."""
    if request.param == "sqlite":
        database = Database.sqlite(request.getfixturevalue("empty"))
    else:
        database = Database.postgres(request.getfixturevalue("postgres_url"))
    await database.prepare()
    yield database
    database.close()
