"""An account without anything in it: each test makes what it needs."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.bot.conftest import TelnyxHouse, telnyx_house


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house(seeded=False) as made:
        yield made
