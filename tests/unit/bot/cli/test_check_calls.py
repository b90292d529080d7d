"""What ``bot check`` says of search over calls, in each state that Telnyx can be in."""

from collections.abc import AsyncIterator

import pytest

from bot.cli.check_calls import call_search
from tests.unit.bot.conftest import TelnyxHouse, telnyx_house


@pytest.fixture
async def house() -> AsyncIterator[TelnyxHouse]:
    async with telnyx_house() as made:
        yield made


@pytest.mark.parametrize(
    ("collection", "state", "said"),
    [
        (None, "ok", "in conversation histories"),
        ("support-calls", "ok", "in the collection support-calls"),
        ("chats", "WRONG", "The collection chats has no source to search. Add the source voice to it."),
        ("nope", "WRONG", "CALLS_COLLECTION names nope; choose from support-calls, chats."),
    ],
)
async def test_it_says_where_calls_are_searched_and_what_is_wrong(
    house: TelnyxHouse, collection: str | None, state: str, said: str
) -> None:
    assert await call_search(house.client, collection) == (state, said)


async def test_without_the_operation_it_is_off_and_says_what_to_switch_on(house: TelnyxHouse) -> None:
    await house.fault(operation="conversation_histories.search", kind="status", status=404, count=0)

    state, said = await call_search(house.client, None)

    assert state == "off"
    assert "Switch on conversation persistence" in said
    assert "CALLS_COLLECTION" in said


async def test_a_search_that_finds_no_call_is_off() -> None:
    async with telnyx_house(seeded=False) as empty:
        state, said = await call_search(empty.client, None)

    assert state == "off"
    assert said.startswith("Telnyx found no call in conversation histories.")


async def test_a_search_that_fails_is_wrong(house: TelnyxHouse) -> None:
    await house.fault(operation="collections.documents", kind="status", status=503, count=0)

    state, said = await call_search(house.client, "support-calls")

    assert state == "WRONG"
    assert "503" in said
